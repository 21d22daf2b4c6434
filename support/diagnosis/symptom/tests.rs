//! When a symptom is there, and when it is a failure of its own.

use super::*;
use crate::evidence::{Connection, End, Evidence, Extracted, Observation, Response, Settings, TokenFacts};
use crate::faults::record;
use crate::vocabulary::Variation;

fn holds(evidence: &Evidence, symptom: Symptom) -> bool {
    symptom.test(&Client::new(evidence, record)).prove(&Client::new(evidence, record)).holds()
}

fn is_a_failure(evidence: &Evidence, symptom: Symptom) -> bool {
    symptom.is_a_failure(&Client::new(evidence, record))
}

/// At auth, which gets tokens without a scheme.
fn validation(token: TokenKind) -> Presentation {
    Presentation::new(Endpoint::Validation, token, Carriers::BODY)
}

/// A client that signs tokens, of a target with a login or without one.
fn signing(login: bool) -> Evidence {
    let settings = Settings { mint: true, login, ..Settings::of_one_user([Some(Carriers::BODY), None, None]) };
    if login { Evidence::of_login(settings, TokenFacts::of_secret(&["sub"])) } else { Evidence::new(settings) }
}

/// With another scheme auth may accept it; an issued one beside it is another token.
#[test]
fn the_clients_own_token_is_rejected_by_auth_once_no_scheme_helps_unless_it_has_an_issued_one() {
    let own = validation(TokenKind::SelfSigned);
    let mut alone = signing(false);
    alone.record_twice(own, &Observation::rejected("invalid token"));
    assert!(!holds(&alone, Symptom::OwnTokenRejected), "another scheme was not tried");
    alone.record_twice(own.scheme(Scheme::Bearer), &Observation::accepted());
    assert!(!holds(&alone, Symptom::OwnTokenRejected), "auth wants `Bearer`");
    let others = [own.scheme(Scheme::Bearer), own.vary(Variation::ServiceCredentials)];
    others.iter().for_each(|one| alone.record_twice(*one, &Observation::rejected("invalid token")));
    assert!(holds(&alone, Symptom::OwnTokenRejected));
    let mut beside = signing(true);
    beside.record_twice(validation(TokenKind::Issued), &Observation::accepted());
    beside.record_twice(own, &Observation::rejected("invalid token"));
    assert!(holds(&beside, Symptom::OwnTokenRejected));
}

/// At REST, or at the gateway.
fn place(endpoint: Endpoint) -> [Option<Carriers>; 3] {
    let at = |other| (endpoint == other).then_some(Carriers::HEADER);
    [None, at(Endpoint::Rest), at(Endpoint::WebSocket)]
}

#[test]
fn a_token_is_rejected_like_a_missing_one_only_at_a_place_that_the_target_has() {
    for endpoint in [Endpoint::Rest, Endpoint::WebSocket] {
        let settings = Settings { possible: Carriers::HEADER, ..Settings::of_one_user(place(endpoint)) };
        let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
        let usual = Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER);
        for presented in [usual, missing(endpoint)] {
            evidence.record_twice(presented, &Observation::rejected("no token"));
        }
        assert!(holds(&evidence, Symptom::RejectedLikeMissing), "{endpoint:?}");
        evidence.record_twice(usual, &Observation::rejected("invalid token"));
        assert!(!holds(&evidence, Symptom::RejectedLikeMissing), "{endpoint:?}");
    }
}

/// A gateway is the only place, and responds so to the client's token.
fn gateway(seen: Observation) -> Evidence {
    let settings = Settings::of_one_user([None, None, Some(Carriers::HEADER)]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    evidence.record_twice(Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::HEADER), &seen);
    evidence
}

#[test]
fn a_connection_fails_by_itself_where_it_was_opened_and_the_token_was_not_rejected() {
    let dropped = Response::WebSocket(Connection { end: End::Dropped, welcomed: false, ..Connection::open() });
    let dropped = gateway(Observation::of(dropped));
    assert!(holds(&dropped, Symptom::ConnectionFails) && is_a_failure(&dropped, Symptom::ConnectionFails));
    for other in [gateway(Observation::closed("invalid token")), gateway(Observation::rejected("invalid token"))] {
        assert!(holds(&other, Symptom::ConnectionFails) && !is_a_failure(&other, Symptom::ConnectionFails));
    }
}

#[test]
fn what_is_there_in_a_healthy_deployment_too_is_no_failure() {
    let healthy = gateway(Observation::welcomed());
    for symptom in [Symptom::ValidTokenAccepted, Symptom::TokenRejected, Symptom::KeysUnread] {
        assert!(!is_a_failure(&healthy, symptom), "{symptom:?}");
    }
    for symptom in [Symptom::RejectedLikeForged, Symptom::NoToken, Symptom::NotOpened, Symptom::InvalidTokenAccepted] {
        assert!(is_a_failure(&healthy, symptom), "{symptom:?}");
    }
}

/// The token of a client of REST, after it got that response there, or one that is forged.
fn failed(token: TokenKind, seen: Observation) -> Evidence {
    let settings = Settings::of_one_user(place(Endpoint::Rest));
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    evidence.record_twice(Presentation::new(Endpoint::Rest, token, Carriers::HEADER), &seen);
    evidence
}

fn may_be_of(evidence: &Evidence, symptom: Symptom) -> bool {
    symptom.may_be_of(&Client::new(evidence, record))
}

#[test]
fn a_token_may_be_rejected_unless_every_failure_is_a_server_error_or_no_response() {
    let rejected = |token, seen| may_be_of(&failed(token, seen), Symptom::RejectedLikeForged);
    assert!(rejected(TokenKind::Issued, Observation::rejected("no token")));
    assert!(!rejected(TokenKind::Issued, Observation::http(503, Extracted::NotLookedFor)));
    assert!(!rejected(TokenKind::Issued, Observation::http(429, Extracted::NotLookedFor)));
    assert!(!rejected(TokenKind::Issued, Observation::refused()));
    assert!(!rejected(TokenKind::Forged, Observation::http(302, Extracted::NotLookedFor)), "no client sends it");
    let mut in_turn = failed(TokenKind::Issued, Observation::rejected("no token"));
    in_turn.record(
        Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER).repeat(2).into(),
        Observation::accepted(),
    );
    assert!(!may_be_of(&in_turn, Symptom::RejectedLikeForged), "the same token is accepted too");
    let unavailable = failed(TokenKind::Issued, Observation::http(503, Extracted::NotLookedFor));
    assert!(may_be_of(&unavailable, Symptom::Unsteady) && may_be_of(&unavailable, Symptom::NoResponse));
}

/// What accepts an invalid token fails for no client.
#[test]
fn an_accepted_invalid_token_explains_no_failure_of_a_valid_one() {
    let evidence = failed(TokenKind::Issued, Observation::rejected("no token"));
    assert!(!may_be_of(&evidence, Symptom::InvalidTokenAccepted));
}
