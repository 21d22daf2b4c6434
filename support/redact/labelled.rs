//! Values whose name says that they are secret, in texts that are no JSON: queries and fragments, forms, headers, source code, JSON
//! within a text, command lines, statements of SQL, tables, the tags of XML and HTML. The run does not know these secrets; the server that sends them
//! does.

mod cells;
mod commands;
mod flags;
mod forms;
mod logins;
mod rows;
mod sql;
mod tags;
#[cfg(test)]
mod tests;
mod values;

use std::ops::Range;

use super::plain::hidden;
use crate::secret::{Said, said_by};

/// In characters; a longer name is none.
const LONGEST_NAME: usize = 64;
/// In words: `API key`.
const MOST_WORDS: usize = 3;

/// The places of such values.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    // Most texts are one word.
    if text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c)) {
        return;
    }
    values::find(text, found);
    flags::find(text, found);
    commands::find(text, found);
    logins::find(text, found);
    sql::find(text, found);
    forms::find(text, found);
    rows::find(text, found);
    tags::find(text, found);
}

/// What a text says that is nothing else than a name: of a column, of a field.
fn title(text: &str) -> Option<Said> {
    let text = text.trim().trim_end_matches(':');
    let is_name = text.len() <= LONGEST_NAME && text.split_whitespace().count() <= MOST_WORDS;
    let is_part = |c: char| c.is_alphanumeric() || "-_. []".contains(c);
    if is_name && text.chars().all(is_part) { said_by(text) } else { None }
}

/// Adds the parts that are hidden of what stands there in the text.
fn hide(text: &str, said: Said, part: Range<usize>, found: &mut Vec<Range<usize>>) {
    hide_as(hidden, text, said, part, found);
}

/// The same, where that function tells which.
fn hide_as(
    hidden: fn(Said, &str) -> Vec<Range<usize>>,
    text: &str,
    said: Said,
    part: Range<usize>,
    found: &mut Vec<Range<usize>>,
) {
    let value = &text[part.clone()];
    let start = part.start + value.len() - value.trim_start().len();
    found.extend(hidden(said, value.trim()).into_iter().map(|part| start + part.start..start + part.end));
}

/// The last place at or before that one where a character begins.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}
