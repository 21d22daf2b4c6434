//! Single responses of each scenario are replaced by transient errors.

use std::collections::{BTreeMap, BTreeSet};

use fivewhys::check::Checked;
use fivewhys::diagnosis::Finding;
use fivewhys::evidence::{Extracted, HttpResponse, Observation, Response};
use fivewhys::faults::diagnose;
use fivewhys::vocabulary::{Fault, Presentation, Probe, Severity};

use crate::assert_healthy_is_healthy;
use crate::every_case::every_case;

/// A developer's run replaces one response in so many, each scenario others; CI replaces each.
const STEP: usize = 16;
/// Of a scenario's number: each kind of error comes to each response.
pub(super) const CYCLE: usize = 4 * STEP;

/// One transient error does not lead elsewhere: where any one response is a server's error instead, or a rejection of what is
/// healthy, no other fault is found than those that cannot be told from the true one.
pub(super) fn assert_leads_nowhere(checked: &Checked, of_id: usize) {
    let Checked { evidence, diagnosis } = checked;
    let status = |status| HttpResponse {
        status,
        headers: BTreeMap::new(),
        body: String::new(),
        extracted: Extracted::NotLookedFor,
    };
    let true_ones: BTreeSet<Fault> = diagnosis.findings.iter().map(|finding| finding.fault).collect();
    let is_elsewhere = |finding: &Finding| {
        let like_a_true_one = finding.not_separable_from.iter().any(|fault| true_ones.contains(fault));
        finding.severity <= Severity::Error && !true_ones.contains(&finding.fault) && !like_a_true_one
    };
    let is_replaced = |number: &usize| every_case() || (number + of_id).is_multiple_of(STEP);
    for (number, (probe, _)) in evidence.iter().enumerate().filter(|(number, _)| is_replaced(number)) {
        let Probe::Present(ask) = probe else { continue };
        let missing = evidence.of(Probe::Present(Presentation::missing(ask.endpoint)));
        let transient = match ((number + of_id) / STEP % 4, missing) {
            (0, Some(missing)) if true_ones.is_empty() => missing.clone(),
            (kind, _) => Observation::of(Response::Http(status([500, 502, 500, 404][kind]))),
        };
        let said = transient.response.clone();
        let mut spoilt = evidence.clone();
        spoilt.record(probe, transient);
        let diagnosis = diagnose(&spoilt);
        assert_healthy_is_healthy(&spoilt, &diagnosis);
        let elsewhere = diagnosis.findings.into_iter().find(|finding| is_elsewhere(finding));
        assert!(elsewhere.is_none(), "{probe:?} was {said:?}: {elsewhere:?}");
    }
}
