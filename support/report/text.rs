//! The report as text, without colour. The first screen says what is broken, where, what to do and how
//! sure that is; everything else is a line that says how to get it, or `--verbose`.

mod commands;
mod everything;
mod finding;
mod healthy;
mod impact;
mod inconclusive;
mod place;
mod probes;
mod remarks;
mod result;

use std::fmt::Write;

use super::layout::Page;
use crate::diagnosis::{Diagnosis, Finding, Verdict};
use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::vocabulary::{Fault, Severity};

/// The whole report on an empty page, which ends with a line break; with everything that it otherwise folds.
pub(super) fn render(mut out: Page, evidence: &Evidence, diagnosis: &Diagnosis, is_verbose: bool) -> String {
    let mut end = out.another();
    headline(&mut out, evidence, diagnosis);
    remarks::render(&mut end, evidence);
    result::render(&mut end, evidence, diagnosis, is_verbose);
    // How busy this machine is decides nothing else of the report.
    let fixed = out.lines() + end.lines() - usize::from(remarks::was_late(evidence));
    let room = SCREEN.saturating_sub(fixed);
    match diagnosis.verdict {
        Verdict::Faulty if is_verbose => finding::every(&mut out, evidence, diagnosis),
        Verdict::Healthy => healthy::render(&mut out, evidence, diagnosis, is_verbose),
        Verdict::Faulty => finding::render(&mut out, evidence, diagnosis, room),
        Verdict::Inconclusive => inconclusive::render(&mut out, evidence, diagnosis),
    }
    if is_verbose {
        everything::render(&mut out, evidence, diagnosis);
    }
    out.append(&end);
    out.into_text()
}

/// In lines: a report with one finding is not longer.
const SCREEN: usize = 35;

/// The first line alone.
pub(super) fn verdict(mut out: Page, evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    headline(&mut out, evidence, diagnosis);
    out.into_text().trim_end().to_owned() + "\n"
}

/// The verdict, and how many probes failed.
fn headline(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis) {
    let target = &evidence.settings.target;
    let made = evidence.iter().count();
    let failed = evidence.iter().filter(|(probe, _)| probes::is_bad(evidence, *probe)).count();
    let verdict = match (diagnosis.verdict, failed) {
        (Verdict::Healthy, _) => format!("✓ {target} is healthy"),
        // A wrong setting of the check itself, or what only a probe reaches.
        (Verdict::Faulty, 0) => format!("✗ {target} is faulty: {}", causes(diagnosis)),
        (Verdict::Faulty, _) => format!("✗ {target} is broken: {}", causes(diagnosis)),
        (Verdict::Inconclusive, _) if evidence.run.interrupted => format!("? the check of {target} was interrupted"),
        (Verdict::Inconclusive, 0) if evidence.late().next().is_some() => {
            format!("? {target} was not checked to the end")
        }
        (Verdict::Inconclusive, 0) => format!("? {target} could not be checked"),
        (Verdict::Inconclusive, _) if only_limited(evidence) => {
            format!("? {target} limits requests, and was not checked whole")
        }
        (Verdict::Inconclusive, _) => format!("? {target} is broken, and the cause is not proven"),
    };
    let counted = match diagnosis.verdict {
        Verdict::Healthy => format!("{made} probes as expected ({:.1} s)", evidence.run.elapsed.as_secs_f64()),
        Verdict::Faulty | Verdict::Inconclusive => format!("{failed} of {made} probes failed"),
    };
    let gap = out.width().saturating_sub(verdict.chars().count() + counted.chars().count());
    let gap = if gap < 2 { "\n  ".to_owned() } else { " ".repeat(gap) };
    _ = writeln!(out, "{verdict}{gap}{counted}\n");
}

/// Nothing failed but what a limit of requests kept from being seen.
fn only_limited(evidence: &Evidence) -> bool {
    probes::failed(evidence).all(|probe| evidence.outcome(probe) == Some(Outcome::RateLimited))
}

fn causes(diagnosis: &Diagnosis) -> String {
    let causes: Vec<&Finding> = diagnosis.findings.iter().filter(|finding| is_a_cause(finding)).collect();
    // A cause that rests on the same responses as a worse one is that one, told more exactly.
    let rests_on = |one: &Finding, other: &Finding| one.because.iter().all(|probe| other.because.contains(probe));
    let is_told = |at: usize| causes[..at].iter().any(|worse| rests_on(causes[at], worse));
    match (0..causes.len()).filter(|at| !is_told(*at)).count() {
        1 => "1 root cause found".to_owned(),
        more => format!("{more} root causes found"),
    }
}

/// It breaks something, or lets a client in that should not get in.
fn is_a_cause(finding: &Finding) -> bool {
    finding.severity <= Severity::Error
}

/// How many of so many failed, of the tokens that should be accepted.
fn failed_of(evidence: &Evidence, failed: usize, all: usize) -> String {
    let expired = evidence.token_facts().filter(|token| token.has_expired()).count();
    let tokens = match evidence.token_facts().count() - expired {
        0 if expired > 0 => "expired tokens",
        _ if expired > 0 => "of the client's tokens",
        _ => "valid tokens",
    };
    format!("{failed} of {all} {tokens} failed")
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
