//! One word for the whole: healthy, faulty, or inconclusive.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::finding::Finding;
use crate::evidence::Evidence;
use crate::vocabulary::{Endpoint, Probe, Severity};

/// The result of a check in one word; `fivewhys check` exits with 0, 1 or 3 for the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// Every probe came out as on a healthy target.
    Healthy,
    /// A critical fault or an error is confirmed.
    Faulty,
    /// Something is wrong that no confirmed error explains, a needed probe could not be made, or the deadline came before all were.
    Inconclusive,
}

/// Warnings and notes explain nothing: what did not come out as on a healthy target is healthy in no case.
pub(super) fn of(evidence: &Evidence, findings: &[Finding]) -> Verdict {
    // What was confirmed by then is told, and the exit code says that the check was not made to its end.
    if evidence.run.interrupted {
        return Verdict::Inconclusive;
    }
    if findings.iter().any(|finding| finding.severity <= Severity::Error) {
        return Verdict::Faulty;
    }
    let unexpected = unexpected(evidence).next().is_some();
    let in_time = evidence.late().next().is_none();
    match !unexpected && in_time && needed_were_made(evidence) {
        true => Verdict::Healthy,
        false => Verdict::Inconclusive,
    }
}

/// Probes that did not come out as on a healthy target.
pub(super) fn unexpected(evidence: &Evidence) -> impl Iterator<Item = Probe> + '_ {
    evidence.iter().map(|(probe, _)| probe).filter(|probe| evidence.is_as_expected_at_once(*probe) == Some(false))
}

/// A check that has presented no token of the client at one of the places has tested nothing there.
fn needed_were_made(evidence: &Evidence) -> bool {
    let with_token = |endpoint: &Endpoint| {
        evidence.presentations().any(|one| one.endpoint == *endpoint && one.token.is_the_clients())
    };
    let mut there = Endpoint::VARIANTS.iter().filter(|endpoint| evidence.is_there(**endpoint)).peekable();
    there.peek().is_some() && there.all(with_token)
}
