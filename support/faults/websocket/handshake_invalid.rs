//! The 101 comes without a correct `Sec-WebSocket-Accept`.

use crate::diagnosis::client::Client;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, not};
use crate::vocabulary::{Fault, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::HandshakeInvalid,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("handshake-invalid.md"),
    symptoms: &[Symptom::ConnectionFails],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details: no_details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "The `Sec-WebSocket-Accept` of the 101 is missing, or is not computed from the client's key.",
    )],
    whys: [
        Why(
            "Why does a strict client fail?",
            &[Shown("`Sec-WebSocket-Accept` is missing, or is not computed from the client's key.")],
        ),
        Why(
            "Why is that a failure?",
            &[Inferred("Without the correct value a client must fail the connection (RFC 6455 §4.1).")],
        ),
        Why(
            "What sends that 101?",
            &[Unknown(
                "A proxy may respond itself or from a cache, or the gateway has handshake code of its own.",
                "the gateway's 101 without the proxy",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does the client of the tests verify that value, as a browser does?", "the client of the tests")],
        ),
    ],
    fix: &[Line::Always(
        "gateway: use a WebSocket library for the handshake (RFC 6455 §4.2.2); proxy: forward upgrades without a \
         cache.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "some 101 has no correct `Sec-WebSocket-Accept`",
        prove: |client, probes| super::some_101(client, probes, |connection| !connection.accept_is_right),
        probes: vec![client.websocket().into()],
    })
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    not(shown_by(client))
}
