//! What a check says, as tests with names: the verdict, each verification, each fault of the catalogue. They are the same for
//! every target, so a runner can list them before anything is sent. `cargo test --test staging` shows them all, and
//! `tests/example` is a crate to copy.

use std::fmt;

use strum::VariantArray;

use crate::check::Checked;
use crate::diagnosis::{Diagnosis, Verdict, Verification, Verified};
use crate::evidence::Evidence;
use crate::report;
use crate::vocabulary::Fault;

/// A claim about a target, which a check confirms, rules out, or cannot decide. Its name is that of a test:
/// `secret::jwt-secret-mismatch`, after the family and the code of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedTest {
    /// The target is healthy.
    Verdict,
    /// A verification passes.
    Verification(Verification),
    /// The fault is ruled out.
    Fault(Fault),
}

/// How a named test came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestResult {
    /// The check shows it.
    Passed,
    /// The check shows the contrary: what to print of it, in 80 columns.
    Failed(String),
    /// The check does not decide it, and this says what would.
    NotTested(String),
}

impl NamedTest {
    /// Every one: the whole first, then the verifications, then the faults by family.
    pub fn all() -> impl Iterator<Item = NamedTest> {
        let verifications = Verification::VARIANTS.iter().copied().map(NamedTest::Verification);
        let faults = Fault::VARIANTS.iter().copied().map(NamedTest::Fault);
        [NamedTest::Verdict].into_iter().chain(verifications).chain(faults)
    }

    /// What the check says of it. A fault that is confirmed fails its own test even where it leaves the target healthy, as a
    /// warning does; the verdict passes on a healthy target only.
    pub fn result(self, checked: &Checked) -> TestResult {
        let Checked { evidence, diagnosis } = checked;
        match self {
            NamedTest::Verdict if diagnosis.verdict == Verdict::Healthy => TestResult::Passed,
            NamedTest::Verdict => TestResult::Failed(report::without_flags(evidence, diagnosis)),
            NamedTest::Verification(one) => verified(one, evidence, diagnosis),
            NamedTest::Fault(fault) => of_fault(fault, evidence, diagnosis),
        }
    }
}

impl fmt::Display for NamedTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NamedTest::Verdict => f.write_str("verdict"),
            NamedTest::Verification(one) => {
                write!(f, "verification::{}", one.to_string().to_lowercase().replace(['-', ' '], "_"))
            }
            NamedTest::Fault(fault) => write!(f, "{}::{fault}", fault.family()),
        }
    }
}

fn verified(one: Verification, evidence: &Evidence, diagnosis: &Diagnosis) -> TestResult {
    match one.outcome(evidence, diagnosis) {
        Verified::Pass(_) => TestResult::Passed,
        Verified::Fail(probes) => TestResult::Failed(report::verification(one, &probes, evidence, diagnosis)),
        Verified::NotPossible(why) => TestResult::NotTested(why),
    }
}

fn of_fault(fault: Fault, evidence: &Evidence, diagnosis: &Diagnosis) -> TestResult {
    if let Some(finding) = diagnosis.findings.iter().find(|finding| finding.fault == fault) {
        return TestResult::Failed(report::finding(evidence, diagnosis, finding));
    }
    if diagnosis.ruled_out.contains_key(&fault) {
        return TestResult::Passed;
    }
    let open = diagnosis.undetermined.get(&fault);
    let needs = open.map(|open| format!("needs {}", open.needs(evidence))).unwrap_or_default();
    match open.is_some_and(|open| !open.not_separable_from.is_empty()) {
        true => TestResult::NotTested(format!("may be the cause; {needs}")),
        false => TestResult::NotTested(needs),
    }
}
