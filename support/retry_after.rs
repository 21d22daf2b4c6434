//! How long a service asks to be left alone.

use std::time::{Duration, SystemTime};

/// Where an answer does not say how long (RFC 6585 §4 leaves that open).
const USUAL: Duration = Duration::from_secs(1);

/// So long a service asks to be left alone that has sent this `Retry-After`, or none.
pub(crate) fn retry_after(after: Option<&str>) -> Duration {
    let Some(after) = after else { return USUAL };
    let is_number = !after.trim().is_empty() && after.trim().bytes().all(|byte| byte.is_ascii_digit());
    // More digits than a number has are still a long time.
    let seconds = is_number.then(|| Duration::from_secs(after.trim().parse().unwrap_or(u64::MAX)));
    let date =
        || httpdate::parse_http_date(after).map(|date| date.duration_since(SystemTime::now()).unwrap_or_default());
    // A day is for ever, for a check.
    seconds.or_else(|| date().ok()).unwrap_or(USUAL).min(Duration::from_secs(24 * 3600))
}
