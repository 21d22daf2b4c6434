//! What a check may have caused at a service that counts rejections: a lockout, or an open circuit breaker.

use super::Outcome;
use crate::evidence::Evidence;
use crate::vocabulary::{Attempt, Presentation, Service};

/// What one service did with the tokens of a check; what has one origin is one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejections {
    /// Presentations that it rejected.
    pub count: usize,
    /// It accepted a token of the client.
    pub accepted: bool,
    /// It accepted one at first, and rejected the same at the end.
    pub rejects_now: bool,
}

impl Evidence {
    /// What that service did with the tokens of this check.
    pub fn rejections(&self, verifier: Service) -> Rejections {
        let is_there = |one: &Presentation| self.settings.verifier(one.endpoint) == verifier;
        let got = |one: Presentation, outcome| self.outcome(one) == Some(outcome);
        let there = || self.presentations().filter(is_there);
        let own = || there().filter(|one| one.token.is_the_clients());
        let mut first = own().filter(|one| one.attempt == Attempt::First && got(*one, Outcome::Accepted));
        Rejections {
            count: there().filter(|one| got(*one, Outcome::Rejected)).count(),
            accepted: own().any(|one| got(one, Outcome::Accepted)),
            rejects_now: first.any(|one| self.is_rejected_at_last(one)),
        }
    }

    fn is_rejected_at_last(&self, presented: Presentation) -> bool {
        let mut paused = self
            .presentations()
            .filter(|one| matches!(one.attempt, Attempt::AfterPause(_)) && one.attempt(Attempt::First) == presented)
            .peekable();
        let is_rejected = |one: Presentation| self.outcome(one) == Some(Outcome::Rejected);
        // What is accepted in between is rejected by one of several replicas.
        if paused.peek().is_some() { paused.all(is_rejected) } else { is_rejected(presented.repeat(1)) }
    }
}
