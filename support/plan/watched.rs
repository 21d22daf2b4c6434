//! Connections that are watched beyond their welcome.

use std::collections::BTreeSet;

use super::{other_tokens, usual_of};
use crate::evidence::Evidence;
use crate::vocabulary::{Attempt, Endpoint, Presentation, Probe};

/// Where a connection that should be rejected was welcomed first, each that was left at its welcome is watched.
pub(super) fn watched(evidence: &Evidence) -> Vec<Probe> {
    let was_made = |watched: &Probe| watched.presented().is_some_and(|one| evidence.of(first_of(one)).is_some());
    let every = if evidence.welcomes_before_it_judges() { every_watched(evidence) } else { Vec::new() };
    every.into_iter().filter(was_made).collect()
}

fn first_of(presented: Presentation) -> Probe {
    presented.attempt(Attempt::First).into()
}

/// Every valid token as the client presents it to the gateway, and the first one in other carriers, on a connection that is watched.
pub(super) fn every_watched(evidence: &Evidence) -> Vec<Probe> {
    let usual = evidence.tokens().map(|(token, user)| usual_of(evidence, token)[2].by(user).into());
    let gateway: BTreeSet<Presentation> = usual
        .chain(other_tokens(evidence))
        .filter_map(|probe: Probe| probe.presented())
        .filter(|one| one.endpoint == Endpoint::WebSocket)
        .map(|one| one.attempt(Attempt::Watched))
        .collect();
    gateway.into_iter().map(Probe::Present).collect()
}
