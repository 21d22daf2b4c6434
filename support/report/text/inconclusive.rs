//! What failed, which causes fit, and what would tell them apart.

use std::fmt::Write;

use super::finding::{folded, place};
use super::probes;
use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;
use crate::report::commands;
use crate::report::layout::Page;
use crate::report::unproven::{Unproven, why_nothing};

/// Lines of probes that failed, and causes to look at by hand: as many as fit on half a screen.
const LENGTHS: [(usize, usize); 4] = [(3, 3), (3, 2), (2, 2), (2, 1)];

/// In so many lines, where that is possible; findings come after them.
pub(super) fn render(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis, room: usize) {
    let told = Unproven::of(evidence, diagnosis);
    let pages = LENGTHS.map(|lengths| {
        let mut page = out.another();
        open(&mut page, evidence, &told, lengths);
        page
    });
    if let Some(page) = pages.iter().find(|page| page.lines() <= room).or(pages.last()) {
        out.append(page);
    }
    folded(out, evidence, &diagnosis.findings);
}

/// What is known, and what would tell the causes apart.
fn open(out: &mut Page, evidence: &Evidence, told: &Unproven, (rows, by_hand): (usize, usize)) {
    if told.failed.is_empty() {
        out.wrap("  ", 2, why_nothing(evidence));
    } else {
        place(out, evidence, &told.failed);
        told.advice.iter().for_each(|advice| out.wrap("  fix     ", 10, advice));
        told.impact.iter().for_each(|impact| out.wrap("  impact  ", 10, impact));
        // A check that was interrupted early has nothing to say there.
        for (head, text) in [("  known   ", &told.known), ("  not     ", &told.excluded)] {
            if !text.is_empty() {
                out.wrap(head, 10, text);
            }
        }
        out.gap();
        probes::rows(out, evidence, &told.failed, rows);
    }
    out.gap();
    if !told.causes.is_empty() {
        told_apart_by(out, evidence, told);
        _ = writeln!(out, "By hand (`{} CODE` says how):", commands::explain(evidence));
        for (number, fault) in told.causes.iter().take(by_hand).enumerate() {
            out.wrap(&format!("  {} ", number + 1), 4, &format!("{fault}: {}", fault.headline()));
        }
        out.gap();
    }
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
        render(&mut out, &evidence, &crate::faults::diagnose(&evidence), 25);
        let report = out.into_text();
        assert!(report.contains("✗ auth is healthy"), "{report}");
        assert!(!report.contains("  known"), "{report}");
        evidence.record(Probe::Login(User::First), timeout());
        let diagnosis = crate::faults::diagnose(&evidence);
        let told = Unproven::of(&evidence, &diagnosis);
        assert_eq!((told.impact.as_deref(), told.known.as_str()), (Some("the login fails: no response in time"), ""));
    }

    #[test]
    fn the_table_of_a_target_can_be_pasted_into_its_file() {
        for name in ["staging-2", "eu west", "it's \"new\"", "a.b"] {
            let file: toml::Table = format!("{}\nx = 1\n", table(name)).parse().expect("TOML");
            assert!(file["targets"][name]["x"].is_integer(), "{file}");
        }
    }
}
