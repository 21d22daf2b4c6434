//! What a healthy target does with a probe.

use super::Outcome;
use crate::evidence::{Evidence, Settings};
use crate::vocabulary::{Carriers, Change, Endpoint, Presentation, Probe, TokenKind, Variation};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    Accept,
    Reject,
    /// A control: any response is information, none is a failure.
    Any,
}

impl Probe {
    pub fn expectation(self, settings: &Settings) -> Expectation {
        match self {
            Probe::LoginUnknownPath
            | Probe::LoginGet
            | Probe::SecondLogin
            | Probe::PlainGet
            | Probe::UpgradeUnknownPath
            | Probe::WatchWithPings => Expectation::Any,
            Probe::Present(presented) => presented.expectation(settings),
            Probe::Health(_) | Probe::Fingerprint(_) | Probe::Login(_) | Probe::Watch => Expectation::Accept,
        }
    }
}

impl Presentation {
    pub fn expectation(self, settings: &Settings) -> Expectation {
        match self.token {
            TokenKind::Resigned(_, Change::Expired) => Expectation::Any,
            token if token.is_invalid() => Expectation::Reject,
            TokenKind::Issued | TokenKind::SelfSigned if self.is_the_clients_usual(settings) => Expectation::Accept,
            _ => Expectation::Any,
        }
    }

    /// Whether the real client sends its token there in this way, so that a healthy deployment must accept it.
    fn is_the_clients_usual(self, settings: &Settings) -> bool {
        let carriers = match self.endpoint {
            Endpoint::Validation => Carriers::BODY,
            Endpoint::Rest => Carriers::HEADER,
            Endpoint::WebSocket => settings.presents,
        };
        self.carriers == carriers && matches!(self.variation, Variation::None | Variation::ServiceCredentials)
    }
}

impl Evidence {
    /// Whether the probe came out as it does on a healthy target; `None` where it was not made.
    pub fn is_as_expected(&self, probe: Probe) -> Option<bool> {
        let response = &self.of(probe)?.response;
        let outcome = response.outcome(probe);
        Some(match probe.expectation(&self.settings) {
            // The path is a convention: a service without it may be healthy.
            _ if matches!(probe, Probe::Health(_)) && response.status() == Some(404) => true,
            // A watched connection shows only whether it lasts; offers are seen where a token is presented.
            Expectation::Accept => {
                outcome == Outcome::Accepted && (probe == Probe::Watch || response.suits_a_strict_client())
            }
            Expectation::Reject => matches!(outcome, Outcome::Rejected | Outcome::Unexpected) || self.is_cut_off(probe),
            Expectation::Any => true,
        })
    }

    /// Whether it did so at the first attempt, which is the one that counts.
    pub fn is_as_expected_at_once(&self, probe: Probe) -> Option<bool> {
        let at_once = self.of(probe)?.retried.is_none() || probe.expectation(&self.settings) == Expectation::Any;
        self.is_as_expected(probe).map(|expected| expected && at_once)
    }
}
