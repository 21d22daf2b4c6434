//! Logins, validations or handshakes succeed, and take longer than the client waits.

use std::time::Duration;

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Probes, Proof};
use crate::diagnosis::property::Property;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, all, each, is};
use crate::outcome::Outcome;
use crate::vocabulary::{Fault, Presentation, Probe, Severity, User};

pub(crate) const RECORD: Record = Record {
    fault: Fault::SlowAuthentication,
    severity: Severity::Warning,
    severity_if: &[],
    page: include_str!("slow-authentication.md"),
    symptoms: &[Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always("{at} needs longer than the client waits ({patience}), at every attempt.")],
    whys: [
        Why(
            "Why does a client give up?",
            &[Shown("The client waits for {patience}, and {at} needs longer each time.")],
        ),
        Why(
            "Is the network slow?",
            &[Unknown(
                "The network may be slow, unless other responses of {at} arrive sooner.",
                "the times of its other responses",
            )],
        ),
        Why(
            "What causes the delay?",
            &[Unknown(
                "A validation or login may wait for a store, another service, or a retry.",
                "the service's traces",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test wait no longer than the client does?", "the timeouts of the tests")],
        ),
    ],
    fix: &[Line::Always(
        "{at}: speed up what a login or validation waits for; or client: wait longer than {patience}.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    let users = [User::First, User::Second].into_iter().take(client.settings().users);
    let logins = users.map(Probe::Login).collect();
    let validations = [User::First, User::Second].map(|user| client.validation().by(user));
    // Without a welcome to wait for, the time is that for which the check watches the connection.
    let websocket = client.settings().welcome.then(|| client.websocket());
    let slow = [logins, attempts(client, validations), attempts(client, websocket)].map(always_slow);
    each(slow.into_iter().chain([rest_is_slow(client)]))
}

/// REST works for the token too. A forged token is rejected before that, so where its rejection takes as long, it is not the work.
fn rest_is_slow(client: &Client<'_>) -> Test {
    let forged = Test::Computed(Computed {
        name: "a forged token is rejected later than the client waits",
        prove: |client, probes| each_slow(client, probes, Outcome::Rejected, "a forged token that is rejected"),
        probes: attempts(client, [client.rest().forged()]),
    });
    all([always_slow(attempts(client, [client.rest()])), forged])
}

fn attempts(client: &Client<'_>, presented: impl IntoIterator<Item = Presentation>) -> Vec<Probe> {
    presented.into_iter().flat_map(|one| client.evidence().attempts(one)).map(Probe::Present).collect()
}

fn always_slow(probes: Vec<Probe>) -> Test {
    Test::Computed(Computed {
        name: "every accepted one of these takes longer than the client waits",
        prove: |client, probes| {
            each_slow(client, probes, Outcome::Accepted, "an accepted token, to see how long that takes")
        },
        probes,
    })
}

/// Of these, each that has the outcome.
fn each_slow(client: &Client<'_>, probes: &[Probe], outcome: Outcome, needs: &'static str) -> Proof {
    let has_it = |probe: &Probe| client.evidence().outcome(*probe) == Some(outcome);
    let is_slow = |probe: &Probe| elapsed(client, *probe).is_some_and(|it| it > client.settings().patience);
    let such: Probes = probes.iter().copied().filter(has_it).collect();
    match such.is_empty() {
        true => Proof::open(needs),
        false if such.iter().all(is_slow) => Proof::Holds(such),
        false => Proof::Fails(such),
    }
}

fn elapsed(client: &Client<'_>, probe: Probe) -> Option<Duration> {
    client.evidence().took(probe)
}

fn ruled_out_by(client: &Client<'_>) -> Test {
    let judges =
        [client.validation(), client.rest()].into_iter().filter(|one| client.evidence().is_there(one.endpoint));
    let websocket = client.settings().welcome.then(|| client.websocket());
    let presented = judges.chain(websocket).map(Probe::Present);
    all([client.token_probe()].into_iter().chain(presented).map(accepted_in_time))
}

fn accepted_in_time(probe: Probe) -> Test {
    let in_time = Test::Computed(Computed {
        name: "the response comes before the client gives up",
        prove: |client, probes| {
            // Time that this machine may have added counts here: it does not show that the response came in time.
            let elapsed = |probe: &Probe| client.evidence().of(*probe).map(|seen| seen.elapsed);
            let is_late = |probe: &&Probe| elapsed(probe).is_none_or(|it| it > client.settings().patience);
            match probes.iter().find(is_late) {
                Some(late) => Proof::open(Need::Response(*late)),
                None => Proof::given(),
            }
        },
        probes: vec![probe],
    });
    all([is(probe, Property::Accepted), in_time])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let slowest = shown.iter().max_by_key(|probe| elapsed(client, **probe));
    let at = slowest.map_or("auth", |probe| probe.service().name());
    let patience = format!("{:.1} s", client.settings().patience.as_secs_f64());
    let headline = format!("authentication at {at} takes longer than the {patience} that the client waits");
    Details::from([("at", at.to_owned()), ("patience", patience)]).headed(headline)
}

#[cfg(test)]
mod tests;
