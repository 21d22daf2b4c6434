//! What a backend remembers of its refusals: a circuit breaker that opens for everybody once too many came in a row, and the
//! first tokens that it could not judge yet.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::deployment;

pub struct Breaker {
    after: u32,
    duration: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    refusals_in_a_row: u32,
    has_begun: bool,
    open_until: Option<Instant>,
}

impl Breaker {
    pub fn new(settings: deployment::BreakerSettings) -> Self {
        Breaker { after: settings.opens_after, duration: settings.open_for, state: Mutex::default() }
    }

    /// Whether it is open now. One that is open from the beginning is so from the first time that somebody comes.
    pub fn is_open(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if self.after == 0 && !state.has_begun {
            state.open_until = now.checked_add(self.duration);
        }
        state.has_begun = true;
        state.open_until = state.open_until.filter(|until| now < *until);
        state.open_until.is_some()
    }

    pub fn count_refusal(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.refusals_in_a_row += 1;
        if self.after > 0 && state.refusals_in_a_row >= self.after {
            *state = State { open_until: Instant::now().checked_add(self.duration), ..State::default() };
        }
    }

    pub fn count_acceptance(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).refusals_in_a_row = 0;
    }
}

/// The first tokens that came too early. They stay refused.
pub struct Early {
    room: usize,
    tokens: Mutex<HashSet<String>>,
}

impl Early {
    pub fn new(room: u32) -> Self {
        Early { room: usize::try_from(room).unwrap_or(usize::MAX), tokens: Mutex::default() }
    }

    /// Whether this good token is one of them; it becomes one as long as there is room.
    pub fn has(&self, token: &str) -> bool {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.contains(token) || (tokens.len() < self.room && tokens.insert(token.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker(after: u32, milliseconds: u64) -> Breaker {
        Breaker::new(deployment::BreakerSettings { opens_after: after, open_for: Duration::from_millis(milliseconds) })
    }

    #[test]
    fn opens_after_refusals_in_a_row_and_then_counts_anew() {
        let breaker = breaker(2, 20);
        breaker.count_refusal();
        breaker.count_acceptance();
        breaker.count_refusal();
        assert!(!breaker.is_open());
        breaker.count_refusal();
        assert!(breaker.is_open());
        std::thread::sleep(Duration::from_millis(25));
        assert!(!breaker.is_open());
        breaker.count_refusal();
        assert!(!breaker.is_open());
    }

    #[test]
    fn is_open_from_the_beginning_once() {
        let breaker = breaker(0, 20);
        assert!(breaker.is_open());
        std::thread::sleep(Duration::from_millis(25));
        assert!(!breaker.is_open());
        breaker.count_refusal();
        assert!(!breaker.is_open());
    }

    #[test]
    fn what_came_too_early_stays_refused() {
        let early = Early::new(1);
        assert!(early.has("first") && !early.has("second") && early.has("first"));
    }
}
