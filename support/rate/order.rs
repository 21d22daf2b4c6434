//! The sequential test sees outcomes in the order in which their samples began. In the order in which they come, a service whose
//! rejections are faster than what it accepts would seem to reject more.

use std::collections::VecDeque;

use super::{Decision, Design, Judged, Tally};

/// A decision, and what had been counted when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is decided.
    pub decision: Decision,
    /// Accepted samples.
    pub accepted: u64,
    /// Rejected samples.
    pub rejected: u64,
    /// Samples that say nothing of the token.
    pub unreached: u64,
}

/// Outcomes, of which those are counted before which none is missing.
#[derive(Debug, Default)]
pub(super) struct InOrder {
    counted: Tally,
    /// Of those that began after them; one byte each.
    waiting: VecDeque<Option<Judged>>,
    decided: Option<Decided>,
}

impl InOrder {
    /// The outcome of the sample that began after so many others.
    pub(super) fn count(&mut self, index: u64, judged: Judged, design: &Design) {
        let at = index.saturating_sub(self.counted.attempts()) as usize;
        // What ends after the decision decides nothing any more.
        if self.decided.is_some() {
            return;
        }
        self.waiting.resize(self.waiting.len().max(at + 1), None);
        self.waiting[at] = Some(judged);
        while let Some(Some(judged)) = self.waiting.front().copied() {
            self.waiting.pop_front();
            self.counted.count(judged, None);
            if let Some(decision) = design.decide(&self.counted) {
                self.decided = Some(self.now(decision));
                return;
            }
        }
    }

    pub(super) fn is_decided(&self) -> bool {
        self.decided.is_some()
    }

    /// What is decided where no more samples are made.
    pub(super) fn conclude(&self, design: &Design) -> Decided {
        self.decided.unwrap_or_else(|| self.now(design.conclude(&self.counted)))
    }

    fn now(&self, decision: Decision) -> Decided {
        let Tally { accepted, rejected, .. } = self.counted;
        Decided { decision, accepted, rejected, unreached: self.counted.unreached() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESIGN: fn() -> Design = || Design::sequential(0.95, 1);

    /// 3 of 100 samples are rejected at once, and the others are accepted later.
    #[test]
    fn rejections_that_come_first_are_not_the_first_samples() {
        let rejected = [20, 40, 60];
        let mut order = InOrder::default();
        rejected.into_iter().for_each(|index| order.count(index, Judged::Rejected, &DESIGN()));
        let accepted = (0..100).filter(|index| !rejected.contains(index));
        // As completions come: of the samples from 20 on first.
        let mut accepted: Vec<u64> = accepted.collect();
        accepted.rotate_left(20);
        accepted.into_iter().for_each(|index| order.count(index, Judged::Accepted, &DESIGN()));
        let found = order.conclude(&DESIGN());
        assert_eq!((found.decision, found.accepted, found.rejected), (Decision::Inconclusive, 97, 3));
    }

    #[test]
    fn a_decision_does_not_depend_on_which_sample_ends_first() {
        let mut random = fastrand::Rng::with_seed(15);
        for rate in [0.6, 0.9, 0.95, 0.99] {
            let outcomes: Vec<Judged> =
                (0..300).map(|_| if random.f64() < rate { Judged::Accepted } else { Judged::Rejected }).collect();
            let mut numbers: Vec<usize> = (0..300).collect();
            let in_turn = found(&outcomes, &numbers);
            random.shuffle(&mut numbers);
            assert_eq!(found(&outcomes, &numbers), in_turn);
        }
    }

    fn found(outcomes: &[Judged], ends: &[usize]) -> Decided {
        let mut order = InOrder::default();
        ends.iter().for_each(|index| order.count(*index as u64, outcomes[*index], &DESIGN()));
        order.conclude(&DESIGN())
    }

    #[test]
    fn what_ends_after_the_decision_decides_nothing() {
        let mut order = InOrder::default();
        (0..20).for_each(|index| order.count(index, Judged::Rejected, &DESIGN()));
        assert!(order.is_decided());
        (20..400).for_each(|index| order.count(index, Judged::Accepted, &DESIGN()));
        let found = order.conclude(&DESIGN());
        assert_eq!((found.decision, found.accepted, found.rejected), (Decision::Fail, 0, 20));
    }
}
