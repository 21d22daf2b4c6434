//! What a single response must not be taken for.

use std::time::Duration;

use super::*;
use crate::evidence::{Connection, Evidence, Observation, Settings};
use crate::faults::record;
use crate::vocabulary::{Carriers, Endpoint, TokenKind};

fn at(endpoint: Endpoint) -> Probe {
    Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER).into()
}

fn told(probe: Probe, seen: Observation, property: Property) -> Option<bool> {
    let mut evidence = Evidence::new(Settings::complete());
    evidence.record(probe, seen);
    of_one(&Client::new(&evidence, record), probe, property)
}

/// No response came within two seconds; by so much this machine's own timers were late.
fn timeout(held_up: Duration) -> Observation {
    let elapsed = Duration::from_secs(2);
    Observation { elapsed, held_up, ..Observation::of(Response::Unreached(TransportError::Timeout)) }
}

#[test]
fn a_timeout_tells_of_the_service_unless_this_machine_was_late() {
    let of_the_service = [Property::FailedOrLate, Property::WaitsForAnother, Property::NotReached];
    for property in of_the_service {
        let seen = |held_up| told(at(Endpoint::Rest), timeout(Duration::from_millis(held_up)), property);
        assert_eq!([0, 1_000, 1_001].map(seen), [Some(true), Some(true), None], "{property:?}");
    }
    let refused = || Observation::of(Response::Unreached(TransportError::Refused));
    assert_eq!(told(at(Endpoint::Rest), refused(), Property::NotReached), Some(true));
    assert_eq!(told(at(Endpoint::Rest), refused(), Property::FailedOrLate), None);
}

/// After a 101, with these subprotocols.
fn opened(offered: bool, selected: Option<(&str, bool)>) -> Observation {
    let selected = selected.map(|(name, was_offered)| (name.to_owned(), was_offered));
    Observation::of(Response::WebSocket(Connection { offered, selected, ..Connection::open() }))
}

#[test]
fn only_a_client_that_offers_a_subprotocol_can_miss_one() {
    let told = |seen| told(at(Endpoint::WebSocket), seen, Property::SelectsNothing);
    assert_eq!(told(opened(true, None)), Some(true));
    assert_eq!(told(opened(true, Some(("jwt-auth", true)))), Some(false));
    assert_eq!(told(opened(true, Some(("other", false)))), None, "that is another fault");
    assert_eq!(told(opened(false, None)), None);
}
