//! How many requests a check may send to one service.

use super::{Draft, DryRun};
use crate::outcome::Expectation;
use crate::plan;
use crate::vocabulary::{Endpoint, Probe, Service};

/// What one service gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests, where nothing is wrong. The responses decide how many valid tokens are sent between others, so it is no bound.
    pub healthy: usize,
    /// Those of them that a healthy service may reject.
    pub may_be_rejected: usize,
    /// Requests, whatever the responses are.
    pub most: usize,
}

impl DryRun {
    /// For this service.
    pub fn counts(&self, service: Service) -> Counts {
        let there = |probe: &Probe| probe.service() == service;
        // A valid token that is sent to see whether it is still accepted may be sent to another service of the same origin.
        let same_origin = |probe: &Probe| self.verifier(probe.service()) == self.verifier(service);
        let usual = || self.rounds.iter().flat_map(|(_, drafts)| drafts).map(probe);
        let all = || usual().chain(self.with_reason.iter().map(probe));
        let requests = |probe: Probe| self.requests(probe);
        let may_be_rejected = |probe: &Probe| self.may_be_rejected(*probe);
        let rejected = all().filter(same_origin).filter(may_be_rejected).count();
        Counts {
            healthy: usual().filter(there).map(requests).sum(),
            may_be_rejected: usual().filter(there).filter(may_be_rejected).count(),
            most: match all().filter(there).map(requests).sum() {
                0 => 0,
                listed => listed + rejected.min(plan::most_controls(self.settings.load)),
            },
        }
    }

    fn may_be_rejected(&self, probe: Probe) -> bool {
        probe.presented().is_some_and(|one| one.expectation(&self.settings) != Expectation::Accept)
    }

    /// A login may need other requests before it.
    fn requests(&self, probe: Probe) -> usize {
        match probe {
            Probe::Login(_) | Probe::SecondLogin(_) => 1 + self.steps,
            _ => 1,
        }
    }

    fn verifier(&self, service: Service) -> Service {
        match service {
            Service::Auth => self.settings.verifier(Endpoint::Validation),
            Service::Backend => self.settings.verifier(Endpoint::Rest),
            Service::Gateway => self.settings.verifier(Endpoint::WebSocket),
            Service::Issuer => Service::Issuer,
        }
    }
}

fn probe((probe, _): &Draft) -> Probe {
    *probe
}
