//! How many records of each pattern a service wrote in an hour. One record counts by its own text alone, so that a query over the
//! same entries counts the same.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::patterns::Pattern;

/// So many combinations of service, revision and hour are kept apart: two hundred days of a service.
const MOST: usize = 5_000;
/// In bytes; no platform has a longer name.
const LONGEST_NAME: usize = 1_024;
/// In seconds.
const HOUR: i64 = 3_600;

/// Counts by service, revision and hour. Where there are too many, those with failures are kept: each service that fails has a place
/// before one of them has a second hour.
#[derive(Default)]
pub(super) struct Counts {
    cells: Vec<Cell>,
    /// Where each stands.
    places: HashMap<(Deployed, Option<i64>), usize>,
    /// How many hours each has.
    hours: HashMap<Deployed, usize>,
    /// The place of the last record: many come of one service in one hour.
    last: usize,
    /// Every cell before it has failures.
    searched: usize,
    /// Each cell is the only one of a service and revision that fail: nothing can be given up for another.
    is_settled: bool,
    /// Records beyond the bounds.
    pub(super) others: Others,
}

/// A service and its revision.
type Deployed = (Box<str>, Box<str>);

/// Records that are in no cell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Others {
    pub(super) all: u64,
    /// Those that tell of a failure.
    pub(super) failed: u64,
}

/// The records of one service, revision and hour.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) service: Box<str>,
    pub(super) revision: Box<str>,
    pub(super) hour: Option<i64>,
    /// By number of the pattern.
    pub(super) records: Box<[u64]>,
    /// Of failures.
    failed: u64,
}

/// Attempts, each counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Attempts {
    pub(super) accepted: u64,
    pub(super) failed: u64,
}

/// Records of one pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// Its number.
    pub(super) pattern: usize,
    /// How many patterns there are.
    pub(super) of: usize,
    pub(super) is_failure: bool,
    pub(super) records: u64,
}

impl Counts {
    /// Counts records of one pattern, that were written at that time.
    pub(super) fn add(&mut self, service: &str, revision: &str, at: Option<i64>, counted: Counted) {
        let hour = at.map(|at| at.div_euclid(HOUR) * HOUR);
        let is_last = self.cells.get(self.last).is_some_and(|cell| cell.is_of(service, revision, hour));
        let place = if is_last { Some(self.last) } else { self.place(service, revision, hour, counted) };
        let failed = if counted.is_failure { counted.records } else { 0 };
        let Some(place) = place else {
            self.others.add(counted.records, failed);
            return;
        };
        self.last = place;
        let cell = &mut self.cells[place];
        cell.failed += failed;
        cell.records.get_mut(counted.pattern).into_iter().for_each(|records| *records += counted.records);
    }

    /// Adds what another thread has counted.
    pub(super) fn merge(&mut self, other: Counts, is_failure: impl Fn(usize) -> bool) {
        self.others.add(other.others.all, other.others.failed);
        for cell in other.into_cells() {
            let of = cell.records.len();
            for (pattern, records) in cell.records.iter().copied().enumerate().filter(|(_, records)| *records > 0) {
                let counted = Counted { pattern, of, is_failure: is_failure(pattern), records };
                self.add(&cell.service, &cell.revision, cell.hour, counted);
            }
        }
    }

    /// In the order of their names and of time.
    pub(super) fn into_cells(self) -> Vec<Cell> {
        let mut cells = self.cells;
        cells.sort_by(|one, other| {
            (&one.service, &one.revision, one.hour).cmp(&(&other.service, &other.revision, other.hour))
        });
        cells
    }

    /// That of the cell, which is made where there is room or another one has to give way.
    fn place(&mut self, service: &str, revision: &str, hour: Option<i64>, counted: Counted) -> Option<usize> {
        if service.len().max(revision.len()) > LONGEST_NAME {
            return None;
        }
        let deployed = (Box::from(service), Box::from(revision));
        let key = (deployed, hour);
        if let Some(place) = self.places.get(&key) {
            return Some(*place);
        }
        let (deployed, _) = &key;
        let place = match self.cells.len() < MOST {
            true => self.cells.len(),
            false if counted.is_failure => self.free(deployed)?,
            false => return None,
        };
        *self.hours.entry(deployed.clone()).or_default() += 1;
        let records = vec![0; counted.of].into();
        let cell = Cell { service: service.into(), revision: revision.into(), hour, records, failed: 0 };
        if place == self.cells.len() {
            self.cells.push(cell)
        } else {
            self.cells[place] = cell
        }
        self.places.insert(key, place);
        Some(place)
    }

    /// A place for a failure: that of a cell without one, or else an hour of what has the most of them.
    fn free(&mut self, deployed: &Deployed) -> Option<usize> {
        let accepted = self.cells.iter().skip(self.searched).position(|cell| cell.failed == 0);
        self.searched = accepted.map_or(self.cells.len(), |place| self.searched + place);
        let place = match accepted {
            Some(_) => self.searched,
            None if self.is_settled || self.hours.contains_key(deployed) => return None,
            None => self.of_many_hours()?,
        };
        let given_up = self.cells[place].clone();
        self.others.add(given_up.records.iter().sum(), given_up.failed);
        let deployed = (given_up.service, given_up.revision);
        if let Some(hours) = self.hours.get_mut(&deployed) {
            *hours -= 1;
        }
        self.hours.retain(|_, hours| *hours > 0);
        self.places.remove(&(deployed, given_up.hour));
        Some(place)
    }

    fn of_many_hours(&mut self) -> Option<usize> {
        let several = self.hours.iter().filter(|(_, hours)| **hours > 1);
        let most = several.max_by_key(|(deployed, hours)| (**hours, Reverse(*deployed)));
        self.is_settled = most.is_none();
        let ((service, revision), _) = most?;
        self.cells.iter().position(|cell| cell.service == *service && cell.revision == *revision)
    }
}

impl Others {
    fn add(&mut self, all: u64, failed: u64) {
        self.all += all;
        self.failed += failed;
    }
}

impl Cell {
    fn is_of(&self, service: &str, revision: &str, hour: Option<i64>) -> bool {
        self.hour == hour && *self.service == *service && *self.revision == *revision
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: Counted = Counted { pattern: 0, of: 2, is_failure: true, records: 1 };
    const ACCEPTED: Counted = Counted { pattern: 1, of: 2, is_failure: false, records: 1 };

    fn hour(number: usize) -> Option<i64> {
        Some(number as i64 * HOUR)
    }

    fn services(counts: Counts) -> Vec<Box<str>> {
        let mut names: Vec<Box<str>> = counts.into_cells().into_iter().map(|cell| cell.service).collect();
        names.dedup();
        names
    }

    #[test]
    fn a_service_that_fails_has_a_place_however_many_others_came_before_it() {
        let mut counts = Counts::default();
        for number in 0..MOST + 10 {
            counts.add(&format!("accepts {number}"), "r", hour(0), ACCEPTED);
        }
        counts.add("fails", "r", hour(0), FAILED);
        counts.add("fails", "r", hour(0), ACCEPTED);
        assert_eq!((counts.others.all, counts.others.failed, counts.cells.len()), (11, 0, MOST));
        assert!(services(counts).contains(&"fails".into()));
    }

    #[test]
    fn a_service_that_fails_has_a_place_before_another_has_all_its_hours() {
        let mut counts = Counts::default();
        for number in 0..MOST {
            counts.add("long", "r", hour(number), FAILED);
        }
        for number in 0..20 {
            counts.add(&format!("late {number}"), "r", hour(number), FAILED);
        }
        counts.add("long", "r", hour(MOST), FAILED);
        assert_eq!((counts.others.all, counts.others.failed, counts.cells.len()), (21, 21, MOST));
        assert_eq!(services(counts).len(), 21);
    }

    #[test]
    fn where_all_fail_what_has_no_place_is_counted() {
        let mut counts = Counts::default();
        for number in 0..MOST * 3 {
            counts.add(&format!("fails {number}"), "r", hour(number), FAILED);
            counts.add(&format!("fails {number}"), "r", hour(number), ACCEPTED);
        }
        let kept: u64 = counts.cells.iter().map(|cell| cell.failed).sum();
        assert_eq!((counts.others.failed + kept, counts.cells.len()), (MOST as u64 * 3, MOST));
        let records: u64 = counts.cells.iter().flat_map(|cell| &cell.records).sum();
        assert_eq!(counts.others.all + records, MOST as u64 * 6);
    }

    #[test]
    fn two_threads_count_what_one_does_and_a_name_without_end_takes_no_room() {
        let mut counts = [Counts::default(), Counts::default()];
        counts.iter_mut().for_each(|counts| counts.add("a", "r", hour(1), FAILED));
        counts[1].add(&"x".repeat(LONGEST_NAME + 1), "r", None, FAILED);
        let [mut one, other] = counts;
        one.merge(other, |pattern| pattern == 0);
        assert_eq!((one.others.failed, one.cells.len(), &*one.cells[0].records), (1, 1, &[2, 0][..]));
    }
}
