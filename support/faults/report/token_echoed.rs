//! A response contains the token that was sent, or eight characters in a row of its signature.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, all, not};
use crate::faults::cited::cited;
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Fault, Presentation, Probe, Severity, TokenKind, Variation};

pub(crate) const RECORD: Record = Record {
    fault: Fault::TokenEchoed,
    severity: Severity::Warning,
    // A token that no service accepts gives nothing away, and what no client sends is repeated to no client.
    severity_if: &[(|client| not(clients_token_is_echoed(client)), Severity::Note)],
    page: include_str!("token-echoed.md"),
    symptoms: &[Symptom::TokenRejected],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "A response of {at} contains the token that was sent, or eight characters of its signature.",
    )],
    whys: [
        Why("What is in the response?", &[Shown("A response of {at} contains the token, or a part of its signature.")]),
        Why(
            "Where does it go from there?",
            &[Unknown("It may reach the logs of clients, proxies and browsers.", "a search of those logs")],
        ),
        Why(
            "Why is it there?",
            &[Unknown(
                "The error response may repeat the request's headers for debugging.",
                "what writes that response",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any test search responses for tokens?", "the tests of that service")],
        ),
    ],
    fix: &[Line::Always(
        "{at}: remove tokens and parts of them from responses and logs; report the token's length and kind instead.",
    )],
};

fn shown_by(client: &Client<'_>) -> Test {
    // What gives something away is cited before the rest.
    echoed(client, |client, _| match echoes(client, is_valid) {
        valid if valid.is_empty() => prove_any(echoes(client, |_| true)),
        valid => prove_any(valid),
    })
}

fn clients_token_is_echoed(client: &Client<'_>) -> Test {
    echoed(client, |client, _| prove_any(echoes(client, is_sent_by_clients)))
}

fn is_sent_by_clients(probe: Probe) -> bool {
    is_valid(probe) && probe.presented().is_some_and(|one| one.variation == Variation::None)
}

fn echoed(client: &Client<'_>, prove: fn(&Client<'_>, &[Probe]) -> Proof) -> Test {
    Test::Computed(Computed {
        name: "a response contains the token that was sent, or a part of its signature",
        prove,
        probes: ENDPOINTS.map(|endpoint| client.usual(endpoint).forged().into()).to_vec(),
    })
}

const ENDPOINTS: [Endpoint; 3] = [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket];

/// Every response is searched.
fn echoes(client: &Client<'_>, is_such: fn(Probe) -> bool) -> Probes {
    let all = client.evidence().iter().filter(|(_, observation)| observation.echoes);
    cited(all.map(|(probe, _)| probe).filter(|probe| is_such(*probe)))
}

fn prove_any(echoes: Probes) -> Proof {
    if echoes.is_empty() { Proof::Fails(echoes) } else { Proof::Holds(echoes) }
}

fn is_valid(probe: Probe) -> bool {
    probe.presented().is_some_and(|presented| !presented.token.is_invalid())
}

/// Each endpoint has rejected a token that it read, and no response contains one.
fn ruled_out_by(client: &Client<'_>) -> Test {
    let rejected = ENDPOINTS.map(|endpoint| {
        Test::Computed(Computed {
            name: "a rejection of a token that was read has been searched",
            prove: prove_searched,
            probes: vec![client.usual(endpoint).forged().into()],
        })
    });
    all([not(shown_by(client))].into_iter().chain(rejected))
}

/// A rejection that is that of a missing token may come from a service which has not read the token.
fn prove_searched(client: &Client<'_>, probes: &[Probe]) -> Proof {
    let evidence = client.evidence();
    let endpoints: Vec<Endpoint> = probes.iter().filter_map(|probe| Some(probe.presented()?.endpoint)).collect();
    let is_rejected = |one: &Presentation| {
        endpoints.contains(&one.endpoint)
            && one.is_plain()
            && one.token != TokenKind::Missing
            // What is repeated then is the invalid header.
            && !matches!(one.variation, Variation::Decoy(_))
            && evidence.outcome(*one) == Some(Outcome::Rejected)
    };
    let is_read = |one: &Presentation| {
        let missing = Presentation::missing(one.endpoint);
        one.endpoint == Endpoint::Validation || evidence.same_response((*one).into(), missing.into()) == Some(false)
    };
    match evidence.presentations().find(|one| is_rejected(one) && is_read(one)) {
        Some(one) => Proof::Holds([one.into()].into()),
        None => Proof::open("a rejected token at every endpoint, to search the response"),
    }
}

fn details(_: &Client<'_>, shown: &Probes) -> Details {
    let at = shown.first().map_or("a service", |probe| probe.service().title());
    let headline = format!("a response of {at} contains the token, or part of its signature");
    Details::from([("at", at.to_owned())]).headed(headline)
}

#[cfg(test)]
mod tests;
