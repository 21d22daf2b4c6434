//! What a healthy target does with a probe.

use super::Outcome;
use crate::evidence::{End, Evidence, Extracted, Response, Seen, Settings};
use crate::vocabulary::{Endpoint, Presentation, Probe, Reading, Service, TokenKind, Variation};
use strum::VariantArray;

/// What a healthy target does with a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// It accepts the token, or responds as the target's file describes.
    Accept,
    /// It rejects the token.
    Reject,
    /// A control: any response is information, none is a failure.
    Any,
}

impl Probe {
    /// What a healthy target with these settings does with the probe.
    pub fn expectation(self, settings: &Settings) -> Expectation {
        match self {
            Probe::LoginUnknownPath
            | Probe::LoginGet
            | Probe::SecondLogin(_)
            | Probe::LaterLogin(..)
            | Probe::Discovery(Reading::Again)
            | Probe::Keys(Reading::Again)
            | Probe::PlainGet
            | Probe::UpgradeUnknownPath
            | Probe::WatchWithPings => Expectation::Any,
            Probe::Present(presented) => presented.expectation(settings),
            Probe::Health(_)
            | Probe::Fingerprint(_)
            | Probe::Login(_)
            | Probe::Discovery(Reading::First)
            | Probe::Keys(Reading::First)
            | Probe::Watch => Expectation::Accept,
        }
    }
}

impl Presentation {
    /// What a healthy target with these settings does with the token.
    pub fn expectation(self, settings: &Settings) -> Expectation {
        match self.token {
            // A proxy may reject the header for its length.
            _ if self.variation == Variation::LongHeader => Expectation::Any,
            token if token.is_invalid() => Expectation::Reject,
            TokenKind::Issued | TokenKind::SelfSigned if self.is_the_clients_usual(settings) => Expectation::Accept,
            _ => Expectation::Any,
        }
    }

    /// Whether the real client sends its token there in this way, so that a healthy deployment must accept it.
    fn is_the_clients_usual(self, settings: &Settings) -> bool {
        self.carriers == settings.usual(self.endpoint)
            && matches!(self.variation, Variation::None | Variation::ServiceCredentials)
    }
}

impl Evidence {
    /// What a healthy target does with the probe, as far as the other responses tell.
    pub fn expectation(&self, probe: Probe) -> Expectation {
        match probe {
            // The default path is a convention: a service without it may be healthy.
            Probe::Health(service)
                if !self.names_health_path(service)
                    && self.of(probe).and_then(|seen| seen.response.status()) == Some(404) =>
            {
                Expectation::Any
            }
            // So is the path of the gateway's fingerprint: that of the others.
            Probe::Fingerprint(Service::Gateway)
                if !self.settings.endpoints.named.fingerprint && self.outcome(probe) != Some(Outcome::Accepted) =>
            {
                Expectation::Any
            }
            // Verifiers that accept tokens have their keys already: what is lacking hurts nobody yet.
            Probe::Discovery(_) | Probe::Keys(_)
                if self.outcome(probe) != Some(Outcome::Accepted) && self.is_accepted_everywhere() =>
            {
                Expectation::Any
            }
            Probe::Present(presented) if self.needs_service_credentials(presented) => Expectation::Any,
            Probe::Present(presented) if !self.has_to_be_there(presented) => Expectation::Any,
            _ => probe.expectation(&self.settings),
        }
    }

    fn names_health_path(&self, service: Service) -> bool {
        self.settings.endpoints.named.health[usize::from(service != Service::Auth)]
    }

    /// A path that the target's file names has to be there, and a valid token tells that; of one that is not, nothing is rejected.
    fn has_to_be_there(&self, presented: Presentation) -> bool {
        let is_named = presented.endpoint == Endpoint::Validation && self.settings.endpoints.named.validation;
        self.is_there(presented.endpoint) || is_named && presented.token.is_the_clients()
    }

    /// Whether each place of the target accepts a token of the client, as the client presents it.
    pub fn is_accepted_everywhere(&self) -> bool {
        let accepts = |endpoint: &&Endpoint| {
            let is_usual = |one: &Presentation| {
                one.endpoint == **endpoint && one.token.is_the_clients() && one.is_the_clients_usual(&self.settings)
            };
            self.presentations().filter(is_usual).any(|one| self.outcome(one) == Some(Outcome::Accepted))
        };
        let mut there = Endpoint::VARIANTS.iter().filter(|endpoint| self.is_there(**endpoint)).peekable();
        there.peek().is_some() && there.all(|endpoint| accepts(&endpoint))
    }

    /// Whether the target has that place, as far as its responses tell. Auth without the validation path responds 404 or 405 to
    /// whatever is presented there. What the target's file does not describe is there where a response is as the default says.
    pub fn is_there(&self, endpoint: Endpoint) -> bool {
        let settings = &self.settings;
        if !settings.has(endpoint) {
            return false;
        }
        let responses = || {
            let there = |probe: Probe| probe.presented().is_some_and(|one| one.endpoint == endpoint);
            self.iter().filter(move |(probe, _)| there(*probe)).map(|(_, seen)| &seen.response)
        };
        let no_such_path = |response: &Response| matches!(response.status(), Some(404 | 405));
        let is_missing = || responses().next().is_some() && responses().all(no_such_path);
        // Where nothing is reached, nothing tells.
        let has_verdict = |response: &Response| match response {
            Response::Http(http) => matches!(http.extracted, Extracted::Bool(_)) || (500..=599).contains(&http.status),
            Response::Unreached(_) | Response::NotHttp => true,
            Response::WebSocket(_) => false,
        };
        match endpoint {
            Endpoint::Validation if settings.endpoints.assumed.validation => {
                responses().next().is_none() || responses().any(has_verdict)
            }
            Endpoint::Validation => !is_missing(),
            Endpoint::Rest if settings.endpoints.assumed.rest => !is_missing(),
            Endpoint::Rest | Endpoint::WebSocket => true,
        }
    }

    /// A valid token without them, at an auth service that accepts it with service credentials only.
    fn needs_service_credentials(&self, presented: Presentation) -> bool {
        let is_valid = |one: &Presentation| one.endpoint == Endpoint::Validation && one.token.is_the_clients();
        let accepted = |with: Variation| {
            let mut all = self.presentations().filter(is_valid).filter(|one| one.variation == with);
            all.any(|one| self.outcome(one) == Some(Outcome::Accepted))
        };
        let is_plain = is_valid(&presented) && presented.variation == Variation::None;
        is_plain && accepted(Variation::ServiceCredentials) && !accepted(Variation::None)
    }

    /// Whether the probe came out as it does on a healthy target; `None` where it was not made.
    pub fn is_as_expected(&self, probe: Probe) -> Option<bool> {
        let Seen { observation, outcome, tells_of_a_circuit_breaker, .. } = self.seen(probe)?;
        let response = &observation.response;
        Some(match self.expectation(probe) {
            // A watched connection shows only whether it lasts; offers are seen where a token is presented.
            Expectation::Accept => {
                let as_another_user = self.names_its_user(probe) == Some(false);
                let suits = probe == Probe::Watch || response.suits_a_strict_client();
                *outcome == Outcome::Accepted && suits && !as_another_user
            }
            // A page, a redirect or a server error is no rejection.
            Expectation::Reject => {
                let hangs_up = || probe.service() == Service::Gateway && self.is_cut_off(probe);
                let rejected = *outcome == Outcome::Rejected && !tells_of_a_circuit_breaker;
                rejected || hangs_up() || self.is_closed_instead(probe) || self.is_bad_request(probe)
            }
            Expectation::Any => true,
        })
    }

    /// Whether the gateway welcomes a valid token, and closes this connection instead, with a code that the target's file does not
    /// know. An error of the server is no rejection (RFC 6455 §7.4.1).
    fn is_closed_instead(&self, probe: Probe) -> bool {
        let seen = self.seen(probe).filter(|seen| !seen.tells_of_a_circuit_breaker);
        let connection = seen.and_then(|seen| seen.observation.response.connection());
        let is_closed = connection.is_some_and(|connection| {
            let is_error = matches!(connection.end, End::Closed { code: 1005 | 1006 | 1011..=1013, .. });
            matches!(connection.end, End::Closed { .. }) && !is_error && !connection.welcomed
        });
        let accepts = |one: Presentation| {
            one.endpoint == Endpoint::WebSocket
                && one.token.is_the_clients()
                && self.outcome(one) == Some(Outcome::Accepted)
        };
        is_closed && self.settings.welcome && self.presentations().any(accepts)
    }

    /// Whether the endpoint accepts a valid token, and responds to this one with a client error: some services hide what exists
    /// behind 404, or find fault with the request. Limits, timeouts and oversized headers are no rejections.
    fn is_bad_request(&self, probe: Probe) -> bool {
        let status = self.of(probe).and_then(|seen| seen.response.status());
        let accepted = |endpoint: Endpoint| {
            let mut there = self.presentations().filter(|one| one.endpoint == endpoint && one.token.is_the_clients());
            there.any(|one| self.outcome(one) == Some(Outcome::Accepted))
        };
        let is_error = status.is_some_and(|it| matches!(it, 400..=499) && !matches!(it, 408 | 425 | 429 | 431));
        is_error && probe.presented().is_some_and(|one| accepted(one.endpoint))
    }

    /// Whether it did so at the first attempt, which is the one that counts.
    pub fn is_as_expected_at_once(&self, probe: Probe) -> Option<bool> {
        let at_once = self.of(probe)?.retried.is_none() || self.expectation(probe) == Expectation::Any;
        self.is_as_expected(probe).map(|expected| expected && at_once)
    }
}
