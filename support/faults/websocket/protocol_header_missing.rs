//! The gateway reads the token from the subprotocol, and the client presents it in another carrier.

use super::super::lost_header::{never_arrives, proxy_drops_header, unread_directly};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, arrives, given, is, never, not_shown, rejects_like_missing};
use crate::vocabulary::{Carrier, Carriers, Fault, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::ProtocolHeaderMissing,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("protocol-header-missing.md"),
    symptoms: &[Symptom::ConnectionFails],
    shown_by,
    ruled_out_by,
    yields_to: &[Fault::AuthorizationHeaderStripped],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "As the client presents it, the token gets the response of a missing token. In the subprotocol it arrives.",
    )],
    whys: [
        Why("Why is it rejected?", &[Shown("The gateway responds as to a missing token.")]),
        Why(
            "Why does the gateway find no token?",
            &[Shown("The gateway reads `Sec-WebSocket-Protocol`, which this client does not send.")],
        ),
        Why(
            "Is the header lost on the route instead?",
            &[
                ShownIf(
                    unread_without_proxy,
                    "No proxy drops `Authorization`: without the proxy the response is the same.",
                ),
                UnknownIf(
                    sends_header,
                    "A proxy may drop `Authorization` instead; the fix in the client helps then too.",
                    "the same handshake without the proxy (`direct`)",
                ),
                Inferred("The client sends no `Authorization` that a proxy could drop."),
            ],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Are client and gateway tested apart, each with the carrier that it expects?",
                "the tests that run both together",
            )],
        ),
    ],
    fix: &[Line::Always(
        "client: offer `{protocol}` and `{entry}` (the token in base64url) in `Sec-WebSocket-Protocol`.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    if offers(client) {
        return never();
    }
    let presented = client.websocket();
    let unread = match presented.carriers {
        Carriers::HEADER => never_arrives(presented),
        _ => rejects_like_missing(presented),
    };
    all([unread, arrives(client.websocket_in(Carriers::SUBPROTOCOL)), not_shown(proxy_drops_header(client))])
}

/// A client that sends the header cannot lack it.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let presented = client.websocket();
    if offers(client) { is(presented, Property::Made) } else { arrives(presented) }
}

/// The client sends `Sec-WebSocket-Protocol`.
fn offers(client: &Client<'_>) -> bool {
    client.settings().presents().has(Carrier::Subprotocol)
}

fn sends_header(client: &Client<'_>) -> Test {
    if client.settings().presents() == Carriers::HEADER { given() } else { never() }
}

fn unread_without_proxy(client: &Client<'_>) -> Test {
    all([sends_header(client), unread_directly(client.websocket())])
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let [protocol, entry] = &client.settings().offers;
    Details::from([("protocol", protocol.clone()), ("entry", entry.clone())])
}
