//! What a single response tells by its status, its headers and its time.

use std::collections::BTreeMap;

use crate::diagnosis::client::Client;
use crate::evidence::{Connection, End, Extracted, Response, TransportError};
use crate::outcome::Outcome;
use crate::vocabulary::Probe;

/// The service lacks another one, by its status (RFC 9110 §15.6.3 to §15.6.5), or is still silent after the upgrade.
pub(super) fn reports_waiting(response: &Response) -> bool {
    let is_silent = response.connection().is_some_and(|connection| connection.end == End::Silent);
    is_silent || matches!(response.status(), Some(502..=504))
}

/// A dropped connection is none: some gateways reject an invalid token in that way.
pub(super) fn reports_own_error(response: &Response) -> bool {
    let has_code = |connection: &Connection| matches!(connection.end, End::Closed { code: 1011, .. });
    matches!(response.status(), Some(500..=599)) || response.connection().is_some_and(has_code)
}

/// Nothing came in time, and it is not for this machine that was late.
pub(super) fn is_silent(client: &Client<'_>, probe: Probe) -> bool {
    let evidence = client.evidence();
    let waited = evidence.of(probe).filter(|seen| seen.response == Response::Unreached(TransportError::Timeout));
    waited.is_some_and(|seen| evidence.took(probe).is_some_and(|took| took >= seen.elapsed / 2))
}

/// Nothing of the service itself came back.
pub(super) fn is_not_reached(response: &Response, outcome: Outcome) -> Option<bool> {
    match response {
        // What a certificate hides is not looked at.
        Response::Unreached(TransportError::Certificate(_)) => None,
        Response::Unreached(_) => Some(true),
        // A service that asks for patience is reached.
        _ if outcome == Outcome::RateLimited => None,
        _ if response.is_gateway_error() => Some(true),
        _ if response.may_be_from_a_proxy() => None,
        _ => Some(false),
    }
}

pub(super) fn names_websocket(headers: &BTreeMap<String, String>) -> bool {
    let upgrade = headers.get("upgrade").is_some_and(|protocols| protocols.to_ascii_lowercase().contains("websocket"));
    upgrade || headers.contains_key("sec-websocket-version")
}

pub(super) fn asks_for_another(headers: &BTreeMap<String, String>) -> bool {
    let protocol =
        headers.get("upgrade").is_some_and(|protocols| !protocols.to_ascii_lowercase().contains("websocket"));
    let version = headers.get("sec-websocket-version");
    protocol || version.is_some_and(|versions| !versions.split(',').any(|one| one.trim() == "13"))
}

pub(super) fn is_unlike_contract(probe: Probe, extracted: &Extracted) -> bool {
    matches!(
        (probe, extracted),
        (_, Extracted::NotJson | Extracted::Nothing | Extracted::AnotherType)
            | (Probe::Login(_), Extracted::Bool(_))
            | (Probe::Present(_), Extracted::Text { .. })
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &str, value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn only_another_protocol_or_another_version_than_13_asks_for_another_upgrade() {
        for (name, value) in [("upgrade", "h2c"), ("sec-websocket-version", "8"), ("sec-websocket-version", "7, 8")] {
            assert!(asks_for_another(&headers(name, value)), "{name}: {value}");
        }
        let same = [("upgrade", "WebSocket"), ("sec-websocket-version", "13"), ("sec-websocket-version", "8, 13")];
        for (name, value) in same {
            assert!(!asks_for_another(&headers(name, value)), "{name}: {value}");
            assert!(names_websocket(&headers(name, value)), "{name}: {value}");
        }
        assert!(!names_websocket(&headers("upgrade", "h2c")) && !names_websocket(&BTreeMap::new()));
        assert!(!asks_for_another(&BTreeMap::new()));
    }
}
