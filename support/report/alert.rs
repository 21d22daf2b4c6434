//! What is shown beside a file: each finding in one line, a check that proves nothing, and what a gate requires and does not find.

use super::Told;
use super::headline::{counted, of_check};
use super::rows::most_telling_first;
use super::told::CHECK;
use crate::diagnosis::{Finding, Verdict};
use crate::evidence::Evidence;
use crate::vocabulary::Severity;
use crate::wording::sentence;

/// The rule of a check that proves nothing: without an alert it would look as if all were well.
pub(super) const INCONCLUSIVE: &str = "inconclusive";
/// The rule of what a gate requires beside a healthy check.
pub(super) const GATE: &str = "gate";

/// One of them.
pub(super) struct Alert {
    /// The code of a fault, or one of the rules above.
    pub(super) rule: &'static str,
    /// Of a gate, which of its conditions.
    pub(super) condition: Option<String>,
    pub(super) severity: Severity,
    pub(super) text: String,
    /// The line of the file that describes its target, from 1.
    pub(super) line: Option<usize>,
}

/// All of them, the findings first.
pub(super) fn alerts(told: &Told<'_>) -> Vec<Alert> {
    let Told { evidence, diagnosis, .. } = told;
    let line = evidence.run.described.as_ref().map(|described| described.line);
    let inconclusive = (diagnosis.verdict == Verdict::Inconclusive).then(|| Alert {
        rule: INCONCLUSIVE,
        condition: None,
        severity: Severity::Warning,
        text: format!("{}; {}.", of_check(evidence, diagnosis), counted(evidence, diagnosis)),
        line,
    });
    // Of the check its findings say more.
    let unmet = told.unmet().filter(|condition| condition.code != CHECK).map(|condition| Alert {
        rule: GATE,
        condition: Some(condition.code.clone()),
        severity: if condition.verdict == Verdict::Faulty { Severity::Error } else { Severity::Warning },
        text: format!("{}: {}.", sentence(&condition.name), condition.because),
        line,
    });
    diagnosis.findings.iter().map(|finding| of_finding(evidence, finding)).chain(inconclusive).chain(unmet).collect()
}

/// At the address of the service that it is found at.
fn of_finding(evidence: &Evidence, finding: &Finding) -> Alert {
    let service = most_telling_first(evidence, &finding.because).first().map(|probe| probe.service());
    let described = evidence.run.described.as_ref();
    Alert {
        rule: finding.fault.code(),
        condition: None,
        severity: finding.severity,
        text: format!("{}. Fix: {}", sentence(&finding.headline), sentence(&finding.remedy)),
        line: described.map(|it| service.map_or(it.line, |service| it.line_of(service))),
    }
}
