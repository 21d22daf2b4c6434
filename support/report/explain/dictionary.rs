//! The fault dictionary: the class of each fault's response to each probe, as a test saw it in each fault's own scenario.

use crate::vocabulary::Fault;

const TABLE: &str = include_str!("../../../snapshots/accuracy/dictionary.snap");

/// A probe that gets responses of different classes where the one and where the other fault is.
pub(super) struct Telling {
    pub probe: &'static str,
    pub one: &'static str,
    pub other: &'static str,
}

/// The first such probe, rather one of these; `None` where the classes of all responses are the same.
pub(super) fn telling(one: Fault, other: Fault, rather: &[String]) -> Option<Telling> {
    let [one, other] = [column(one)?, column(other)?];
    let told = |(cells, probe): (&'static str, &'static str)| {
        let [here, there] = [one, other].map(|column| cells.as_bytes().get(column).and_then(|cell| words(*cell)));
        let (here, there) = (here?, there?);
        (here != there).then_some(Telling { probe, one: here, other: there })
    };
    let mut all: Vec<Telling> = rows().filter_map(told).collect();
    let found = all.iter().position(|telling| rather.iter().any(|name| name == telling.probe)).unwrap_or(0);
    (found < all.len()).then(|| all.swap_remove(found))
}

/// Whether the responses of one of the two depend on the moment, so that no class is known.
pub(super) fn is_by_chance(faults: [Fault; 2]) -> bool {
    let is_unsteady = |column: usize| rows().any(|(cells, _)| cells.as_bytes().get(column) == Some(&b'~'));
    faults.into_iter().filter_map(column).any(is_unsteady)
}

/// The cells of each probe, and its name: nothing else in the table has two blanks in a row.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().filter_map(|line| line.split_once("  "))
}

/// Its place in a row: columns stand in tens, with a blank between them.
fn column(fault: Fault) -> Option<usize> {
    let line =
        TABLE.lines().find(|line| line.trim_start().split_once(' ').is_some_and(|(_, name)| name == fault.code()));
    let number: usize = line?.trim_start().split_once(' ')?.0.parse().ok()?;
    let index = number.checked_sub(1)?;
    Some(index + index / 10)
}

/// What a cell says; `None` where the probe was not sent.
fn words(cell: u8) -> Option<&'static str> {
    Some(match cell {
        b'=' => "accepted",
        b'f' => "rejected like a forged token",
        b'm' => "rejected like a missing token",
        b'r' => "rejected otherwise",
        b'x' => "failed over",
        b'-' => "not reached",
        _ => return None,
    })
}
