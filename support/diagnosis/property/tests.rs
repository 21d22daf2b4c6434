//! What a single response must not be taken for.

use std::time::Duration;

use super::*;
use crate::evidence::{Connection, Evidence, Extracted, Frame, Observation, Settings, TokenFacts};
use crate::faults::record;
use crate::vocabulary::{Carriers, Endpoint, Presentation, Reading, TokenKind};

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

/// After a 101 it ended so, with these frames.
fn ended(end: End, frames: &[&str]) -> Observation {
    let frames = frames.iter().map(|text| Frame::Text((*text).to_owned())).collect();
    Observation::of(Response::WebSocket(Connection { end, frames, welcomed: false, ..Connection::open() }))
}

fn closed(code: u16) -> End {
    End::Closed { code, reason: String::new() }
}

fn status(status: u16) -> Observation {
    Observation::http(status, Extracted::NotLookedFor)
}

#[test]
fn an_internal_error_of_a_gateway_is_close_1011_and_no_status() {
    let told = |seen| told(at(Endpoint::WebSocket), seen, Property::InternalError);
    assert_eq!(told(ended(closed(1011), &[])), Some(true));
    assert_eq!(told(ended(closed(1008), &[])), Some(false));
    assert_eq!(told(status(500)), Some(false));
    assert_eq!(told(Observation::refused()), None);
}

#[test]
fn a_connection_that_was_opened_asks_for_no_other_upgrade_and_nothing_tells_where_nothing_came_back() {
    for property in [Property::AsksForAnother, Property::NamesWebSocket] {
        assert_eq!(told(at(Endpoint::WebSocket), Observation::welcomed(), property), Some(false), "{property:?}");
        assert_eq!(told(at(Endpoint::WebSocket), status(426), property), Some(false), "{property:?}");
        assert_eq!(told(at(Endpoint::WebSocket), Observation::refused(), property), None, "{property:?}");
    }
}

/// What keeps open without a welcome, after something else was sent, waits for something that the client does not send.
#[test]
fn only_a_connection_that_sent_something_and_stayed_open_is_open_without_a_welcome() {
    let told = |seen| told(at(Endpoint::WebSocket), seen, Property::OpenWithoutWelcome);
    assert_eq!(told(ended(End::Silent, &["history"])), Some(true));
    assert_eq!(told(ended(End::Silent, &[])), Some(false));
    assert_eq!(told(ended(End::Dropped, &["history"])), Some(false));
    assert_eq!(told(status(404)), None);
}

#[test]
fn a_document_cannot_be_read_where_nothing_came_back_unless_this_machine_was_late() {
    let told = |seen| told(Probe::Keys(Reading::First), seen, Property::Readable);
    assert_eq!(told(Observation::refused()), Some(false));
    assert_eq!(told(timeout(Duration::ZERO)), Some(false));
    assert_eq!(told(timeout(Duration::from_millis(1_001))), None);
    assert_eq!(told(status(429)), None, "a limit");
    assert_eq!(told(status(200)), Some(false), "it is no key set");
}

#[test]
fn a_connection_ends_abnormally_unless_it_is_closed_with_a_reason_or_open() {
    let told = |end, frames: &[&str]| told(at(Endpoint::WebSocket), ended(end, frames), Property::EndsAbnormally);
    for end in [End::Dropped, End::Silent, End::Violation("a reserved bit".to_owned()), closed(1006), closed(1011)] {
        assert_eq!(told(end.clone(), &[]), Some(true), "{end:?}");
    }
    assert_eq!(told(closed(1011), &["error"]), Some(false), "it says something before");
    for end in [End::Open, End::TooLarge, closed(1008)] {
        assert_eq!(told(end.clone(), &[]), Some(false), "{end:?}");
    }
}

#[test]
fn a_watched_connection_lasts_where_it_is_open_at_the_end_and_this_machine_was_not_late() {
    let seen = |end, welcomed, held_up| {
        let connection = Connection { end, welcomed, ..Connection::open() };
        let elapsed = Duration::from_secs(8);
        Observation { elapsed, held_up, ..Observation::of(Response::WebSocket(connection)) }
    };
    let told = |probe, seen| told(probe, seen, Property::Lasts);
    let (in_time, late) = (Duration::ZERO, Duration::from_secs(1));
    for probe in [Probe::Watch, Probe::WatchWithPings] {
        assert_eq!(told(probe, seen(End::Open, true, in_time)), Some(true));
        assert_eq!(told(probe, seen(End::Dropped, true, in_time)), Some(false));
        assert_eq!(told(probe, seen(End::Open, false, in_time)), None, "it was not welcomed");
    }
    assert_eq!(told(Probe::WatchWithPings, seen(End::Dropped, true, late)), None, "pings went out late");
    assert_eq!(told(Probe::Watch, seen(End::Dropped, true, late)), Some(false));
}

/// Whether that number stands in the response to a token of 100 characters.
#[test]
fn a_response_reports_a_longer_token_by_the_number_itself() {
    let told = |body: &str| {
        let facts = TokenFacts { chars: 100, ..TokenFacts::of_secret(&["sub"]) };
        let mut evidence = Evidence::of_login(Settings::complete(), facts);
        evidence.record(at(Endpoint::Rest), Observation::rejected(body));
        of_one(&Client::new(&evidence, record), at(Endpoint::Rest), Property::ReportsLongerBy(7))
    };
    assert_eq!(told(r#"{"length": 107}"#), Some(true));
    assert_eq!(told(r#"{"length": 100}"#), Some(false));
    assert_eq!(told(r#"{"length": 108}"#), None);
}
