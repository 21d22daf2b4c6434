//! Whether two responses are the same, and what is lacking where that cannot be told.

use super::super::client::Client;
use super::super::proof::{Need, Proof};
use super::SAME_EACH_TIME;
use crate::evidence::Seen;
use crate::outcome::Outcome;
use crate::vocabulary::{Presentation, Probe};

/// The first two attempts at each: where one of four comparisons differs from the others, the question is open.
pub(in crate::diagnosis) fn prove_same(client: &Client<'_>, one: Probe, other: Probe) -> Proof {
    let evidence = client.evidence();
    let usable = |(probe, seen): (Probe, &Seen)| (seen.outcome != Outcome::RateLimited).then_some(probe);
    let two = |probe| evidence.each_attempt(probe).filter_map(usable).take(2).collect::<Vec<_>>();
    let others = two(other);
    let (mut same, mut differ) = (None, None);
    for (one, other) in two(one).into_iter().flat_map(|one| others.iter().map(move |other| (one, *other))) {
        match evidence.same_response(one, other) {
            Some(true) => _ = same.get_or_insert([one, other]),
            Some(false) => _ = differ.get_or_insert([one, other]),
            None => {}
        }
    }
    match (same, differ) {
        (Some(probes), None) => Proof::Holds(probes.into()),
        (None, Some(probes)) => Proof::Fails(probes.into()),
        (Some(_), Some(_)) => Proof::open(SAME_EACH_TIME),
        (None, None) => Proof::open(lacking(client, one, other)),
    }
}

/// The one without a response that can be compared. Where both have one, what differs may be chance: a missing token that is
/// sent twice shows what varies there.
pub(crate) fn lacking(client: &Client<'_>, one: Probe, other: Probe) -> Need {
    let has_none = |probe: &Probe| {
        matches!(client.evidence().outcome(*probe), None | Some(Outcome::Unreached | Outcome::RateLimited))
    };
    let twice = || one.presented().map(|presented| Presentation::missing(presented.endpoint).repeat(1).into());
    let twice = || twice().filter(|probe| client.evidence().of(*probe).is_none());
    Need::Response([one, other].into_iter().find(has_none).or_else(twice).unwrap_or(one))
}
