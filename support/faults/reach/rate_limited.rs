//! A service, or a proxy before it, responds that there were too many requests.

use strum::VariantArray;

use super::{services, some_response};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::property::{Property, of_one};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, accepts, all, any, not};
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Fault, Probe, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::RateLimited,
    severity: Severity::Error,
    // One that only so many requests meet is what this check did, and no failure of the target.
    severity_if: &[(clients_are_accepted, Severity::Warning)],
    page: include_str!("rate-limited.md"),
    symptoms: &[Symptom::RateLimited, Symptom::NoResponse, Symptom::ValidTokenAccepted],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckToo,
    because: &[Line::Always("{at} responds that there were too many requests: {saw}.")],
    whys: [
        Why("Why do requests fail?", &[Shown("Requests to {at} are over a limit: {saw}.")]),
        Why("Is the token valid?", &[Inferred("A limited request does not show whether the token is valid.")]),
        Why(
            "Whose requests are too many?",
            &[Unknown(
                "Those of this check, or of all clients behind the same address, may be too many.",
                "the limit's settings and counters",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown(
                "Do clients retry, or count a limited request as a rejected one?",
                "how clients treat 429 and 503",
            )],
        ),
    ],
    fix: &[
        Line::If(
            clients_are_accepted,
            "target file: set `connections = 1` and `load = false`, wait until the limit is over, and check again.",
        ),
        Line::Always(
            "limit at {at}: wait until it ends; if users reach it, raise it (nginx: `limit_req_zone`) or find the \
             client that uses it up.",
        ),
    ],
};

/// Of these, more are not cited.
const CITED: usize = 3;

fn shown_by(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "a response is 429, or `try again later` from a service that has responded to other probes",
        prove: |client, probes| {
            let limited = probes.iter().copied().filter(|probe| is_limited(client, *probe));
            let limited: Probes = limited.take(CITED).collect();
            if limited.is_empty() { Proof::Fails(limited) } else { Proof::Holds(limited) }
        },
        probes: made(client),
    })
}

/// What a client sends, each for the first time.
fn clients_are_accepted(client: &Client<'_>) -> Test {
    let there = Endpoint::VARIANTS.iter().filter(|endpoint| client.evidence().is_there(**endpoint));
    let presented = there.map(|endpoint| Probe::Present(client.usual(*endpoint)));
    let login = Some(Probe::Login(client.user())).filter(|_| client.settings().login);
    Test::Computed(Computed {
        name: "each first request of the client is accepted",
        prove: |client, probes| {
            let accepted = |probe: &Probe| client.evidence().outcome(*probe) == Some(Outcome::Accepted);
            let all: Probes = probes.iter().copied().collect();
            if probes.iter().all(accepted) { Proof::Holds(all) } else { Proof::Fails(all) }
        },
        probes: login.into_iter().chain(presented).collect(),
    })
}

fn made(client: &Client<'_>) -> Vec<Probe> {
    client.evidence().iter().map(|(probe, _)| probe).collect()
}

fn is_limited(client: &Client<'_>, probe: Probe) -> bool {
    let says_so = of_one(client, probe, Property::Status(&[429])) == Some(true);
    let limited = of_one(client, probe, Property::RateLimited) == Some(true);
    limited && (says_so || has_responded(client, probe))
}

/// The service that limits has responded to the same kind of request: one that never does is not limited but down.
fn has_responded(client: &Client<'_>, limited: Probe) -> bool {
    let is_verdict = |probe| matches!(client.evidence().outcome(probe), Some(Outcome::Accepted | Outcome::Rejected));
    let endpoint = |probe: Probe| probe.presented().map(|one| one.endpoint);
    let is_alike = |probe: Probe| probe.service() == limited.service() && endpoint(probe) == endpoint(limited);
    made(client).into_iter().any(|probe| is_alike(probe) && is_verdict(probe))
}

/// No response was like one of a limit, and the backend accepts the token at the end of the check too.
fn ruled_out_by(client: &Client<'_>) -> Test {
    // Some limits respond with 503, and so do some reverse proxies.
    let unavailable = Test::Computed(Computed {
        name: "a response is 503",
        prove: |client, probes| some_response(client, probes, |response| response.status() == Some(503)),
        probes: made(client),
    });
    let limited = any([shown_by(client), unavailable]);
    let at_the_end = client.backend().into_iter().map(|usual| accepts(usual.repeat(1)));
    all([any([not(limited), Test::Needs("the log of what responded with 503: it may limit requests")])]
        .into_iter()
        .chain(at_the_end))
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let at = services(shown).first().map_or("a service", |service| service.title());
    let saw = shown.first().map(|probe| client.evidence().summary(*probe)).unwrap_or_default();
    let headline = format!("{at}, or a proxy before it, limits the rate of requests");
    Details::from([("at", at.to_owned()), ("saw", saw)]).headed(headline)
}

#[cfg(test)]
mod tests;
