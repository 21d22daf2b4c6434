//! Tables of lines: a line of names, and below each name its values; or a name and its value in two columns.

use std::ops::Range;

use super::{hide, title};
use crate::secret::Said;

/// What stands between two columns.
const BETWEEN: [char; 4] = [',', ';', '\t', '|'];
/// More columns are no table for a person.
const MOST_COLUMNS: usize = 64;

/// The columns of a line, and where each stands.
type Columns = Vec<Range<usize>>;

pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    if !text.contains('\n') && !text.contains(['\t', '|']) {
        return;
    }
    BETWEEN.iter().filter(|between| text.contains(**between)).for_each(|between| of(text, *between, found));
}

fn of(text: &str, between: char, found: &mut Vec<Range<usize>>) {
    let (mut at, mut heads): (usize, Vec<Option<Said>>) = (0, Vec::new());
    for line in text.split_inclusive('\n') {
        let columns = columns(line.trim_end(), at, between);
        at += line.len();
        if is_rule(line) {
            continue;
        }
        if columns.len() < 2 {
            heads.clear();
        } else if heads.len() == columns.len() {
            values(text, &heads, &columns, found);
        } else {
            heads = titles(text, &columns);
            pair(text, between, &heads, &columns, found);
        }
    }
}

/// What each title says of its column; none, where one of them is no title or none says something.
fn titles(text: &str, columns: &Columns) -> Vec<Option<Said>> {
    let shown =
        |column: &Range<usize>| text[column.clone()].trim_matches(|c: char| c.is_whitespace() || "\"'".contains(c));
    let is_name = |text: &str| {
        !text.is_empty() && text.len() <= 40 && text.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c))
    };
    let heads: Vec<_> = columns.iter().map(|column| title(shown(column)).filter(|said| *said != Said::Code)).collect();
    let is_title = heads.iter().any(Option::is_some) && columns.iter().all(|column| is_name(shown(column)));
    if is_title { heads } else { Vec::new() }
}

/// `|---|---|`, `+---+---+`.
fn is_rule(line: &str) -> bool {
    line.contains("--") && line.trim().chars().all(|c| "-:=+| ".contains(c))
}

fn values(text: &str, heads: &[Option<Said>], columns: &Columns, found: &mut Vec<Range<usize>>) {
    heads.iter().zip(columns).for_each(|(said, column)| {
        said.iter().for_each(|said| hide(text, *said, unquoted(text, column), found));
    });
}

/// `password | …`. In a text, a comma stands between words.
fn pair(text: &str, between: char, heads: &[Option<Said>], columns: &Columns, found: &mut Vec<Range<usize>>) {
    let [name, value] = columns.as_slice() else { return };
    let said = heads.first().copied().flatten().or_else(|| title(&text[name.clone()]));
    if let Some(said) = said.filter(|said| matches!(between, '\t' | '|') && *said != Said::Code) {
        hide(text, said, unquoted(text, value), found);
    }
}

/// Quotes hide what is between columns (RFC 4180 §2); a sign at both ends of a line is its frame.
fn columns(line: &str, at: usize, between: char) -> Columns {
    let (mut all, mut start, mut is_quoted) = (Columns::new(), 0, false);
    let framed = line.trim_start();
    if between == '|' && framed.starts_with('|') {
        start = line.len() - framed.len() + 1;
    }
    let framed = start;
    for (place, c) in line.char_indices().skip_while(|(place, _)| *place < framed) {
        is_quoted ^= c == '"';
        if c == between && !is_quoted && all.len() < MOST_COLUMNS {
            all.push(at + start..at + place);
            start = place + c.len_utf8();
        }
    }
    if !(between == '|' && start == line.len()) {
        all.push(at + start..at + line.len());
    }
    all
}

/// Without blanks and quotes around it.
fn unquoted(text: &str, column: &Range<usize>) -> Range<usize> {
    let value = &text[column.clone()];
    let start = column.start + value.len() - value.trim_start().len();
    let value = value.trim();
    let is_quoted = value.len() >= 2 && value.starts_with('"') && value.ends_with('"');
    start + usize::from(is_quoted)..start + value.len() - usize::from(is_quoted)
}
