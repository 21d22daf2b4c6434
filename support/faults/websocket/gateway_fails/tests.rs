//! When a gateway ends every connection. REST validates the token.

use crate::evidence::{Connection, End, Evidence, Observation, Response, Settings, TokenFacts};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Carriers, Endpoint, Fault, Presentation, TokenKind};

fn at(endpoint: Endpoint) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER)
}

fn dropped() -> Observation {
    Observation::of(Response::WebSocket(Connection { welcomed: false, end: End::Dropped, ..Connection::open() }))
}

fn websocket() -> [Presentation; 4] {
    let header = at(Endpoint::WebSocket);
    [header, header.in_carriers(Carriers::SUBPROTOCOL), header.forged(), Presentation::missing(Endpoint::WebSocket)]
}

/// Whatever is presented to the gateway, the connection is dropped.
fn drops_each() -> Evidence {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), Some(Carriers::HEADER)]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    evidence.record_twice(at(Endpoint::Rest), &Observation::accepted());
    evidence.record_twice(at(Endpoint::Rest).forged(), &Observation::rejected("forged"));
    evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::rejected("missing"));
    websocket().into_iter().for_each(|one| evidence.record_twice(one, &dropped()));
    evidence
}

#[test]
fn a_gateway_that_drops_each_connection_fails() {
    assert!(is_confirmed(&drops_each(), Fault::GatewayFails));
    let mut open = drops_each();
    open.record_twice(at(Endpoint::Rest).forged(), &Observation::accepted());
    assert!(!is_confirmed(&open, Fault::GatewayFails), "nothing shows that a backend validates the token");
}

#[test]
fn one_handshake_that_ends_otherwise_shows_that_the_gateway_works() {
    for presented in websocket() {
        let mut evidence = drops_each();
        evidence.record_twice(presented, &Observation::closed("no"));
        assert!(!is_confirmed(&evidence, Fault::GatewayFails), "{presented:?}");
        assert!(!is_ruled_out(&evidence, Fault::GatewayFails), "{presented:?}: a rejection is no connection");
    }
}

#[test]
fn a_gateway_that_accepts_some_token_does_not_fail() {
    for presented in websocket() {
        let mut evidence = drops_each();
        evidence.record_twice(presented, &Observation::welcomed());
        assert!(is_ruled_out(&evidence, Fault::GatewayFails), "{presented:?}");
    }
}

/// A replica may accept what the first one drops.
#[test]
fn a_gateway_that_accepts_a_token_only_when_it_is_repeated_is_not_ruled_out() {
    let mut evidence = drops_each();
    evidence.record(at(Endpoint::WebSocket).repeat(1).into(), Observation::welcomed());
    assert!(!is_ruled_out(&evidence, Fault::GatewayFails) && !is_confirmed(&evidence, Fault::GatewayFails));
}
