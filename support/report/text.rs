//! The report as text, without colour. The first screen says what is broken, where, what to do and how
//! sure that is; everything else is a line that says how to get it, or `--verbose`.

mod everything;
mod finding;
mod healthy;
mod inconclusive;
mod probes;
mod result;
mod verification;

use std::fmt::Write;

use super::layout::Page;
use super::remarks::{remarks, was_late};
use super::{Told, headline};
use crate::diagnosis::{Diagnosis, Finding, Verdict, Verification};
use crate::evidence::Evidence;
use crate::vocabulary::{Fault, Probe};

/// The whole report on an empty page, which ends with a line break; with everything that it otherwise folds.
pub(super) fn render(mut out: Page, evidence: &Evidence, diagnosis: &Diagnosis, is_verbose: bool) -> String {
    let mut end = out.another();
    first_line(&mut out, evidence, diagnosis);
    remarks(evidence).iter().for_each(|remark| end.wrap("", 0, remark));
    result::render(&mut end, evidence, diagnosis, is_verbose);
    // How busy this machine is decides nothing else of the report.
    let fixed = out.lines() + end.lines() - usize::from(was_late(evidence));
    let room = SCREEN.saturating_sub(fixed);
    match diagnosis.verdict {
        Verdict::Faulty if is_verbose => finding::every(&mut out, evidence, diagnosis),
        Verdict::Healthy => healthy::render(&mut out, evidence, diagnosis, is_verbose),
        Verdict::Faulty => finding::render(&mut out, evidence, diagnosis, room),
        Verdict::Inconclusive => {
            inconclusive::render(&mut out, evidence, diagnosis, INCONCLUSIVE.saturating_sub(fixed));
        }
    }
    if is_verbose {
        everything::render(&mut out, evidence, diagnosis);
    }
    out.append(&end);
    out.into_text()
}

/// In lines: a report with one finding is not longer.
const SCREEN: usize = 35;
/// And so is one that names what would tell the causes apart.
const INCONCLUSIVE: usize = 25;

/// One finding, as the report of a single one shows it.
pub(super) fn finding(mut out: Page, evidence: &Evidence, diagnosis: &Diagnosis, finding: &Finding) -> String {
    finding::one(&mut out, evidence, diagnosis, finding, SCREEN);
    ended(out)
}

/// A verification that these probes show to fail, and the findings that explain it.
pub(super) fn verification(
    mut out: Page,
    verification: Verification,
    failed: &[Probe],
    evidence: &Evidence,
    diagnosis: &Diagnosis,
) -> String {
    verification::render(&mut out, verification, failed, evidence, diagnosis);
    ended(out)
}

/// With one line break at its end.
fn ended(page: Page) -> String {
    page.into_text().trim_end().to_owned() + "\n"
}

/// The verdict, and how many probes failed.
fn first_line(out: &mut Page, evidence: &Evidence, diagnosis: &Diagnosis) {
    let told = Told::check(evidence, diagnosis);
    _ = writeln!(out, "{}", headline::line(out.width(), &told));
}

fn codes(faults: &[Fault]) -> String {
    faults.iter().map(|fault| fault.code()).collect::<Vec<_>>().join(", ")
}
