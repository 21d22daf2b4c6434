//! The fault dictionary: the class of each fault's response to each probe, as a test saw it in each fault's own scenario.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::vocabulary::Fault;

const TABLE: &str = include_str!("../../snapshots/accuracy/dictionary.snap");

/// A probe that gets responses of different classes where the one and where the other fault is.
pub(crate) struct Telling {
    pub probe: &'static str,
    pub one: &'static str,
    pub other: &'static str,
}

/// The table, read once.
pub(crate) struct Dictionary {
    rows: Vec<Row>,
    /// The place of each fault in a row.
    columns: BTreeMap<Fault, usize>,
}

/// The faults that lead to each class of responses.
pub(crate) type Classes = BTreeMap<&'static str, Vec<Fault>>;

/// The cells of a probe, and its name.
type Row = (&'static str, &'static str);

impl Dictionary {
    /// Nothing else in the table has two blanks in a row than the rows do, and faults are numbered from 1. Columns stand in tens,
    /// with a blank between them.
    pub(crate) fn read() -> Self {
        let numbered = |line: &str| {
            let (number, name) = line.trim_start().split_once(' ')?;
            let index = number.parse::<usize>().ok()?.checked_sub(1)?;
            Some((name.parse().ok()?, index + index / 10))
        };
        Dictionary {
            rows: TABLE.lines().filter_map(|line| line.split_once("  ")).collect(),
            columns: TABLE.lines().filter_map(numbered).collect(),
        }
    }

    /// The rows in another order: those first that tell the fault from the most of these rivals, and before them the probes that a
    /// check usually makes and that the tests of the fault are about. What depends on the length of a token tells something of the
    /// token in the dictionary, and nothing of the fault.
    pub(crate) fn most_telling_first(mut self, fault: Fault, rivals: &[Fault], tested: &[String]) -> Self {
        let is_of_length = |probe: &str| LENGTHS.iter().any(|word| probe.contains(word));
        let is_about_length = LENGTH.contains(&fault);
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain(|(_, probe)| is_about_length || !is_of_length(probe));
        let told = |row: &Row| rivals.iter().filter(|rival| self.differs(fault, **rival, row).is_some()).count();
        // Stable: of equal ones, the earlier probe of the table stays first.
        rows.sort_by_cached_key(|row| (is_unusual(row), !tested.iter().any(|name| name == row.1), Reverse(told(row))));
        self.rows = rows;
        self
    }

    /// The first of the probes that tells the two apart; `None` where the classes of all responses are the same.
    pub(crate) fn telling(&self, one: Fault, other: Fault) -> Option<Telling> {
        self.rows.iter().find_map(|row| self.differs(one, other, row))
    }

    /// Probes that tell these faults apart, those first that tell the most of them: of each, the classes of responses with the faults
    /// that lead to them. Probes that a check usually makes come before others.
    pub(crate) fn tell_apart(&self, faults: &[Fault], most: usize) -> Vec<(&'static str, Classes)> {
        let mut alike: Vec<(Fault, Fault)> = faults
            .iter()
            .enumerate()
            .flat_map(|(at, one)| faults[at + 1..].iter().map(move |other| (*one, *other)))
            .collect();
        let mut telling = Vec::new();
        while telling.len() < most {
            let told =
                |row: &Row| alike.iter().filter(|(one, other)| self.differs(*one, *other, row).is_some()).count();
            let is_of_length = |probe: &str| LENGTHS.iter().any(|word| probe.contains(word));
            let rows = self.rows.iter().filter(|row| !is_of_length(row.1)).map(|row| (told(row), row));
            let best = rows.filter(|(told, _)| *told > 0).min_by_key(|(told, row)| (is_unusual(row), Reverse(*told)));
            let Some((_, row)) = best else { break };
            alike.retain(|(one, other)| self.differs(*one, *other, row).is_none());
            telling.push((row.1, self.classes(row, faults)));
        }
        telling
    }

    fn classes(&self, row: &Row, faults: &[Fault]) -> Classes {
        let mut classes = Classes::new();
        for fault in faults {
            let class = self.class(*fault, row).unwrap_or("not known");
            classes.entry(class).or_default().push(*fault);
        }
        classes
    }

    fn class(&self, fault: Fault, (cells, _): &Row) -> Option<&'static str> {
        cells.as_bytes().get(*self.columns.get(&fault)?).and_then(|cell| words(*cell))
    }

    fn differs(&self, one: Fault, other: Fault, row: &Row) -> Option<Telling> {
        let (one, other) = (self.class(one, row)?, self.class(other, row)?);
        (one != other).then_some(Telling { probe: row.1, one, other })
    }

    /// Whether the responses of one of the two depend on the moment, so that no class is known.
    pub(crate) fn is_by_chance(&self, faults: [Fault; 2]) -> bool {
        let is_unsteady =
            |column: &usize| self.rows.iter().any(|(cells, _)| cells.as_bytes().get(*column) == Some(&b'~'));
        faults.iter().filter_map(|fault| self.columns.get(fault)).any(is_unsteady)
    }
}

/// Sent where less than half of the faults are.
fn is_unusual((cells, _): &Row) -> bool {
    let sent = |cell: &u8| !matches!(cell, b'.' | b'~' | b' ');
    cells.bytes().filter(sent).count() * 2 < cells.bytes().filter(|cell| *cell != b' ').count()
}

/// Parts of the names of probes whose response depends on a length.
const LENGTHS: [&str; 3] = ["padded", "long harmless header", "a short "];
/// Faults that are about a length or an encoding.
const LENGTH: [Fault; 2] = [Fault::CredentialTooLong, Fault::SubprotocolEncodingRefused];

/// What a cell says; `None` where the probe was not sent.
fn words(cell: u8) -> Option<&'static str> {
    Some(match cell {
        b'=' => "accepted",
        b'f' => "rejected like a forged token",
        b'm' => "rejected like a missing token",
        b'r' => "rejected otherwise",
        b'x' => "a failure",
        b'-' => "not reached",
        _ => return None,
    })
}
