//! When a service fails over tokens by itself, and when it may be auth that it waits for.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::faults::concluded::is_confirmed;
use crate::vocabulary::{Carriers, TokenKind};

fn at(endpoint: Endpoint) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER)
}

/// REST responds to a valid and to a forged token with that status, rejects a missing one, and the backend reports to be healthy. The
/// gateway responds so to the valid token.
fn rest_fails(status: u16, gateway: &Observation) -> Evidence {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), Some(Carriers::HEADER)]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    let failed = Observation::http(status, Extracted::NotLookedFor);
    let rest = at(Endpoint::Rest);
    [rest, rest.forged()].iter().for_each(|one| evidence.record_twice(*one, &failed));
    evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::rejected("no token"));
    evidence.record(Probe::Health(Service::Backend), Observation::http(200, Extracted::NotLookedFor));
    evidence.record_twice(at(Endpoint::WebSocket), gateway);
    evidence.record_twice(Presentation::missing(Endpoint::WebSocket), &Observation::closed("no token"));
    evidence
}

fn fails(evidence: &Evidence) -> bool {
    is_confirmed(evidence, Fault::VerifierFails)
}

/// One backend validates for both.
#[test]
fn a_service_that_seems_to_wait_fails_by_itself_only_where_the_other_endpoint_accepts_the_token() {
    let rejected = Observation::closed("invalid token");
    assert!(fails(&rest_fails(500, &rejected)), "its own error");
    assert!(!fails(&rest_fails(504, &rejected)), "it may wait for auth");
    assert!(fails(&rest_fails(504, &Observation::welcomed())));
}

#[test]
fn a_service_fails_over_tokens_only_where_it_is_healthy_and_rejects_a_missing_one() {
    let seen = || rest_fails(500, &Observation::closed("invalid token"));
    let failed = Observation::http(500, Extracted::NotLookedFor);
    let mut unhealthy = seen();
    unhealthy.record(Probe::Health(Service::Backend), failed.clone());
    assert!(!fails(&unhealthy));
    let mut every_request = seen();
    every_request.record_twice(Presentation::missing(Endpoint::Rest), &failed);
    assert!(!fails(&every_request));
    let mut only_the_valid_one = seen();
    only_the_valid_one.record_twice(at(Endpoint::Rest).forged(), &Observation::rejected("invalid token"));
    assert!(!fails(&only_the_valid_one), "it fails after it has accepted the token");
    let mut accepts_forged = seen();
    accepts_forged.record_twice(at(Endpoint::WebSocket).forged(), &Observation::welcomed());
    assert!(!fails(&accepts_forged), "it may accept every token, and fail after that");
}

/// Its error is how it rejects then.
#[test]
fn a_verifier_that_accepts_a_token_with_one_change_does_not_fail() {
    let mut evidence = rest_fails(500, &Observation::closed("invalid token"));
    evidence.settings.signing = true;
    assert!(fails(&evidence));
    evidence.record_twice(at(Endpoint::Rest).changed(Change::LongerLived), &Observation::accepted());
    assert!(!fails(&evidence));
}
