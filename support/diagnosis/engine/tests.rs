//! What the engine makes of records, whatever faults they are of.

use super::*;
use crate::diagnosis::record::TestOf;
use crate::diagnosis::test::{Test, accepts, given, never, rejects};
use crate::diagnosis::{Diagnosis, contradicted, diagnose};
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::vocabulary::{Carriers, Change, Endpoint, TokenKind};

const fn made_up(fault: Fault, shown_by: TestOf, ruled_out_by: TestOf, yields_to: &'static [Fault]) -> Record {
    Record { ruled_out_by, yields_to, ..Record::made_up(fault, shown_by) }
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

/// A record whose test is about the token alone, and one that this target cannot show.
static OF_TOKEN: Record = made_up(Fault::ClaimMissing, algorithm_is_hmac, |_| never(), &[]);
static NOT_HERE: Record = made_up(Fault::ClockSkew, |_| never(), |_| never(), &[]);
/// Would be shown by a token that is made of the client's.
static OF_A_MADE_TOKEN: Record =
    made_up(Fault::IssuerMismatch, |_| accepts(usual().changed(Change::Nothing)), |_| never(), &[]);

fn algorithm_is_hmac(client: &Client<'_>) -> Test {
    client.token_test("its `alg` is one of a shared secret", |facts, _| Some(facts.algorithm.is_some()))
}

fn of_random_text(fault: Fault) -> &'static Record {
    match fault {
        Fault::ClaimMissing => &OF_TOKEN,
        Fault::ClockSkew => &NOT_HERE,
        Fault::IssuerMismatch => &OF_A_MADE_TOKEN,
        _ => &REJECTED,
    }
}

/// Login issues that token, and nothing else is sent.
fn ruled_out_of(facts: TokenFacts) -> Vec<Fault> {
    diagnose(&Evidence::of_login(Settings::complete(), facts), of_random_text).ruled_out.into_keys().collect()
}

/// Of a random text nothing can be made. What a target has no means to show is not ruled out for that.
#[test]
fn a_random_text_rules_out_what_only_another_token_could_show() {
    let random = TokenFacts { algorithm: None, ..TokenFacts::of_secret(&[]) };
    assert_eq!(ruled_out_of(random), [Fault::ClaimMissing, Fault::IssuerMismatch]);
    assert_eq!(ruled_out_of(TokenFacts::of_secret(&["sub"])), []);
}

/// The claims of the client's own token can be changed, whatever the issued one is.
#[test]
fn a_random_text_says_nothing_of_tokens_that_are_made_of_another_one() {
    let evidence =
        Evidence::of_login(Settings::complete(), TokenFacts { algorithm: None, ..TokenFacts::of_secret(&[]) });
    let client = Client::new(&evidence, of_random_text);
    let own = usual().with(TokenKind::SelfSigned);
    assert!(client.has_no_such_token(usual().changed(Change::Nothing).into()));
    assert!(client.has_no_such_token(usual().with(TokenKind::Unsigned).into()));
    assert!(!client.has_no_such_token(own.changed(Change::Nothing).into()));
    assert!(!client.has_no_such_token(own.into()) && !client.has_no_such_token(usual().forged().into()));
}
