//! The gateway opens every connection and ends it abnormally, before it validates a token.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, accepts, all, is, verifies};
use crate::vocabulary::{Attempt, Fault, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::GatewayFails,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("gateway-fails.md"),
    symptoms: &[Symptom::ConnectionFails],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "With a valid, forged or missing token, the handshake gets 101 and then the same end: {response}. REST \
         accepts the token.",
    )],
    whys: [
        Why(
            "Why does the connection end?",
            &[Shown("The gateway opens every connection and ends it abnormally: {response}.")],
        ),
        Why(
            "Is it the token?",
            &[Shown("The token is not the cause: a valid, a forged and a missing one get the same end.")],
        ),
        Why(
            "What fails in the gateway?",
            &[Unknown(
                "Something that the gateway needs before it validates a token may be missing.",
                "the gateway's log",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test wait for more than the 101?", "the tests of the gateway")],
        ),
    ],
    fix: &[Line::Always(
        "gateway: find in its log, at the time of this check, what fails before the token is validated, and fix it.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let tokens = super::carriers(client).into_iter().chain([super::missing(), client.websocket().forged()]);
    all([
        all(tokens.map(|one| is(one, Property::EndsAbnormally))),
        super::every_token_gets_the_same(client),
        // A backend that rejects every token may do so with that end too.
        verifies(client.rest()),
    ])
}

/// The gateway accepts some token, whichever it is.
fn ruled_out_by(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "some handshake is accepted",
        prove: |client, probes| {
            let tokens = super::handshakes(client).filter(|one| one.attempt == Attempt::First);
            Proof::first(tokens.map(|one| accepts(one).prove(client))).or_open(|| super::need(probes))
        },
        probes: vec![client.websocket().into()],
    })
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let response = client.evidence().summary(client.websocket().into());
    let headline = format!("the gateway closes every connection: {response}");
    Details::from([("response", response)]).headed(headline)
}

#[cfg(test)]
mod tests;
