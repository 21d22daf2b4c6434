//! A proxy forwards the upgrade without its `Sec-WebSocket-Protocol` header.

use super::super::lost_header::arrives_directly;
use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{
    Test, accepts, all, any, arrives, given, is, not, rejects, rejects_like_missing, takes_token,
};
use crate::vocabulary::{Carrier, Carriers, Fault, Presentation, Scheme, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::ProtocolHeaderStripped,
    severity: Severity::Error,
    severity_if: &[(super::client_connects, Severity::Note)],
    page: include_str!("protocol-header-stripped.md"),
    symptoms: &[Symptom::ConnectionFails, Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    // A gateway that reads another encoding rejects this one as if there were no token.
    yields_to: &[Fault::SubprotocolEncodingRefused],
    details: no_details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "In the subprotocol the token gets the response of a missing token. In `Authorization`, or without the \
         proxy, it arrives.",
    )],
    whys: [
        Why("Why is it rejected?", &[Shown("The gateway responds as to a missing token, and selects no subprotocol.")]),
        Why(
            "Why does the gateway find no token?",
            &[Shown("`Sec-WebSocket-Protocol` is lost; in `Authorization` the same token is accepted.")],
        ),
        Why(
            "What drops the header?",
            &[Shown("The proxy drops it: without the proxy, the gateway reads the same offer.")],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test connect as a browser does, without `Authorization`?", "the client of the tests")],
        ),
    ],
    fix: &[Line::Always("proxy: forward `Sec-WebSocket-Protocol` on the upgrade, in both directions.")],
};

fn subprotocol(client: &Client<'_>) -> Presentation {
    client.websocket_in(Carriers::SUBPROTOCOL)
}

fn in_both(client: &Client<'_>) -> Presentation {
    client.websocket_in(Carriers::HEADER_AND_SUBPROTOCOL)
}

fn shown_by(client: &Client<'_>) -> Test {
    let subprotocol = subprotocol(client);
    // Where the client does not send the header and does not connect, something else stops it.
    let offers = client.settings().presents().has(Carrier::Subprotocol);
    let may_matter = if offers { given() } else { super::client_connects(client) };
    all([
        may_matter,
        rejects_like_missing(subprotocol),
        rejects(subprotocol.scheme(Scheme::Bearer)),
        takes_token(client.websocket_in(Carriers::HEADER)),
        accepts(in_both(client)),
        is(in_both(client), Property::SelectsNothing),
        // A gateway that never reads the subprotocol responds like that too.
        arrives_directly(subprotocol),
    ])
}

/// The token arrives in the subprotocol, or an offered subprotocol is selected.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let selects = |offer| not(is(offer, Property::SelectsNothing));
    any([arrives(subprotocol(client)), selects(in_both(client)), selects(subprotocol(client))])
}
