//! When a verification passes, fails, or says nothing.

use super::*;
use crate::evidence::{Extracted, Observation, Settings};
use crate::faults::diagnose;
use crate::vocabulary::Carriers;

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

/// Of the backend, where login issued a token and the presentations got these statuses.
fn cross_service(responses: &[(Presentation, u16)]) -> Verified {
    let mut evidence = Evidence::new(Settings::complete());
    let token = Extracted::Text { mark: Some(1), provenance: None, token_type: None };
    evidence.record(Probe::Login(User::First), Observation::http(200, token));
    for (presented, status) in responses {
        evidence.record((*presented).into(), Observation::http(*status, Extracted::NotLookedFor));
    }
    Verification::CrossService.outcome(&evidence, &diagnose(&evidence))
}

#[test]
fn it_passes_where_the_valid_token_is_accepted_and_the_forged_one_is_not() {
    let forged = usual().forged();
    let shown = [usual(), forged].map(Probe::Present).to_vec();
    assert_eq!(cross_service(&[(usual(), 200), (forged, 401)]), Verified::Pass(shown));
    assert_eq!(cross_service(&[(usual(), 401), (forged, 401)]), Verified::Fail(vec![usual().into()]));
    assert_eq!(cross_service(&[(usual(), 200), (forged, 200)]), Verified::Fail(vec![forged.into()]));
}

#[test]
fn it_says_nothing_where_no_valid_token_was_presented_or_the_service_did_not_respond() {
    let nothing = |responses: &[(Presentation, u16)]| matches!(cross_service(responses), Verified::NotPossible(_));
    assert!(nothing(&[]) && nothing(&[(usual().forged(), 401)]), "no valid token");
    assert!(nothing(&[(usual(), 429)]), "a rate limit");
    assert!(nothing(&[(usual(), 502)]), "a proxy that does not reach the service");
    assert!(!nothing(&[(usual(), 502), (usual().forged(), 200)]), "a forged token was accepted");
}
