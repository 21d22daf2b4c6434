//! Whether two shares differ by more than from run to run: Fisher's exact test, one-sided.

use statrs::stats_tests::Alternative;
use statrs::stats_tests::fisher::fishers_exact;

/// The chance of calling something worse that is not, for all comparisons of one kind together.
pub(super) const ALPHA: f64 = 0.05;
/// More samples of a leg take too long to compare, and no run has as many.
pub(super) const MOST: u64 = 1_000_000;

/// Of all samples of a run, those that fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) failed: u64,
    pub(super) all: u64,
}

impl Share {
    /// Whether both are the same number of failures in a hundred.
    pub(super) fn is_like(self, other: Share) -> bool {
        u128::from(self.failed) * u128::from(other.all) == u128::from(other.failed) * u128::from(self.all)
    }

    /// The chance of at least as many more failures in `new`, where the shares are the same (R. Fisher, 1922).
    pub(super) fn chance(old: Share, new: Share) -> f64 {
        let passed = |share: Share| share.all.saturating_sub(share.failed);
        // In this order the sum has as many terms as the old run has failures.
        let table = [old.failed, passed(old), new.failed, passed(new)];
        fishers_exact(&table, Alternative::Less).unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate::{Design, Tally};

    fn of(failed: u64, all: u64) -> Share {
        Share { failed, all }
    }

    #[test]
    fn the_chance_is_that_of_the_hypergeometric_distribution() {
        // All 3 failures of 6 samples in the second half: 1 of 20 tables.
        assert!((Share::chance(of(0, 3), of(3, 3)) - 0.05).abs() < 1e-9);
        assert!((Share::chance(of(0, 73), of(0, 73)) - 1.0).abs() < 1e-9);
        assert!(Share::chance(of(0, 73), of(13, 73)) < 1e-3 && Share::chance(of(13, 73), of(0, 73)) > 0.99);
        assert!((Share::chance(of(0, 0), of(3, 3)) - 1.0).abs() < 1e-9, "nothing is compared");
    }

    /// A sequential run ends early where it goes well, which no table knows of.
    #[test]
    fn two_runs_of_one_service_are_told_apart_as_seldom_as_claimed() {
        let design = Design::sequential(0.95, 3);
        let mut random = fastrand::Rng::with_seed(7);
        for rate in [0.999, 0.98, 0.96] {
            let mut run = || {
                let mut tally = Tally::default();
                while design.decide(&tally).is_none() {
                    let accepts = random.f64() < rate;
                    tally = Tally::of(tally.accepted + u64::from(accepts), tally.rejected + u64::from(!accepts));
                }
                of(tally.rejected, tally.judged())
            };
            let wrong = (0..3_000).filter(|_| Share::chance(run(), run()) < ALPHA / 3.0).count();
            assert!(wrong <= 65, "{wrong} of 3000 at {rate}, and 50 are expected at most");
        }
    }
}
