//! Probes and their responses, a row each.

use std::fmt::Write;

use crate::evidence::Evidence;
use crate::report::layout::Page;
use crate::report::rows::{self, Row};
use crate::vocabulary::Probe;

/// The column at which the response of a probe begins.
const RESPONSE_COLUMN: usize = 52;

/// And where it begins at the least.
const LEFTMOST: usize = 6;

/// As many rows as these lines hold.
pub(super) fn rows(out: &mut Page, evidence: &Evidence, probes: &[Probe], lines: usize) {
    let rows = rows::rows(evidence, probes);
    let rows: Vec<Page> = rows.iter().map(|one| row(one, out.width())).collect();
    let mut left = lines;
    for (index, row) in rows.iter().enumerate() {
        let more = rows.len() - index;
        let lines = row.lines();
        // The line that says how many more there are.
        if index > 0 && lines + usize::from(more > 1) > left {
            let flag = if out.names_flags() { " (--verbose)" } else { "" };
            _ = writeln!(out, "  · {more} more{flag}");
            return;
        }
        left = left.saturating_sub(lines);
        out.append(row);
    }
}

fn row(told: &Row, width: usize) -> Page {
    let mut row = Page::new(width);
    let (mark, saw) = (told.mark.symbol(), told.counted());
    let head = format!("  {mark} {}", told.name);
    let length = head.chars().count();
    let saw_length = saw.chars().count();
    let gap = RESPONSE_COLUMN.min(width.saturating_sub(saw_length)).saturating_sub(length);
    if gap >= 2 {
        _ = writeln!(row, "{head}{}{saw}", " ".repeat(gap));
        return row;
    }
    row.wrap(&format!("  {mark} "), 6, &told.name);
    // On one line where it can be, further to the left.
    let longest = saw.split(' ').map(|word| word.chars().count()).max().unwrap_or_default();
    let needed = if saw_length + LEFTMOST <= width { saw_length } else { longest };
    let column = RESPONSE_COLUMN.min(width.saturating_sub(needed)).max(LEFTMOST);
    row.wrap(&" ".repeat(column), column, &saw);
    row
}
