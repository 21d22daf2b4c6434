//! How many records of each pattern a service wrote in an hour. One record counts by its own text alone, so that a query over the
//! same entries counts the same.

use std::collections::{BTreeMap, HashMap};

use super::patterns::Pattern;

/// So many combinations of service, revision and hour are kept apart: two hundred days of a service.
const MOST: usize = 5_000;
/// So many names of services, and as many of revisions.
const MOST_NAMES: usize = 500;
/// In seconds.
const HOUR: i64 = 3_600;

/// Counts by service, revision and hour.
#[derive(Default)]
pub(super) struct Counts {
    services: Names,
    revisions: Names,
    cells: HashMap<Place, Box<[u64]>>,
    /// Records beyond the bounds.
    pub(super) others: u64,
}

/// Service, revision and the beginning of the hour.
type Place = (usize, usize, Option<i64>);

/// Names by number.
#[derive(Default)]
struct Names {
    numbers: HashMap<Box<str>, usize>,
    list: Vec<Box<str>>,
}

/// The records of one service, revision and hour.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) service: Box<str>,
    pub(super) revision: Box<str>,
    pub(super) hour: Option<i64>,
    /// By number of the pattern.
    pub(super) records: Box<[u64]>,
}

/// Attempts, each counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Attempts {
    pub(super) accepted: u64,
    pub(super) failed: u64,
}

impl Counts {
    /// Counts records of one of so many patterns.
    pub(super) fn add(
        &mut self,
        service: &str,
        revision: &str,
        at: Option<i64>,
        (pattern, of): (usize, usize),
        count: u64,
    ) {
        let hour = at.map(|at| at.div_euclid(HOUR) * HOUR);
        let names = self.services.number(service).zip(self.revisions.number(revision));
        let Some((service, revision)) = names else {
            self.others += count;
            return;
        };
        let place = (service, revision, hour);
        if !self.cells.contains_key(&place) && self.cells.len() >= MOST {
            self.others += count;
            return;
        }
        let records = self.cells.entry(place).or_insert_with(|| vec![0; of].into());
        records.get_mut(pattern).into_iter().for_each(|records| *records += count);
    }

    /// Adds what another thread has counted.
    pub(super) fn merge(&mut self, other: Counts) {
        self.others += other.others;
        for cell in other.into_cells() {
            let of = cell.records.len();
            for (pattern, count) in cell.records.iter().enumerate().filter(|(_, count)| **count > 0) {
                self.add(&cell.service, &cell.revision, cell.hour, (pattern, of), *count);
            }
        }
    }

    /// In the order of their names and of time.
    pub(super) fn into_cells(self) -> Vec<Cell> {
        let name = |names: &Names, number: usize| names.list.get(number).cloned().unwrap_or_default();
        let cell = |((service, revision, hour), records)| Cell {
            service: name(&self.services, service),
            revision: name(&self.revisions, revision),
            hour,
            records,
        };
        let mut cells: Vec<Cell> = self.cells.into_iter().map(cell).collect();
        cells.sort_by(|one, other| {
            (&one.service, &one.revision, one.hour).cmp(&(&other.service, &other.revision, other.hour))
        });
        cells
    }
}

impl Names {
    fn number(&mut self, name: &str) -> Option<usize> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        let number = self.list.len();
        (number < MOST_NAMES).then(|| {
            self.numbers.insert(name.into(), number);
            self.list.push(name.into());
            number
        })
    }
}

impl Cell {
    /// An attempt writes several records, at most one of each step: the step with the most of them tells how many there were.
    pub(super) fn attempts(&self, patterns: &[Pattern]) -> Attempts {
        let most = |is_failure: bool| {
            let mut steps: BTreeMap<&str, u64> = BTreeMap::new();
            let of_kind = patterns.iter().zip(&self.records).filter(|(one, _)| one.outcome.is_failure() == is_failure);
            of_kind.for_each(|(pattern, count)| *steps.entry(&pattern.step).or_default() += count);
            steps.into_values().max().unwrap_or_default()
        };
        Attempts { accepted: most(false), failed: most(true) }
    }
}

impl Attempts {
    pub(super) fn plus(self, other: Attempts) -> Attempts {
        Attempts { accepted: self.accepted + other.accepted, failed: self.failed + other.failed }
    }

    /// Between 0 and 1; `None` where there were none.
    pub(super) fn rate(self) -> Option<f64> {
        let all = self.accepted + self.failed;
        (all > 0).then(|| self.accepted as f64 / all as f64)
    }
}
