//! Why no cause is named: how many faults the records fit, and which probes tell them apart.

use super::many;
use crate::logs::{Cause, Document, TellingProbe};
use crate::report::layout::Page;
use crate::vocabulary::Fault;

/// Faults in a row; the JSON has all.
const MOST_FAULTS: usize = 4;
/// Probes of each cause.
const MOST_PROBES: usize = 3;

pub(super) fn render(page: &mut Page, document: &Document) {
    for cause in &document.causes {
        page.gap();
        page.wrap("", 2, &head(cause));
        page.wrap("  ", 2, &format!("{}.", codes(&cause.faults, cause.faults.len())));
        let probes: Vec<&TellingProbe> = cause.probes.iter().take(MOST_PROBES).collect();
        if !probes.is_empty() {
            page.wrap("  ", 2, "These probes of a check tell them apart; the records do not:");
        }
        for probe in probes {
            page.wrap("  - ", 4, &format!("\"{}\": {}", probe.probe, responses(probe)));
        }
    }
}

fn head(cause: &Cause) -> String {
    let says = format!("{}: {}", many(cause.records, "record says", "records say"), cause.outcome.says());
    match cause.faults.len() {
        1 => format!("{says}. One fault is compatible with that, and the records do not show it:"),
        faults => format!("{says}. {faults} faults are compatible with that, and nothing in the records tells which:"),
    }
}

/// The response that most of them lead to says least.
fn responses(probe: &TellingProbe) -> String {
    let usual = probe.responses.values().map(Vec::len).max().unwrap_or_default();
    let mut responses: Vec<_> = probe.responses.iter().filter(|(class, _)| *class != "not known").collect();
    responses.sort_by_key(|(_, faults)| faults.len());
    let told = responses.iter().map(|(class, faults)| match faults.len() == usual {
        true => format!("{class}: the {usual} others"),
        false => format!("{class}: {}", codes(faults, MOST_FAULTS)),
    });
    told.collect::<Vec<_>>().join("; ")
}

fn codes(faults: &[Fault], most: usize) -> String {
    let mut codes: Vec<String> = faults.iter().take(most).map(|fault| fault.code().to_owned()).collect();
    if faults.len() > most {
        codes.push(format!("{} more", faults.len() - most));
    }
    codes.join(", ")
}
