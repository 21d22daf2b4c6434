//! When a response tells of a limit, and when of a service that is down.

use super::*;
use crate::evidence::{Evidence, Extracted, HttpResponse, Observation, Response, Settings, TokenFacts};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Carriers, Presentation, TokenKind, User};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

fn logged_in() -> Evidence {
    let settings = Settings::of_one_user([Some(Carriers::BODY), Some(Carriers::HEADER), Some(Carriers::HEADER)]);
    Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]))
}

/// 503, and when to try again.
fn try_again() -> Observation {
    let (status, headers) = (503, [("retry-after".to_owned(), "30".to_owned())].into());
    let response = HttpResponse { status, headers, body: String::new(), extracted: Extracted::NotLookedFor };
    Observation::of(Response::Http(response))
}

fn status(status: u16) -> Observation {
    Observation::http(status, Extracted::NotLookedFor)
}

#[test]
fn a_service_that_only_asks_to_try_again_is_down_unless_it_has_responded_to_the_same_kind_of_request() {
    let limited = |other: Option<(Presentation, Observation)>| {
        let mut evidence = logged_in();
        evidence.record_twice(usual(), &try_again());
        other.into_iter().for_each(|(presented, seen)| evidence.record_twice(presented, &seen));
        is_confirmed(&evidence, Fault::RateLimited)
    };
    assert!(!limited(None));
    assert!(limited(Some((Presentation::missing(Endpoint::Rest), Observation::rejected("no token")))));
    assert!(limited(Some((usual().forged(), Observation::accepted()))));
    assert!(!limited(Some((usual().forged(), status(500)))), "that is no verdict");
    let gateway = Presentation { endpoint: Endpoint::WebSocket, ..usual() };
    assert!(!limited(Some((gateway, Observation::welcomed()))), "that is another service");
    let mut at_auth = logged_in();
    at_auth.record_twice(Presentation::new(Endpoint::Validation, TokenKind::Issued, Carriers::BODY), &try_again());
    assert!(!is_confirmed(&at_auth, Fault::RateLimited), "a login is another kind of request");
}

#[test]
fn a_429_is_a_limit_by_itself_and_no_other_status_is() {
    let limited = |seen: &Observation| {
        let mut evidence = logged_in();
        evidence.record_twice(usual(), seen);
        is_confirmed(&evidence, Fault::RateLimited)
    };
    assert!(limited(&status(429)));
    for other in [401, 403, 500, 503] {
        assert!(!limited(&status(other)), "{other}");
    }
}

/// Some limits respond with 503 and without `Retry-After`.
#[test]
fn a_limit_is_ruled_out_where_the_token_is_accepted_at_the_end_and_no_response_was_503() {
    let ruled_out = |other: Option<u16>, at_the_end: bool| {
        let mut evidence = logged_in();
        evidence.record(usual().into(), Observation::accepted());
        let gateway = Presentation { endpoint: Endpoint::WebSocket, ..usual() };
        evidence.record_twice(gateway, &Observation::welcomed());
        if at_the_end {
            evidence.record(usual().repeat(1).into(), Observation::accepted());
        }
        other.into_iter().for_each(|it| evidence.record(usual().forged().into(), status(it)));
        is_ruled_out(&evidence, Fault::RateLimited)
    };
    assert!(ruled_out(None, true) && ruled_out(Some(500), true));
    assert!(!ruled_out(None, false), "the token was presented once");
    assert!(!ruled_out(Some(503), true) && !ruled_out(Some(429), true));
}

/// A login that only this check makes may be one too many.
#[test]
fn a_limit_that_no_first_request_of_the_client_meets_is_a_warning() {
    let severity = |first: Observation| {
        let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
        let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
        evidence.record(usual().into(), first);
        evidence.record(Probe::LaterLogin(User::First, 3), status(429));
        let findings = crate::faults::diagnose(&evidence).findings;
        findings.iter().find(|finding| finding.fault == Fault::RateLimited).map(|finding| finding.severity)
    };
    assert_eq!(severity(Observation::accepted()), Some(Severity::Warning));
    assert_eq!(severity(status(429)), Some(Severity::Error));
}
