//! Auth and the backend may have one address, and are one verifier then. Each has code of its own: a circuit breaker of one is not closed
//! by what the other accepts.

use super::super::first;
use super::endpoint_of;
use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Presentation, Probe};

/// A part of a verifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Auth,
    Backend,
}

impl Part {
    pub(super) const BOTH: [Part; 2] = [Part::Auth, Part::Backend];

    /// To which that is sent.
    pub(super) fn of(probe: Probe) -> Self {
        if endpoint_of(probe) == Some(Endpoint::Validation) { Part::Auth } else { Part::Backend }
    }

    /// The client's token, as it was accepted there: at REST rather than by the gateway, for that is a single exchange.
    pub(super) fn accepted(self, evidence: &Evidence) -> Option<Presentation> {
        let own = first(evidence).into_iter().flatten().filter(|one| Part::of((*one).into()) == self);
        let mut own = own.flat_map(|one| [one, one.by(one.user.other())]);
        own.find(|one| one.endpoint != Endpoint::WebSocket && evidence.outcome(*one) == Some(Outcome::Accepted))
    }
}
