//! JUnit XML, which every CI shows: the diagnosis as one suite, the probes as another. Something fails there exactly where the
//! verdict is not healthy.

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::headline::{counted, is_a_cause, of_check};
use super::rows::Mark;
use super::{Condition, Told};
use crate::diagnosis::{Diagnosis, Finding, Verdict};
use crate::evidence::Evidence;
use crate::vocabulary::Probe;

/// The whole document.
pub(super) fn render(told: &Told<'_>) -> String {
    let Told { evidence, diagnosis, .. } = told;
    let mut report = Report::new(format!("{}: {}", env!("CARGO_PKG_NAME"), evidence.settings.target));
    report.time = Some(evidence.run.elapsed);
    report.add_test_suite(conclusions(evidence, diagnosis));
    if !told.conditions.is_empty() {
        report.add_test_suite(gate(told.conditions));
    }
    report.add_test_suite(probes(evidence, diagnosis));
    report.test_suites.iter_mut().for_each(|suite| suite.timestamp = evidence.run.started.parse().ok());
    for_jenkins(&report.to_string().unwrap_or_default())
}

/// Jenkins' xUnit plugin rejects a file whose root counts what was skipped; its suites may.
fn for_jenkins(xml: &str) -> String {
    let Some((before, root)) = xml.split_once("<testsuites ") else { return xml.to_owned() };
    let Some((root, after)) = root.split_once('>') else { return xml.to_owned() };
    let attributes = root.split("\" ").filter(|attribute| !attribute.starts_with("skipped="));
    format!("{before}<testsuites {}>{after}", attributes.collect::<Vec<_>>().join("\" "))
}

/// The verdict, and each finding.
fn conclusions(evidence: &Evidence, diagnosis: &Diagnosis) -> TestSuite {
    let mut suite = TestSuite::new("diagnosis");
    let settings = &evidence.settings;
    let properties = [
        ("verdict", diagnosis.verdict.to_string()),
        ("target", settings.target.clone()),
        ("stage", settings.stage.to_string()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    properties.iter().for_each(|(name, value)| _ = suite.add_property(Property::new(*name, value.as_str())));
    let whole = super::without_flags(evidence, diagnosis);
    let status = match diagnosis.verdict {
        Verdict::Healthy => TestCaseStatus::success(),
        Verdict::Faulty => failed(NonSuccessKind::Failure, "faulty", &headline(evidence, diagnosis), &whole),
        // Nothing is shown to be wrong with the target, and nothing to be right.
        Verdict::Inconclusive => failed(NonSuccessKind::Error, "inconclusive", &headline(evidence, diagnosis), &whole),
    };
    suite.add_test_case(case("verdict", "fivewhys.diagnosis", status));
    for finding in &diagnosis.findings {
        suite.add_test_case(found(evidence, diagnosis, finding));
    }
    suite
}

/// What a gate requires beside the check.
fn gate(conditions: &[Condition]) -> TestSuite {
    let mut suite = TestSuite::new("gate");
    for condition in conditions {
        let Condition { code, name, because, .. } = condition;
        let status = match condition.verdict {
            Verdict::Healthy => TestCaseStatus::success(),
            Verdict::Faulty => failed(NonSuccessKind::Failure, code, because, ""),
            Verdict::Inconclusive => failed(NonSuccessKind::Error, code, because, ""),
        };
        suite.add_test_case(case(name, "fivewhys.gate", status));
    }
    suite
}

fn found(evidence: &Evidence, diagnosis: &Diagnosis, finding: &Finding) -> TestCase {
    let told = super::finding(evidence, diagnosis, finding);
    let is_cause = is_a_cause(finding);
    let status = match is_cause {
        true => failed(NonSuccessKind::Failure, finding.fault.code(), &finding.headline, &told),
        false => TestCaseStatus::success(),
    };
    let mut case = case(finding.fault.code(), "fivewhys.diagnosis", status);
    if !is_cause {
        case.set_system_out(&told);
    }
    case
}

fn probes(evidence: &Evidence, diagnosis: &Diagnosis) -> TestSuite {
    let mut suite = TestSuite::new("probes");
    for (probe, observation) in evidence.iter() {
        let response = evidence.summary(probe);
        let fails = Mark::of(evidence, probe) == Mark::Bad && diagnosis.verdict != Verdict::Healthy;
        let status = match fails {
            true => failed(NonSuccessKind::Failure, shown_by(diagnosis, probe), &response, ""),
            false => TestCaseStatus::success(),
        };
        let mut case = case(&probe.name(&evidence.settings), &format!("fivewhys.{}", probe.service().name()), status);
        case.set_time(observation.elapsed);
        if !fails {
            case.set_system_out(&response);
        }
        suite.add_test_case(case);
    }
    for (probe, why) in evidence.skipped() {
        let mut status = TestCaseStatus::skipped();
        status.set_message(why.to_string());
        suite.add_test_case(case(
            &probe.name(&evidence.settings),
            &format!("fivewhys.{}", probe.service().name()),
            status,
        ));
    }
    suite
}

/// The fault that the probe shows.
fn shown_by(diagnosis: &Diagnosis, probe: Probe) -> &'static str {
    let finding = diagnosis.findings.iter().find(|finding| finding.because.contains(&probe));
    finding.map_or("unexplained", |finding| finding.fault.code())
}

fn case(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case
}

fn failed(kind: NonSuccessKind, what: &str, message: &str, description: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(what).set_message(message);
    if !description.is_empty() {
        status.set_description(description);
    }
    status
}

fn headline(evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    format!("{}; {}", of_check(evidence, diagnosis), counted(evidence, diagnosis))
}
