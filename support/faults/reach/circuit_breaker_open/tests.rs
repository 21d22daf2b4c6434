//! When a rejection that passes is that of a circuit breaker. REST or the gateway is the only place of the target.

use super::*;
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Carriers, TokenKind};

const OPEN: &str = "try later";

fn at(endpoint: Endpoint) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER)
}

fn rest() -> Presentation {
    at(Endpoint::Rest)
}

fn accepted(endpoint: Endpoint) -> Observation {
    if endpoint == Endpoint::WebSocket { Observation::welcomed() } else { Observation::accepted() }
}

fn rejected(endpoint: Endpoint, why: &str) -> Observation {
    if endpoint == Endpoint::WebSocket { Observation::closed(why) } else { Observation::rejected(why) }
}

/// A token is accepted at first and after each pause, and invalid ones are rejected for another reason than an open circuit breaker
/// has. At these attempts the token is rejected for that.
fn opened(settings: Settings, endpoint: Endpoint, rejected_at: &[Attempt]) -> Evidence {
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    for (invalid, why) in [(at(endpoint).forged(), "invalid token"), (Presentation::missing(endpoint), "no token")] {
        for attempt in [Attempt::First, Attempt::Repeat(1), Attempt::AfterPause(0)] {
            evidence.record(invalid.attempt(attempt).into(), rejected(endpoint, why));
        }
    }
    let pauses = PAUSES.map(Attempt::AfterPause);
    for attempt in [Attempt::First, Attempt::Repeat(1), Attempt::Repeat(2)].into_iter().chain(pauses) {
        let is_rejected = rejected_at.contains(&attempt);
        let seen = if is_rejected { rejected(endpoint, OPEN) } else { accepted(endpoint) };
        evidence.record(at(endpoint).attempt(attempt).into(), seen);
    }
    evidence
}

fn of_rest() -> Settings {
    Settings::of_one_user([None, Some(Carriers::HEADER), None])
}

/// Whether a circuit breaker was open where REST rejects the token at these attempts.
fn is_open_at(rejected_at: &[Attempt]) -> bool {
    is_confirmed(&opened(of_rest(), Endpoint::Rest, rejected_at), Fault::CircuitBreakerOpen)
}

#[test]
fn a_circuit_breaker_was_open_where_an_accepted_token_is_rejected_and_accepted_again_for_good() {
    use Attempt::{AfterPause, First, Repeat};
    assert!(is_open_at(&[Repeat(1)]) && is_open_at(&[Repeat(1), AfterPause(1), AfterPause(2)]));
    assert!(!is_open_at(&[]), "it is never rejected");
    assert!(!is_open_at(&[First, Repeat(1)]), "it was not accepted before");
    assert!(!is_open_at(&[Repeat(1), AfterPause(1), AfterPause(2), AfterPause(3)]), "it is not accepted again");
    for again in [2, 3] {
        assert!(!is_open_at(&[Repeat(1), AfterPause(again)]), "rejected again after pause {again}: a replica is stale");
    }
}

/// The last ones are sent once it has closed again.
#[test]
fn a_response_that_an_invalid_token_gets_at_the_end_too_is_that_of_no_circuit_breaker() {
    for invalid in [rest().forged(), Presentation::missing(Endpoint::Rest)] {
        let mut evidence = opened(of_rest(), Endpoint::Rest, &[Attempt::Repeat(1)]);
        for attempt in [Attempt::First, Attempt::Repeat(1)] {
            evidence.record(invalid.attempt(attempt).into(), Observation::rejected(OPEN));
        }
        assert!(is_confirmed(&evidence, Fault::CircuitBreakerOpen), "it was open for the first one too");
        evidence.record(invalid.after_pause(0).into(), Observation::rejected(OPEN));
        assert!(!is_confirmed(&evidence, Fault::CircuitBreakerOpen), "{invalid:?}");
    }
}

/// A gateway that allows a user one connection closes the others, and without a welcome nothing tells that from a rejection.
#[test]
fn connections_that_were_opened_at_once_tell_of_no_circuit_breaker_where_there_is_no_welcome() {
    let is_open = |welcome, attempt| {
        let settings = Settings { welcome, ..Settings::of_one_user([None, None, Some(Carriers::HEADER)]) };
        is_confirmed(&opened(settings, Endpoint::WebSocket, &[attempt]), Fault::CircuitBreakerOpen)
    };
    assert!(is_open(true, Attempt::Repeat(2)) && is_open(false, Attempt::Repeat(1)));
    assert!(!is_open(false, Attempt::Repeat(2)));
    let at_rest = Settings { welcome: false, ..of_rest() };
    assert!(is_confirmed(&opened(at_rest, Endpoint::Rest, &[Attempt::Repeat(2)]), Fault::CircuitBreakerOpen));
}

#[test]
fn a_circuit_breaker_is_ruled_out_where_the_token_is_accepted_each_time() {
    let ruled_out = |rejected_at: &[Attempt]| {
        is_ruled_out(&opened(of_rest(), Endpoint::Rest, rejected_at), Fault::CircuitBreakerOpen)
    };
    assert!(ruled_out(&[]));
    for attempt in [Attempt::Repeat(1), Attempt::Repeat(2)] {
        assert!(!ruled_out(&[attempt]), "{attempt:?}");
    }
    let once = opened(of_rest(), Endpoint::Rest, &[]).without(|probe| {
        probe.presented().is_some_and(|one| one.token == TokenKind::Issued && one.attempt != Attempt::First)
    });
    assert!(!is_ruled_out(&once, Fault::CircuitBreakerOpen), "it was presented once");
}

/// Behind a load balancer that takes turns, each pause may end at the same replica.
#[test]
fn a_token_that_is_accepted_and_rejected_in_turns_is_rejected_by_a_replica_and_by_no_circuit_breaker() {
    let in_turns = |turns: u8| {
        let mut evidence = opened(of_rest(), Endpoint::Rest, &[Attempt::Repeat(1)]);
        for number in 0..turns {
            evidence.record(rest().repeat(30 + 2 * number).into(), rejected(Endpoint::Rest, OPEN));
            evidence.record(rest().repeat(31 + 2 * number).into(), accepted(Endpoint::Rest));
        }
        evidence
    };
    assert!(is_confirmed(&in_turns(1), Fault::CircuitBreakerOpen), "as it opens, requests may overtake one another");
    let evidence = in_turns(4);
    assert!(!is_confirmed(&evidence, Fault::CircuitBreakerOpen) && !is_ruled_out(&evidence, Fault::CircuitBreakerOpen));
}
