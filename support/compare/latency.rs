//! Whether a leg became slower: by more than from run to run, and by more than nobody notices.

use std::collections::BTreeMap;

use serde::Serialize;

use super::exact::Share;

/// Microseconds, and how many samples took so long.
pub(super) type Buckets = BTreeMap<u64, u64>;

/// In milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Percentiles {
    /// Half of the samples were faster.
    pub p50: f64,
    /// Nine of ten were.
    pub p90: f64,
    /// All but one of a hundred were.
    pub p99: f64,
}

/// One percentile of both runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shift {
    pub(super) name: &'static str,
    /// In milliseconds.
    pub(super) old: f64,
    pub(super) new: f64,
    /// The chance of as many slow samples in the new run, where it is no slower.
    pub(super) p: f64,
}

const QUANTILES: [(&str, f64); 3] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)];
/// So many tests there are of each leg.
pub(super) const TESTS: usize = QUANTILES.len();
/// A smaller rise matters to no client: relative, and in milliseconds.
const WORTH_TELLING: (f64, f64) = (0.2, 20.0);

impl Shift {
    pub(super) fn is_large(&self) -> bool {
        let (share, least) = WORTH_TELLING;
        self.new - self.old > least && self.new > self.old * (1.0 + share)
    }
}

/// None without samples.
pub(super) fn percentiles(buckets: &Buckets) -> Option<Percentiles> {
    let at = |share| quantile(buckets, share).map(in_ms);
    Some(Percentiles { p50: at(0.5)?, p90: at(0.9)?, p99: at(0.99)? })
}

/// Of each percentile, as far as both have samples. The samples of both runs together say what is slow, so that neither run is
/// tested by itself (A. Mood, 1950, for the median).
pub(super) fn shifts(old: &Buckets, new: &Buckets) -> Vec<Shift> {
    let mut both = old.clone();
    new.iter().for_each(|(micros, count)| *both.entry(*micros).or_default() += count);
    let shift = |(name, share): (&'static str, f64)| {
        let slow = quantile(&both, share)?;
        let above = |buckets: &Buckets| Share {
            failed: buckets.range(slow + 1..).map(|(_, count)| count).sum(),
            all: buckets.values().sum(),
        };
        let p = Share::chance(above(old), above(new));
        Some(Shift { name, old: in_ms(quantile(old, share)?), new: in_ms(quantile(new, share)?), p })
    };
    QUANTILES.into_iter().filter_map(shift).collect()
}

/// The least duration that so many of the samples do not exceed.
fn quantile(buckets: &Buckets, share: f64) -> Option<u64> {
    let all: u64 = buckets.values().sum();
    let wanted = (share * all as f64).ceil() as u64;
    let mut so_far = 0;
    buckets.iter().find_map(|(micros, count)| {
        so_far += count;
        (so_far >= wanted.max(1)).then_some(*micros)
    })
}

fn in_ms(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many samples, evenly between two durations in milliseconds.
    fn between(count: u64, from: u64, to: u64) -> Buckets {
        (0..count).map(|number| (from * 1_000 + number * (to - from) * 1_000 / count, 1)).collect()
    }

    fn slower(old: &Buckets, new: &Buckets) -> Vec<&'static str> {
        let alpha = super::super::exact::ALPHA / TESTS as f64;
        shifts(old, new).iter().filter(|shift| shift.is_large() && shift.p < alpha).map(|shift| shift.name).collect()
    }

    #[test]
    fn slower_is_what_is_large_and_proven() {
        let usual = between(73, 10, 60);
        assert_eq!(slower(&usual, &between(73, 60, 110)), ["p50", "p90"]);
        assert_eq!(slower(&usual, &usual), [""; 0]);
        // Proven, and 15 ms.
        assert_eq!(slower(&usual, &between(300, 25, 75)), [""; 0]);
        // 30 ms of 500 are 6 %.
        assert_eq!(slower(&between(300, 500, 510), &between(300, 530, 540)), [""; 0]);
        // Large, and not proven by 3 samples.
        assert_eq!(slower(&between(3, 10, 60), &between(3, 100, 200)), [""; 0]);
    }

    #[test]
    fn a_slow_tail_is_one_of_the_percentile_that_it_reaches() {
        let usual = Buckets::from([(10_000, 290), (12_000, 10)]);
        let tail = Buckets::from([(10_000, 240), (500_000, 60)]);
        assert_eq!(slower(&usual, &tail), ["p90"], "300 samples prove nothing of the 99th");
        let many = |buckets: &Buckets| buckets.iter().map(|(micros, count)| (*micros, count * 10)).collect::<Buckets>();
        assert_eq!(slower(&many(&usual), &many(&tail)), ["p90"], "a tail this wide is beyond the 99th of both runs");
    }

    #[test]
    fn a_percentile_is_a_duration_that_was_seen() {
        let told = percentiles(&Buckets::from([(1_000, 50), (2_000, 49), (9_000, 1)])).expect("samples");
        assert_eq!(told, Percentiles { p50: 1.0, p90: 2.0, p99: 2.0 });
        assert_eq!(percentiles(&Buckets::new()), None);
    }
}
