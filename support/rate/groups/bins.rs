//! Outcomes in the order of time.

use super::{Factor, Group, MOST};
use crate::rate::Judged;

/// Outcomes in the order of time, in a number of bins that stays the same: when all are full, each takes twice as many samples.
#[derive(Clone, Debug)]
pub(super) struct Bins {
    size: u64,
    pub(super) bins: Vec<(u64, u64)>,
}

impl Default for Bins {
    fn default() -> Self {
        Bins { size: 1, bins: vec![(0, 0)] }
    }
}

impl Bins {
    pub(super) fn count(&mut self, judged: Judged) {
        let full = self.bins.last().is_some_and(|(accepted, rejected)| accepted + rejected >= self.size);
        if full && self.bins.len() == MOST {
            self.size *= 2;
            self.bins = self
                .bins
                .chunks(2)
                .map(|pair| pair.iter().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1)))
                .collect();
        }
        let full = self.bins.last().is_none_or(|(accepted, rejected)| accepted + rejected >= self.size);
        if full {
            self.bins.push((0, 0));
        }
        let Some(last) = self.bins.last_mut() else { return };
        match judged {
            Judged::Accepted => last.0 += 1,
            Judged::Rejected => last.1 += 1,
            Judged::Unreached(_) => {}
        }
    }

    /// As two groups, where there are two.
    pub(super) fn halves(&self) -> Vec<Group> {
        let (first, second) = self.bins.split_at(self.bins.len().div_ceil(2));
        let group = |(name, bins): (&str, &[(u64, u64)])| {
            let sum = bins.iter().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1));
            Group {
                accepted: sum.0,
                rejected: sum.1,
                ..Group::new(Factor::Time, name.to_owned(), Some(name.to_owned()))
            }
        };
        if second.is_empty() { Vec::new() } else { [("first half", first), ("second half", second)].map(group).into() }
    }
}
