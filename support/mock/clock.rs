//! A service's clock: correct, ahead or behind.

use std::time::{Duration, UNIX_EPOCH};

use hyper::header::HeaderValue;

use crate::token::now;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    offset: i64,
}

/// The last second that `Date` can express: its year has four digits.
const END: u64 = 253_402_300_799;

impl Clock {
    /// Negative is behind.
    pub(super) fn ahead_by(offset: i64) -> Self {
        Clock { offset }
    }

    /// Unix time in seconds.
    pub(super) fn now(self) -> i64 {
        now().saturating_add(self.offset)
    }

    /// The current time for `Date` (RFC 9110 §6.6.1).
    pub(super) fn date(self) -> Option<HeaderValue> {
        let seconds = u64::try_from(self.now()).unwrap_or(0).min(END);
        HeaderValue::from_str(&httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))).ok()
    }

    /// Unix time in seconds with a fraction, as in the real frames.
    pub(super) fn timestamp(self) -> f64 {
        self.now() as f64 + 0.5
    }
}
