//! Which responses were searched for the token, and what a token in them gives away.

use super::*;
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::concluded::is_ruled_out;
use crate::faults::diagnose;
use crate::vocabulary::{Carrier, Carriers, Scheme};

fn at(endpoint: Endpoint) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER)
}

fn logged_in() -> Evidence {
    let settings = Settings::of_one_user([Some(Carriers::HEADER); 3]);
    Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]))
}

/// A missing token is rejected at each endpoint, and a forged one otherwise at all but REST.
fn searched_but_at_rest() -> Evidence {
    let mut evidence = logged_in();
    for endpoint in ENDPOINTS {
        evidence.record_twice(Presentation::missing(endpoint), &rejected(endpoint, "no token"));
        let forged = at(endpoint).forged();
        if endpoint != Endpoint::Rest {
            evidence.record_twice(forged, &rejected(endpoint, "invalid token"));
        }
    }
    evidence
}

fn rejected(endpoint: Endpoint, why: &str) -> Observation {
    if endpoint == Endpoint::WebSocket { Observation::closed(why) } else { Observation::rejected(why) }
}

/// Whether it is ruled out once this got that response at REST.
fn is_searched_by(presented: Presentation, seen: &Observation) -> bool {
    let mut evidence = searched_but_at_rest();
    evidence.record_twice(presented, seen);
    is_ruled_out(&evidence, Fault::TokenEchoed)
}

#[test]
fn a_rejection_was_searched_where_the_service_has_read_the_token() {
    let (rest, invalid) = (at(Endpoint::Rest), Observation::rejected("invalid token"));
    assert!(!is_ruled_out(&searched_but_at_rest(), Fault::TokenEchoed), "nothing was rejected at REST");
    assert!(is_searched_by(rest.forged(), &invalid) && is_searched_by(rest, &invalid));
    assert!(is_searched_by(rest.scheme(Scheme::Twice), &invalid));
    assert!(!is_searched_by(rest.forged(), &Observation::rejected("no token")), "it may not have been read");
    assert!(!is_searched_by(rest.forged(), &Observation::accepted()), "it was not rejected");
    assert!(!is_searched_by(rest.direct(), &invalid), "that is another address");
    let decoy = rest.vary(Variation::Decoy(Carrier::Query));
    assert!(!is_searched_by(decoy, &invalid), "the decoy is rejected, and not the token");
    let missing = Presentation::missing(Endpoint::Rest);
    assert!(!is_searched_by(missing.repeat(2), &invalid), "there is no token to repeat");
}

/// What auth rejects like a missing token it was sent in any case.
#[test]
fn auth_has_read_what_it_rejects_in_any_words() {
    let mut evidence = searched_but_at_rest();
    evidence.record_twice(at(Endpoint::Rest).forged(), &Observation::rejected("invalid token"));
    evidence.record_twice(at(Endpoint::Validation).forged(), &Observation::rejected("no token"));
    assert!(is_ruled_out(&evidence, Fault::TokenEchoed));
    let is_forged = |one: Presentation| one.endpoint == Endpoint::Validation && one.token == TokenKind::Forged;
    let without = evidence.without(|probe| probe.presented().is_some_and(is_forged));
    assert!(!is_ruled_out(&without, Fault::TokenEchoed), "a missing token is none to repeat");
    evidence.record_twice(at(Endpoint::WebSocket).forged(), &Observation::closed("no token"));
    assert!(!is_ruled_out(&evidence, Fault::TokenEchoed));
}

/// The severity where the response to that repeats it.
fn severity_of(presented: Presentation) -> Severity {
    let mut evidence = logged_in();
    let seen = Observation { echoes: true, ..Observation::rejected("invalid token") };
    evidence.record_twice(presented, &seen);
    let found = diagnose(&evidence).findings.into_iter().find(|finding| finding.fault == Fault::TokenEchoed);
    found.expect("a finding").severity
}

#[test]
fn a_repeated_token_is_a_warning_only_where_clients_send_it_so() {
    let rest = at(Endpoint::Rest);
    assert_eq!(severity_of(rest), Severity::Warning);
    for other in [rest.forged(), rest.with(TokenKind::Unsigned), rest.scheme(Scheme::Twice), rest.direct()] {
        assert_eq!(severity_of(other), Severity::Note, "{other:?}");
    }
}

/// A warning beside requests that all work hurts nobody yet.
#[test]
fn users_see_nothing_of_a_warning_unless_something_fails() {
    let seen = |rest: Observation| {
        let mut evidence = searched_but_at_rest();
        evidence.record_twice(at(Endpoint::Validation), &Observation::accepted());
        evidence.record_twice(at(Endpoint::WebSocket), &Observation::welcomed());
        evidence.record_twice(at(Endpoint::Rest), &Observation { echoes: true, ..Observation::accepted() });
        evidence.record(at(Endpoint::Rest).repeat(2).into(), rest);
        let findings = diagnose(&evidence).findings;
        let found = findings.into_iter().find(|finding| finding.fault == Fault::TokenEchoed).expect("confirmed");
        found.whys[0].answer.clone()
    };
    assert!(seen(Observation::accepted()).starts_with("Nothing fails in this check"));
    assert_eq!(seen(Observation::rejected("no token")), "Some requests fail.");
}
