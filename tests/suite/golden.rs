//! Golden reports: each format of three scenarios, at fixed times, as its readers get it.

use std::time::Duration;

use fivewhys::check::{Checked, check};
use fivewhys::faults::diagnose;
use fivewhys::mock;
use fivewhys::report::{Format, render};
use fivewhys::scenario::Scenario;
use rstest::rstest;
use serde_json::Value;

use crate::snapshot;

/// The same check with the times of a quiet machine: one probe after the other.
fn at_fixed_times(checked: Checked) -> Checked {
    const STEP: Duration = Duration::from_millis(10);
    let mut evidence = checked.evidence;
    let all: Vec<_> = evidence.iter().map(|(probe, seen)| (probe, seen.clone())).collect();
    for (at, (probe, mut seen)) in (0..).zip(all) {
        (seen.elapsed, seen.held_up) = (STEP, Duration::ZERO);
        if let Some(wire) = &mut seen.wire {
            (wire.at, wire.answered) = (STEP * at, wire.answered.map(|_| STEP));
            wire.frames.iter_mut().for_each(|frame| *frame = STEP);
        }
        evidence.record(probe, seen);
    }
    "2026-01-02T03:04:05Z".clone_into(&mut evidence.run.started);
    evidence.run.elapsed = Duration::from_secs(1);
    Checked { diagnosis: diagnose(&evidence), evidence }
}

/// The pages of all faults are in it, which have tests of their own.
fn without_pages(sarif: &str) -> String {
    let mut sarif: Value = serde_json::from_str(sarif).expect("JSON");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("rules");
    rules.iter_mut().for_each(|rule| *rule = rule["id"].take());
    format!("{sarif:#}\n")
}

#[rstest]
#[tokio::test]
async fn a_report_is_what_its_readers_get(
    #[values("healthy", "secret/jwt-secret-mismatch", "claims/audience-mismatch-unknowable")] id: &str,
) {
    let scenario = Scenario::find(id).unwrap_or_else(|error| panic!("{error}"));
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|error| panic!("{error}"));
    let checked = at_fixed_times(check(&target).await.expect("the suite does its job"));
    let formats = [
        (Format::Json, "json"),
        (Format::Junit, "junit"),
        (Format::Sarif, "sarif"),
        (Format::Markdown, "markdown"),
        (Format::Html, "html"),
        (Format::Openmetrics, "openmetrics"),
    ];
    for (format, name) in formats {
        let report = render(format, &checked.evidence, &checked.diagnosis);
        let report = match format {
            Format::Sarif => without_pages(&report),
            // A line for each element, so that a difference can be read.
            Format::Html => report.replace("><", ">\n<"),
            _ => report,
        };
        let file = format!("reports/{name}/{}", id.rsplit('/').next().unwrap_or(id));
        snapshot::assert_text(&file, id, &scenario.title, &snapshot::masked(&report));
    }
}
