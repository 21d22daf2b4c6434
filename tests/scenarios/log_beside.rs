//! A log that is taken along is told beside a finding where it fits, and changes nothing: no fault, no verdict, no proof.

use fivewhys::check::Checked;
use fivewhys::diagnosis::{Diagnosis, Finding};
use fivewhys::evidence::LogRecords;
use fivewhys::faults::diagnose;
use fivewhys::input::Source;
use fivewhys::logs::{Outcome, kept};
use fivewhys::report::{Format, render};
use fivewhys::vocabulary::Probe;
use serde_json::json;
use strum::VariantArray;

/// A summary in which every kind of attempt is told of that often.
fn summary(outcomes: &[Outcome], count: u64) -> LogRecords {
    let time = "2025-09-08T14:00:00Z";
    let record = |outcome: &Outcome| json!({"pattern": "p", "outcome": outcome, "step": "s", "count": count, "first": time, "last": time});
    let rate = json!({"service": "netra-backend", "revision": "r", "accepted": 0, "failed": count, "rate": 0.0});
    let text = json!({"schema": "fivewhys.logs/1", "entries": count, "first": time, "last": time, "rates": [rate],
        "records": outcomes.iter().map(record).collect::<Vec<_>>()});
    kept(&Source::new("summary.json", text.to_string())).expect("a summary")
}

/// All that follows from the evidence, but for the texts of the whys.
fn without_whys(diagnosis: &Diagnosis) -> Diagnosis {
    let mut diagnosis = diagnosis.clone();
    diagnosis.findings.iter_mut().flat_map(|finding| &mut finding.whys).for_each(|why| why.answer.clear());
    diagnosis
}

/// Whatever a log says, and however often.
pub(super) fn assert_changes_nothing(checked: &Checked) {
    for outcomes in Outcome::VARIANTS.chunks(1).chain([Outcome::VARIANTS, &[]]) {
        let mut evidence = checked.evidence.clone();
        evidence.logs = Some(summary(outcomes, u64::MAX));
        let diagnosis = diagnose(&evidence);
        assert_eq!(without_whys(&diagnosis), without_whys(&checked.diagnosis), "a log of {outcomes:?}");
        for (with, without) in diagnosis.findings.iter().zip(&checked.diagnosis.findings) {
            assert_told_where_it_fits(with, without, outcomes);
        }
        assert!(!render(Format::Text, &evidence, &diagnosis).is_empty());
    }
}

fn assert_told_where_it_fits(with: &Finding, without: &Finding, outcomes: &[Outcome]) {
    let changed: Vec<usize> = (0..with.whys.len()).filter(|at| with.whys[*at] != without.whys[*at]).collect();
    // Where no token was presented, no record of one came of it.
    let is_presented = with.because.iter().any(|probe| matches!(probe, Probe::Present(_)));
    let of_a_token = [Outcome::TokenRejected, Outcome::TokenMissing, Outcome::TokenMalformed];
    let can_be_written = |outcome: &Outcome| is_presented || !of_a_token.contains(outcome);
    let tells = |outcome: &Outcome| {
        *outcome != Outcome::Failed && can_be_written(outcome) && outcome.compatible_faults().contains(&with.fault)
    };
    let expected: &[usize] = if outcomes.iter().any(tells) { &[3] } else { &[] };
    assert_eq!(changed, expected, "{}, and a log of {outcomes:?}", with.fault);
    for at in changed {
        let (more, less) = (&with.whys[at].answer, &without.whys[at].answer);
        assert!(more.starts_with(less.as_str()) && more.contains("in the log fit this"), "{more}");
    }
}
