//! Probes as tables: what each got, and when it was made.

use std::time::Duration;

use maud::{Markup, html};

use super::class;
use crate::evidence::Evidence;
use crate::report::rows::{Mark, Row, rows};
use crate::vocabulary::Probe;

/// Every probe in the order in which it was sent, with a bar for its time.
pub(super) fn render(evidence: &Evidence) -> Markup {
    let mut all: Vec<Probe> = evidence.iter().map(|(probe, _)| probe).collect();
    all.sort_by_key(|probe| sent_at(evidence, *probe));
    html! {
        section aria-labelledby="probes" {
            h2 id="probes" { "Probes" }
            @if all.is_empty() { p { "None was made." } } @else {
                p { "In the order in which they were sent, in " (ms(evidence.run.elapsed)) " in all." }
                table {
                    thead { tr { (heads()) th scope="col" class="when" { "when" } th scope="col" class="took" { "took" } } }
                    tbody { @for row in all.iter().flat_map(|probe| rows(evidence, &[*probe])) { (timed(evidence, &row)) } }
                }
            }
        }
    }
}

/// These probes and their responses.
pub(super) fn table(evidence: &Evidence, probes: &[Probe], caption: &str) -> Markup {
    html! {
        table {
            caption { (caption) }
            thead { tr { (heads()) } }
            tbody { @for row in rows(evidence, probes) { tr class=(class(row.mark)) { (cells(&row, &row.counted())) } } }
        }
    }
}

fn heads() -> Markup {
    html! {
        th scope="col" class="mark" { span class="unseen" { "result" } }
        th scope="col" { "probe" }
        th scope="col" { "response" }
    }
}

fn cells(row: &Row, response: &str) -> Markup {
    html! {
        td class="mark" { span aria-hidden="true" { (row.mark.symbol()) } span class="unseen" { (word(row.mark)) } }
        th scope="row" { (row.name) }
        td { (response) }
    }
}

fn timed(evidence: &Evidence, row: &Row) -> Markup {
    let took = evidence.of(row.probe).map(|observation| observation.elapsed).unwrap_or_default();
    let (left, width) = (share(evidence, sent_at(evidence, row.probe)), share(evidence, took));
    html! {
        tr class=(class(row.mark)) {
            (cells(row, &row.response))
            td class="when" {
                svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
                    rect x=(left) y="2" width=(width) height="6" {}
                }
            }
            td class="took" { (ms(took)) }
        }
    }
}

fn sent_at(evidence: &Evidence, probe: Probe) -> Duration {
    evidence.of(probe).and_then(|observation| Some(observation.wire.as_ref()?.at)).unwrap_or_default()
}

/// In percent of the whole check; a bar is never too thin to be seen.
fn share(evidence: &Evidence, time: Duration) -> String {
    let whole = evidence.run.elapsed.as_secs_f64();
    let share = if whole > 0.0 { (100.0 * time.as_secs_f64() / whole).clamp(0.5, 100.0) } else { 0.5 };
    format!("{share:.1}")
}

fn ms(duration: Duration) -> String {
    match duration.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        seconds => format!("{:.0} ms", seconds * 1_000.0),
    }
}

fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Good => "as expected",
        Mark::Bad => "failed",
        Mark::Neither => "compared",
    }
}
