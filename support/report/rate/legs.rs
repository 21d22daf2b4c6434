//! What was measured of each leg, for a table in any format.

use super::{percent, remarks};
use crate::rate::{Decision, Phase, Rate};

/// One leg.
pub(in crate::report) struct LegTold {
    /// Of its decision.
    pub(in crate::report) mark: char,
    pub(in crate::report) name: &'static str,
    /// How many samples of those that were judged.
    pub(in crate::report) accepted: String,
    /// Of all of them; `-` without any.
    pub(in crate::report) rate: String,
    /// In milliseconds, from the moment at which a sample was due until its decision; `-` without any.
    pub(in crate::report) p50: String,
    pub(in crate::report) p99: String,
    /// Closes, what the rejections are tied to, and why there are fewer samples.
    pub(in crate::report) remarks: Vec<String>,
}

/// In the order in which they were sampled.
pub(in crate::report) fn legs(rate: &Rate) -> Vec<LegTold> {
    let told = |leg: &crate::rate::Measured| {
        let total = leg.latency.phases().find(|(phase, _)| *phase == Phase::Total).map(|(_, told)| told);
        let ms = |of: fn(&crate::rate::Percentiles) -> f64| total.as_ref().map(|told| format!("{:.1}", of(told)));
        let none = || "-".to_owned();
        LegTold {
            mark: mark(rate.decision_of(leg)),
            name: leg.leg.title(),
            accepted: format!("{} of {}", leg.tally.accepted, leg.tally.judged()),
            rate: leg.tally.rate().map_or_else(none, percent),
            p50: ms(|told| told.p50).unwrap_or_else(none),
            p99: ms(|told| told.p99).unwrap_or_else(none),
            remarks: remarks::of(rate, leg),
        }
    };
    rate.legs.iter().map(told).collect()
}

/// As one character.
pub(super) fn mark(decision: Decision) -> char {
    match decision {
        Decision::Pass => '✓',
        Decision::Fail => '✗',
        Decision::Inconclusive => '?',
    }
}
