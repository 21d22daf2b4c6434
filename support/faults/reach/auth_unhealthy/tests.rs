//! When an auth service fails at all that it is asked to validate. The target has one user.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Carriers, Presentation, TokenKind};

fn valid() -> Presentation {
    Presentation::new(Endpoint::Validation, TokenKind::Issued, Carriers::HEADER)
}

fn failed() -> Observation {
    Observation::http(500, Extracted::NotLookedFor)
}

/// Auth issues a token and says that it is well, and gives that response to each token that it is asked to validate.
fn validates_with(seen: &Observation) -> Evidence {
    let settings = Settings::of_one_user([Some(Carriers::HEADER), Some(Carriers::HEADER), None]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    evidence.record(HEALTH, Observation::accepted());
    for presented in [valid(), valid().forged(), Presentation::missing(Endpoint::Validation)] {
        evidence.record_twice(presented, seen);
    }
    evidence
}

#[test]
fn auth_is_unhealthy_where_every_validation_fails() {
    assert!(is_confirmed(&validates_with(&failed()), Fault::AuthUnhealthy));
    assert!(!is_confirmed(&validates_with(&Observation::rejected("no")), Fault::AuthUnhealthy));
}

/// What auth says of a missing token, it says without validating anything.
#[test]
fn auth_that_rejects_a_missing_token_works() {
    let mut evidence = validates_with(&failed());
    let missing = Presentation::missing(Endpoint::Validation);
    evidence.record_twice(missing, &Observation::rejected("no"));
    assert!(is_confirmed(&evidence, Fault::AuthUnhealthy), "no token of a user is validated");
    evidence.record_twice(valid(), &Observation::rejected("no"));
    assert!(!is_confirmed(&evidence, Fault::AuthUnhealthy) && !is_ruled_out(&evidence, Fault::AuthUnhealthy));
}

/// Auth is well and issues tokens, and a proxy before it fails at each validation.
fn issues_and_validates_none() -> Evidence {
    let mut evidence = validates_with(&Observation::http(502, Extracted::NotLookedFor));
    let issued = Extracted::Text { mark: Some(2), provenance: None, token_type: None };
    evidence.record(Probe::SecondLogin(User::First), Observation::http(200, issued));
    evidence
}

#[test]
fn auth_that_issues_tokens_and_validates_none_is_unhealthy() {
    assert!(is_confirmed(&issues_and_validates_none(), Fault::AuthUnhealthy));
    for response in [Observation::rejected("no"), Observation::http(429, Extracted::NotLookedFor)] {
        let mut evidence = issues_and_validates_none();
        evidence.record_twice(valid().forged(), &response);
        assert!(!is_confirmed(&evidence, Fault::AuthUnhealthy), "not each validation fails: {response:?}");
    }
}

#[test]
fn auth_that_accepts_the_token_and_says_that_it_is_well_is_healthy() {
    let mut evidence = validates_with(&failed());
    evidence.record_twice(valid(), &Observation::accepted());
    assert!(is_ruled_out(&evidence, Fault::AuthUnhealthy));
    evidence.record(HEALTH, failed());
    assert!(!is_ruled_out(&evidence, Fault::AuthUnhealthy));
}
