//! The verdict in one sentence, and how many probes failed.

use super::Told;
use super::rows::{failed, is_bad};
use crate::diagnosis::{Diagnosis, Finding, Verdict};
use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::vocabulary::Severity;

/// A mark, the target and its verdict; of a gate, what it is closed by.
pub(super) fn verdict(told: &Told<'_>) -> String {
    let Told { evidence, diagnosis, conditions, .. } = told;
    let target = &evidence.settings.target;
    let is_told_by_the_check = told.verdict() == diagnosis.verdict && diagnosis.verdict != Verdict::Healthy;
    match told.unmet().next() {
        _ if conditions.is_empty() || is_told_by_the_check => of_check(evidence, diagnosis),
        None => format!("✓ {target} passes the gate"),
        Some(_) if diagnosis.verdict == Verdict::Faulty => {
            format!("? {target} is not shown to pass the gate: the check itself may be wrong")
        }
        Some(first) if first.verdict == Verdict::Inconclusive => {
            format!("? {target} is not shown to pass the gate: {}", first.name)
        }
        Some(first) => format!("{} {target} does not pass the gate: {}", first.mark(), first.name),
    }
}

/// The verdict, and at the end of the line how many probes failed.
pub(super) fn line(width: usize, told: &Told<'_>) -> String {
    let (verdict, counted) = (verdict(told), counted(told.evidence, told.diagnosis));
    let gap = width.saturating_sub(verdict.chars().count() + counted.chars().count());
    let gap = if gap < 2 { "\n  ".to_owned() } else { " ".repeat(gap) };
    format!("{verdict}{gap}{counted}\n")
}

/// The same of a check alone.
pub(super) fn of_check(evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    let target = &evidence.settings.target;
    match (diagnosis.verdict, bad(evidence)) {
        (Verdict::Healthy, _) => format!("✓ {target} is healthy"),
        // A wrong setting of the check itself, or what only a probe reaches.
        (Verdict::Faulty, 0) => format!("✗ {target} is faulty: {}", causes(diagnosis)),
        (Verdict::Faulty, _) => format!("✗ {target} is broken: {}", causes(diagnosis)),
        (Verdict::Inconclusive, _) if evidence.run.interrupted => format!("? the check of {target} was interrupted"),
        (Verdict::Inconclusive, 0) if evidence.late().next().is_some() || evidence.outlived_its_tokens() => {
            format!("? {target} was not checked to the end")
        }
        (Verdict::Inconclusive, 0) => format!("? {target} could not be checked"),
        (Verdict::Inconclusive, _) if only_limited(evidence) => {
            format!("? {target} limits requests, and was not checked whole")
        }
        (Verdict::Inconclusive, _) => format!("? {target} is broken, and the cause is not proven"),
    }
}

/// How many probes failed, or how long a healthy check took.
pub(super) fn counted(evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    let made = evidence.iter().count();
    match diagnosis.verdict {
        Verdict::Healthy => format!("{made} probes as expected ({:.1} s)", evidence.run.elapsed.as_secs_f64()),
        Verdict::Faulty | Verdict::Inconclusive => format!("{} of {made} probes failed", bad(evidence)),
    }
}

/// It breaks something, or lets a client in that should not get in.
pub(super) fn is_a_cause(finding: &Finding) -> bool {
    finding.severity <= Severity::Error
}

fn bad(evidence: &Evidence) -> usize {
    evidence.iter().filter(|(probe, _)| is_bad(evidence, *probe)).count()
}

/// Nothing failed but what a limit of requests kept from being seen.
fn only_limited(evidence: &Evidence) -> bool {
    failed(evidence).all(|probe| evidence.outcome(probe) == Some(Outcome::RateLimited))
}

fn causes(diagnosis: &Diagnosis) -> String {
    let causes: Vec<&Finding> = diagnosis.findings.iter().filter(|finding| is_a_cause(finding)).collect();
    // A cause of the same family that rests on the same responses as a worse one is that one, told more exactly.
    let rests_on = |one: &Finding, other: &Finding| {
        one.fault.family() == other.fault.family() && one.because.iter().all(|probe| other.because.contains(probe))
    };
    let is_told = |at: usize| causes[..at].iter().any(|worse| rests_on(causes[at], worse));
    match (0..causes.len()).filter(|at| !is_told(*at)).count() {
        1 => "1 root cause found".to_owned(),
        more => format!("{more} root causes found"),
    }
}
