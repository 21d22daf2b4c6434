//! The way of a token as a sequence of exchanges: login, then each place that it is presented at, and the hop at which it dies.

use super::headline::is_a_cause;
use super::impact::{presented, used};
use super::place;
use super::rows::Mark;
use crate::diagnosis::{Diagnosis, Verification, Verified};
use crate::evidence::Evidence;
use crate::vocabulary::{Endpoint, Probe, Service};

/// The exchanges in their order.
pub(super) struct Flow {
    /// Whom the client speaks to, each once.
    pub(super) services: Vec<Service>,
    pub(super) steps: Vec<Step>,
    /// Whether auth and the backend hold the same secret, where that is known.
    pub(super) same_secret: Option<bool>,
}

/// One exchange of the client.
pub(super) struct Step {
    pub(super) with: Service,
    /// What it is for.
    pub(super) what: &'static str,
    /// Its method and address.
    pub(super) request: String,
    pub(super) response: String,
    pub(super) mark: Mark,
    /// It is the first that fails, and this is why.
    pub(super) broken: Option<String>,
}

impl Flow {
    pub(super) fn of(evidence: &Evidence, diagnosis: &Diagnosis) -> Self {
        let logins = used(evidence, |probe| matches!(probe, Probe::Login(_)));
        let places = [
            ("log in", logins),
            ("validate the token", presented(evidence, Endpoint::Validation)),
            ("use it in a request", presented(evidence, Endpoint::Rest)),
            ("use it in a WebSocket", presented(evidence, Endpoint::WebSocket)),
        ];
        let mut steps: Vec<Step> =
            places.into_iter().filter_map(|(what, probes)| Step::of(evidence, what, &probes)).collect();
        if let Some(first) = steps.iter_mut().find(|step| step.mark == Mark::Bad) {
            first.broken = Some(cause(diagnosis));
        }
        let mut services: Vec<Service> = steps.iter().map(|step| step.with).collect();
        services.dedup();
        let same_secret = match Verification::Secrets.outcome(evidence, diagnosis) {
            Verified::Pass(_) => Some(true),
            Verified::Fail(_) => Some(false),
            Verified::NotPossible(_) => None,
        };
        Flow { services, steps, same_secret }
    }
}

impl Step {
    /// Of several, the one that fails stands for all.
    fn of(evidence: &Evidence, what: &'static str, probes: &[Probe]) -> Option<Self> {
        let is_bad = |probe: &&Probe| Mark::of(evidence, **probe) == Mark::Bad;
        let probe = *probes.iter().find(is_bad).or(probes.first())?;
        Some(Step {
            with: probe.service(),
            what,
            request: place::request(evidence, probe).unwrap_or_default(),
            response: evidence.summary(probe),
            mark: Mark::of(evidence, probe),
            broken: None,
        })
    }
}

/// The worst fault, in a word.
fn cause(diagnosis: &Diagnosis) -> String {
    let cause = diagnosis.findings.iter().find(|finding| is_a_cause(finding));
    cause.map_or_else(|| "the cause is not proven".to_owned(), |finding| finding.fault.to_string())
}
