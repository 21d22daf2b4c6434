//! Attempts over time, in a dozen rows.

use std::collections::BTreeMap;

use super::{hour, number};
use crate::logs::Document;
use crate::report::layout::Page;

/// In columns.
const BAR: u64 = 30;
const MOST_ROWS: usize = 12;

pub(super) fn render(page: &mut Page, document: &Document) {
    let rows = rows(document);
    if rows.len() < 2 {
        return;
    }
    let most = rows.iter().map(|(_, [accepted, failed])| accepted + failed).max().unwrap_or_default().max(1);
    page.gap();
    page.push("  from (UTC)        accepted      failed  ■ failed, · accepted\n");
    for (from, [accepted, failed]) in rows {
        // What is there is seen, however little it is.
        let columns = |count: u64| (count * BAR).div_ceil(most);
        let (bad, good) = (columns(failed), columns(accepted));
        let bar = "■".repeat(bad as usize) + &"·".repeat(good.min(BAR.saturating_sub(bad)) as usize);
        page.push(&format!("  {:<12}{:>14}{:>12}  {bar}\n", hour(&from), number(accepted), number(failed)));
    }
}

/// Hours, or as many of them together as lead to a few rows. Hours without an attempt are left out.
fn rows(document: &Document) -> Vec<(String, [u64; 2])> {
    let mut hours: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for of in &document.hours {
        let Some(from) = &of.hour else { continue };
        let [accepted, failed] = hours.entry(from).or_default();
        (*accepted, *failed) = (*accepted + of.accepted, *failed + of.failed);
    }
    let together = hours.len().div_ceil(MOST_ROWS).max(1);
    let hours: Vec<(&str, [u64; 2])> = hours.into_iter().collect();
    let sum = |part: &[(&str, [u64; 2])]| {
        let all = part.iter().fold([0, 0], |sum: [u64; 2], (_, one)| [sum[0] + one[0], sum[1] + one[1]]);
        (part[0].0.to_owned(), all)
    };
    hours.chunks(together).map(sum).collect()
}
