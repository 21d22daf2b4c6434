//! The whole incident in one place: a drift in Secret Manager is found by the probes, explained by the platform's metadata, and seen in
//! the log that the platform keeps.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use fivewhys::check::check;
use fivewhys::cloud::entries::Wanted;
use fivewhys::faults::diagnose;
use fivewhys::input::Source;
use fivewhys::logs::{Document, Filter, LiveLog, Patterns, kept};
use fivewhys::mock;
use fivewhys::report::{Format, render};
use fivewhys::scenario::Scenario;
use fivewhys::target::{PlatformHost, Target};
use fivewhys::vocabulary::Fault;
use tokio::time::Instant;

use super::snapshot;

const ID: &str = "secret/secret-version-drift-by-platform";
/// In place of the times of this run.
const BEGIN: &str = "2025-09-08T14:00:00Z";
const END: &str = "2025-09-08T14:00:05Z";

/// What the platform's log of this target says.
async fn log_of(target: &Target) -> Document {
    let table = target.platform.as_ref().expect("a platform");
    let PlatformHost::CloudRun { project, .. } = &table.host else { panic!("not Cloud Run") };
    let services = table.services.values().map(|hosted| hosted.name.clone()).collect();
    let (patterns, filter) = (Patterns::shipped().expect("patterns"), Filter { services, ..Filter::default() });
    let wanted = Wanted { project: project.clone(), filter: filter.for_server() };
    let until = Instant::now() + Duration::from_secs(60);
    let mut log = LiveLog::new(table, &wanted, (&patterns, &filter), until).expect("a client");
    log.read(&|_| {}).await.expect("the whole log");
    log.into_document(None, &patterns, &filter)
}

/// Without the times, which differ from run to run.
fn timeless(mut document: Document) -> Document {
    for record in &mut document.records {
        (record.first, record.last) = (Some(BEGIN.into()), Some(END.into()));
    }
    (document.first, document.last) = (Some(BEGIN.into()), Some(END.into()));
    document
}

fn told(document: &Document) -> String {
    let mut text = String::new();
    for rate in &document.rates {
        let all = rate.accepted + rate.failed;
        _ = writeln!(text, "{} {}: {} of {all} attempts accepted", rate.service, rate.revision, rate.accepted);
    }
    for record in &document.records {
        _ = writeln!(text, "{} of {} ({})", record.count, record.pattern, record.outcome);
    }
    text
}

#[tokio::test]
async fn a_drift_is_found_by_the_probes_explained_by_the_platform_and_seen_in_the_log() {
    let scenario = Scenario::find(ID).expect("it is there");
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    let mut checked = check(&target).await.expect("the suite does its job");
    let document = timeless(log_of(&target).await);
    let (accepted, failed): (Vec<u64>, Vec<u64>) =
        document.rates.iter().map(|rate| (rate.accepted, rate.failed)).unzip();
    assert!(accepted == [0] && failed[0] > 0, "{:?}", document.rates);
    let compatible: BTreeSet<Fault> = document.causes.iter().flat_map(|cause| cause.faults.clone()).collect();
    assert!(compatible.contains(&Fault::JwtSecretMismatch) && compatible.len() >= 5, "{compatible:?}");

    // As the masked times of the log, so that both are of one hour.
    checked.evidence.run.started = BEGIN.into();
    checked.evidence.logs = Some(kept(&Source::new("summary.json", document.json())).expect("a summary"));
    checked.diagnosis = diagnose(&checked.evidence);
    assert_eq!(scenario.expect.differs_from(&checked.diagnosis), None);
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    let why = report.split("\n  4 ").nth(1).expect("the fourth why");
    let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(why.contains("Auth loads version 3") && why.contains("records in the log fit this"), "{report}");
    let text = format!("{}\nIn the log:\n{}", snapshot::masked(&report), told(&document));
    snapshot::assert_text("reports/incident-with-its-log", ID, "probes, platform and log", &text);
}
