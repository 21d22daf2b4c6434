//! Probes and their responses, a row each.

use std::fmt::Write;

use crate::evidence::Evidence;
use crate::outcome::{Expectation, Outcome};
use crate::report::layout::Page;
use crate::vocabulary::{Attempt, Probe};

/// The column at which the response of a probe begins.
const RESPONSE_COLUMN: usize = 52;

/// And where it begins at the least.
const LEFTMOST: usize = 6;

/// The probes that did not go as a healthy target's would.
pub(super) fn failed(evidence: &Evidence) -> impl Iterator<Item = Probe> + '_ {
    let probes = evidence.iter().map(|(probe, _)| probe);
    probes.filter(|probe| evidence.is_as_expected_at_once(*probe) == Some(false))
}

/// It failed, or what it shows is bad for the users.
pub(super) fn is_bad(evidence: &Evidence, probe: Probe) -> bool {
    let is_bad = shows_another_secret(evidence, probe) || publishes_nothing(evidence, probe);
    is_bad || evidence.is_as_expected_at_once(probe) == Some(false)
}

/// As many rows as these lines hold; a repetition with the same response is counted in the row of the first.
pub(super) fn rows(out: &mut Page, evidence: &Evidence, probes: &[Probe], lines: usize) {
    let all: Vec<Probe> = probes.iter().copied().filter(|probe| !repeats_another(probes, evidence, *probe)).collect();
    let width = out.width();
    let rows: Vec<Page> = all.iter().map(|probe| row(evidence, *probe, width)).collect();
    let mut left = lines;
    for (index, row) in rows.iter().enumerate() {
        let more = rows.len() - index;
        let lines = row.lines();
        // The line that says how many more there are.
        if index > 0 && lines + usize::from(more > 1) > left {
            _ = writeln!(out, "  · {more} more (--verbose)");
            return;
        }
        left = left.saturating_sub(lines);
        out.append(row);
    }
}

fn row(evidence: &Evidence, probe: Probe, width: usize) -> Page {
    let mut row = Page::new(width);
    let mark = match (evidence.expectation(probe), evidence.is_as_expected_at_once(probe)) {
        _ if is_bad(evidence, probe) => '✗',
        (Expectation::Any, _) | (_, None) => '·',
        (_, Some(_)) => '✓',
    };
    let name = probe.name(&evidence.settings);
    let saw = match repetitions(evidence, probe).filter(|again| same_response(evidence, probe, *again)).count() {
        0 => evidence.summary(probe),
        more => format!("{} ({} times)", evidence.summary(probe), more + 1),
    };
    let head = format!("  {mark} {name}");
    let length = head.chars().count();
    let saw_length = saw.chars().count();
    let gap = RESPONSE_COLUMN.min(width.saturating_sub(saw_length)).saturating_sub(length);
    if gap >= 2 {
        _ = writeln!(row, "{head}{}{saw}", " ".repeat(gap));
        return row;
    }
    row.wrap(&format!("  {mark} "), 6, &name);
    // On one line where it can be, further to the left.
    let longest = saw.split(' ').map(|word| word.chars().count()).max().unwrap_or_default();
    let needed = if saw_length + LEFTMOST <= width { saw_length } else { longest };
    let column = RESPONSE_COLUMN.min(width.saturating_sub(needed)).max(LEFTMOST);
    row.wrap(&" ".repeat(column), column, &saw);
    row
}

/// The repetitions of a probe that were made.
fn repetitions(evidence: &Evidence, probe: Probe) -> impl Iterator<Item = Probe> {
    let again = match probe {
        Probe::Present(ask) if ask.is_plain() => Some(evidence.attempts(ask).skip(1).map(Probe::Present)),
        _ => None,
    };
    again.into_iter().flatten()
}

fn same_response(evidence: &Evidence, one: Probe, other: Probe) -> bool {
    evidence.summary(one) == evidence.summary(other)
}

/// Whether another of these probes stands for this one: it is the same request, and the response was the same.
fn repeats_another(others: &[Probe], evidence: &Evidence, probe: Probe) -> bool {
    let Probe::Present(ask) = probe else { return false };
    let first = Probe::Present(ask.attempt(Attempt::First));
    matches!(ask.attempt, Attempt::Repeat(_)) && others.contains(&first) && same_response(evidence, first, probe)
}

/// It responds as expected, and what it shows is bad.
fn shows_another_secret(evidence: &Evidence, probe: Probe) -> bool {
    matches!(probe, Probe::Fingerprint(_)) && evidence.same_fingerprint() == Some(false)
}

/// It breaks nothing while every verifier still has the keys.
fn publishes_nothing(evidence: &Evidence, probe: Probe) -> bool {
    matches!(probe, Probe::Discovery(_) | Probe::Keys(_)) && evidence.outcome(probe) != Some(Outcome::Accepted)
}
