//! Statements of SQL that do not name a value beside it: `INSERT INTO … (email, password) VALUES (…)`, `SET PASSWORD FOR … = '…'`.

use std::ops::Range;

use super::{floor, hide, title};
use crate::secret::Said;

/// In bytes, of a list of columns or of values.
const LONGEST_LIST: usize = 4_000;
const QUOTES: [char; 3] = ['\'', '"', '`'];

pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    for mark in ["VALUES", "values"] {
        let mut done = 0;
        for (at, _) in text.match_indices(mark) {
            if at >= done {
                done = rows(text, &columns(text, at), at + mark.len(), found);
            }
        }
    }
    for mark in ["SET PASSWORD FOR", "set password for"] {
        text.match_indices(mark).for_each(|(at, _)| password(text, at + mark.len(), found));
    }
}

/// What the names in the brackets before this place say of their columns.
fn columns(text: &str, at: usize) -> Vec<Option<Said>> {
    let before = text[..at].trim_end();
    let names =
        before.strip_suffix(')').map(|before| &before[floor(before, before.len().saturating_sub(LONGEST_LIST))..]);
    let Some((_, names)) = names.and_then(|names| names.rsplit_once('(')) else { return Vec::new() };
    let said = |name: &str| title(name.trim().trim_matches(QUOTES)).filter(|said| *said != Said::Code);
    names.split(',').map(said).collect()
}

/// The values of one row after the other; where they end.
fn rows(text: &str, columns: &[Option<Said>], mut at: usize, found: &mut Vec<Range<usize>>) -> usize {
    while columns.iter().any(Option::is_some) {
        let row = text[at..].trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if !row.starts_with('(') {
            break;
        }
        let (values, end) = list(text, text.len() - row.len() + 1);
        for (said, value) in columns.iter().zip(values) {
            said.iter().for_each(|said| hide(text, *said, literal(text, value.clone()), found));
        }
        at = end;
    }
    at
}

/// What stands between the commas of a list that begins there, and where the list ends. Quotes and brackets hide a comma.
fn list(text: &str, start: usize) -> (Vec<Range<usize>>, usize) {
    let end = floor(text, start + LONGEST_LIST);
    let (mut all, mut from, mut depth, mut quote) = (Vec::new(), start, 0, None);
    for (at, c) in text[start..end].char_indices() {
        match (quote, c) {
            (Some(open), c) => quote = Some(open).filter(|open| *open != c),
            (None, c) if QUOTES.contains(&c) => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth > 0 => depth -= 1,
            (None, ',' | ')') if depth == 0 => {
                all.push(from..start + at);
                from = start + at + 1;
                if c == ')' {
                    return (all, from);
                }
            }
            _ => {}
        }
    }
    all.push(from..end);
    (all, end)
}

/// What of a value is written out: between the first quote and the last, or a number. A parameter is not.
fn literal(text: &str, value: Range<usize>) -> Range<usize> {
    let written = &text[value.clone()];
    match (written.find(['\'', '"']), written.rfind(['\'', '"'])) {
        (Some(first), Some(last)) if first < last => value.start + first + 1..value.start + last,
        (Some(first), _) => value.start + first + 1..value.end,
        _ if written.trim_start().starts_with(|c: char| c.is_ascii_digit()) => value,
        _ => value.start..value.start,
    }
}

/// Behind the sign, perhaps within a call.
fn password(text: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let statement = text[start..floor(text, start + LONGEST_LIST)].lines().next().unwrap_or_default();
    let Some((_, value)) = statement.split_once('=') else { return };
    let value = value.trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '(');
    let Some(quote) = value.chars().next().filter(|c| QUOTES.contains(c)) else { return };
    let at = start + statement.len() - value.len() + 1;
    hide(text, Said::Password, at..at + value[1..].find(quote).unwrap_or(value.len() - 1), found);
}
