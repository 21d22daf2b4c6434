//! A circuit breaker: after too many rejections in a row it rejects every request for a while.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::deployment::BreakerSettings;

pub(super) struct CircuitBreaker {
    opens_after: u32,
    open_for: Duration,
    state: Mutex<BreakerState>,
}

#[derive(Default)]
struct BreakerState {
    rejections_in_a_row: u32,
    had_a_request: bool,
    open_until: Option<Instant>,
}

impl CircuitBreaker {
    pub(super) fn new(settings: BreakerSettings) -> Self {
        let BreakerSettings { opens_after, open_for } = settings;
        CircuitBreaker { opens_after, open_for, state: Mutex::default() }
    }

    /// Whether it is open now. With `opens_after = 0` the first request opens it, once.
    pub(super) fn is_open(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if self.opens_after == 0 && !state.had_a_request {
            state.open_until = now.checked_add(self.open_for);
        }
        state.had_a_request = true;
        state.open_until = state.open_until.filter(|until| now < *until);
        state.open_until.is_some()
    }

    pub(super) fn count_rejection(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.rejections_in_a_row += 1;
        if self.opens_after > 0 && state.rejections_in_a_row >= self.opens_after {
            *state = BreakerState { open_until: Instant::now().checked_add(self.open_for), ..BreakerState::default() };
        }
    }

    pub(super) fn count_acceptance(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).rejections_in_a_row = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker(opens_after: u32, milliseconds: u64) -> CircuitBreaker {
        CircuitBreaker::new(BreakerSettings { opens_after, open_for: Duration::from_millis(milliseconds) })
    }

    #[test]
    fn opens_after_rejections_in_a_row_and_then_counts_from_zero() {
        let breaker = breaker(2, 20);
        breaker.count_rejection();
        breaker.count_acceptance();
        breaker.count_rejection();
        assert!(!breaker.is_open());
        breaker.count_rejection();
        assert!(breaker.is_open());
        std::thread::sleep(Duration::from_millis(25));
        assert!(!breaker.is_open());
        breaker.count_rejection();
        assert!(!breaker.is_open());
    }

    #[test]
    fn is_open_from_the_first_request_once() {
        let breaker = breaker(0, 20);
        assert!(breaker.is_open());
        std::thread::sleep(Duration::from_millis(25));
        assert!(!breaker.is_open());
        breaker.count_rejection();
        assert!(!breaker.is_open());
    }
}
