//! The fields of a form in parts (RFC 7578): a name in the head of a part, and the value after an empty line.

use std::ops::Range;

use super::{floor, hide};
use crate::secret::said_by;

/// In bytes; the head of a part is shorter.
const LONGEST_HEAD: usize = 600;
/// An empty line, as it is written and in escape sequences, before and after these are read.
const EMPTY_LINES: [&str; 5] = ["\r\n\r\n", "\n\n", "\\r\\n\\r\\n", "\\n\\n", "    "];
/// What stands before the next part.
const ENDS: [&str; 5] = ["\r\n--", "\n--", "\\r\\n--", "\\n--", "  --"];

pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    for (at, mark) in text.match_indices("form-data") {
        let start = at + mark.len();
        let rest = &text[start..];
        let head = &rest[..floor(rest, LONGEST_HEAD)];
        let Some((length, empty)) = first(head, &EMPTY_LINES) else { continue };
        let Some(said) = name(&head[..length]).and_then(said_by) else { continue };
        let value = start + length + empty.len();
        let end = first(&text[value..], &ENDS).map_or(text.len(), |(length, _)| value + length);
        hide(text, said, value..end, found);
    }
}

/// The first of them in a text, and where it stands.
fn first<'a>(text: &str, marks: &[&'a str]) -> Option<(usize, &'a str)> {
    marks.iter().filter_map(|mark| Some((text.find(mark)?, *mark))).min_by_key(|(at, _)| *at)
}

/// The parameter of RFC 7578 §4.2.
fn name(head: &str) -> Option<&str> {
    let mut after = head.match_indices("name=").filter(|(at, _)| !head[..*at].ends_with("file"));
    let value = head[after.next()?.0 + 5..].trim_start_matches(['\\', '"', '\'']);
    value.split(['"', '\'', '\\', ';', '\r', '\n']).next().map(str::trim)
}
