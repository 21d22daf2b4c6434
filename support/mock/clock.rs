//! A service's idea of now: the real time, or a clock that is ahead or behind.

use std::time::{Duration, UNIX_EPOCH};

use hyper::header::HeaderValue;

use crate::token::now;

#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    offset: i64,
}

/// The last second that has a `Date`: the year has four digits there.
const END: u64 = 253_402_300_799;

impl Clock {
    /// Behind, where that is negative.
    pub fn ahead_by(offset: i64) -> Self {
        Clock { offset }
    }

    /// Unix time in seconds.
    pub fn now(self) -> i64 {
        now().saturating_add(self.offset)
    }

    /// As of now for `Date` (RFC 9110 §6.6.1).
    pub fn date(self) -> Option<HeaderValue> {
        let seconds = u64::try_from(self.now()).unwrap_or(0).min(END);
        HeaderValue::from_str(&httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))).ok()
    }

    /// Seconds since the epoch with a fraction, as the real frames carry.
    pub fn timestamp(self) -> f64 {
        self.now() as f64 + 0.5
    }
}
