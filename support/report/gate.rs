//! A gate beside its check: first whether the deployment passes, then what was required, then the reports of what failed. Where
//! nothing but a check was made, its report alone.

use std::fmt::Write;

use serde_json::{Value, json};

use super::layout::Page;
use super::{Condition, Told, headline, json, rate, text};
use crate::diagnosis::Verdict;
use crate::rate::{Decision, Document};

/// As text, in so many columns.
pub(super) fn text(width: usize, told: &Told<'_>, is_verbose: bool) -> String {
    let mut page = Page::new(width);
    let check = text::render(page.another(), told.evidence, told.diagnosis, is_verbose);
    if told.conditions.is_empty() {
        return check;
    }
    page.push(&headline::line(width, told));
    page.gap();
    told.conditions.iter().for_each(|condition| required(&mut page, condition));
    if told.diagnosis.verdict != Verdict::Healthy || is_verbose {
        // Its first line would be a second verdict.
        let found = check.split_once("\n\n").map_or(check.as_str(), |(_, found)| found);
        _ = write!(page, "\nWhat the check found:\n\n{found}");
    } else {
        told.diagnosis.findings.iter().for_each(|finding| {
            page.wrap("  ", 4, &format!("{}[{}]: {}", finding.severity, finding.fault, finding.headline));
        });
    }
    if let Some(measured) = told.rate.filter(|rate| rate.decision() != Decision::Pass || is_verbose) {
        _ = write!(page, "\n{}", rate(measured, width));
    }
    page.into_text()
}

/// As one object.
pub(super) fn object(told: &Told<'_>) -> Value {
    let check = json::object(told.evidence, told.diagnosis);
    if told.conditions.is_empty() {
        return check;
    }
    let condition = |one: &Condition| json!({"condition": one.code, "name": one.name, "verdict": one.verdict, "because": one.because});
    json!({
        "schema": "fivewhys.gate/1",
        "tool": check["tool"],
        "target": check["target"],
        "started": check["started"],
        "verdict": told.verdict(),
        "conditions": told.conditions.iter().map(condition).collect::<Vec<_>>(),
        "check": check,
        "rate": told.rate.map(Document::of),
    })
}

fn required(page: &mut Page, condition: &Condition) {
    let head = format!("  {} {:<26} ", condition.mark(), condition.name);
    page.wrap(&head, 31, &condition.because);
}
