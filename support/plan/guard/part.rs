//! What has one address is one verifier here, and may be several services behind a reverse proxy: auth, REST and the gateway. Each has code
//! of its own, so a circuit breaker of one is not closed by what another accepts.

use super::super::first;
use super::session::beside_watched;
use super::{endpoint_of, is_valid};
use crate::evidence::{Evidence, Settings};
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Presentation, Probe, Service, User};

/// A part of a verifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Auth,
    Rest,
    Gateway,
}

impl Part {
    pub(super) const ALL: [Part; 3] = [Part::Auth, Part::Rest, Part::Gateway];

    /// To which that is sent.
    pub(super) fn of(probe: Probe) -> Self {
        match endpoint_of(probe) {
            Some(Endpoint::Validation) => Part::Auth,
            Some(Endpoint::WebSocket) => Part::Gateway,
            Some(Endpoint::Rest) | None => Part::Rest,
        }
    }

    /// Whether that verifier has several.
    pub(super) fn are_several(settings: &Settings, verifier: Service) -> bool {
        verifier == Service::Backend && (settings.auth_at_backend || settings.one_origin)
    }

    /// The client's token, as it was accepted there, or else another valid one; by a gateway of a user whose connection is not being
    /// watched.
    pub(super) fn accepted(self, evidence: &Evidence, watched: Option<User>) -> Option<Presentation> {
        let own = first(evidence).into_iter().flatten().flat_map(|one| [one, one.by(one.user.other())]);
        let others = evidence.presentations().filter(|one| is_valid(*one));
        let is_accepted =
            |one: &Presentation| Part::of((*one).into()) == self && evidence.outcome(*one) == Some(Outcome::Accepted);
        let accepted = own.chain(others).find(is_accepted)?;
        if self == Part::Gateway { beside_watched(evidence, accepted, watched) } else { Some(accepted) }
    }
}
