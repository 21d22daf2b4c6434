//! What `--verbose` adds: every finding whole, every probe, every fault that is ruled out or not tested.

use std::fmt::Write;

use strum::VariantArray;

use super::{codes, probes};
use crate::diagnosis::{Diagnosis, Verification, Verified};
use crate::evidence::Evidence;
use crate::report::layout::Page;
use crate::report::not_tested::{Group, groups};
use crate::report::rows::cited;
use crate::vocabulary::Probe;

pub(super) fn render(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis) {
    let all: Vec<Probe> = evidence.iter().map(|(probe, _)| probe).collect();
    if !all.is_empty() {
        _ = writeln!(out, "every probe\n");
        probes::rows(out, evidence, &all, usize::MAX);
        out.gap();
    }
    tokens(out, evidence);
    ruled_out(out, evidence, diagnosis);
    not_tested(out, evidence, diagnosis);
    verifications(out, evidence, diagnosis);
}

fn tokens(out: &mut Page, evidence: &Evidence) {
    let mut tokens: Vec<&str> = evidence.token_facts().map(|facts| facts.description.as_str()).collect();
    tokens.dedup();
    tokens.iter().for_each(|token| out.wrap("token   ", 8, token));
    out.push(if tokens.is_empty() { "" } else { "\n" });
}

/// Each with the probe that shows it.
fn ruled_out(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis) {
    if diagnosis.ruled_out.is_empty() {
        return;
    }
    out.push("ruled out\n\n");
    for (fault, because) in &diagnosis.ruled_out {
        out.wrap(&format!("  {fault:<30} "), 33, &cited(evidence, because.first()));
    }
    out.gap();
}

fn not_tested(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis) {
    if diagnosis.undetermined.is_empty() {
        return;
    }
    out.push("not tested\n\n");
    for Group { faults, is_tied, needs } in groups(evidence, diagnosis) {
        let tie = if is_tied { " cannot be told apart" } else { "" };
        out.wrap("  ", 4, &format!("{}{tie}: needs {needs}", codes(&faults)));
    }
    out.gap();
}

/// The verifications that the team asked for by name.
fn verifications(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis) {
    for verification in Verification::VARIANTS {
        let (result, told) = match verification.outcome(evidence, diagnosis) {
            Verified::Pass(probes) => ("pass", cited(evidence, probes.first())),
            Verified::Fail(probes) => ("fail", cited(evidence, probes.first())),
            Verified::NotPossible(why) => ("not possible", why),
        };
        // A team may know it by the name of the incident report.
        let told = format!("{told} ({verification})");
        out.wrap(&format!("{:<11}  {result:<12}  ", verification.title()), 27, &told);
    }
    out.gap();
}
