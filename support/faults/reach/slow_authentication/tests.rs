//! When an accepted token comes too late for the client. The target has one user, and auth, REST and the gateway.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Carriers, Endpoint, Fault, TokenKind};

/// For which the client waits.
const PATIENCE: Duration = Duration::from_secs(3);
const LATE: Duration = Duration::from_millis(3_001);

fn at(endpoint: Endpoint) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER)
}

fn took(elapsed: Duration, seen: Observation) -> Observation {
    Observation { elapsed, ..seen }
}

fn login(elapsed: Duration) -> Observation {
    took(elapsed, Observation::http(200, Extracted::Text { mark: Some(1), provenance: None, token_type: None }))
}

/// Every token is accepted at once, and every other one rejected.
fn quick() -> Evidence {
    let mut evidence =
        Evidence::of_login(Settings::of_one_user([Some(Carriers::HEADER); 3]), TokenFacts::of_secret(&[]));
    for endpoint in [Endpoint::Validation, Endpoint::Rest] {
        evidence.record_twice(at(endpoint), &Observation::accepted());
        evidence.record_twice(at(endpoint).forged(), &Observation::rejected("forged"));
        evidence.record_twice(Presentation::missing(endpoint), &Observation::rejected("missing"));
    }
    evidence.record_twice(at(Endpoint::WebSocket), &Observation::welcomed());
    evidence
}

fn is_slow(evidence: &Evidence) -> bool {
    is_confirmed(evidence, Fault::SlowAuthentication)
}

#[test]
fn what_comes_later_than_the_client_waits_is_slow() {
    assert!(is_ruled_out(&quick(), Fault::SlowAuthentication));
    for (elapsed, is_late) in [(PATIENCE, false), (LATE, true)] {
        let mut of_login = quick();
        of_login.record(Probe::Login(User::First), login(elapsed));
        let mut of_auth = quick();
        of_auth.record_twice(at(Endpoint::Validation), &took(elapsed, Observation::accepted()));
        let mut of_gateway = quick();
        of_gateway.record_twice(at(Endpoint::WebSocket), &took(elapsed, Observation::welcomed()));
        for evidence in [of_login, of_auth, of_gateway] {
            assert_eq!(is_slow(&evidence), is_late, "{elapsed:?}");
            assert_eq!(is_ruled_out(&evidence, Fault::SlowAuthentication), !is_late, "{elapsed:?}");
        }
    }
}

#[test]
fn what_comes_in_time_once_is_not_always_slow() {
    let mut evidence = quick();
    evidence.record(at(Endpoint::Validation).into(), took(LATE, Observation::accepted()));
    assert!(!is_slow(&evidence) && !is_ruled_out(&evidence, Fault::SlowAuthentication));
}

/// The work that REST does for a token is no authentication.
#[test]
fn rest_is_slow_only_where_a_forged_token_is_rejected_as_late() {
    let mut evidence = quick();
    evidence.record_twice(at(Endpoint::Rest), &took(LATE, Observation::accepted()));
    assert!(!is_slow(&evidence), "its work may take long");
    let forged = at(Endpoint::Rest).forged();
    evidence.record(forged.into(), took(LATE, Observation::rejected("forged")));
    assert!(!is_slow(&evidence), "a forged token was rejected at once");
    evidence.record_twice(forged, &took(LATE, Observation::rejected("forged")));
    assert!(is_slow(&evidence));
    evidence.record_twice(at(Endpoint::Rest), &Observation::accepted());
    assert!(!is_slow(&evidence), "only a forged token is rejected late");
}

/// Such a check watches each connection for as long as the client waits, or longer.
#[test]
fn a_gateway_without_a_welcome_is_not_slow() {
    let mut evidence = quick();
    evidence.settings.welcome = false;
    evidence.record_twice(at(Endpoint::WebSocket), &took(LATE, Observation::welcomed()));
    assert!(!is_slow(&evidence) && is_ruled_out(&evidence, Fault::SlowAuthentication));
}

#[test]
fn time_that_this_machine_may_have_added_shows_nothing() {
    let mut evidence = quick();
    let seen = Observation { held_up: Duration::from_millis(1), ..took(LATE, Observation::accepted()) };
    evidence.record_twice(at(Endpoint::Validation), &seen);
    assert!(!is_slow(&evidence) && !is_ruled_out(&evidence, Fault::SlowAuthentication));
}
