//! Until when a service asks to be left alone: by the `Retry-After` of its responses.

use std::time::{Duration, SystemTime};

use super::{Evidence, HttpResponse, Response};
use crate::vocabulary::{Probe, Service};

/// A longer pause is a mistake of the service, or meant for somebody else.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

impl Evidence {
    /// The latest moment that its responses name, as `HH:MM:SS UTC`. It is theirs: its clock may differ from others.
    pub(crate) fn asked_to_wait_until(&self, service: Service) -> Option<String> {
        let verifier =
            |probe: Probe| probe.presented().map_or(probe.service(), |one| self.settings.verifier(one.endpoint));
        let there = self.iter().filter(|(probe, _)| verifier(*probe) == service);
        let until = there.filter_map(|(_, seen)| match &seen.response {
            Response::Http(response) => self.until(response),
            _ => None,
        });
        let until = humantime::format_rfc3339_seconds(until.max()?).to_string();
        let (_, time) = until.trim_end_matches('Z').split_once('T')?;
        Some(format!("{time} UTC"))
    }

    /// Seconds count from the `Date` of the response; without one, from the end of the check, before which it came.
    fn until(&self, response: &HttpResponse) -> Option<SystemTime> {
        let after = response.headers.get("retry-after")?.trim();
        let date = |text: &str| httpdate::parse_http_date(text).ok();
        let Ok(seconds) = after.parse() else { return date(after) };
        let sent = response.headers.get("date").and_then(|sent| date(sent));
        let ended = || humantime::parse_rfc3339(&self.run.started).ok()?.checked_add(self.run.elapsed);
        sent.or_else(ended)?.checked_add(Duration::from_secs(seconds).min(LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::evidence::{Extracted, Observation, Settings};

    fn until(headers: &[(&str, &str)]) -> Option<String> {
        let mut evidence = Evidence::new(Settings::complete());
        evidence.run.started = "2026-03-01T03:12:00Z".to_owned();
        evidence.run.elapsed = Duration::from_secs(5);
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let headers: BTreeMap<String, String> = headers.collect();
        let body = String::new();
        let response = HttpResponse { status: 401, headers, body, extracted: Extracted::NotLookedFor };
        evidence.record(Probe::Health(Service::Backend), Observation::of(Response::Http(response)));
        assert_eq!(evidence.asked_to_wait_until(Service::Auth), None, "another service");
        evidence.asked_to_wait_until(Service::Backend)
    }

    #[test]
    fn a_pause_in_seconds_begins_with_the_response_or_else_ends_after_the_check() {
        let date = ("date", "Sun, 01 Mar 2026 03:12:10 GMT");
        assert_eq!(until(&[date, ("retry-after", "30")]).as_deref(), Some("03:12:40 UTC"));
        assert_eq!(until(&[("retry-after", "30")]).as_deref(), Some("03:12:35 UTC"));
    }

    #[test]
    fn a_date_is_told_as_a_time_and_nothing_else_is() {
        let date = ("retry-after", "Sun, 01 Mar 2026 03:15:00 GMT");
        assert_eq!(until(&[date]).as_deref(), Some("03:15:00 UTC"));
        assert_eq!(until(&[]), None);
        assert_eq!(until(&[("retry-after", "soon")]), None);
    }

    /// A service that names years has made a mistake.
    #[test]
    fn a_pause_is_told_as_a_day_at_most() {
        let date = ("date", "Sun, 01 Mar 2026 03:12:10 GMT");
        assert_eq!(until(&[date, ("retry-after", "7200")]).as_deref(), Some("05:12:10 UTC"));
        assert_eq!(until(&[date, ("retry-after", "2000000000")]).as_deref(), Some("03:12:10 UTC"));
    }
}
