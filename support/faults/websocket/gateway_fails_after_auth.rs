//! The gateway accepts the token, and then the connection ends abnormally or is never welcomed.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, auth_accepts};
use crate::diagnosis::test::{Test, all, any, is, not, not_shown, rejects, same, verifies};
use crate::vocabulary::{Fault, Probe, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::GatewayFailsAfterAuth,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("gateway-fails-after-auth.md"),
    symptoms: &[Symptom::ConnectionFails, Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    // Where every connection is watched in silence, the timeout of an idle one ends it too.
    yields_to: &[Fault::IdleConnectionCut],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "A forged token is rejected. The valid one gets another response, and its connection fails: {response}.",
    )],
    whys: [
        Why("Why does the connection end?", &[Shown("The gateway accepts the token and then fails: {response}.")]),
        Why(
            "Is it the token?",
            &[Shown("The token is not the cause: a forged one is rejected, with another response.")],
        ),
        Why(
            "What fails in the gateway?",
            &[Unknown(
                "A store, a user's record or a worker that the session needs may be missing.",
                "the gateway's log",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test connect, and wait for what follows the validation?", "the tests of the gateway")],
        ),
    ],
    fix: &[Line::Always(
        "gateway: find in its log, at the time of this check, what fails after the token is accepted, and fix it.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let ends = any([all([told_apart(client), never_welcomed(client)]), welcomed_and_cut(client)]);
    all([auth_accepts(client), ends])
}

/// The forged token is rejected, and the valid one gets another response.
fn told_apart(client: &Client<'_>) -> Test {
    let forged = client.websocket().forged();
    all([rejects(forged), not(same(client.websocket(), forged))])
}

/// A gateway that sends something and stays open may have sent a welcome that the target's file does not name.
fn never_welcomed(client: &Client<'_>) -> Test {
    let another_welcome = is(client.websocket(), Property::OpenWithoutWelcome);
    let none_at_all = any([
        not(another_welcome),
        Test::Needs("the gateway's own welcome as `handshake.welcome`: it sends something else"),
    ]);
    all([is(client.websocket(), Property::EndsAbnormally), none_at_all])
}

/// After the welcome it is cut, in silence and with pings.
fn welcomed_and_cut(client: &Client<'_>) -> Test {
    let cut = [Probe::Watch, Probe::WatchWithPings].map(|watched| not(is(watched, Property::Lasts)));
    let forged = client.websocket().forged();
    // A gateway that rejects only after its welcome cuts both with the same response.
    all([all(cut), rejects(forged), not_shown(same(Probe::Watch, forged))])
}

/// Without a welcome to wait for, every accepted connection was watched.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let accepted = verifies(client.websocket());
    if client.settings().welcome { all([accepted, is(Probe::Watch, Property::Lasts)]) } else { accepted }
}

/// The client's own connection, or the watched one where that was as expected.
fn details(client: &Client<'_>, _: &Probes) -> Details {
    let own = Probe::Present(client.websocket());
    let connects = super::client_connects(client).prove(client).holds();
    let response = client.evidence().summary(if connects { Probe::Watch } else { own });
    let headline = format!("the gateway accepts the token and then fails: {response}");
    Details::from([("response", response)]).headed(headline)
}

#[cfg(test)]
mod tests;
