//! The questions that rules ask of single answers: fingerprints, what was reached, what broke down, what was selected.

use std::time::Duration;

use super::case::Case;
use super::proof::Proof;
use crate::evidence::{Observation, Response, TransportError};
use crate::outcome::Outcome;
use crate::vocabulary::{Presentation, Probe, Service};

impl Case<'_> {
    /// The fingerprints of the secrets that auth and the backend hold are not the same.
    pub fn fingerprints_differ(&self) -> Proof {
        let probes = [Probe::Fingerprint(Service::Auth), Probe::Fingerprint(Service::Backend)];
        match self.evidence().same_fingerprint() {
            Some(false) => Proof::Holds(probes.into()),
            Some(true) => Proof::Fails(probes.into()),
            None => {
                let shown = |probe: &Probe| self.evidence().outcome(*probe) == Some(Outcome::Accepted);
                Proof::open(self.need(probes.into_iter().find(|probe| !shown(probe)).unwrap_or(probes[0])))
            }
        }
    }

    /// Nothing of the service itself came back: a transport error, or a front's word for it.
    pub fn unreached(&self, probe: Probe) -> Proof {
        match self.evidence().of(probe).map(|observation| &observation.response) {
            Some(Response::Unreached(TransportError::Certificate(_))) | None => Proof::open(self.need(probe)),
            Some(Response::Unreached(_)) => Proof::Holds([probe].into()),
            // Who asks for patience is there.
            Some(seen) if seen.outcome(probe) == Outcome::RateLimited => Proof::open(self.need(probe)),
            Some(seen) if seen.is_gateway_error() => Proof::Holds([probe].into()),
            Some(seen) if seen.may_be_from_a_proxy() => Proof::open(self.need(probe)),
            Some(_) => Proof::Fails([probe].into()),
        }
    }

    /// Breaks down, or answers so late that something behind it must be waiting in vain.
    pub fn breaks(&self, ask: Presentation) -> Proof {
        let probe = Probe::Present(ask);
        let slow = |observation: &Observation| {
            let usual =
                self.elapsed(self.missing(ask.endpoint)).max(self.elapsed(self.auth(self.settings().auth_takes)));
            observation.elapsed > self.settings().patience.max(usual.saturating_mul(4))
        };
        match self.evidence().of(probe) {
            Some(observation) => match observation.response.outcome(probe) {
                Outcome::Failed => Proof::Holds([probe].into()),
                Outcome::Unreached if observation.response == Response::Unreached(TransportError::Timeout) => {
                    Proof::Holds([probe].into())
                }
                Outcome::Rejected if slow(observation) => Proof::Holds([probe].into()),
                Outcome::Accepted | Outcome::Rejected => Proof::Fails([probe].into()),
                _ => Proof::open(self.need(probe)),
            },
            None => Proof::open(self.need(probe)),
        }
    }

    /// What the server selected of the offered subprotocols, on an accepted handshake.
    pub fn selects_nothing(&self, ask: Presentation) -> Proof {
        let probe = Probe::Present(ask);
        match self.evidence().of(probe).map(|observation| &observation.response) {
            Some(Response::WebSocket(connection)) if connection.offered => match connection.selected {
                None => Proof::Holds([probe].into()),
                Some((_, true)) => Proof::Fails([probe].into()),
                Some((_, false)) => Proof::open("an answer that selects what was offered, or nothing"),
            },
            _ => Proof::open(self.need(probe)),
        }
    }

    /// The server says, as a number in its answer, that the token is so many characters longer than it was sent.
    pub fn reported_longer_by(&self, ask: Presentation, chars: usize) -> Proof {
        let probe = Probe::Present(ask);
        let Some(facts) = self.evidence().token(ask.token, ask.user) else { return Proof::open(self.need(probe)) };
        match self.evidence().of(probe) {
            Some(observation) if observation.response.has_number(facts.chars + chars) => Proof::Holds([probe].into()),
            Some(observation) if observation.response.has_number(facts.chars) => Proof::Fails([probe].into()),
            _ => Proof::open("an answer that tells the token's length".to_owned()),
        }
    }

    /// By its own claims the token is valid now.
    pub fn is_fresh(&self) -> Proof {
        let skew = i64::try_from(self.settings().skew.as_secs()).unwrap_or(i64::MAX);
        match self.evidence().token(self.token(), self.user()) {
            Some(facts)
                if facts.expires_in.is_some_and(|left| left <= 0)
                    || facts.issued_ago.is_some_and(|ago| ago < -skew) =>
            {
                Proof::Fails([Probe::Login(self.user())].into())
            }
            Some(_) => Proof::Holds([Probe::Login(self.user())].into()),
            None => Proof::open(self.need(Probe::Login(self.user()))),
        }
    }

    fn elapsed(&self, ask: Presentation) -> Duration {
        self.evidence().of(Probe::Present(ask)).map_or(Duration::MAX / 8, |observation| observation.elapsed)
    }
}
