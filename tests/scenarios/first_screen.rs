//! The report is read by a tired person on one screen: what is broken, where and what to do come first.

use fivewhys::check::Checked;
use fivewhys::diagnosis::{Finding, Verdict};
use fivewhys::report::{Format, render};
use fivewhys::vocabulary::Service;

use crate::words::forbidden;

const COLUMNS: usize = 80;
/// Of a report with one finding, and of one without.
const WHOLE: usize = 35;
const INCONCLUSIVE: usize = 25;
const HEALTHY: usize = 8;
/// A finding that is folded: its headline, its fix and its evidence.
const FOLDED: usize = 12;
/// What has to stand there is seen without scrolling.
const FIRST: usize = 8;

/// The line in which the first fix ends, counted from 1.
fn fix_ends(report: &str) -> Option<usize> {
    let begins = report.lines().position(|line| line.starts_with("  fix     "))?;
    let goes_on = |line: &&str| line.starts_with("          ");
    Some(begins + 1 + report.lines().skip(begins + 1).take_while(goes_on).count())
}

pub(crate) fn assert_short(checked: &Checked, report: &str) {
    let Checked { evidence, diagnosis } = checked;
    let verbose = render(Format::Verbose, evidence, diagnosis);
    let too_wide: Vec<&str> =
        report.lines().chain(verbose.lines()).filter(|line| line.chars().count() > COLUMNS).collect();
    assert!(too_wide.is_empty(), "wider than {COLUMNS} columns: {too_wide:#?}");
    let unplain = forbidden(&verbose);
    assert!(unplain.is_empty(), "{unplain:#?} in:\n{verbose}");
    let (most, folded) = match diagnosis.verdict {
        Verdict::Healthy => (HEALTHY, diagnosis.findings.len()),
        Verdict::Inconclusive => (INCONCLUSIVE, diagnosis.findings.len()),
        Verdict::Faulty => (WHOLE, diagnosis.findings.len().saturating_sub(1)),
    };
    // A busy machine says so, in a line of its own.
    let lines = report.lines().filter(|line| !line.starts_with("This machine was late")).count();
    assert!(lines <= most + folded * FOLDED, "{lines} lines:\n{report}");
    // What fails is marked so, whatever the reason.
    for (service, mark) in [(Service::Auth, "auth ✗"), (Service::Backend, "REST ✗"), (Service::Gateway, "WebSocket ✗")]
    {
        let mut there = evidence.iter().map(|(probe, _)| probe).filter(|probe| probe.service() == service);
        let fails = there.any(|probe| evidence.is_as_expected_at_once(probe) == Some(false));
        assert!(!fails || report.contains(mark), "no `{mark}`:\n{report}");
    }
    let first: String = report.lines().take(FIRST).map(|line| line.to_owned() + "\n").collect();
    let says = |what: &str| first.contains(what);
    let fails = evidence.iter().any(|(probe, _)| evidence.is_as_expected_at_once(probe) == Some(false));
    let all = match (diagnosis.verdict, diagnosis.findings.first()) {
        (Verdict::Faulty, Some(worst)) => {
            (says("is broken: ") || says("is faulty: "))
                && says(worst.fault.code())
                && says("  where   ")
                && fix_ends(report).is_some_and(|line| line <= FIRST)
        }
        (Verdict::Faulty, None) => false,
        // What is known, or what users see, stands in the place of a fix; where nothing failed, why nothing was seen.
        (Verdict::Inconclusive, _) => {
            first.starts_with("? ") && (!fails || says("  where   ") && (says("  known   ") || says("  impact  ")))
        }
        (Verdict::Healthy, _) => first.starts_with("✓ ") && (!diagnosis.findings.is_empty() || says("WebSocket ")),
    };
    assert!(all, "the first {FIRST} lines lack something:\n{first}");
    let head = |finding: &Finding| format!("[{}]: ", finding.fault);
    for finding in &diagnosis.findings {
        let (_, rest) = report.split_once(&head(finding)).expect("every finding has its headline");
        let own = rest.split("\n\n").next().unwrap_or_default();
        let is_touched =
            finding.because.iter().any(|probe| evidence.of(*probe).is_some_and(|seen| seen.wire.is_some()));
        assert!(!is_touched || own.contains("  where   "), "{} names no address:\n{own}", finding.fault);
    }
}
