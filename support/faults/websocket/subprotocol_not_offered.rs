//! The 101 names a subprotocol that the client did not offer.

use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, accepts, all, is, not, not_shown};
use crate::vocabulary::{Fault, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::SubprotocolNotOffered,
    severity: Severity::Error,
    severity_if: &[(client_is_unhurt, Severity::Note)],
    page: include_str!("subprotocol-not-offered.md"),
    symptoms: &[Symptom::ConnectionFails, Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details: no_details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("The 101 selects a subprotocol that is not in the client's offer.")],
    whys: [
        Why("Why does a strict client fail?", &[Shown("The 101 names a subprotocol that the client did not offer.")]),
        Why("Why is that a failure?", &[Inferred("A client must then fail the connection (RFC 6455 §4.1).")]),
        Why(
            "What names that subprotocol?",
            &[Unknown(
                "The gateway may send a fixed name, or a proxy may add the header.",
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
    fix: &[Line::Always("gateway: select one of the offered subprotocols, or none where the client offers none.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "some 101 selects a subprotocol that was not offered",
        prove: |client, probes| {
            super::some_101(client, probes, |connection| matches!(connection.selected, Some((_, false))))
        },
        probes: vec![client.websocket().into()],
    })
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    all([accepts(client.websocket()), not(shown_by(client))])
}

/// It does not happen with the client's own offer.
fn client_is_unhurt(client: &Client<'_>) -> Test {
    not_shown(is(client.websocket(), Property::SelectsUnoffered))
}
