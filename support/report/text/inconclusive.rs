//! What failed, which causes fit, and what would tell them apart.

use std::fmt::Write;

use super::finding::{folded, place};
use super::probes;
use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;
use crate::report::commands;
use crate::report::layout::Page;
use crate::report::unproven::{Unproven, why_nothing};

/// Lines of probes that failed.
const ROWS: usize = 3;
/// Causes that are named to look at by hand.
const BY_HAND: usize = 3;

pub(super) fn render(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis) {
    let told = Unproven::of(evidence, diagnosis);
    if told.failed.is_empty() {
        out.wrap("  ", 2, why_nothing(evidence));
    } else {
        place(out, evidence, &told.failed);
        told.advice.iter().for_each(|advice| out.wrap("  fix     ", 10, advice));
        // A check that was interrupted early has nothing to say there.
        if !told.known.is_empty() {
            out.wrap("  known   ", 10, &told.known);
        }
        out.gap();
        probes::rows(out, evidence, &told.failed, ROWS);
    }
    out.gap();
    if !told.causes.is_empty() {
        told_apart_by(out, evidence, &told);
        _ = writeln!(out, "By hand (`{} CODE` says how):", commands::explain(evidence));
        for (number, fault) in told.causes.iter().take(BY_HAND).enumerate() {
            out.wrap(&format!("  {} ", number + 1), 4, &format!("{fault}: {}", fault.headline()));
        }
        out.gap();
    }
    folded(out, evidence, &diagnosis.findings);
}

fn told_apart_by(out: &mut Page, evidence: &Evidence, told: &Unproven) {
    let causes = format!("{} causes fit.", told.causes.len());
    match told.settings.is_empty() {
        true => _ = writeln!(out, "{causes}"),
        false => {
            let table = table(&evidence.settings.target);
            out.wrap("", 0, &format!("{causes} What would tell them apart, in `{table}`:"));
        }
    }
    for (setting, question) in &told.settings {
        out.wrap(&format!("  {setting:<13} "), 16, question);
    }
}

/// The header of the target's table, as TOML needs it: a quoted key is written like a JSON string.
fn table(target: &str) -> String {
    let is_bare = target.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if is_bare { format!("[targets.{target}]") } else { format!("[targets.{}]", serde_json::Value::from(target)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Observation, Response, Settings, TransportError};
    use crate::vocabulary::{Probe, Service, User};

    #[test]
    fn a_check_without_an_accepted_response_has_no_line_for_what_is_known() {
        let mut evidence = Evidence::new(Settings::complete());
        let timeout = || Observation::of(Response::Unreached(TransportError::Timeout));
        evidence.record(Probe::Health(Service::Auth), timeout());
        let mut out = Page::new(80);
        render(&mut out, &evidence, &crate::faults::diagnose(&evidence));
        let report = out.into_text();
        assert!(report.contains("✗ auth is healthy"), "{report}");
        assert!(!report.contains("  known"), "{report}");
        evidence.record(Probe::Login(User::First), timeout());
        let diagnosis = crate::faults::diagnose(&evidence);
        assert_eq!(Unproven::of(&evidence, &diagnosis).known, "login fails");
    }

    #[test]
    fn the_table_of_a_target_can_be_pasted_into_its_file() {
        for name in ["staging-2", "eu west", "it's \"new\"", "a.b"] {
            let file: toml::Table = format!("{}\nx = 1\n", table(name)).parse().expect("TOML");
            assert!(file["targets"][name]["x"].is_integer(), "{file}");
        }
    }
}
