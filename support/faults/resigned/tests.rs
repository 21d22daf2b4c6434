//! What the suite may conclude where a token that it signed again is accepted. REST is the only place of the target.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::faults::diagnose;
use crate::token::Token;
use crate::vocabulary::{Carriers, Endpoint, Fault, Guess, User};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

fn audience() -> ClaimName {
    ClaimName::from("aud").expect("short")
}

/// The confirmed faults where REST rejects the client's token, and accepts it with each of these changes.
fn faults(accepted: &[Change]) -> Vec<Fault> {
    faults_with(&accepted.iter().map(|change| usual().changed(*change)).collect::<Vec<_>>())
}

/// The same, where it accepts each of these.
fn faults_with(accepted: &[Presentation]) -> Vec<Fault> {
    diagnose(&evidence_of(accepted)).findings.iter().map(|finding| finding.fault).collect()
}

fn evidence_of(accepted: &[Presentation]) -> Evidence {
    let mut settings = Settings::complete();
    (settings.endpoints.validation, settings.endpoints.websocket) = (None, None);
    let mut evidence = Evidence::new(settings);
    let facts = Token::new("a.b.c").facts(0, &str::to_owned);
    let facts = TokenFacts { algorithm: Some("HS256".into()), claims: vec![audience()], ..facts };
    evidence.describe_token(TokenKind::Issued, User::First, facts);
    let rejected = [Change::Nothing, Change::UnknownClaim, Change::Padded].map(|change| usual().changed(change));
    let rejected = rejected.into_iter().filter(|one| !accepted.contains(one));
    let rejected = rejected.chain([usual(), Presentation::missing(Endpoint::Rest)]);
    let seen = rejected.map(|one| (one, 401)).chain(accepted.iter().map(|one| (*one, 200)));
    for (presented, status) in seen {
        let seen = Observation::http(status, Extracted::NotLookedFor);
        evidence.record(presented.into(), seen.clone());
        evidence.record(presented.repeat(1).into(), seen);
    }
    evidence
}

#[test]
fn a_claim_is_at_fault_where_only_changes_of_it_help() {
    let (without, listed) = (Change::Without(audience()), Change::Other(audience(), Guess::Listed));
    assert_eq!(faults(&[without]), [Fault::AudienceMismatch]);
    assert_eq!(faults(&[without, listed]), [Fault::AudienceMismatch]);
}

/// Such a verifier accepts any other token: it remembers a rejection, or holds another secret.
#[test]
fn no_claim_is_at_fault_where_another_change_helps_as_well() {
    for other in [Change::Backdated, Change::UnknownClaim, Change::Nothing] {
        let found = faults(&[Change::Without(audience()), other]);
        assert!(
            !found.contains(&Fault::AudienceMismatch) && !found.contains(&Fault::ClockSkew),
            "{other:?}: {found:?}"
        );
    }
}

/// The claims of a later token are the same, so it is the one token that is rejected.
#[test]
fn no_claim_is_at_fault_where_a_later_token_of_the_user_is_accepted() {
    let without = usual().changed(Change::Without(audience()));
    assert_eq!(faults_with(&[without]), [Fault::AudienceMismatch]);
    let found = faults_with(&[without, usual().with(TokenKind::Second)]);
    assert!(!found.contains(&Fault::AudienceMismatch), "{found:?}");
}

/// A later token is as long, and so is one that says the same.
#[test]
fn a_token_is_not_too_long_where_another_as_long_is_accepted() {
    let is_too_long = |accepted: &[Presentation]| {
        let mut evidence = evidence_of(accepted);
        evidence.settings.endpoints.validation = Settings::complete().endpoints.validation;
        let validation = Presentation::new(Endpoint::Validation, TokenKind::Issued, Carriers::BODY);
        for (presented, is_valid) in [(validation, true), (Presentation::missing(Endpoint::Validation), false)] {
            let seen = Observation::http(200, Extracted::Bool(is_valid));
            evidence.record(presented.into(), seen.clone());
            evidence.record(presented.repeat(1).into(), seen);
        }
        diagnose(&evidence).findings.iter().any(|finding| finding.fault == Fault::CredentialTooLong)
    };
    let short = usual().changed(Change::Short);
    assert!(is_too_long(&[short]));
    for as_long in [usual().with(TokenKind::Second), usual().changed(Change::UnknownClaim)] {
        assert!(!is_too_long(&[short, as_long]), "{as_long:?}");
    }
}

/// Of two users, one may have many groups in the token.
#[test]
fn a_shorter_token_of_another_user_says_nothing_of_the_length() {
    let is_too_long = |chars: usize| {
        let mut evidence = evidence_of(&[usual().changed(Change::Short), usual().by(User::Second)]);
        evidence.settings.users = 2;
        let facts = TokenFacts { chars, ..TokenFacts::of_secret(&["aud"]) };
        evidence.describe_token(TokenKind::Issued, User::Second, facts);
        evidence.revise_tokens(|_, user, facts| {
            if user == User::First {
                facts.chars = 4_000;
            }
        });
        let client = Client::new(&evidence, crate::faults::record);
        too_long(&client, usual()).prove(&client).holds()
    };
    assert!(is_too_long(500));
    assert!(!is_too_long(3_990), "that one is about as long, and is accepted");
}
