//! What the engine makes of records, whatever faults they are of.

use super::*;
use crate::diagnosis::record::{Suspects, TestOf, Why, no_details};
use crate::diagnosis::test::{given, never, rejects};
use crate::diagnosis::{Diagnosis, contradicted, diagnose};
use crate::evidence::{Evidence, Extracted, Observation, Settings};
use crate::vocabulary::{Carriers, Endpoint, Severity, TokenKind};

const fn made_up(fault: Fault, shown_by: TestOf, ruled_out_by: TestOf, yields_to: &'static [Fault]) -> Record {
    Record {
        fault,
        severity: Severity::Error,
        severity_if: &[],
        page: "# made up",
        symptoms: &[],
        shown_by,
        ruled_out_by,
        yields_to,
        suspects: Suspects::Deployment,
        details: no_details,
        because: &[],
        whys: [const { Why("Why?", &[]) }; 4],
        fix: &[],
    }
}

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

/// Shown by a rejection of the client's token.
static REJECTED: Record = made_up(Fault::JwtSecretMismatch, |_| rejects(usual()), |_| never(), &[]);
/// Shown by any evidence, and explained by the first, and by the second.
static YIELDS: Record = made_up(Fault::ClaimMissing, |_| given(), |_| never(), &[Fault::JwtSecretMismatch]);
static YIELDS_TO_THAT: Record = made_up(Fault::ClockSkew, |_| given(), |_| never(), &[Fault::ClaimMissing]);
/// A mistake: any evidence shows it and rules it out.
static BOTH: Record = made_up(Fault::TokenEchoed, |_| given(), |_| given(), &[]);
static NEVER: Record = made_up(Fault::LoginRefused, |_| never(), |_| given(), &[]);

fn records(fault: Fault) -> &'static Record {
    match fault {
        Fault::JwtSecretMismatch => &REJECTED,
        Fault::ClaimMissing => &YIELDS,
        Fault::ClockSkew => &YIELDS_TO_THAT,
        _ => &NEVER,
    }
}

/// The presentations got these statuses.
fn seen(responses: &[(Presentation, u16)]) -> Evidence {
    let mut evidence = Evidence::new(Settings::complete());
    for (presented, status) in responses {
        evidence.record((*presented).into(), Observation::http(*status, Extracted::NotLookedFor));
    }
    evidence
}

fn confirmed(diagnosis: &Diagnosis) -> Vec<Fault> {
    diagnosis.findings.iter().map(|finding| finding.fault).collect()
}

#[test]
fn a_fault_is_confirmed_once_its_responses_were_seen_twice() {
    let found = |responses: &[(Presentation, u16)]| {
        confirmed(&diagnose(&seen(responses), records)).contains(&Fault::JwtSecretMismatch)
    };
    let first = (usual(), 401);
    assert!(!found(&[first]), "it may be transient");
    assert!(found(&[first, (usual().repeat(1), 401)]));
    assert!(found(&[first, (usual().after_pause(0), 401)]));
    assert!(!found(&[first, (usual().repeat(1), 200)]), "it was accepted once");
    let open = diagnose(&seen(&[first]), records).undetermined;
    assert_eq!(open[&Fault::JwtSecretMismatch].probes, [Probe::Present(usual().repeat(1))]);
}

#[test]
fn what_yields_to_a_confirmed_fault_is_open_and_what_yields_to_that_is_not() {
    let diagnosis = diagnose(&seen(&[(usual(), 401), (usual().repeat(1), 401)]), records);
    assert_eq!(confirmed(&diagnosis), [Fault::JwtSecretMismatch, Fault::ClockSkew]);
    assert_eq!(
        diagnosis.undetermined[&Fault::ClaimMissing].others,
        ["a check without jwt-secret-mismatch, which explains the same responses"]
    );
}

#[test]
fn a_fault_that_was_seen_once_explains_nothing_yet() {
    let diagnosis = diagnose(&seen(&[(usual(), 401)]), records);
    assert_eq!(confirmed(&diagnosis), [Fault::ClaimMissing]);
}

#[test]
fn what_is_shown_and_ruled_out_by_the_same_evidence_is_a_mistake_of_its_record() {
    let with_mistake = |fault: Fault| if fault == Fault::TokenEchoed { &BOTH } else { records(fault) };
    assert_eq!(contradicted(&seen(&[]), with_mistake), [Fault::TokenEchoed]);
    assert_eq!(contradicted(&seen(&[]), records), []);
}
