//! The WebSocket handshake, and what becomes of the connection after it.

pub(super) mod gateway_fails;
pub(super) mod gateway_fails_after_auth;
pub(super) mod handshake_invalid;
pub(super) mod idle_connection_cut;
pub(super) mod origin_refused;
pub(super) mod protocol_header_missing;
pub(super) mod protocol_header_stripped;
pub(super) mod subprotocol_encoding_refused;
pub(super) mod subprotocol_not_echoed;
pub(super) mod subprotocol_not_offered;
pub(super) mod upgrade_blocked;
pub(super) mod websocket_path_wrong;

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Probes, Proof};
use crate::diagnosis::property::Property;
use crate::diagnosis::test::{Computed, Test, all, any, is, not, same};
use crate::evidence::Connection;
use crate::vocabulary::{Attempt, Carriers, Endpoint, Presentation, Probe, Route, Variation};

/// With these a service rejects a token, or asks for patience.
const REJECTIONS: &[u16] = &[401, 403, 429];

/// The client's token as the client presents it, in the header, and in the subprotocol where it offers one with a token.
fn carriers(client: &Client<'_>) -> Vec<Presentation> {
    let all = [client.websocket(), client.websocket_in(Carriers::HEADER), client.websocket_in(Carriers::SUBPROTOCOL)];
    let possible = |one: &Presentation| *one == client.websocket() || client.settings().can_present(*one);
    all.into_iter().filter(possible).collect()
}

fn missing() -> Presentation {
    Presentation::missing(Endpoint::WebSocket)
}

/// Every upgrade, with a valid token or a missing one, gets a status other than 101.
fn none_opened(client: &Client<'_>) -> Test {
    all(carriers(client).into_iter().chain([missing()]).map(|one| not(is(one, Property::Opened))))
}

/// A valid token, in each carrier, and a forged one get the response of a missing one.
fn every_token_gets_the_same(client: &Client<'_>) -> Test {
    all(carriers(client).into_iter().chain([client.websocket().forged()]).map(|one| same(one, missing())))
}

/// The response is that to a plain GET, and asks for the upgrade that was sent: 426 (RFC 9110 §15.5.22), or one in which a
/// WebSocket server names its version (RFC 6455 §4.4).
fn upgrade_is_lost(client: &Client<'_>) -> Test {
    let usual = client.websocket();
    let asks = any([is(usual, Property::Status(&[426])), is(usual, Property::NamesWebSocket)]);
    all([asks, same(usual, Probe::PlainGet), not(is(usual, Property::AsksForAnother))])
}

/// As the client presents its token, it connects, and a strict client stays connected.
fn client_connects(client: &Client<'_>) -> Test {
    is(client.websocket(), Property::AsExpected)
}

/// Other paths at which the gateway may be.
fn other_paths(client: &Client<'_>) -> impl Iterator<Item = Presentation> + Clone + use<> {
    let (usual, websocket) = (client.settings().usual_path.then_some(Route::UsualPath), client.websocket());
    [Route::Slash].into_iter().chain(usual).map(move |route| websocket.vary(Variation::Route(route)))
}

/// At the gateway's own address some upgrade got 101, with whatever token.
fn some_opened(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "some upgrade gets 101",
        prove: |client, probes| {
            let opened = |one: &Presentation| {
                client.evidence().of((*one).into()).is_some_and(|seen| seen.response.connection().is_some())
            };
            match handshakes(client).find(opened) {
                Some(one) => Proof::Holds([one.into()].into()),
                None => lacking(probes),
            }
        },
        probes: vec![client.websocket().into()],
    })
}

/// Every handshake that was made at the gateway's own address.
fn handshakes(client: &Client<'_>) -> impl Iterator<Item = Presentation> {
    let at_gateway = client.evidence().presentations().filter(|one| one.endpoint == Endpoint::WebSocket);
    at_gateway.filter(|one| {
        one.attempt(Attempt::First).is_plain() && matches!(one.attempt, Attempt::First | Attempt::Repeat(_))
    })
}

/// Some 101 is like that, of all that there are; of several, the client's own is cited.
fn some_101(client: &Client<'_>, probes: &[Probe], is: impl Fn(&Connection) -> bool) -> Proof {
    let all = || {
        let evidence = client.evidence().iter();
        evidence.filter_map(|(probe, seen)| Some((probe, seen.response.connection()?)))
    };
    let found: Probes = all().filter(|(_, connection)| is(connection)).map(|(probe, _)| probe).collect();
    let own = probes.iter().find(|own| found.contains(own));
    match own.or(found.first()) {
        Some(probe) => Proof::Holds([*probe].into()),
        None => Proof::Fails(all().map(|(probe, _)| probe).collect()).or_open(|| need(probes)),
    }
}

fn lacking(probes: &[Probe]) -> Proof {
    Proof::open(need(probes))
}

fn need(probes: &[Probe]) -> Need {
    probes.first().map_or("a handshake".into(), |probe| Need::Response(*probe))
}

#[cfg(test)]
mod tests;
