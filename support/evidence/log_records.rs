//! What the services' log says beside the probes, as a summary of `fivewhys logs` has it: numbers, times, and one name. It is data
//! beside the evidence of the probes, and decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::provenance::{Moment, Name};
use crate::logs::Outcome;
use crate::redact::Redactor;

/// The records of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogRecords {
    /// Entries that were counted.
    pub entries: u64,
    /// The time of the first.
    pub first: Option<Moment>,
    /// Of the last.
    pub last: Option<Moment>,
    /// Attempts that were accepted.
    pub accepted: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// The service at which the most attempts failed.
    pub most_failed: Option<Name>,
    /// The services that wrote them, as far as they have names; a few of many.
    #[serde(default)]
    pub services: BTreeSet<Name>,
    /// Those that the target's file names; empty where it names none.
    #[serde(default)]
    pub of_target: BTreeSet<Name>,
    /// Records by what they say of an attempt.
    pub outcomes: BTreeMap<Outcome, RecordCount>,
}

/// Records that say the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordCount {
    /// How many there are.
    pub records: u64,
    /// When the first was written.
    pub first: Option<Moment>,
    /// When the last was.
    pub last: Option<Moment>,
}

impl LogRecords {
    /// Without a name in which a secret of the run stands.
    pub(crate) fn redacted(self, redactor: &Redactor) -> Self {
        let is_clean = |name: &Name| redactor.redact(name.as_str()) == name.as_str();
        let services = self.services.into_iter().filter(is_clean).collect();
        LogRecords { most_failed: self.most_failed.filter(is_clean), services, ..self }
    }

    /// Whether every service that wrote it is another than those of the target; not where either are unknown.
    pub(crate) fn is_of_others(&self) -> bool {
        let are_known = !self.services.is_empty() && !self.of_target.is_empty();
        are_known && self.services.is_disjoint(&self.of_target)
    }
}

impl RecordCount {
    /// With so many more.
    pub(crate) fn plus(&self, other: RecordCount) -> Self {
        let first = [&self.first, &other.first].into_iter().flatten().min().cloned();
        let last = [&self.last, &other.last].into_iter().flatten().max().cloned();
        RecordCount { records: self.records.saturating_add(other.records), first, last }
    }
}
