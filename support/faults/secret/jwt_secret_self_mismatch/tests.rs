//! When auth rejects its own token for the signature, and when it may be right to reject it. Auth is the only place of the target.

use super::*;
use crate::evidence::{Evidence, Observation, Settings, Skipped, TokenFacts};
use crate::faults::concluded;
use crate::vocabulary::{ClaimName, Endpoint, Presentation, Variation};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Validation, TokenKind::Issued, Carriers::BODY)
}

fn settings() -> Settings {
    Settings::of_one_user([Some(Carriers::BODY), None, None])
}

/// Auth issues that token and rejects it like a forged one, with and without a scheme, and an unsigned or a missing one otherwise.
fn rejected(settings: Settings, facts: TokenFacts) -> Evidence {
    let mut evidence = Evidence::of_login(settings, facts);
    for one in [usual(), usual().scheme(Scheme::Bearer)] {
        evidence.record_twice(one, &Observation::rejected("signature"));
        evidence.record_twice(one.forged(), &Observation::rejected("signature"));
        evidence.record_twice(one.with(TokenKind::Unsigned), &Observation::rejected("algorithm"));
    }
    evidence.record_twice(Presentation::missing(Endpoint::Validation), &Observation::rejected("no token"));
    evidence
}

fn is_confirmed(evidence: &Evidence) -> bool {
    concluded::is_confirmed(evidence, Fault::JwtSecretSelfMismatch)
}

/// Whether it is, where auth rejects a token of which that can be said.
fn is_confirmed_of(facts: TokenFacts) -> bool {
    is_confirmed(&rejected(settings(), facts))
}

fn access() -> TokenFacts {
    TokenFacts::of_secret(&["sub"])
}

#[test]
fn a_token_that_cannot_be_read_may_be_of_a_kind_that_auth_is_right_to_reject() {
    assert!(is_confirmed_of(access()));
    assert!(!is_confirmed_of(TokenFacts::of_secret(&[])), "its claims are encrypted");
    assert!(!is_confirmed_of(TokenFacts { algorithm: None, ..access() }), "it has no header");
}

#[test]
fn a_refresh_token_is_rejected_for_its_kind_unless_another_kind_does_not_help() {
    let kind = ClaimName::from("token_type").expect("short");
    let mut evidence = rejected(settings(), TokenFacts { other_kind: vec![kind], ..access() });
    assert!(!is_confirmed(&evidence));
    let of_access = usual().changed(Change::Other(kind, Guess::Access));
    let mut unsigned = evidence.clone();
    unsigned.skip(of_access.into(), Skipped::Impossible);
    assert!(!is_confirmed(&unsigned), "its key signs no such token");
    evidence.record_twice(of_access, &Observation::rejected("signature"));
    assert!(is_confirmed(&evidence));
}

#[test]
fn a_token_that_is_not_valid_now_is_rejected_for_its_dates() {
    assert!(!is_confirmed_of(TokenFacts { expires_in: Some(0), ..access() }), "it has expired");
    assert!(is_confirmed_of(TokenFacts { expires_in: Some(1), ..access() }));
    // `max-skew` is 30 s.
    assert!(is_confirmed_of(TokenFacts { issued_ago: Some(-30), ..access() }));
    assert!(!is_confirmed_of(TokenFacts { issued_ago: Some(-31), ..access() }), "it begins later");
}

#[test]
fn auth_rejects_its_own_token_only_where_no_scheme_helps_and_no_other_client_or_route() {
    let with = |settings: Settings, accepted: Presentation| {
        let mut evidence = rejected(settings, access());
        evidence.record_twice(accepted, &Observation::accepted());
        is_confirmed(&evidence)
    };
    assert!(!with(settings(), usual().scheme(Scheme::Bearer)));
    assert!(!with(settings(), usual().direct()), "the proxy changes it, or leads to another service");
    let as_backend = usual().vary(Variation::ServiceCredentials);
    assert!(!with(Settings { service: true, ..settings() }, as_backend), "auth wants credentials");
    let mut rejects_the_backend = rejected(Settings { service: true, ..settings() }, access());
    assert!(!is_confirmed(&rejects_the_backend), "they were not tried");
    rejects_the_backend.record_twice(as_backend, &Observation::rejected("signature"));
    assert!(is_confirmed(&rejects_the_backend));
}

/// Otherwise it may be a claim, such as the audience, or auth may reject every client.
#[test]
fn it_is_the_signature_only_where_auth_tells_a_forged_token_from_an_unsigned_and_a_missing_one() {
    let with = |presented: Presentation, why: &str| {
        let mut evidence = rejected(settings(), access());
        for one in [presented, presented.scheme(Scheme::Bearer)] {
            evidence.record_twice(one, &Observation::rejected(why));
        }
        is_confirmed(&evidence)
    };
    assert!(!with(usual().with(TokenKind::Unsigned), "signature"), "auth tells nothing apart");
    assert!(!with(usual().forged(), "another reason"), "its own signature may verify");
    let mut evidence = rejected(settings(), access());
    evidence.record_twice(Presentation::missing(Endpoint::Validation), &Observation::rejected("signature"));
    assert!(!is_confirmed(&evidence), "it may not look at the token");
}
