//! The end of the report: each verification in one line, what was not found, and the next command.

use std::fmt::Write;

use strum::VariantArray;

use crate::diagnosis::{Diagnosis, Verdict, Verification, Verified};
use crate::evidence::Evidence;
use crate::report::layout::{unbroken, wrap};

pub(super) fn render(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis, is_verbose: bool) {
    let outcomes: Vec<(&str, Verified)> =
        Verification::VARIANTS.iter().map(|one| (name(*one), one.outcome(evidence, diagnosis))).collect();
    let marks: Vec<String> = outcomes.iter().map(|(name, outcome)| format!("{name} {}", mark(outcome))).collect();
    _ = writeln!(out, "{}", marks.join("   "));
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, outcome) in &outcomes {
        let Verified::NotPossible(why) = outcome else { continue };
        match told.iter_mut().find(|(known, _)| known == why) {
            Some((_, names)) => names.push(name),
            None => told.push((why.clone(), vec![name])),
        }
    }
    told.iter().for_each(|(why, names)| wrap(out, "", 2, &format!("{}: not tested ({why})", names.join(", "))));
    if diagnosis.verdict == Verdict::Healthy {
        return;
    }
    let (ruled_out, open) = (diagnosis.ruled_out.len(), diagnosis.undetermined.len());
    let listed = if is_verbose { "" } else { " (--verbose lists them)" };
    if ruled_out + open > 0 {
        _ = writeln!(out, "{ruled_out} causes ruled out, {open} not tested{listed}");
    }
    let target = &evidence.settings.target;
    match diagnosis.findings.first().filter(|_| diagnosis.verdict == Verdict::Faulty) {
        Some(worst) => {
            let explain = unbroken(&format!("fivewhys explain {};", worst.fault));
            let check = unbroken(&format!("after the fix: fivewhys check {target}"));
            wrap(out, "next: ", 6, &format!("{explain} {check}"));
        }
        None => _ = writeln!(out, "next: fivewhys check {target} --dry-run lists what each setting would add"),
    }
}

fn name(verification: Verification) -> &'static str {
    match verification {
        Verification::SameService => "auth",
        Verification::CrossService => "REST",
        Verification::WebSocket => "WebSocket",
        Verification::Secrets => "same secret",
    }
}

fn mark(outcome: &Verified) -> char {
    match outcome {
        Verified::Pass(_) => '✓',
        Verified::Fail(_) => '✗',
        Verified::NotPossible(_) => '?',
    }
}
