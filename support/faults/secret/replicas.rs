//! What the rejections of one token go with, where it is also accepted: the replica that responds, or the connection.

use std::collections::BTreeSet;

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::test::{Computed, Test};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Probe};

/// Some replicas reject always, and the others never.
pub(super) fn tied_to_replicas(client: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "each replica that a response names always responds alike",
        prove: |client, _| match rejecting_replicas(client) {
            Some((_, probes)) => Proof::Holds(probes),
            None => Proof::open("responses that name their replica"),
        },
        probes: client.backend().into_iter().map(Probe::Present).collect(),
    })
}

/// The replicas that always reject, where each response names one and none does both; and a response of each.
pub(super) fn rejecting_replicas(client: &Client<'_>) -> Option<(String, Probes)> {
    let named = |outcome: Outcome| {
        let of_the_client = client.evidence().iter().filter(move |(probe, observation)| {
            let is_the_clients = probe.presented().is_some_and(|one| one.token.is_the_clients());
            is_the_clients && observation.response.outcome(*probe) == outcome
        });
        of_the_client.filter_map(|(probe, observation)| Some((observation.replica.as_deref()?, probe)))
    };
    let names = |outcome| named(outcome).map(|(name, _)| name).collect::<BTreeSet<&str>>();
    let (accepting, rejecting) = (names(Outcome::Accepted), names(Outcome::Rejected));
    if rejecting.is_empty() || !accepting.is_disjoint(&rejecting) {
        return None;
    }
    let probes = [Outcome::Accepted, Outcome::Rejected].into_iter().filter_map(|outcome| named(outcome).next());
    let probes = probes.map(|(_, probe)| probe).collect();
    Some((rejecting.into_iter().collect::<Vec<_>>().join(", "), probes))
}

/// All requests on one connection got one response.
pub(super) fn tied_to_connection(client: &Client<'_>) -> Test {
    let kept = (1..=4).map(|number| Probe::Present(client.rest().attempt(Attempt::SameConnection(number))));
    Test::Computed(Computed {
        name: "all requests on one connection are accepted, or all are rejected",
        prove: prove_connection,
        probes: kept.collect(),
    })
}

fn prove_connection(client: &Client<'_>, probes: &[Probe]) -> Proof {
    let made: Vec<(Probe, Outcome)> =
        probes.iter().filter_map(|probe| Some((*probe, client.evidence().outcome(*probe)?))).collect();
    let cited = made.iter().map(|(probe, _)| *probe).collect();
    match made.split_first() {
        Some(((_, first), others)) if !others.is_empty() => match others.iter().all(|(_, other)| other == first) {
            true => Proof::Holds(cited),
            false => Proof::Fails(cited),
        },
        _ => Proof::open("several requests on one connection"),
    }
}

#[cfg(test)]
mod tests;
