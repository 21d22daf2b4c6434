//! The gateway reads the first carrier that holds a token, and an invalid one there hides a valid one in the next.

use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why, no_details};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, accepts, all, any, is, never, rejects, takes_token};
use crate::vocabulary::{Carrier, Carriers, Fault, Presentation, Severity, Variation};

pub(crate) const RECORD: Record = Record {
    fault: Fault::CredentialShadowed,
    severity: Severity::Warning,
    severity_if: &[(client_is_accepted, Severity::Note), (client_is_rejected, Severity::Error)],
    page: include_str!("credential-shadowed.md"),
    symptoms: &[Symptom::ValidTokenAccepted, Symptom::ConnectionFails],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details: no_details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "Alone, the token in the subprotocol is accepted. Beside an `Authorization` that is rejected, it is \
         rejected too.",
    )],
    whys: [
        Why("Why is it rejected?", &[Shown("The gateway reads the header first, and an invalid token there decides.")]),
        Why(
            "Is the token in the subprotocol valid?",
            &[Shown("The token in the subprotocol is valid: alone, it is accepted.")],
        ),
        Why(
            "Where does an invalid header come from?",
            &[Unknown(
                "A proxy may add or alter the header, or the client may keep an old token in it.",
                "the headers that arrive at the gateway",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test send an invalid header beside a valid subprotocol?", "the tests of the gateway")],
        ),
    ],
    fix: &[Line::Always(
        "gateway: read the next carrier after an invalid token; or client: send the token in one carrier only.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let hidden = any([rejects(behind_forged_header(client)), hidden_by_own_header(client)]);
    all([takes_token(client.websocket_in(Carriers::SUBPROTOCOL)), hidden])
}

fn behind_forged_header(client: &Client<'_>) -> Presentation {
    client.websocket_in(Carriers::SUBPROTOCOL).vary(Variation::Decoy(Carrier::Header))
}

/// The client's own header is not accepted, and neither are both carriers together.
fn hidden_by_own_header(client: &Client<'_>) -> Test {
    let carriers = [Carriers::HEADER_AND_SUBPROTOCOL, Carriers::HEADER];
    all(carriers.map(|carriers| is(client.websocket_in(carriers), Property::NotAccepted)))
}

/// The forged header was read, for the gateway accepts a valid one and rejects a forged one; and it hid nothing.
fn ruled_out_by(client: &Client<'_>) -> Test {
    all([
        takes_token(behind_forged_header(client)),
        accepts(client.websocket_in(Carriers::HEADER)),
        rejects(client.websocket().forged()),
    ])
}

/// For now nothing is hidden from the client.
fn client_is_accepted(client: &Client<'_>) -> Test {
    accepts(client.websocket())
}

/// The client sends both carriers, and its header hides its subprotocol.
fn client_is_rejected(client: &Client<'_>) -> Test {
    let sends_both = client.settings().presents() == Carriers::HEADER_AND_SUBPROTOCOL;
    if sends_both { hidden_by_own_header(client) } else { never() }
}
