//! Outcomes in the order in which samples began: rejections may come later than what was accepted.

use super::{Factor, Group, MOST};
use crate::rate::Judged;

/// A number of bins that stays the same: when samples have larger numbers, each bin takes twice as many of them.
#[derive(Clone, Debug)]
pub(super) struct Bins {
    size: u64,
    pub(super) bins: Vec<(u64, u64)>,
}

impl Default for Bins {
    fn default() -> Self {
        Bins { size: 1, bins: Vec::new() }
    }
}

impl Bins {
    pub(super) fn count(&mut self, number: u64, judged: Judged) {
        while number / self.size >= MOST as u64 {
            self.size *= 2;
            let sum = |pair: &[(u64, u64)]| pair.iter().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1));
            self.bins = self.bins.chunks(2).map(sum).collect();
        }
        let at = (number / self.size) as usize;
        self.bins.resize(self.bins.len().max(at + 1), (0, 0));
        match judged {
            Judged::Accepted => self.bins[at].0 += 1,
            Judged::Rejected => self.bins[at].1 += 1,
            Judged::Unreached(_) => {}
        }
    }

    /// As two groups, where there are two.
    pub(super) fn halves(&self) -> Vec<Group> {
        let (first, second) = self.bins.split_at(self.bins.len().div_ceil(2));
        let group = |(name, bins): (&str, &[(u64, u64)])| {
            let (accepted, rejected) = bins.iter().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1));
            Group { accepted, rejected, ..Group::new(Factor::Time, name.to_owned(), Some(name.to_owned())) }
        };
        if second.is_empty() { Vec::new() } else { [("first half", first), ("second half", second)].map(group).into() }
    }
}
