//! The questions that rules ask of handshakes: what was opened, and how it ended.

use super::case::Case;
use super::proof::{Probes, Proof};
use crate::evidence::{Connection, End};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Carriers, Endpoint, Presentation, Probe};

impl Case<'_> {
    /// Every credential, and none, as it was presented at the gateway's own address.
    pub fn handshakes(&self) -> Vec<Presentation> {
        let asks = self.evidence().iter().filter_map(|(probe, _)| match probe {
            Probe::Present(ask) if ask.endpoint == Endpoint::WebSocket => Some(ask),
            _ => None,
        });
        asks.filter(|ask| {
            ask.attempt(Attempt::First).is_plain() && matches!(ask.attempt, Attempt::First | Attempt::Repeat(_))
        })
        .collect()
    }

    /// The handshakes that were answered with 101, at the gateway's own address or around the proxy.
    pub fn conversations(&self) -> impl Iterator<Item = (Probe, &Connection)> {
        self.evidence().iter().filter_map(|(probe, observation)| Some((probe, observation.response.connection()?)))
    }

    /// A 101 came, for whatever credential.
    pub fn some_opened(&self) -> Proof {
        let opened = |ask: &Presentation| {
            let observation = self.evidence().of(Probe::Present(*ask));
            observation.is_some_and(|observation| observation.response.connection().is_some())
        };
        match self.handshakes().into_iter().find(opened) {
            Some(ask) => Proof::Holds([Probe::Present(ask)].into()),
            None => Proof::open(self.need(Probe::Present(self.presented()))),
        }
    }

    /// No credential, good or bad or none, was answered with 101, and each was answered with a status.
    pub fn none_opened(&self) -> Proof {
        let forms = [
            self.presented(),
            self.gateway(Carriers::HEADER),
            self.gateway(Carriers::SUBPROTOCOL),
            self.missing(Endpoint::WebSocket),
        ];
        Proof::all(forms.map(|ask| {
            let probe = Probe::Present(ask);
            match self.evidence().of(probe).map(|observation| &observation.response) {
                Some(seen) if seen.status().is_some() => Proof::Holds([probe].into()),
                Some(seen) if seen.connection().is_some() => Proof::Fails([probe].into()),
                _ => Proof::open(self.need(probe)),
            }
        }))
    }

    /// The same words for every credential that was tried, and for none.
    pub fn all_handshakes_alike(&self) -> Proof {
        let missing = self.missing(Endpoint::WebSocket);
        let forged = self.forged(self.presented())[0];
        let forms = [self.presented(), self.gateway(Carriers::HEADER), self.gateway(Carriers::SUBPROTOCOL), forged];
        Proof::all(forms.map(|ask| self.same_response(ask, missing)))
    }

    /// After the 101 it came to an end that refuses nobody: without a word, or never.
    pub fn breaks_off(&self, ask: Presentation) -> Proof {
        let probe = Probe::Present(ask);
        let Some(observation) = self.evidence().of(probe) else { return Proof::open(self.need(probe)) };
        let off = observation.response.connection().map(|connection| match &connection.end {
            End::Dropped | End::Silent | End::Violation(_) => true,
            End::Closed { code: 1011, .. } => connection.frames.is_empty(),
            End::Closed { .. } => observation.response.outcome(probe) == Outcome::Failed,
            End::Open => false,
        });
        match off {
            Some(true) => Proof::Holds([probe].into()),
            Some(false) => Proof::Fails([probe].into()),
            None => Proof::open(self.need(probe)),
        }
    }

    /// A connection that was watched after its welcome lasted, or did not.
    pub fn lasts(&self, probe: Probe) -> Proof {
        let welcomed =
            self.evidence().of(probe).and_then(|seen| seen.response.connection()).is_some_and(|seen| seen.welcomed);
        match welcomed || !self.settings().welcome {
            true => self.reads_once(probe, Outcome::Accepted, &[Outcome::Failed]),
            false => Proof::open(self.need(probe)),
        }
    }

    /// The 101s of which something is true.
    pub fn conversations_where(&self, is: impl Fn(&Connection) -> bool) -> Probes {
        self.conversations().filter(|(_, connection)| is(connection)).map(|(probe, _)| probe).collect()
    }
}
