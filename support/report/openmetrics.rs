//! OpenMetrics text: the verdict, each confirmed fault and the measured success rate, for a textfile collector, a push gateway,
//! or whom `watch` serves.

use std::sync::atomic::AtomicU64;
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::Told;
use crate::diagnosis::Verdict;
use crate::rate::Rate;
use crate::vocabulary::{Fault, Severity};

/// The whole text of a check or a gate.
pub(super) fn render(told: &Told<'_>) -> String {
    let Told { evidence, diagnosis, rate, .. } = *told;
    let gauges = Gauges {
        target: &evidence.settings.target,
        at: humantime::parse_rfc3339(&evidence.run.started).unwrap_or(UNIX_EPOCH),
        verdict: told.verdict(),
        faults: diagnosis.findings.iter().map(|finding| (finding.fault, finding.severity)).collect(),
        fingerprints_equal: evidence.same_fingerprint(),
        rate,
    };
    gauges.text()
}

/// What is told of a target at one moment.
pub(crate) struct Gauges<'a> {
    pub(crate) target: &'a str,
    pub(crate) at: SystemTime,
    pub(crate) verdict: Verdict,
    pub(crate) faults: Vec<(Fault, Severity)>,
    pub(crate) fingerprints_equal: Option<bool>,
    pub(crate) rate: Option<&'a Rate>,
}

type Value = Gauge<f64, AtomicU64>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTarget {
    target: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLeg {
    target: String,
    leg: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfVerdict {
    target: String,
    verdict: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfFault {
    target: String,
    fault: String,
    severity: String,
}

impl Gauges<'_> {
    /// As OpenMetrics.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Only a writer that fails fails, and a text does not.
        match encode(&mut text, &self.registry()) {
            Ok(()) => in_order(&text),
            Err(_) => String::new(),
        }
    }

    fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix(env!("CARGO_PKG_NAME"));
        registry.register("verdict", "1 for the verdict of the last check", self.verdicts());
        registry.register("fault", "1 for each fault that the last check has confirmed", self.faults());
        if self.rate.is_some() {
            let (rate, samples) = self.legs();
            let help = "Share of valid tokens that were accepted, of those that were judged";
            registry.register("success_rate", help, rate);
            registry.register("samples", "Samples of the last measurement", samples);
        }
        let equal = Family::<OfTarget, Value>::default();
        if let Some(same) = self.fingerprints_equal {
            equal.get_or_create(&self.of_target()).set(f64::from(u8::from(same)));
        }
        registry.register("fingerprints_equal", "1 where the services show the same fingerprint as auth", equal);
        let time = Family::<OfTarget, Value>::default();
        let at = self.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        time.get_or_create(&self.of_target()).set(at.as_secs_f64());
        registry.register("last_look_timestamp_seconds", "When this was found, in Unix time", time);
        registry
    }

    fn of_target(&self) -> OfTarget {
        OfTarget { target: self.target.to_owned() }
    }

    fn verdicts(&self) -> Family<OfVerdict, Value> {
        let verdicts = Family::<OfVerdict, Value>::default();
        for one in [Verdict::Healthy, Verdict::Faulty, Verdict::Inconclusive] {
            let labels = OfVerdict { target: self.target.to_owned(), verdict: one.to_string() };
            verdicts.get_or_create(&labels).set(f64::from(u8::from(one == self.verdict)));
        }
        verdicts
    }

    fn faults(&self) -> Family<OfFault, Value> {
        let faults = Family::<OfFault, Value>::default();
        for (fault, severity) in &self.faults {
            let (fault, severity) = (fault.to_string(), severity.to_string());
            faults.get_or_create(&OfFault { target: self.target.to_owned(), fault, severity }).set(1.0);
        }
        faults
    }

    fn legs(&self) -> (Family<OfLeg, Value>, Family<OfLeg, Value>) {
        let (rate, samples) = (Family::<OfLeg, Value>::default(), Family::<OfLeg, Value>::default());
        for leg in self.rate.iter().flat_map(|rate| &rate.legs) {
            let labels = OfLeg { target: self.target.to_owned(), leg: leg.leg.to_string() };
            samples.get_or_create(&labels).set(leg.tally.attempts() as f64);
            leg.tally.rate().into_iter().for_each(|share| _ = rate.get_or_create(&labels).set(share));
        }
        (rate, samples)
    }
}

/// The samples of each family by their labels: the library keeps them in no order, and the same check has the same report.
fn in_order(text: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let families = lines.chunk_by(|one, other| one.starts_with('#') == other.starts_with('#'));
    let sorted = families.flat_map(|family| {
        let mut family = family.to_vec();
        if !family[0].starts_with('#') {
            family.sort_unstable();
        }
        family
    });
    sorted.collect()
}
