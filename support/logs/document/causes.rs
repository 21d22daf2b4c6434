//! Which faults the failures are compatible with, and which probes of a check tell those apart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::outcome::Outcome;
use crate::faults::dictionary::Dictionary;
use crate::vocabulary::Fault;

/// A check has more; these tell the most.
const MOST_PROBES: usize = 6;

/// The faults with which records of one outcome are compatible. None of them is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// What the records say.
    pub outcome: Outcome,
    /// How many say so.
    pub records: u64,
    /// The faults, in the order of the catalogue.
    pub faults: Vec<Fault>,
    /// What tells them apart, the most telling first.
    pub probes: Vec<TellingProbe>,
}

/// A probe of `fivewhys check`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TellingProbe {
    /// Its name in a report.
    pub probe: String,
    /// The faults by the response that each leads to.
    pub responses: BTreeMap<String, Vec<Fault>>,
}

/// A failure without a reason says nothing where the same attempts have records with one.
pub(super) fn of(failing: &BTreeMap<Outcome, u64>) -> Vec<Cause> {
    let dictionary = Dictionary::read();
    let has_reasons = failing.keys().any(|outcome| *outcome != Outcome::Failed);
    let told = failing.iter().filter(|(outcome, _)| **outcome != Outcome::Failed || !has_reasons);
    told.map(|(outcome, records)| cause(&dictionary, *outcome, *records)).collect()
}

fn cause(dictionary: &Dictionary, outcome: Outcome, records: u64) -> Cause {
    let faults: Vec<Fault> = outcome.compatible_faults().into_iter().collect();
    let probes = dictionary.tell_apart(&faults, MOST_PROBES).into_iter().map(|(probe, classes)| TellingProbe {
        probe: probe.to_owned(),
        responses: classes.into_iter().map(|(class, faults)| (class.to_owned(), faults)).collect(),
    });
    Cause { outcome, records, probes: probes.collect(), faults }
}
