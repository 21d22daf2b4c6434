//! A circuit breaker in the backend opens after a few failures, and rejects every token until its pause is over.

use super::at_no_attempt;
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Probes, Proof};
use crate::diagnosis::property::{Property, lacking, of_one};
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::{Symptom, missing};
use crate::diagnosis::test::{Computed, Test, accepts, all, any};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, Fault, Presentation, Probe, Service, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::CircuitBreakerOpen,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("circuit-breaker-open.md"),
    symptoms: &[Symptom::ValidTokenAccepted, Symptom::Unsteady],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "An accepted token is rejected with a response that no invalid token gets. After a pause it is accepted again.",
    )],
    whys: [
        Why(
            "Why is it rejected now?",
            &[Shown("The backend rejects the token only for a while: it accepts it before, and after a pause.")],
        ),
        Why("Is it the token?", &[Shown("The token is not the cause: an invalid token gets another response.")]),
        Why(
            "What opens the circuit breaker?",
            &[Unknown(
                "A few failures in a row may open it, such as invalid tokens of another client or of this check.",
                "the backend's log, or its settings of the circuit breaker",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Does any monitoring report that the circuit breaker opens?", "the monitoring of the backend")],
        ),
    ],
    fix: &[Line::Always(
        "backend: configure its circuit breaker to count failures of auth, not rejected tokens, and to open after \
         more of them.",
    )],
};

/// Until when it is open, where its responses say so.
fn details(client: &Client<'_>, _: &Probes) -> Details {
    match client.evidence().asked_to_wait_until(Service::Backend) {
        Some(until) => Details::from([("until", until.clone())])
            .headed(format!("an open circuit breaker rejects every token, until {until}")),
        None => Details::new(),
    }
}

const PAUSES: [u8; 3] = [1, 2, 3];
/// Acceptances after a rejection, without a pause.
const TURNS: usize = 3;

fn shown_by(client: &Client<'_>) -> Test {
    any(client.backend().into_iter().map(|usual| {
        let pauses = PAUSES.map(|number| usual.after_pause(number));
        let probes = [usual, usual.repeat(1)].into_iter().chain(pauses).chain(invalid(usual).into_iter().flatten());
        Test::Computed(Computed {
            name: "an accepted token is rejected for a while, with a response that no invalid token gets",
            prove: rejected_for_a_while,
            probes: probes.map(Probe::Present).collect(),
        })
    }))
}

/// A forged and a missing token, at first and at the end: while the circuit breaker is open, every token gets its response.
fn invalid(usual: Presentation) -> [[Presentation; 2]; 2] {
    [usual.forged(), missing(usual.endpoint)].map(|invalid| [invalid, invalid.after_pause(0)])
}

fn rejected_for_a_while(client: &Client<'_>, probes: &[Probe]) -> Proof {
    let Some(usual) = probes.first().and_then(|probe| probe.presented()) else { return Proof::given().negated() };
    let is_rejected = |one: &Presentation| client.evidence().outcome(*one) == Some(Outcome::Rejected);
    let was_alone = |one: &Presentation| !may_be_replaced(client, *one);
    let Some(rejected) = client.evidence().attempts(usual).filter(was_alone).find(is_rejected) else {
        return Proof::given().negated();
    };
    let unlike = invalid(usual).map(|attempts| Proof::any(attempts.map(|invalid| differs(client, rejected, invalid))));
    let again = Proof::first(PAUSES.map(|number| accepted(client, usual.after_pause(number))));
    let rejected = Proof::Holds([Probe::Present(rejected)].into());
    let proof =
        Proof::all([accepted(client, usual), rejected, Proof::all(unlike), again, stays_accepted(client, usual)]);
    match proof.holds() && alternates(client, usual) {
        true => Proof::open("one replica alone, for replicas that differ take turns too"),
        false => proof,
    }
}

/// Without a pause, the token is accepted again after a rejection, more often than requests overtake one another when a circuit breaker
/// opens. So one replica rejects it, for whatever reason: after each pause, another one may have had its turn.
fn alternates(client: &Client<'_>, usual: Presentation) -> bool {
    let outcomes: Vec<_> = client.evidence().repeats(usual).map(|one| client.evidence().outcome(one)).collect();
    let is_again = |pair: &&[Option<Outcome>]| *pair == [Some(Outcome::Rejected), Some(Outcome::Accepted)];
    outcomes.windows(2).filter(is_again).count() >= TURNS
}

/// Several connections of one user at once, and no welcome to wait for: a gateway that allows a user one connection closes the
/// others, and that is no rejection of the token.
fn may_be_replaced(client: &Client<'_>, one: Presentation) -> bool {
    let beside_others = matches!(one.attempt, Attempt::Repeat(number) if number > 1);
    beside_others && one.endpoint == Endpoint::WebSocket && !client.settings().welcome
}

/// At this attempt: the statement is about different responses at different times.
fn accepted(client: &Client<'_>, attempt: Presentation) -> Proof {
    let probe = Probe::Present(attempt);
    match client.evidence().outcome(probe) {
        Some(Outcome::Accepted) => Proof::Holds([probe].into()),
        Some(Outcome::Rejected) => Proof::Fails([probe].into()),
        _ => Proof::open(Need::Response(probe)),
    }
}

fn differs(client: &Client<'_>, one: Presentation, other: Presentation) -> Proof {
    let probes = [one, other].map(Probe::Present);
    let is_limited = |probe: &&Probe| of_one(client, **probe, Property::RateLimited) == Some(true);
    if let Some(limited) = probes.iter().find(is_limited) {
        return Proof::open(Need::Response(*limited));
    }
    match client.evidence().same_response(probes[0], probes[1]) {
        Some(true) => Proof::Fails(probes.into()),
        Some(false) => Proof::Holds(probes.into()),
        None => Proof::open(lacking(client, probes[0], probes[1])),
    }
}

/// Behind a load balancer with one stale replica, a token that is accepted again would be rejected again.
fn stays_accepted(client: &Client<'_>, usual: Presentation) -> Proof {
    let outcomes = PAUSES.map(|number| (number, client.evidence().outcome(usual.after_pause(number))));
    let mut since = outcomes.into_iter().skip_while(|(_, outcome)| *outcome != Some(Outcome::Accepted));
    match since.find(|(_, outcome)| *outcome != Some(Outcome::Accepted)) {
        None => Proof::given(),
        Some((number, None)) => Proof::open(Need::Response(usual.after_pause(number).into())),
        Some((_, Some(_))) => Proof::open("a response that stays the same after a pause"),
    }
}

/// Accepted at first, and at the end of the check.
fn ruled_out_by(client: &Client<'_>) -> Test {
    all(client
        .backend()
        .into_iter()
        .map(|usual| all([accepts(usual), accepts(usual.repeat(1)), never_rejected(usual)])))
}

/// Between invalid tokens too: a breaker that has closed again by the end was open then.
fn never_rejected(usual: Presentation) -> Test {
    Test::Computed(Computed {
        name: "the valid token is rejected at no attempt, between invalid ones too",
        prove: |client, probes| {
            at_no_attempt(client, probes, Outcome::Rejected, "a valid token that is accepted each time")
        },
        probes: vec![usual.into()],
    })
}

#[cfg(test)]
mod tests;
