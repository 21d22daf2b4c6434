//! The gateway reads the token from the subprotocol in another encoding than the client writes it.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, is, takes_token};
use crate::vocabulary::{Carriers, Encoding, Fault, Probe, Severity, Variation};

pub(crate) const RECORD: Record = Record {
    fault: Fault::SubprotocolEncodingRefused,
    severity: Severity::Error,
    severity_if: &[(super::client_connects, Severity::Note)],
    page: include_str!("subprotocol-encoding-refused.md"),
    symptoms: &[Symptom::ConnectionFails, Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "In the subprotocol the token is rejected as the client encodes it, and accepted {accepted}.",
    )],
    whys: [
        Why("Why is it rejected?", &[Shown("The gateway does not find the token as the client encodes it.")]),
        Why("What does the gateway accept?", &[Shown("The gateway accepts the same token {accepted}.")]),
        Why(
            "Why do the two differ?",
            &[Unknown(
                "No standard defines such an encoding, so client and gateway may each have their own.",
                "the code of both that handles the subprotocol",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Are client and gateway tested apart, each with its own encoding?",
                "the tests that run both together",
            )],
        ),
    ],
    fix: &[Line::Always(
        "client and gateway: use one encoding for the token, such as base64url without padding (RFC 9110 §5.6.2 \
         allows it).",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let subprotocol = client.websocket_in(Carriers::SUBPROTOCOL);
    let encoded = client.settings().encodings.iter().map(|encoding| subprotocol.vary(Variation::Encoding(*encoding)));
    all([is(subprotocol, Property::NotAccepted), any(encoded.map(takes_token))])
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    takes_token(client.websocket_in(Carriers::SUBPROTOCOL))
}

fn details(_: &Client<'_>, probes: &Probes) -> Details {
    let takes = probes.iter().find_map(encoding).map(name).unwrap_or_default();
    let headline = format!("the gateway does not decode the token in the subprotocol; it accepts it {takes}");
    Details::from([("accepted", takes.to_owned())]).headed(headline)
}

fn encoding(probe: &Probe) -> Option<Encoding> {
    match probe.presented()?.variation {
        Variation::Encoding(encoding) => Some(encoding),
        _ => None,
    }
}

fn name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Base64url => "in base64url without padding",
        Encoding::Raw => "as it is, without an encoding",
        Encoding::Padded => "in padded base64url",
        Encoding::Bearer => "in an entry `bearer.…`",
        Encoding::Alone => "as an entry of its own",
    }
}
