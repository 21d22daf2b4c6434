//! The gateway accepts the token and selects none of the offered subprotocols.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, accepts, all, any, arrives, is, not, takes_token};
use crate::vocabulary::{Carriers, Fault, Presentation, Severity};

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
    because: &[Line::Always("The gateway accepts the token in the subprotocol, and its 101 selects no subprotocol.")],
    whys: [
        Why(
            "Why does a strict client fail?",
            &[Shown("The gateway responds 101 and names none of the offered subprotocols.")],
        ),
        Why(
            "Why is that a failure?",
            &[Inferred("A browser fails such a connection with 1006 (RFC 6455 §4.1, WHATWG WebSockets).")],
        ),
        Why(
            "What leaves the subprotocol out?",
            &[Unknown(
                "The gateway may select none, or a proxy may drop the header of the response.",
                "the gateway's 101 without the proxy",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Does the client of the tests close such a connection, as a browser does?",
                "the client of the tests",
            )],
        ),
    ],
    fix: &[Line::Always(
        "gateway: respond with `Sec-WebSocket-Protocol: {protocol}` where the client offers it; proxy: forward that \
         header.",
    )],
};

fn offers(client: &Client<'_>) -> [Presentation; 2] {
    [Carriers::SUBPROTOCOL, Carriers::HEADER_AND_SUBPROTOCOL].map(|carriers| client.websocket_in(carriers))
}

/// The offer was read, for the token in it arrives; it is accepted, and nothing is selected.
fn shown_by(client: &Client<'_>) -> Test {
    let [subprotocol, both] = offers(client);
    let selects_nothing = |offer| all([takes_token(offer), is(offer, Property::SelectsNothing)]);
    any([selects_nothing(subprotocol), all([selects_nothing(both), arrives(subprotocol)])])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    any(offers(client).map(|offer| all([accepts(offer), not(is(offer, Property::SelectsNothing))])))
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let [protocol, _] = &client.settings().offers;
    Details::from([("protocol", protocol.clone())])
}
