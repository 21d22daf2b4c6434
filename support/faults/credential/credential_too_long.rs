//! A proxy or a server limits header lengths, and rejects or cuts the token.

use super::super::resigned;
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, auth_accepts};
use crate::diagnosis::test::{Test, all, any, each, is, not_shown, takes_token};
use crate::vocabulary::{Carriers, Change, Fault, Presentation, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::CredentialTooLong,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("credential-too-long.md"),
    symptoms: &[
        Symptom::RejectedLikeForged,
        Symptom::RejectedLikeMissing,
        Symptom::RequestFails,
        Symptom::ConnectionFails,
    ],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(shorter_is_accepted, "The token of {length} is rejected, and a shorter one is accepted."),
        Line::Always("The token of {length} gets the response of a harmless header of that length."),
    ],
    whys: [
        Why("Why is it rejected?", &[Shown("The token is too long: {length}.")]),
        Why(
            "Is it a claim of the token?",
            &[
                ShownIf(
                    shorter_is_accepted,
                    "The claims are not the cause: a shorter token with the same rights is accepted.",
                ),
                Shown("The claims are not the cause: a harmless header of that length gets the same response."),
            ],
        ),
        Why(
            "What limits the length?",
            &[Unknown(
                "A proxy or server may limit header lengths, and reject or cut what is longer.",
                "`direct`, or the header limits of every proxy",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test send a token as long as those of real users?", "the tests of the route")],
        ),
    ],
    fix: &[Line::Always(
        "proxy, server: raise the header limit (nginx: `large_client_header_buffers`); or auth: put fewer claims \
         into tokens.",
    )],
};

fn usual(client: &Client<'_>) -> [Presentation; 4] {
    let websocket = [Carriers::HEADER, Carriers::SUBPROTOCOL, client.settings().presents()];
    let [header, subprotocol, presented] = websocket.map(|carriers| client.websocket_in(carriers));
    [client.rest(), header, subprotocol, presented]
}

/// Auth gets the token in a body, where its length does not matter.
fn shown_by(client: &Client<'_>) -> Test {
    all([auth_accepts(client), each(usual(client).map(|usual| too_long(client, usual)))])
}

/// A later token is as long, and so is one that says the same. Who remembers rejections may reject what was sent first, and accept
/// that. It is asked for where the length is what is left.
fn too_long(client: &Client<'_>, usual: Presentation) -> Test {
    let too_long = resigned::too_long(client, usual);
    match too_long.prove(client).holds() {
        true => all([too_long, not_shown(resigned::second_is_accepted(usual))]),
        false => too_long,
    }
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    all(client.backend().into_iter().map(takes_token))
}

fn shorter_is_accepted(client: &Client<'_>) -> Test {
    // One as long as the original, by a claim that says nothing, is not.
    let shorter = |usual: Presentation| {
        all([takes_token(usual.changed(Change::Short)), is(usual.changed(Change::Padded), Property::NotAccepted)])
    };
    any(usual(client).map(shorter))
}

fn details(client: &Client<'_>, _: &Probes) -> Details {
    let chars = client.facts().map_or(0, |facts| facts.chars);
    let headline = format!("a token of {chars} characters is rejected or cut on the route");
    Details::from([("length", format!("{chars} characters"))]).headed(headline)
}
