//! The path that looks at real staging, always exercised: a deployment in another process, reached through a target's file.

#[path = "../staging/served.rs"]
mod deployment;

use fivewhys::diagnosis::Verdict;
use fivewhys::report::{Format, render};

use crate::snapshot;

#[tokio::test]
async fn a_deployment_in_another_process_is_free_of_known_faults() {
    let (_served, target) = deployment::healthy();
    let checked = fivewhys::check(&target).await.expect("the suite does its job");
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    assert_eq!(checked.diagnosis.verdict, Verdict::Healthy, "{report}");
    assert!(checked.diagnosis.findings.is_empty(), "{report}");
    snapshot::assert(
        "staging/healthy",
        "healthy",
        "The healthy deployment, served by the binary and reached by a file",
        &checked,
    );
}
