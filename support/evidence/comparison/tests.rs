//! Which responses count as the same, and which fingerprints.

use std::collections::BTreeMap;

use super::*;
use crate::evidence::{Observation, Settings};
use crate::vocabulary::{Carriers, Presentation};

fn http(status: u16, body: &str, extracted: Extracted) -> Observation {
    Observation::of(Response::Http(HttpResponse { status, headers: BTreeMap::new(), body: body.to_owned(), extracted }))
}

fn rejection(status: u16, body: &str) -> Observation {
    http(status, body, Extracted::NotLookedFor)
}

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

fn missing() -> Presentation {
    Presentation::missing(Endpoint::Rest)
}

/// Whether the client's token got the response of a missing one, which was sent again with that response.
fn is_like_missing(own: &str, again: Option<(Presentation, u16)>) -> Option<bool> {
    let mut evidence = Evidence::new(Settings::complete());
    evidence.record(usual().into(), rejection(401, own));
    evidence.record(missing().into(), rejection(401, "no token, request r1"));
    if let Some((again, status)) = again {
        evidence.record(again.into(), rejection(status, "no token, request r2"));
    }
    let said = evidence.same_response(usual().into(), missing().into());
    let read_again = evidence.without(|_| false).same_response(usual().into(), missing().into());
    assert_eq!(said, read_again, "measured at each response, and at once");
    said
}

#[test]
fn what_differs_between_two_responses_to_the_same_request_says_nothing_of_another() {
    for again in [missing().repeat(1), missing().after_pause(0)] {
        assert_eq!(is_like_missing("no token, request r3", Some((again, 401))), Some(true));
        assert_eq!(is_like_missing("bad token, request r3", Some((again, 401))), Some(false));
    }
}

#[test]
fn where_the_same_request_did_not_get_one_response_twice_a_number_that_differs_leaves_it_open() {
    assert_eq!(is_like_missing("no token, request r3", None), None);
    assert_eq!(is_like_missing("no token, request r3", Some((missing().repeat(1), 503))), None, "another status");
    assert_eq!(is_like_missing("no token, request r3", Some((missing().repeat(2), 401))), None, "another number");
    assert_eq!(is_like_missing("no token, request r1", None), Some(true), "nothing differs");
}

#[test]
fn another_status_is_another_response_whatever_varies() {
    let mut evidence = Evidence::new(Settings::complete());
    evidence.record(usual().into(), rejection(401, "no"));
    evidence.record(missing().into(), rejection(403, "no"));
    assert_eq!(evidence.same_response(usual().into(), missing().into()), Some(false));
}

#[test]
fn two_responses_have_one_form_where_they_have_the_same_fields() {
    let same_form = |one: &str, other: &str| {
        let mut evidence = Evidence::new(Settings::complete());
        evidence.record(usual().into(), rejection(200, one));
        evidence.record(missing().into(), rejection(200, other));
        evidence.same_form(usual().into(), missing().into())
    };
    assert_eq!(same_form(r#"{"id": 1, "name": "a"}"#, r#"{"name": "b", "id": 2}"#), Some(true));
    assert_eq!(same_form(r#"{"id": 1}"#, r#"{"errors": ["no token"]}"#), Some(false));
    assert_eq!(same_form("welcome", "no token"), Some(true), "neither is JSON");
    assert_eq!(same_form(r#"{"id": 1}"#, "no token"), Some(false));
}

/// What auth, the backend and the gateway show.
fn shown(marks: [Option<u64>; 3]) -> Evidence {
    let mut evidence = Evidence::new(Settings::complete());
    for (service, mark) in [Service::Auth, Service::Backend, Service::Gateway].into_iter().zip(marks) {
        let extracted = Extracted::Text { mark, provenance: mark.map(|mark| mark % 10), token_type: None };
        evidence.record(Probe::Fingerprint(service), http(200, "", extracted));
    }
    evidence
}

#[test]
fn fingerprints_are_the_same_where_no_service_shows_another_one_than_auth() {
    let same = |marks| shown(marks).same_fingerprint();
    assert_eq!(same([Some(1), Some(1), Some(1)]), Some(true));
    assert_eq!(same([Some(1), Some(1), None]), Some(true));
    assert_eq!(same([Some(1), Some(1), Some(2)]), Some(false), "the gateway has its own");
    assert_eq!(same([Some(1), Some(2), Some(1)]), Some(false), "the backend has its own");
    assert_eq!(same([None, Some(1), Some(1)]), None);
    assert_eq!(same([Some(1), None, None]), None);
    let beside: Vec<_> = shown([Some(1), Some(1), Some(2)]).fingerprints_beside_auth().collect();
    assert_eq!(beside, [(Service::Backend, true), (Service::Gateway, false)]);
}

#[test]
fn a_secret_has_another_source_only_where_both_services_name_theirs() {
    assert_eq!(shown([Some(11), Some(21), None]).same_provenance_of(Service::Backend), Some(true));
    assert_eq!(shown([Some(11), Some(12), None]).same_provenance_of(Service::Backend), Some(false));
    assert_eq!(shown([Some(11), None, None]).same_provenance_of(Service::Backend), None);
}
