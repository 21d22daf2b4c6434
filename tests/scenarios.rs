//! One test per scenario file: the embedded deployment is started, looked at through its target's file, and diagnosed. The
//! exact set of faults comes first, so that accepting a snapshot cannot bless a wrong diagnosis.

#[path = "../support/snapshot.rs"]
mod snapshot;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fivewhys::check::{Checked, check};
use fivewhys::diagnosis::{Diagnosis, Fault, Verdict};
use fivewhys::input::Source;
use fivewhys::report::{Format, render};
use fivewhys::scenario::Scenario;
use fivewhys::{mock, target};
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn reproduces(#[files("scenarios/**/*.toml")] path: PathBuf) {
    let source = Source::read(&path).expect("the scenario is readable");
    let scenario = Scenario::parse(&source).unwrap_or_else(|mistake| panic!("{mistake}"));
    let checked = look(&scenario).await;
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    assert_meaning(&scenario, &checked.diagnosis, &report);
    let id = id(&path);
    snapshot::assert(&id, &id, &scenario.title, &report);
}

async fn look(scenario: &Scenario) -> Checked {
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let source = Source::new("(embedded)", &running.target_file);
    let target = target::select(&source, "local", &|_| None).unwrap_or_else(|mistake| panic!("{mistake}"));
    check(&target).await.expect("the suite does its job")
}

fn assert_meaning(scenario: &Scenario, diagnosis: &Diagnosis, report: &str) {
    let expect = &scenario.expect;
    let found: BTreeSet<Fault> = diagnosis.findings.iter().map(|finding| finding.fault).collect();
    assert_eq!(found, expect.faults, "the set of confirmed faults; the whole report:\n{report}");
    let undetermined: BTreeSet<Fault> = diagnosis.undetermined.keys().copied().collect();
    let decided: Vec<_> = expect.undetermined.difference(&undetermined).collect();
    assert!(decided.is_empty(), "{decided:?} should be undetermined; the whole report:\n{report}");
    let clean = expect.faults.is_empty();
    match diagnosis.verdict {
        Verdict::Healthy => assert!(expect.undetermined.is_empty(), "healthy, yet something should be open:\n{report}"),
        Verdict::Faulty => assert!(!clean, "faulty without a fault:\n{report}"),
        Verdict::Inconclusive => assert!(clean && !expect.undetermined.is_empty(), "inconclusive:\n{report}"),
    }
}

/// The path below `scenarios/` without the extension.
fn id(path: &Path) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let below = path.strip_prefix(folder).expect("a scenario file").with_extension("");
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
