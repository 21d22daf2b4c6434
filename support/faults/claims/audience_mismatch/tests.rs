//! When `aud` or `iss` is why a token is rejected. REST is the only place of the target, and the suite can sign.

use std::collections::BTreeSet;

use super::*;
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::diagnose;
use crate::vocabulary::{Carriers, Endpoint, Fault, TokenKind};

const MISMATCHES: [(&str, Fault); 2] = [("aud", Fault::AudienceMismatch), ("iss", Fault::IssuerMismatch)];

fn rest() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

/// A token with these claims is rejected, however it is signed again, and accepted with each of these changes alone.
fn accepted_with(claims: &[&str], accepted: &[Change]) -> BTreeSet<Fault> {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(claims));
    let resigned =
        [Change::Nothing, Change::UnknownClaim, Change::Short, Change::Padded].map(|one| rest().changed(one));
    for presented in [rest()].into_iter().chain(resigned) {
        evidence.record_twice(presented, &Observation::rejected("invalid token"));
    }
    evidence.record_twice(rest().forged(), &Observation::rejected("invalid signature"));
    evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::rejected("no token"));
    accepted.iter().for_each(|one| evidence.record_twice(rest().changed(*one), &Observation::accepted()));
    diagnose(&evidence).findings.iter().map(|finding| finding.fault).collect()
}

fn claim(name: &str) -> ClaimName {
    ClaimName::from(name).expect("short")
}

#[test]
fn a_claim_is_another_one_where_the_token_is_accepted_without_it() {
    for (name, fault) in MISMATCHES {
        assert_eq!(accepted_with(&["sub", name], &[Change::Without(claim(name))]), [fault].into(), "{name}");
    }
}

#[test]
fn what_another_claim_decides_is_no_mismatch_of_this_one() {
    for (name, fault) in MISMATCHES {
        // The short token has no role either.
        let accepted = [Change::Short, Change::Padded, Change::Without(claim("role"))];
        let faults = accepted_with(&["sub", name, "role"], &accepted);
        assert!(!faults.contains(&fault) && faults.contains(&Fault::ClaimMismatch), "{name}: {faults:?}");
    }
}

/// Leaving out what is not there changes nothing, so a verifier that accepts it then is none of one claim.
#[test]
fn a_claim_that_the_token_does_not_have_is_no_other_one() {
    for (name, fault) in MISMATCHES {
        assert!(!accepted_with(&["sub"], &[Change::Without(claim(name))]).contains(&fault), "{name}");
    }
}
