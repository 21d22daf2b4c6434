//! One exchange, as it was seen.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::normalised::Normalised;
use super::{Response, Settings, TransportError, Wire};
use crate::outcome::Outcome;
use crate::vocabulary::Probe;

/// What one probe saw, and how long it took from the first byte out to the last byte in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// What came back.
    pub response: Response,
    /// From the first byte out to the last byte in.
    pub elapsed: Duration,
    /// So much of it this machine may have added: its own timers fired late meanwhile.
    #[serde(default)]
    pub held_up: Duration,
    /// What the response's `Date` tells of the clock of the service that wrote it.
    #[serde(default)]
    pub clock: Option<Offset>,
    /// The response repeats the token that it was sent, or eight characters in a row of its signature.
    #[serde(default)]
    pub echoes: bool,
    /// The replica that the response names, redacted.
    #[serde(default)]
    pub replica: Option<String>,
    /// The network error of the first attempt, where this is the second one.
    #[serde(default)]
    pub retried: Option<TransportError>,
    /// Of a login: the step before it, counted from 1, that did not give what it should. The response is that step's.
    #[serde(default)]
    pub step: Option<u8>,
    /// The exchange as it was on the wire, for a person.
    #[serde(default)]
    pub wire: Option<Box<Wire>>,
}

impl Observation {
    /// That response, and nothing beside it.
    pub fn of(response: Response) -> Self {
        Observation {
            response,
            elapsed: Duration::ZERO,
            held_up: Duration::ZERO,
            clock: None,
            echoes: false,
            replica: None,
            retried: None,
            step: None,
            wire: None,
        }
    }

    /// This machine may have been late by an eighth of the exchange or more: pings went out so late that a connection may have been
    /// cut for its silence.
    pub fn was_paused(&self) -> bool {
        self.held_up.saturating_mul(8) >= self.elapsed && !self.held_up.is_zero()
    }
}

/// An observation with what follows from it: a diagnosis asks thousands of times, so it is computed once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub observation: Observation,
    pub outcome: Outcome,
    /// The response says that a circuit breaker is open, and nothing of the token.
    pub tells_of_a_circuit_breaker: bool,
    /// The response as it is compared; `None` where there is none.
    pub(super) normalised: Option<Normalised>,
}

impl Seen {
    pub(super) fn new(probe: Probe, observation: Observation, settings: &Settings) -> Self {
        let normalised = observation.response.normalised(settings);
        let tells_of_a_circuit_breaker = observation.response.tells_of_a_circuit_breaker();
        Seen { outcome: observation.outcome(probe), tells_of_a_circuit_breaker, normalised, observation }
    }
}

/// Between how many milliseconds and how many a clock is ahead of ours; negative is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offset {
    /// The lower bound, in milliseconds.
    pub least: i64,
    /// The upper bound, in milliseconds.
    pub most: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_was_late_by_an_eighth_may_have_caused_what_was_seen() {
        let was_paused = |held_up, elapsed| {
            let [held_up, elapsed] = [held_up, elapsed].map(Duration::from_millis);
            Observation { held_up, elapsed, ..Observation::of(Response::NotHttp) }.was_paused()
        };
        assert!(was_paused(1_000, 8_000) && was_paused(1, 1));
        assert!(!was_paused(999, 8_000) && !was_paused(0, 8_000) && !was_paused(0, 0));
    }
}
