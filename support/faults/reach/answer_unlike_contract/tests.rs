//! What rules out that a response is unlike the target's file. REST accepts the token, and the target has a gateway.

use super::*;
use crate::evidence::{Connection, End, Evidence, Frame, Observation, Response, Settings, TokenFacts};
use crate::faults::concluded::is_ruled_out;
use crate::vocabulary::{Carriers, Presentation, TokenKind};

fn at(endpoint: Endpoint) -> Presentation {
    let carriers = if endpoint == Endpoint::Validation { Carriers::BODY } else { Carriers::HEADER };
    Presentation::new(endpoint, TokenKind::Issued, carriers)
}

/// Auth and REST accept the token, and the gateway gives it that.
fn is_as_described(welcome: bool, gateway: &Observation) -> bool {
    let carriers =
        [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket].map(|endpoint| Some(at(endpoint).carriers));
    let settings = Settings { welcome, ..Settings::of_one_user(carriers) };
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    [Endpoint::Validation, Endpoint::Rest]
        .iter()
        .for_each(|endpoint| evidence.record_twice(at(*endpoint), &Observation::accepted()));
    evidence.record_twice(at(Endpoint::WebSocket), gateway);
    is_ruled_out(&evidence, Fault::AnswerUnlikeContract)
}

fn sends(text: &str) -> Observation {
    let frames = vec![Frame::Text(text.to_owned())];
    Observation::of(Response::WebSocket(Connection { welcomed: false, frames, end: End::Silent, ..Connection::open() }))
}

#[test]
fn a_welcome_that_the_file_does_not_describe_may_be_unlike_it() {
    assert!(is_as_described(true, &Observation::welcomed()));
    assert!(!is_as_described(true, &sends(r#"{"type":"hello"}"#)), "what auth and REST say is not the gateway's");
}

#[test]
fn a_gateway_of_which_no_welcome_is_described_sends_what_it_likes() {
    assert!(is_as_described(false, &Observation::welcomed()));
}
