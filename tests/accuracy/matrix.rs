//! The confusion matrix as text: a row and a column for every injected fault.

use std::fmt::Write;

use fivewhys::vocabulary::Fault;

use crate::injection::Injection;
use crate::pairs::{self, Pair};
use crate::run::Found;

const LEGEND: &str =
    "= both named, - only the row's, | only the column's, o neither, ~ as chance has it, X something wrong";

pub(crate) fn draw(injections: &[Injection], found: &[(&Pair<'_>, Found)]) -> String {
    let mut out = format!("{LEGEND}\n\n");
    for (row, injection) in injections.iter().enumerate() {
        let cells: Vec<char> = injections.iter().map(|column| cell(injection, column, found)).collect();
        _ = writeln!(out, "{:>30} {:>2} {}", injection.fault.code(), row + 1, in_tens(&cells).trim_end());
    }
    for digit in [|number: usize| number / 10, |number: usize| number % 10] {
        let digits: Vec<char> =
            (1..=injections.len()).filter_map(|number| char::from_digit(digit(number) as u32, 10)).collect();
        _ = writeln!(out, "{:>33} {}", "", in_tens(&digits));
    }
    _ = writeln!(out, "\n{} pairs that can be there at once", found.len());
    out
}

/// So that the eye can follow a row.
pub(crate) fn in_tens(cells: &[char]) -> String {
    cells.chunks(10).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

fn cell(row: &Injection, column: &Injection, found: &[(&Pair<'_>, Found)]) -> char {
    let is = |pair: &Pair<'_>, one: Fault, other: Fault| (pair.one.fault, pair.other.fault) == (one, other);
    let of = |one: Fault, other: Fault| found.iter().find(|(pair, _)| is(pair, one, other));
    if row.fault == column.fault {
        return '\\';
    }
    let Some((pair, found)) = of(row.fault, column.fault).or_else(|| of(column.fault, row.fault)) else { return ' ' };
    if !found.beside(&pair.expected()).is_empty() {
        return 'X';
    }
    if pairs::together().by_chance(pair) {
        return '~';
    }
    let named = |injection: &Injection| injection.expected.iter().all(|fault| found.names(*fault));
    match (named(row), named(column)) {
        (true, true) => '=',
        (true, false) => '-',
        (false, true) => '|',
        (false, false) => 'o',
    }
}
