//! The report as text, at most 80 columns wide, without colour. The first screen says what is broken, where, what to do and how
//! sure that is; everything else is a line that says how to get it, or `--verbose`.

mod everything;
mod finding;
mod healthy;
mod inconclusive;
mod place;
mod probes;
mod remarks;
mod result;

use std::fmt::Write;

use super::layout::WIDTH;
use crate::diagnosis::{Diagnosis, Finding, Verdict};
use crate::evidence::Evidence;
use crate::vocabulary::{Fault, Severity};

/// The whole report, which ends with a line break; with everything that it otherwise folds.
pub(super) fn render(evidence: &Evidence, diagnosis: &Diagnosis, is_verbose: bool) -> String {
    let (mut out, mut end) = (String::new(), String::new());
    headline(&mut out, evidence, diagnosis);
    remarks::render(&mut end, evidence);
    result::render(&mut end, evidence, diagnosis, is_verbose);
    let room = SCREEN.saturating_sub(out.lines().count() + end.lines().count());
    match diagnosis.verdict {
        Verdict::Faulty if is_verbose => finding::every(&mut out, evidence, diagnosis),
        Verdict::Healthy => healthy::render(&mut out, evidence, diagnosis, is_verbose),
        Verdict::Faulty => finding::render(&mut out, evidence, diagnosis, room),
        Verdict::Inconclusive => inconclusive::render(&mut out, evidence, diagnosis),
    }
    if is_verbose {
        everything::render(&mut out, evidence, diagnosis);
    }
    out + &end
}

/// In lines: a report with one finding is not longer.
const SCREEN: usize = 35;

/// The verdict, and how many probes failed.
fn headline(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    let target = &evidence.settings.target;
    let (made, failed) = (evidence.iter().count(), probes::failed(evidence).count());
    let verdict = match (diagnosis.verdict, failed) {
        (Verdict::Healthy, _) => format!("✓ {target} is healthy"),
        // A wrong setting of the check itself, or what only a probe reaches.
        (Verdict::Faulty, 0) => format!("✗ {target} is faulty: {}", causes(diagnosis)),
        (Verdict::Faulty, _) => format!("✗ {target} is broken: {}", causes(diagnosis)),
        (Verdict::Inconclusive, 0) if !evidence.late().is_empty() => format!("? {target} was not checked to the end"),
        (Verdict::Inconclusive, 0) => format!("? {target} could not be checked"),
        (Verdict::Inconclusive, _) => format!("? {target} is broken, and the cause is not proven"),
    };
    let counted = match diagnosis.verdict {
        Verdict::Healthy => format!("{made} probes as expected"),
        Verdict::Faulty | Verdict::Inconclusive => format!("{failed} of {made} probes failed"),
    };
    let gap = WIDTH.saturating_sub(verdict.chars().count() + counted.chars().count());
    let gap = if gap < 2 { "\n  ".to_owned() } else { " ".repeat(gap) };
    _ = writeln!(out, "{verdict}{gap}{counted}\n");
}

fn causes(diagnosis: &Diagnosis) -> String {
    match diagnosis.findings.iter().filter(|finding| is_a_cause(finding)).count() {
        1 => "1 root cause found".to_owned(),
        more => format!("{more} root causes found"),
    }
}

/// It breaks something, or lets somebody in.
fn is_a_cause(finding: &Finding) -> bool {
    finding.severity <= Severity::Error
}

fn label(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn codes(faults: &[Fault]) -> String {
    faults.iter().map(|fault| fault.code()).collect::<Vec<_>>().join(", ")
}
