//! Markdown as GitHub renders it, for the summary of a job: the verdict, each finding with its whys, and the way of the token as
//! a diagram. Texts of servers are in it, so everything that Markdown would read as its own is escaped.

mod diagram;
mod escape;

use std::fmt::Write;

use super::flow::Flow;
use super::headline::{counted, is_a_cause, verdict};
use super::not_tested::groups;
use super::rate::{self, LegTold};
use super::remarks::remarks;
use super::rows::{cited, most_telling_first, rows};
use super::unproven::{Unproven, why_nothing};
use super::verifications::{mark, shown};
use super::{Condition, Told, commands, impact, place, sure};
use crate::diagnosis::{Basis, Diagnosis, Finding, Link, Verdict};
use crate::evidence::Evidence;
use crate::rate::Rate;
use crate::vocabulary::Probe;
use crate::wording::sentence;
use escape::{cell, code, prose};

/// Rows of a finding's table: all of them are in the other reports.
const ROWS: usize = 8;

/// The whole document.
pub(super) fn render(told: &Told<'_>) -> String {
    let Told { evidence, diagnosis, .. } = told;
    let mut out = format!("## {}\n\n", prose(&verdict(told)));
    let verifications = shown(told).map(|(name, outcome)| format!("{name} {}", mark(&outcome)));
    let verifications = verifications.collect::<Vec<_>>().join(" &nbsp; ");
    _ = writeln!(out, "{} &nbsp;·&nbsp; {verifications}\n", prose(&counted(evidence, diagnosis)));
    gate(&mut out, told.conditions);
    told.rate.into_iter().for_each(|measured| success_rate(&mut out, measured));
    if diagnosis.verdict == Verdict::Inconclusive {
        unproven(&mut out, evidence, diagnosis);
    }
    for finding in &diagnosis.findings {
        one(&mut out, evidence, diagnosis, finding);
    }
    for remark in remarks(evidence) {
        _ = writeln!(out, "{}\n", prose(&remark));
    }
    next(&mut out, evidence, diagnosis);
    diagram::render(&mut out, &Flow::of(evidence, diagnosis));
    lists(&mut out, evidence, diagnosis);
    out
}

fn gate(out: &mut String, conditions: &[Condition]) {
    if conditions.is_empty() {
        return;
    }
    out.push_str("| | the gate requires | |\n|---|---|---|\n");
    for one in conditions {
        _ = writeln!(out, "| {} | {} | {} |", one.mark(), cell(&prose(&one.name)), cell(&prose(&one.because)));
    }
    out.push('\n');
}

/// What was measured of each leg.
fn success_rate(out: &mut String, measured: &Rate) {
    let legs = rate::legs(measured);
    out.push_str("| | success rate | accepted | rate | p50 ms | p99 ms |\n|---|---|---|---|---|---|\n");
    for leg in &legs {
        let LegTold { mark, name, accepted, rate, p50, p99, .. } = leg;
        _ = writeln!(out, "| {mark} | {name} | {accepted} | {rate} | {p50} | {p99} |");
    }
    out.push('\n');
    let remarks = legs.iter().flat_map(|leg| leg.remarks.iter().map(|remark| (leg.name, remark)));
    let lines: Vec<String> = remarks.map(|(name, remark)| format!("- {name}: {}\n", prose(remark))).collect();
    if !lines.is_empty() {
        _ = writeln!(out, "{}", lines.concat());
    }
}

fn one(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis, finding: &Finding) {
    _ = writeln!(out, "### {}\\[{}\\]: {}\n", finding.severity, finding.fault, prose(&finding.headline));
    let mut facts = places(evidence, &place::touched(evidence, diagnosis, finding));
    facts.push(("fix", prose(&finding.remedy)));
    if is_a_cause(finding) {
        facts.push(("impact", prose(&impact::of(evidence, finding))));
        facts.push(("sure", prose(&sure::of(evidence, finding))));
    }
    if !finding.not_separable_from.is_empty() {
        let codes = finding.not_separable_from.iter().map(|fault| fault.code()).collect::<Vec<_>>();
        facts.push(("not excluded", codes.join(", ")));
    }
    table(out, &facts);
    probes(out, evidence, &finding.because);
    if !is_a_cause(finding) {
        _ = writeln!(out, "{}\n", prose(&sentence(&finding.comparison)));
    }
    for (number, why) in finding.whys.iter().enumerate() {
        _ = writeln!(out, "{}. **{}** {} *{}*", number + 1, prose(why.question), prose(&why.answer), basis(why));
    }
    out.push('\n');
}

/// The next commands, as this one was typed.
fn next(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    if let Some(worst) = diagnosis.findings.first() {
        _ = writeln!(
            out,
            "The page of the fault: {}\n",
            code(&format!("{} {}", commands::explain(evidence), worst.fault))
        );
    }
    if let Some(again) = commands::again(evidence).filter(|_| diagnosis.verdict != Verdict::Healthy) {
        _ = writeln!(out, "After the fix: {}\n", code(&again));
    }
}

/// What is known where no cause is proven.
fn unproven(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    let told = Unproven::of(evidence, diagnosis);
    if told.failed.is_empty() {
        _ = writeln!(out, "{}\n", prose(why_nothing(evidence)));
        return;
    }
    let mut facts = places(evidence, &told.failed);
    told.advice.iter().for_each(|advice| facts.push(("fix", prose(advice))));
    told.impact.iter().for_each(|impact| facts.push(("impact", prose(impact))));
    for (name, told) in [("known", &told.known), ("not", &told.excluded)] {
        if !told.is_empty() {
            facts.push((name, prose(told)));
        }
    }
    table(out, &facts);
    probes(out, evidence, &told.failed);
    if told.causes.is_empty() {
        return;
    }
    _ = writeln!(out, "{} causes fit. What would tell them apart, in the target's file:\n", told.causes.len());
    for (setting, question) in &told.settings {
        _ = writeln!(out, "- {}: {}", code(setting), prose(question));
    }
    _ = writeln!(out, "\nBy hand ({} says how):\n", code("fivewhys explain CODE"));
    for fault in told.causes.iter().take(3) {
        _ = writeln!(out, "- {fault}: {}", prose(fault.headline()));
    }
    out.push('\n');
}

fn places(evidence: &Evidence, probes: &[Probe]) -> Vec<(&'static str, String)> {
    let requests = place::requests(evidence, probes);
    requests
        .into_iter()
        .map(|(service, request)| ("where", format!("{}: {}", service.name(), code(&request))))
        .collect()
}

fn table(out: &mut String, facts: &[(&str, String)]) {
    out.push_str("| | |\n|---|---|\n");
    for (name, told) in facts {
        _ = writeln!(out, "| {name} | {} |", cell(told));
    }
    out.push('\n');
}

fn probes(out: &mut String, evidence: &Evidence, probes: &[Probe]) {
    let rows = rows(evidence, &most_telling_first(evidence, probes));
    out.push_str("| | probe | response |\n|---|---|---|\n");
    for row in rows.iter().take(ROWS) {
        let (name, response) = (prose(&row.name), prose(&row.counted()));
        _ = writeln!(out, "| {} | {} | {} |", row.mark.symbol(), cell(&name), cell(&response));
    }
    if rows.len() > ROWS {
        _ = writeln!(out, "| · | {} more | |", rows.len() - ROWS);
    }
    out.push('\n');
}

/// What is ruled out and what is not tested, folded.
fn lists(out: &mut String, evidence: &Evidence, diagnosis: &Diagnosis) {
    if !diagnosis.ruled_out.is_empty() {
        _ = writeln!(out, "<details><summary>{} causes ruled out</summary>\n", diagnosis.ruled_out.len());
        for (fault, because) in &diagnosis.ruled_out {
            _ = writeln!(out, "- {fault}: {}", prose(&cited(evidence, because.first())));
        }
        out.push_str("\n</details>\n\n");
    }
    if !diagnosis.undetermined.is_empty() {
        _ = writeln!(out, "<details><summary>{} causes not tested</summary>\n", diagnosis.undetermined.len());
        for group in groups(evidence, diagnosis) {
            let codes = group.faults.iter().map(|fault| fault.code()).collect::<Vec<_>>().join(", ");
            _ = writeln!(out, "- {codes}: needs {}", prose(&group.needs));
        }
        out.push_str("\n</details>\n\n");
    }
}

fn basis(why: &Link) -> String {
    match &why.basis {
        Basis::Observed(_) => "observed".to_owned(),
        Basis::Inferred => "inferred".to_owned(),
        Basis::Unknown(needs) => format!("unknown: {} would tell", prose(needs)),
    }
}
