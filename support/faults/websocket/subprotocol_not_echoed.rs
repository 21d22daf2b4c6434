//! The gateway accepts the token and selects none of the offered subprotocols.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::property::{Property, of_one};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, accepts, all, any, arrives, given, is, never, not, takes_token};
use crate::vocabulary::{Carrier, Carriers, Endpoint, Fault, Presentation, Route, Severity, Variation};

pub(crate) const RECORD: Record = Record {
    fault: Fault::SubprotocolNotEchoed,
    severity: Severity::Error,
    severity_if: &[(super::client_connects, Severity::Note)],
    page: include_str!("subprotocol-not-echoed.md"),
    symptoms: &[Symptom::ConnectionFails, Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            beside_the_token,
            "The gateway accepts the client's token, and its 101 selects none of the subprotocols that the client offers.",
        ),
        Line::Always("The gateway accepts the token in the subprotocol, and its 101 selects no subprotocol."),
    ],
    whys: [
        Why("Why does a strict client fail?", &[Shown("The 101 names none of the offered subprotocols.")]),
        Why(
            "Why is that a failure?",
            &[Inferred("A browser fails such a connection with 1006 (RFC 6455 §4.1, WHATWG WebSockets).")],
        ),
        Why(
            "What leaves the subprotocol out?",
            &[
                ShownIf(directly_too, "The gateway selects none: without the proxy it selects none either."),
                ShownIf(only_by_the_proxy, "The proxy drops the header: without the proxy the gateway selects one."),
                Unknown(
                    "The gateway may select none, or a proxy may drop the header of the response.",
                    "the gateway's 101 without the proxy",
                ),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does the client of the tests close such a connection, as a browser does?",
                "the client of the tests",
            )],
        ),
    ],
    fix: &[
        Line::If(only_by_the_proxy, "proxy: forward `Sec-WebSocket-Protocol` of the request and of the response."),
        Line::Always(
            "gateway: respond with `Sec-WebSocket-Protocol: {protocol}` where the client offers it; proxy: forward that \
         header.",
        ),
    ],
};

fn offers(client: &Client<'_>) -> [Presentation; 2] {
    [Carriers::SUBPROTOCOL, Carriers::HEADER_AND_SUBPROTOCOL].map(|carriers| client.websocket_in(carriers))
}

/// The offer was read, for the token in it arrives; it is accepted, and nothing is selected.
fn shown_by(client: &Client<'_>) -> Test {
    let [subprotocol, both] = offers(client);
    let in_the_offer = [accepts_and_selects_nothing(subprotocol), in_both(both, subprotocol)];
    any(in_the_offer.into_iter().chain([beside_the_token(client)]))
}

fn in_both(both: Presentation, subprotocol: Presentation) -> Test {
    all([accepts_and_selects_nothing(both), arrives(subprotocol)])
}

fn accepts_and_selects_nothing(offer: Presentation) -> Test {
    all([takes_token(offer), is(offer, Property::SelectsNothing)])
}

/// The client offers subprotocols and presents its token elsewhere. Once nothing is selected, the gateway is asked without the proxy too,
/// where that address is known.
fn beside_the_token(client: &Client<'_>) -> Test {
    let own = client.websocket();
    if own.carriers.has(Carrier::Subprotocol) {
        return never();
    }
    let selects_nothing = accepts_and_selects_nothing(own);
    let is_asked = client.nothing_was_sent() || selects_nothing.prove(client).holds();
    let directly = match is_asked && client.settings().has_direct(own.endpoint) {
        // What accepts nothing there tells nothing of the proxy.
        true => any([
            directly_too(client),
            only_by_the_proxy(client),
            not(accepts(own.direct())),
            is(own.direct(), Property::NotReached),
        ]),
        false => given(),
    };
    all([selects_nothing, directly])
}

/// Without the proxy the gateway selects none either.
fn directly_too(client: &Client<'_>) -> Test {
    all([accepts(client.websocket().direct()), is(client.websocket().direct(), Property::SelectsNothing)])
}

fn only_by_the_proxy(client: &Client<'_>) -> Test {
    all([accepts(client.websocket().direct()), not(is(client.websocket().direct(), Property::SelectsNothing))])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let own = [client.websocket()].into_iter().filter(|own| !own.carriers.has(Carrier::Subprotocol));
    let offers = offers(client).into_iter().chain(own);
    let selects = any(offers.map(|offer| all([accepts(offer), not(is(offer, Property::SelectsNothing))])));
    all([selects, selects_each_time(client)])
}

/// Of several replicas one may select none.
fn selects_each_time(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "every 101 to an offer selects one of it",
        prove: |client, _| {
            let offered = client
                .evidence()
                .presentations()
                .filter(|one| one.endpoint == Endpoint::WebSocket && one.variation != Variation::Route(Route::Direct));
            let mut nothing =
                offered.filter(|one| of_one(client, (*one).into(), Property::SelectsNothing) == Some(true));
            match nothing.next() {
                Some(_) => Proof::open("a 101 that selects a subprotocol each time"),
                None => Proof::given(),
            }
        },
        probes: vec![client.websocket().into()],
    })
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let [protocol, _] = &client.settings().offers;
    let holds = |test: fn(&Client<'_>) -> Test| test(client).prove(client).holds();
    // A gateway selects nothing of an offer that the proxy drops.
    let may_be_dropped = holds(beside_the_token) && !holds(directly_too);
    let not_excluded = may_be_dropped.then_some(Fault::ProtocolHeaderStripped).into_iter().collect();
    Details { not_excluded, ..Details::from([("protocol", protocol.clone())]) }
}

#[cfg(test)]
mod tests;
