//! Which accepted tokens are a false green. Each test has one place of the target, or says otherwise.

use super::*;
use crate::evidence::{
    Connection, Evidence, Extracted, Frame, HttpResponse, Observation, Response, Settings, TokenFacts,
};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Carriers, Change, ClaimName, Fault, Variation};

fn rest() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

/// REST is the only place.
fn of_rest() -> Settings {
    Settings::of_one_user([None, Some(Carriers::HEADER), None])
}

/// REST accepts the client's token, of which that can be said, and rejects a forged and a missing one.
fn healthy(facts: TokenFacts) -> Evidence {
    let mut evidence = Evidence::of_login(of_rest(), facts);
    evidence.record_twice(rest(), &Observation::accepted());
    for invalid in [rest().forged(), Presentation::missing(Endpoint::Rest)] {
        evidence.record_twice(invalid, &Observation::rejected("invalid token"));
    }
    evidence
}

/// The same, where REST accepts this one too.
fn accepting(facts: TokenFacts, presented: Presentation) -> Evidence {
    let mut evidence = healthy(facts);
    evidence.record_twice(presented, &Observation::accepted());
    evidence
}

fn facts() -> TokenFacts {
    TokenFacts { issued_ago: Some(0), expires_in: Some(1_800), ..TokenFacts::of_secret(&["sub"]) }
}

/// 200 with that body.
fn responds(body: &str) -> Observation {
    let response = HttpResponse {
        status: 200,
        headers: Default::default(),
        body: body.to_owned(),
        extracted: Extracted::NotLookedFor,
    };
    Observation::of(Response::Http(response))
}

#[test]
fn a_missing_token_is_accepted_only_where_no_cache_may_have_responded() {
    let missing = Presentation::missing(Endpoint::Rest);
    let mut evidence = accepting(facts(), missing);
    assert!(!is_confirmed(&evidence, Fault::MissingTokenAccepted), "no other URL was tried");
    evidence.record_twice(missing.vary(Variation::NewUrl), &Observation::rejected("no token"));
    assert!(!is_confirmed(&evidence, Fault::MissingTokenAccepted));
    assert!(is_confirmed(&evidence, Fault::AuthenticatedAnswerCached));
    evidence.record_twice(missing.vary(Variation::NewUrl), &Observation::accepted());
    assert!(is_confirmed(&evidence, Fault::MissingTokenAccepted));
    assert!(!is_confirmed(&evidence, Fault::AuthenticatedAnswerCached));
}

/// Some services report an error with the status 200.
#[test]
fn a_200_with_other_fields_than_the_one_to_a_valid_token_accepts_nothing() {
    let missing = Presentation::missing(Endpoint::Rest);
    let seen = |valid: &str, other: &str| {
        let mut evidence = healthy(facts());
        evidence.record_twice(rest(), &responds(valid));
        for open in [missing, missing.vary(Variation::NewUrl), rest().forged()] {
            evidence.record_twice(open, &responds(other));
        }
        is_confirmed(&evidence, Fault::MissingTokenAccepted)
    };
    assert!(seen(r#"{"threads": []}"#, r#"{"threads": []}"#));
    assert!(!seen(r#"{"threads": []}"#, r#"{"errors": ["no token"]}"#));
}

/// Without `handshake.welcome` nothing says that an open connection let the client in.
#[test]
fn a_connection_that_anybody_may_open_lets_in_only_those_to_whom_the_gateway_sends_something() {
    let settings = Settings { welcome: false, ..Settings::of_one_user([None, None, Some(Carriers::HEADER)]) };
    let missing = Presentation::missing(Endpoint::WebSocket);
    let seen = |settings: Settings, frames: Vec<Frame>, welcomed: bool| {
        let mut evidence = Evidence::of_login(settings, facts());
        let open = Response::WebSocket(Connection { frames, welcomed, ..Connection::open() });
        evidence.record_twice(missing, &Observation::of(open));
        is_confirmed(&evidence, Fault::MissingTokenAccepted)
    };
    assert!(!seen(settings.clone(), Vec::new(), false));
    assert!(seen(settings.clone(), vec![Frame::Text("history".to_owned())], false));
    assert!(seen(Settings { welcome: true, ..settings }, Vec::new(), true), "it was welcomed");
}

/// An open endpoint does not read the token.
#[test]
fn a_forged_or_unsigned_token_is_accepted_only_where_a_missing_one_is_rejected() {
    let unsigned = unsigned(rest());
    for (fault, invalid) in [(Fault::ForgedTokenAccepted, rest().forged()), (Fault::UnsignedTokenAccepted, unsigned)] {
        let mut evidence = accepting(facts(), invalid);
        assert!(is_confirmed(&evidence, fault), "{fault}");
        evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::accepted());
        assert!(!is_confirmed(&evidence, fault), "{fault}");
    }
    let mut any_signature = accepting(facts(), unsigned);
    any_signature.record_twice(rest().forged(), &Observation::accepted());
    assert!(!is_confirmed(&any_signature, Fault::UnsignedTokenAccepted), "no signature is verified at all");
}

#[test]
fn an_expired_token_is_accepted_only_where_a_valid_one_is_and_a_forged_one_is_not() {
    let expired = rest().changed(Change::Expired);
    assert!(is_confirmed(&accepting(facts(), expired), Fault::ExpiredTokenAccepted));
    let mut forged = accepting(facts(), expired);
    forged.record_twice(rest().forged(), &Observation::accepted());
    assert!(!is_confirmed(&forged, Fault::ExpiredTokenAccepted), "nothing is verified");
    let mut rejected = accepting(facts(), expired);
    rejected.record_twice(rest(), &Observation::rejected("invalid token"));
    assert!(!is_confirmed(&rejected, Fault::ExpiredTokenAccepted), "the verifier has another time");
}

/// `max-skew` is 30 s, and claims are in whole seconds.
#[test]
fn a_token_that_is_issued_as_an_old_one_says_nothing_of_what_has_expired() {
    let expired = rest().changed(Change::Expired);
    let shown = |ago| {
        is_confirmed(&accepting(TokenFacts { issued_ago: Some(ago), ..facts() }, expired), Fault::ExpiredTokenAccepted)
    };
    assert_eq!([0, 31, 32].map(shown), [true, true, false]);
}

/// Verifiers allow a minute, and dates in another unit say something else.
#[test]
fn the_clients_own_token_has_expired_once_its_end_has_passed_by_more_than_a_minute() {
    let shown = |left, malformed: &[&str]| {
        let malformed = malformed.iter().filter_map(|name| ClaimName::from(name).ok()).collect();
        is_confirmed(&healthy(TokenFacts { expires_in: Some(left), malformed, ..facts() }), Fault::ExpiredTokenAccepted)
    };
    assert!(!shown(-60, &[]) && shown(-61, &[]));
    assert!(!shown(-61, &["exp"]));
}

/// Of three places, each accepts the client's token and rejects a forged, a missing and an expired one.
fn rejecting_expired(signed_as_known: Option<bool>) -> Evidence {
    let settings = Settings::of_one_user([Some(Carriers::HEADER); 3]);
    let mut evidence = Evidence::of_login(settings, TokenFacts { signed_as_known, ..facts() });
    for endpoint in ENDPOINTS {
        let usual = Presentation { endpoint, ..rest() };
        evidence.record_twice(usual, &accepted_at(endpoint));
        for invalid in [usual.forged(), Presentation::missing(endpoint), usual.changed(Change::Expired)] {
            evidence.record_twice(invalid, &Observation::rejected("invalid token"));
        }
    }
    evidence
}

fn accepted_at(endpoint: Endpoint) -> Observation {
    if endpoint == Endpoint::WebSocket { Observation::welcomed() } else { Observation::accepted() }
}

/// A verifier that accepts no token of the suite may reject the expired one for its signature.
#[test]
fn an_expired_token_is_ruled_out_only_beside_an_accepted_one_with_the_same_signature() {
    let is_ruled_out = |evidence: &Evidence| is_ruled_out(evidence, Fault::ExpiredTokenAccepted);
    assert!(is_ruled_out(&rejecting_expired(Some(true))));
    for signed_as_known in [None, Some(false)] {
        let mut evidence = rejecting_expired(signed_as_known);
        assert!(!is_ruled_out(&evidence));
        for endpoint in ENDPOINTS {
            let control = Presentation { endpoint, ..rest() }.changed(Change::Nothing);
            evidence.record_twice(control, &accepted_at(endpoint));
        }
        assert!(is_ruled_out(&evidence));
    }
}

/// Where the valid token is rejected, a forged one was not shown to reach what verifies signatures.
#[test]
fn a_forged_token_is_ruled_out_only_where_every_place_accepts_a_valid_one() {
    let mut verified = rejecting_expired(None);
    verified.settings.possible = Carriers::HEADER;
    assert!(is_ruled_out(&verified, Fault::ForgedTokenAccepted));
    for endpoint in ENDPOINTS {
        let mut evidence = verified.clone();
        evidence.record_twice(Presentation { endpoint, ..rest() }, &Observation::rejected("invalid token"));
        assert!(!is_ruled_out(&evidence, Fault::ForgedTokenAccepted), "{endpoint:?}");
    }
}

#[test]
fn a_forged_token_that_is_accepted_at_times_is_accepted() {
    let mut evidence = healthy(facts());
    evidence.record(rest().forged().repeat(1).into(), Observation::accepted());
    assert!(is_confirmed(&evidence, Fault::ForgedTokenAccepted), "one replica may verify nothing");
    assert!(!is_confirmed(&healthy(facts()), Fault::ForgedTokenAccepted));
}
