//! The end of the report: each verification in one line, what was not found, and the next command.

use std::fmt::Write;

use strum::VariantArray;

use crate::diagnosis::{Diagnosis, Verdict, Verification, Verified};
use crate::evidence::Evidence;
use crate::report::commands;
use crate::report::layout::{Page, unbroken};
use crate::report::verifications::{as_users_see_it, mark};

pub(super) fn render(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis, is_verbose: bool) {
    let outcomes: Vec<(&str, Verified)> =
        Verification::VARIANTS.iter().map(|one| (one.title(), as_users_see_it(*one, evidence, diagnosis))).collect();
    let marked = |(name, outcome): &(&str, Verified)| format!("{name} {}", mark(outcome));
    let marks = outcomes.iter().map(marked).collect::<Vec<_>>().join("   ");
    // Beside a finding it is of little interest.
    let is_told = diagnosis.verdict != Verdict::Faulty || is_verbose;
    match with_reason(&outcomes).filter(|line| is_told && line.chars().count() <= out.width()) {
        Some(line) => _ = writeln!(out, "{line}"),
        None => {
            _ = writeln!(out, "{marks}");
            if is_told {
                not_tested(out, &outcomes);
            }
        }
    }
    if diagnosis.verdict == Verdict::Healthy {
        return;
    }
    let (ruled_out, open) = (diagnosis.ruled_out.len(), diagnosis.undetermined.len());
    let listed = if is_verbose || !out.names_flags() { "" } else { " (--verbose lists them)" };
    if ruled_out + open > 0 {
        _ = writeln!(out, "{ruled_out} causes ruled out, {open} not tested{listed}");
    }
    let (again, explain) = (commands::again(evidence), commands::explain(evidence));
    match diagnosis.findings.first().filter(|_| diagnosis.verdict == Verdict::Faulty) {
        Some(worst) => {
            let explain = unbroken(&format!("{explain} {}", worst.fault));
            let again = again.map(|again| unbroken(&format!("; after the fix: {again}")));
            out.wrap(
                "next: ",
                6,
                &(explain + &again.map(|again| again.replacen('\u{a0}', " ", 1)).unwrap_or_default()),
            );
        }
        None => {
            let dry_run = again.map(|again| unbroken(&format!("{again} --dry-run")));
            dry_run.iter().for_each(|command| out.wrap("what each setting would add: ", 2, command));
        }
    }
}

/// On one line, where only the last of them was not possible.
fn with_reason(outcomes: &[(&str, Verified)]) -> Option<String> {
    let ((name, last), before) = outcomes.split_last()?;
    let Verified::NotPossible(why) = last else { return None };
    let is_open = |(_, outcome): &(&str, Verified)| matches!(outcome, Verified::NotPossible(_));
    let marks = before.iter().map(|(name, outcome)| format!("{name} {}   ", mark(outcome))).collect::<String>();
    let why = why.trim_end_matches(" in the target's file");
    (!before.iter().any(is_open)).then(|| format!("{marks}{name}: not tested ({why})"))
}

/// The verifications that were not possible, each with its reason.
fn not_tested(out: &mut Page, outcomes: &[(&str, Verified)]) {
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, outcome) in outcomes {
        let Verified::NotPossible(why) = outcome else { continue };
        let why = why.trim_end_matches(" in the target's file").trim_start_matches("the target's file has ");
        match told.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(name),
            None => told.push((why, vec![name])),
        }
    }
    let told: Vec<String> = told.into_iter().map(|(why, names)| format!("{} ({why})", names.join(", "))).collect();
    if !told.is_empty() {
        out.wrap("", 2, &format!("not tested: {}", told.join(", ")));
    }
}
