//! What a check may send at most, for a dry run: the probes of every test that the target's file permits.

use std::collections::BTreeSet;

use super::{permission, usual_of};
use crate::evidence::Evidence;
use crate::faults;
use crate::vocabulary::{Attempt, LAST_REPEAT, Presentation, Probe};

/// The probes of a check that finds nothing wrong: every valid token as the client presents it, what should be rejected, and
/// what is fragile.
pub(crate) fn usual(evidence: &Evidence) -> Vec<Probe> {
    let usual = super::other_tokens(evidence).chain(faults::probes(evidence, true));
    let usual: BTreeSet<Probe> = usual.filter(|probe| permission::permits(evidence, *probe)).collect();
    usual.into_iter().collect()
}

/// Every other probe of any test, and each once more where it decides; valid tokens as often as replicas are counted.
pub(crate) fn with_reason(evidence: &Evidence) -> Vec<Probe> {
    let all = faults::probes(evidence, false).into_iter().chain(faults::probes(evidence, true));
    let presented = evidence.tokens().flat_map(|(token, user)| usual_of(evidence, token).map(|one| one.by(user)));
    let valid = presented.flat_map(|one| (1..=LAST_REPEAT).map(move |number| Probe::Present(one.repeat(number))));
    let twice = all.flat_map(|probe| [Some(probe), repeat(probe)]).flatten();
    let valid = valid.chain(super::every_watched(evidence));
    let permitted: BTreeSet<Probe> = twice.chain(valid).filter(|probe| permission::permits(evidence, *probe)).collect();
    permitted.into_iter().collect()
}

fn repeat(probe: Probe) -> Option<Probe> {
    let first: Option<Presentation> = probe.presented().filter(|presented| presented.attempt == Attempt::First);
    first.map(|presented| Probe::Present(presented.repeat(1)))
}
