//! How long the parts of an exchange take, as histograms whose size does not grow with the samples.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

/// A part of an exchange.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::Display, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Phase {
    /// Until the connection is open (TCP).
    Connect,
    /// Until TLS is agreed.
    Tls,
    /// Until the head of the response has come.
    Response,
    /// From the 101 until the welcome.
    Welcome,
    /// From the moment at which the sample was due until the decision: a service that holds everybody up is not flattered by the
    /// samples that it held up (coordinated omission).
    Total,
}

/// The distribution of each phase. Durations are kept to three digits, in microseconds.
#[derive(Clone, Debug, Default)]
pub struct Latency(BTreeMap<Phase, Histogram<u32>>);

/// Durations in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Percentiles {
    /// Half of the samples were faster.
    pub p50: f64,
    /// Nine of ten were.
    pub p90: f64,
    /// All but one of a hundred were.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

/// Durations are told apart by so many digits.
const DIGITS: u8 = 3;
/// What is longer counts as this long: an hour, in microseconds. No timeout is longer.
const LONGEST: u64 = 3_600_000_000;

impl Latency {
    pub(super) fn record(&mut self, phase: Phase, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(LONGEST);
        self.add_bucket(phase, micros, 1);
    }

    /// So many samples of that many microseconds.
    pub(super) fn add_bucket(&mut self, phase: Phase, micros: u64, count: u32) {
        let histogram = match self.0.entry(phase) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => match Histogram::new(DIGITS) {
                Ok(histogram) => new.insert(histogram),
                // Only other digits than 1 to 5 fail.
                Err(_) => return,
            },
        };
        histogram.auto(true);
        _ = histogram.record_n(micros.clamp(1, LONGEST), count);
    }

    /// The counts by microseconds: what two runs have in common, and can be added up.
    pub fn buckets(&self) -> impl Iterator<Item = (Phase, Vec<(u64, u32)>)> + '_ {
        let buckets = |histogram: &Histogram<u32>| {
            histogram.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value())).collect()
        };
        self.0.iter().map(move |(phase, histogram)| (*phase, buckets(histogram)))
    }

    /// The phases that were met.
    pub fn phases(&self) -> impl Iterator<Item = (Phase, Percentiles)> + '_ {
        self.0.iter().map(|(phase, histogram)| (*phase, percentiles(histogram)))
    }

    /// Of a whole sample.
    pub fn total(&self) -> Percentiles {
        self.0.get(&Phase::Total).map(percentiles).unwrap_or_default()
    }
}

fn percentiles(histogram: &Histogram<u32>) -> Percentiles {
    let at = |quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
    Percentiles { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_up_from_buckets_is_the_same() {
        let mut one = Latency::default();
        (1..=1_000).for_each(|number| one.record(Phase::Total, Duration::from_micros(number * 37)));
        let mut other = Latency::default();
        for (phase, buckets) in one.buckets() {
            buckets.into_iter().for_each(|(micros, count)| other.add_bucket(phase, micros, count));
        }
        assert_eq!(one.total(), other.total());
        assert!((one.total().p50 - 18.5).abs() < 0.1 && (one.total().max - 37.0).abs() < 0.1, "{:?}", one.total());
    }
}
