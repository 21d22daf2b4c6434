//! Attempts by the place where they were made: a service and its revision, and the hour.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::date;
use crate::logs::counts::{Attempts, Cell};
use crate::logs::patterns::Patterns;
use crate::logs::seen::Seen;
use crate::redact::Redactor;

/// Attempts at a service.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRate {
    /// The service; empty where the entries name none.
    pub service: String,
    /// Its revision.
    pub revision: String,
    /// Attempts that were accepted.
    pub accepted: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// The share that was accepted, from 0 to 1.
    pub rate: Option<f64>,
    /// The hour of the first failure.
    pub first_failure: Option<String>,
    /// Of the last.
    pub last_failure: Option<String>,
}

/// The records of a service in an hour.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HourOfService {
    /// The service.
    pub service: String,
    /// Its revision.
    pub revision: String,
    /// The beginning of the hour.
    pub hour: Option<String>,
    /// Attempts that were accepted.
    pub accepted: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Entries by pattern.
    pub records: BTreeMap<String, u64>,
}

pub(super) fn rates(cells: &[Cell], patterns: &Patterns, redactor: &Redactor) -> Vec<ServiceRate> {
    let places: BTreeSet<(&str, &str)> = cells.iter().map(|cell| (&*cell.service, &*cell.revision)).collect();
    let rate = |(service, revision): (&str, &str)| {
        let there = || cells.iter().filter(move |cell| (&*cell.service, &*cell.revision) == (service, revision));
        let all = there().map(|cell| cell.attempts(patterns.list())).fold(Attempts::default(), Attempts::plus);
        let mut failures = Seen::default();
        let failing = there().filter(|cell| cell.attempts(patterns.list()).failed > 0);
        failing.for_each(|cell| failures.at(cell.hour));
        ServiceRate {
            service: redactor.redact(service),
            revision: redactor.redact(revision),
            accepted: all.accepted,
            failed: all.failed,
            rate: all.rate(),
            first_failure: failures.first.map(date),
            last_failure: failures.last.map(date),
        }
    };
    places.into_iter().map(rate).collect()
}

pub(super) fn hour(cell: &Cell, patterns: &Patterns, redactor: &Redactor) -> HourOfService {
    let Attempts { accepted, failed } = cell.attempts(patterns.list());
    let counted = patterns.list().iter().zip(&cell.records).filter(|(_, count)| **count > 0);
    HourOfService {
        service: redactor.redact(&cell.service),
        revision: redactor.redact(&cell.revision),
        hour: cell.hour.map(date),
        accepted,
        failed,
        records: counted.map(|(pattern, count)| (pattern.name.clone(), *count)).collect(),
    }
}
