//! How many requests a check may send to one service.

use std::collections::BTreeSet;

use super::{Draft, DryRun};
use crate::outcome::Expectation;
use crate::plan;
use crate::vocabulary::{Endpoint, Probe, Service};

/// What the services of one origin get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// What has one host and port may be one process, so these share what they get.
    pub services: Vec<Service>,
    /// Requests, where nothing is wrong. The responses decide how many valid tokens are sent between others, so it is no bound.
    pub healthy: usize,
    /// Those of them that a healthy service may reject.
    pub may_be_rejected: usize,
    /// Requests, whatever the responses are.
    pub most: usize,
}

impl DryRun {
    /// For each origin that gets a request.
    pub fn counts(&self) -> Vec<Counts> {
        let all = [Service::Auth, Service::Backend, Service::Gateway, Service::Issuer];
        let services = |origin| all.into_iter().filter(move |service| self.verifier(*service) == origin);
        let counts = all.into_iter().map(|origin| self.of_origin(services(origin).collect()));
        counts.filter(|counts| counts.most > 0).collect()
    }

    fn of_origin(&self, services: Vec<Service>) -> Counts {
        let there = |probe: &Probe| services.contains(&probe.service());
        let usual: Vec<Probe> = self.rounds.iter().flat_map(|(_, drafts)| drafts).map(probe).filter(there).collect();
        let more: Vec<Probe> = self.with_reason.iter().map(probe).filter(there).collect();
        let requests = |probes: &[Probe]| probes.iter().map(|probe| self.requests(*probe)).sum::<usize>();
        let rejected = |probes: &[Probe]| probes.iter().filter(|probe| self.may_be_rejected(**probe)).count();
        let (healthy, may_be_rejected) = (requests(&usual), rejected(&usual));
        // After each request that may be rejected, at most one valid token is sent to see whether it is still accepted.
        let between = (may_be_rejected + rejected(&more)).min(plan::most_controls(self.settings.load));
        let used = all_services(&usual, &more);
        let services = services.into_iter().filter(|service| used.contains(service)).collect();
        Counts { services, healthy, may_be_rejected, most: healthy + requests(&more) + between }
    }

    fn may_be_rejected(&self, probe: Probe) -> bool {
        plan::may_be_counted(probe) && probe.expectation(&self.settings) != Expectation::Accept
    }

    /// A login may need other requests before it.
    fn requests(&self, probe: Probe) -> usize {
        match probe {
            Probe::Login(_) | Probe::SecondLogin(_) | Probe::LaterLogin(..) => 1 + self.steps.len(),
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

fn all_services(usual: &[Probe], more: &[Probe]) -> BTreeSet<Service> {
    usual.iter().chain(more).map(|probe| probe.service()).collect()
}
