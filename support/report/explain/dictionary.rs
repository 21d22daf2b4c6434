//! The fault dictionary: the class of each fault's response to each probe, as a test saw it in each fault's own scenario.

use crate::vocabulary::Fault;

const TABLE: &str = include_str!("../../../snapshots/accuracy/dictionary.snap");

/// A probe that gets responses of different classes where the one and where the other fault is.
pub(super) struct Telling {
    pub probe: &'static str,
    pub one: &'static str,
    pub other: &'static str,
}

/// The rows of the table, those first that tell the fault from the most of these rivals: first the probes that a check usually
/// makes and that the tests of the fault are about. What depends on the length of a token tells something of the token in the
/// dictionary, and nothing of the fault.
pub(super) fn most_telling_first(fault: Fault, rivals: &[Fault], tested: &[String]) -> Vec<Row> {
    let is_of_length = |probe: &str| LENGTHS.iter().any(|word| probe.contains(word));
    let is_about_length = LENGTH.contains(&fault);
    let mut all: Vec<Row> = rows().filter(|(_, probe)| is_about_length || !is_of_length(probe)).collect();
    let told = |row: &Row| rivals.iter().filter(|rival| differs(fault, **rival, row).is_some()).count();
    let is_unusual = |(cells, _): &Row| {
        let sent = |cell: &u8| !matches!(cell, b'.' | b'~' | b' ');
        cells.bytes().filter(sent).count() * 2 < cells.bytes().filter(|cell| *cell != b' ').count()
    };
    // Stable: of equal ones, the earlier probe of the table stays first.
    all.sort_by_key(|row| (is_unusual(row), !tested.iter().any(|name| name == row.1), std::cmp::Reverse(told(row))));
    all
}

/// The first of these probes that tells the two apart; `None` where the classes of all responses are the same.
pub(super) fn telling(one: Fault, other: Fault, rows: &[Row]) -> Option<Telling> {
    rows.iter().find_map(|row| differs(one, other, row))
}

fn differs(one: Fault, other: Fault, (cells, probe): &Row) -> Option<Telling> {
    let class = |fault| cells.as_bytes().get(column(fault)?).and_then(|cell| words(*cell));
    let (one, other) = (class(one)?, class(other)?);
    (one != other).then_some(Telling { probe, one, other })
}

/// Parts of the names of probes whose response depends on a length.
const LENGTHS: [&str; 3] = ["padded", "long harmless header", "a short "];
/// Faults that are about a length or an encoding.
const LENGTH: [Fault; 2] = [Fault::CredentialTooLong, Fault::SubprotocolEncodingRefused];

/// Whether the responses of one of the two depend on the moment, so that no class is known.
pub(super) fn is_by_chance(faults: [Fault; 2]) -> bool {
    let is_unsteady = |column: usize| rows().any(|(cells, _)| cells.as_bytes().get(column) == Some(&b'~'));
    faults.into_iter().filter_map(column).any(is_unsteady)
}

/// The cells of a probe, and its name.
pub(super) type Row = (&'static str, &'static str);

/// Every row: nothing else in the table has two blanks in a row.
fn rows() -> impl Iterator<Item = Row> {
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
        b'x' => "a failure",
        b'-' => "not reached",
        _ => return None,
    })
}
