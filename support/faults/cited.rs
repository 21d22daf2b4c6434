//! Where every response is read and several show the same, a finding cites a few of them.

use crate::diagnosis::proof::Probes;
use crate::vocabulary::{Attempt, Probe};

const CITED: usize = 3;

/// The first of them, first attempts before repeats.
pub(super) fn cited(probes: impl IntoIterator<Item = Probe>) -> Probes {
    let (firsts, repeats): (Vec<Probe>, Vec<Probe>) = probes.into_iter().partition(is_first);
    firsts.into_iter().chain(repeats).take(CITED).collect()
}

fn is_first(probe: &Probe) -> bool {
    probe.presented().is_none_or(|presented| presented.attempt == Attempt::First)
}
