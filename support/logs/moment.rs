//! The time of an entry, as RFC 3339 writes it, in whatever zone its writer counts.

use std::time::UNIX_EPOCH;

/// In characters: `+02:00`.
const OFFSET: usize = 6;

/// In bytes: `2025-09-08T14:05:`.
const MINUTE: usize = 17;

/// Reads the times of entries one after another: most are of the same minute as the one before.
#[derive(Default)]
pub(super) struct Clock {
    minute: [u8; MINUTE],
    /// In seconds since 1970; `None` before the first.
    begins: Option<i64>,
}

impl Clock {
    /// As [`seconds`].
    pub(super) fn seconds(&mut self, date: &str) -> Option<i64> {
        let (minute, second) = match date.as_bytes().split_at_checked(MINUTE) {
            Some((minute, rest)) => (minute, second(rest)),
            None => return None,
        };
        match (self.begins, second) {
            (Some(begins), Some(second)) if *minute == self.minute => Some(begins + second),
            (_, second) => {
                let found = seconds(date)?;
                if let (Some(second), Ok(minute)) = (second, minute.try_into()) {
                    (self.minute, self.begins) = (minute, Some(found - second));
                }
                Some(found)
            }
        }
    }
}

/// Of the end of a date in UTC, as it is usually written.
fn second(rest: &[u8]) -> Option<i64> {
    let [ten @ b'0'..=b'5', one @ b'0'..=b'9', fraction @ .., b'Z'] = rest else { return None };
    let is_usual = match fraction {
        [] => true,
        [b'.', digits @ ..] => (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_usual.then(|| i64::from(ten - b'0') * 10 + i64::from(one - b'0'))
}

/// In seconds since 1970; `None` for what is no date, or lies before.
pub(super) fn seconds(date: &str) -> Option<i64> {
    if let Some(seconds) = of_utc(date) {
        return Some(seconds);
    }
    let (local, offset) = date.split_at_checked(date.len().checked_sub(OFFSET)?)?;
    let local = of_utc(&format!("{local}Z"))?;
    Some(local - seconds_of(offset)?).filter(|seconds| *seconds >= 0)
}

fn of_utc(date: &str) -> Option<i64> {
    // The library takes a second mark for none.
    if date.strip_suffix('Z').or_else(|| date.strip_suffix("+00:00"))?.ends_with('Z') {
        return None;
    }
    let time = humantime::parse_rfc3339(date).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Of a zone: that much its clocks are ahead.
fn seconds_of(offset: &str) -> Option<i64> {
    let &[sign @ (b'+' | b'-'), hour, of_hour, b':', minute, of_minute] = offset.as_bytes() else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let (hours, minutes) = (digit(hour)? * 10 + digit(of_hour)?, digit(minute)? * 10 + digit(of_minute)?);
    let seconds = (hours < 24 && minutes < 60).then_some(hours * 3_600 + minutes * 60)?;
    Some(if sign == b'-' { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_subtracted() {
        let utc = seconds("2025-09-08T14:00:00Z");
        assert_eq!(utc, Some(1_757_340_000));
        for same in [
            "2025-09-08T16:00:00+02:00",
            "2025-09-08T07:00:00.123456789-07:00",
            "2025-09-08T19:30:00+05:30",
            "2025-09-09T03:59:00.5+13:59",
            "2025-09-08T14:00:00-00:00",
            "2025-09-08T14:00:00+00:00",
        ] {
            assert_eq!(seconds(same), utc, "{same}");
        }
        assert_eq!(seconds("2024-02-29T00:30:00+01:00"), seconds("2024-02-28T23:30:00Z"));
        assert_eq!(seconds("1970-01-01T00:30:00-01:00"), Some(5_400));
    }

    #[test]
    fn a_clock_reads_what_each_date_says_alone() {
        let mut clock = Clock::default();
        let same = [
            "14:05:07Z",
            "14:05:07.5Z",
            "14:05:59.999999999Z",
            "14:05:60Z",
            "14:05:07+02:00",
            "14:05:08.Z",
            "14:05:7Z",
        ];
        let others =
            ["14:06:07Z", "14:05:07", "14:05:xxZ", "24:05:07Z", "24:05:08Z", "14:05:07.1234567890Z", "14:05:00Z"];
        for time in same.iter().chain(&others).chain(&same) {
            let date = format!("2025-09-08T{time}");
            assert_eq!(clock.seconds(&date), seconds(&date), "{date}");
        }
        assert_eq!([clock.seconds(""), clock.seconds("2025-09-08")], [None, None]);
    }

    #[test]
    fn what_is_no_date_has_no_time() {
        for date in [
            "",
            "+02:00",
            "2025-09-08T14:00:00",
            "2025-09-08T14:00:00+2:00",
            "2025-09-08T14:00:00+0200",
            "2025-09-08T14:00:00+24:00",
            "2025-09-08T14:00:00+02:60",
            "2025-09-08T14:00:00é+02:00",
            "2025-09-08T14:00:00Z+02:00",
            "2025-09-08T14:00:00ZZ",
            "2025-09-08T14:00:00Z+00:00",
            "2025-02-29T14:00:00+02:00",
            "1970-01-01T00:30:00+01:00",
            "1969-12-31T23:30:00-01:00",
        ] {
            assert_eq!(seconds(date), None, "{date}");
        }
    }
}
