//! Texts of a platform: printable, bounded, on one line. A bundle that was changed by hand cannot bring in others.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::wording::is_printable;

/// In characters: the longest names of the platforms have some 300.
const LONGEST: usize = 400;

/// A name that a platform has given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(String);

/// A point in time, in UTC: as text, so that it reads in a bundle, and in one form, so that its order is that of time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Moment(String);

impl Name {
    /// The text without what does not belong into a line.
    pub(crate) fn new(text: &str) -> Self {
        Name(text.chars().filter(|c| is_printable(*c)).take(LONGEST).collect())
    }

    /// As it is.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Moment {
    /// Of a time as RFC 3339 writes it, with any offset; `None` where it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Moment(time.with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::Nanos, true)))
    }

    /// That of this machine's clock.
    pub(crate) fn now() -> Option<Self> {
        Moment::read(&humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string())
    }

    /// How much later than the other one it is, in seconds.
    pub(crate) fn seconds_after(&self, other: &Moment) -> Option<i64> {
        let time = |moment: &Moment| DateTime::parse_from_rfc3339(&moment.0).ok();
        Some((time(self)? - time(other)?).num_seconds())
    }
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.chars().all(is_printable) && text.chars().count() <= LONGEST {
            true => Ok(Name(text)),
            false => Err("not a name of a platform"),
        }
    }
}

impl TryFrom<String> for Moment {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Moment::read(&text).filter(|read| read.0 == text).ok_or("not a time of a platform")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Moment {
    /// To the second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.0.split(['.', 'Z']).next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_ordered_whatever_offset_and_fraction_they_are_written_with() {
        let read = |text| Moment::read(text).expect(text);
        assert!(read("2025-09-08T10:00:00Z") < read("2025-09-08T10:00:00.5Z"));
        assert!(read("2025-09-08T12:00:00+02:00") < read("2025-09-08T10:00:01Z"));
        assert_eq!(read("2025-09-08T12:00:00.250+02:00").to_string(), "2025-09-08T10:00:00Z");
        assert_eq!(Moment::read("yesterday"), None);
    }

    #[test]
    fn a_name_cannot_move_the_cursor() {
        assert_eq!(Name::new("a\u{1b}[31mb\nc").as_str(), "a[31mbc");
        assert!(serde_json::from_str::<Name>("\"a\\u001b\"").is_err());
        assert!(serde_json::from_str::<Moment>("\"2025-09-08\"").is_err());
    }
}
