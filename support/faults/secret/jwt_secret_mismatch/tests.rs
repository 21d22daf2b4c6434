//! When a rejection is that of another secret, and when the same rejection may have another reason.

use super::*;
use crate::evidence::provenance::Provenance;
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::faults::concluded;
use crate::vocabulary::{Endpoint, Probe, TokenKind, User, Variation};

fn at(endpoint: Endpoint) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER)
}

fn rest() -> Presentation {
    at(Endpoint::Rest)
}

/// REST is the only place of the target.
fn of_rest() -> Settings {
    Settings::of_one_user([None, Some(Carriers::HEADER), None])
}

/// Auth issues a token. There it is rejected like a forged one, with any prefix, and a missing one is rejected otherwise.
fn rejected_like_forged(settings: Settings, endpoint: Endpoint) -> Evidence {
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    let usual = at(endpoint);
    for presented in [usual, usual.forged(), usual.scheme(Scheme::Twice), usual.scheme(Scheme::None)] {
        evidence.record_twice(presented, &rejected(endpoint, "invalid token"));
    }
    evidence.record_twice(Presentation::missing(endpoint), &rejected(endpoint, "no token"));
    evidence
}

fn rejected(endpoint: Endpoint, why: &str) -> Observation {
    if endpoint == Endpoint::WebSocket { Observation::closed(why) } else { Observation::rejected(why) }
}

/// Two values that differ were compared, those of auth and the backend.
fn with_values(mut evidence: Evidence) -> Evidence {
    evidence.provenance = Some(Provenance::of_values(1, 2));
    evidence
}

fn is_confirmed(evidence: &Evidence) -> bool {
    concluded::is_confirmed(evidence, Fault::JwtSecretMismatch)
}

#[test]
fn compared_values_speak_for_the_backend_and_for_no_gateway_with_a_fingerprint_of_its_own() {
    let backend = rejected_like_forged(of_rest(), Endpoint::Rest);
    assert!(!is_confirmed(&backend), "it may be another claim");
    assert!(is_confirmed(&with_values(backend)));
    let of_gateway = Settings::of_one_user([None, None, Some(Carriers::HEADER)]);
    let one_process = with_values(rejected_like_forged(of_gateway.clone(), Endpoint::WebSocket));
    assert!(is_confirmed(&one_process));
    let own_fingerprint = Settings { gateway_fingerprint: true, ..of_gateway };
    assert!(!is_confirmed(&with_values(rejected_like_forged(own_fingerprint, Endpoint::WebSocket))));
}

#[test]
fn fingerprints_that_differ_tell_of_a_secret_only_where_no_prefix_helps() {
    let mut evidence = rejected_like_forged(Settings { fingerprint: true, ..of_rest() }, Endpoint::Rest);
    for (service, mark) in [(Service::Auth, 1), (Service::Backend, 2)] {
        let extracted = Extracted::Text { mark: Some(mark), provenance: None, token_type: None };
        evidence.record(Probe::Fingerprint(service), Observation::http(200, extracted));
    }
    assert!(is_confirmed(&evidence));
    for scheme in [Scheme::Twice, Scheme::None] {
        let mut helped = evidence.clone();
        helped.record_twice(rest().scheme(scheme), &Observation::accepted());
        assert!(!is_confirmed(&helped), "{scheme:?} is accepted");
        let untested = evidence
            .without(|probe| probe.presented().is_some_and(|one| one.variation == rest().scheme(scheme).variation));
        assert!(!is_confirmed(&untested), "{scheme:?} was not tried");
    }
}

#[test]
fn a_backend_that_may_ask_auth_has_credentials_that_auth_must_accept() {
    let settings =
        Settings { service: true, ..Settings::of_one_user([Some(Carriers::BODY), Some(Carriers::HEADER), None]) };
    let mut evidence = with_values(rejected_like_forged(settings, Endpoint::Rest));
    let validation = at(Endpoint::Validation).in_carriers(Carriers::BODY);
    evidence.record_twice(validation, &Observation::accepted());
    assert!(!is_confirmed(&evidence), "they were not tried");
    let as_backend = validation.vary(Variation::ServiceCredentials);
    evidence.record_twice(as_backend, &Observation::accepted());
    assert!(is_confirmed(&evidence));
    evidence.record_twice(as_backend, &Observation::rejected("unknown service"));
    assert!(!is_confirmed(&evidence), "auth rejects the backend");
}

#[test]
fn a_token_that_another_user_has_accepted_is_rejected_for_its_user_and_for_no_secret() {
    let mut evidence = with_values(rejected_like_forged(Settings { users: 2, ..of_rest() }, Endpoint::Rest));
    assert!(!is_confirmed(&evidence), "the other user was not tried");
    evidence.record_twice(rest().by(User::Second), &Observation::accepted());
    assert!(!is_confirmed(&evidence));
    evidence.record_twice(rest().by(User::Second), &Observation::rejected("invalid token"));
    assert!(is_confirmed(&evidence));
}

/// The backend accepts the same claims once the suite has signed them.
#[test]
fn the_known_secret_tells_of_another_one_unless_the_token_was_signed_with_it() {
    let confirmed_if = |signed_as_known| {
        let mut evidence = rejected_like_forged(of_rest(), Endpoint::Rest);
        evidence.revise_tokens(|_, _, facts| facts.signed_as_known = signed_as_known);
        evidence.record_twice(rest().changed(Change::Nothing), &Observation::accepted());
        is_confirmed(&evidence)
    };
    assert_eq!([None, Some(false), Some(true)].map(confirmed_if), [true, true, false]);
}

/// Where every rejection is the same, what is accepted once it is re-signed shows that the token arrives.
#[test]
fn one_response_to_every_token_tells_of_a_secret_only_beside_an_accepted_control() {
    let mut evidence = with_values(rejected_like_forged(of_rest(), Endpoint::Rest));
    evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::rejected("invalid token"));
    assert!(!is_confirmed(&evidence), "the token may not arrive");
    evidence.record_twice(rest().changed(Change::Nothing), &Observation::accepted());
    assert!(is_confirmed(&evidence));
}

/// What auth rejects itself tells nothing of the backend's secret.
#[test]
fn no_secret_of_the_backend_differs_from_that_of_an_auth_which_rejects_the_token() {
    let settings = Settings::of_one_user([Some(Carriers::BODY), Some(Carriers::HEADER), None]);
    let mut evidence = with_values(rejected_like_forged(settings, Endpoint::Rest));
    let validation = at(Endpoint::Validation).in_carriers(Carriers::BODY);
    evidence.record_twice(validation, &Observation::accepted());
    assert!(is_confirmed(&evidence));
    evidence.record_twice(validation.scheme(Scheme::Bearer), &Observation::rejected("invalid token"));
    evidence.record_twice(validation, &Observation::rejected("invalid token"));
    assert!(!is_confirmed(&evidence));
}
