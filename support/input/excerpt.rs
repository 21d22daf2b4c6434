//! The lines of a text that an error points at. What does not fit beside a caret is left out: a line may have megabytes.

use std::ops::Range;

/// Before the place where an error begins, and behind it, in bytes.
const BEFORE: usize = 4_096;
const BEHIND: usize = 300;

/// Part of a text.
pub(super) struct Excerpt<'a> {
    pub(super) lines: &'a str,
    /// The number of its first line, from 1.
    pub(super) first: usize,
    /// The place within it.
    pub(super) span: Range<usize>,
}

/// The first line of that place. Of what stands before a place in a long line, the end.
pub(super) fn excerpt<'a>(text: &'a str, span: &Range<usize>) -> Excerpt<'a> {
    let start = boundary(text, span.start.min(text.len()));
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let from = if start - line > BEFORE { boundary(text, start - BEFORE) } else { line };
    let rest = text[start..].find('\n').map_or(text.len(), |end| start + end);
    let to = boundary(text, rest.min(start + BEHIND));
    let end = (span.end.clamp(start, to)..=to).find(|end| text.is_char_boundary(*end)).unwrap_or(to);
    let first = text[..line].matches('\n').count() + 1;
    Excerpt { lines: &text[from..to], first, span: start - from..end - from }
}

/// The beginning of the character at that byte.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_with_its_line_and_no_more_of_it_than_fits() {
        let Excerpt { lines, first, span } = excerpt("a = 1\nb = 2\nc = 3\n", &(10..11));
        assert_eq!((lines, first, span), ("b = 2", 2, 4..5));
        let long = format!("a = \"{}\"\nb = 2", "ä".repeat(1_000_000));
        let Excerpt { lines, first, span } = excerpt(&long, &(4..2_000_006));
        assert!(lines.starts_with("a = \"ä") && lines.len() <= 304 && first == 1 && span.start == 4, "{lines}");
        let Excerpt { lines, span, .. } = excerpt(&long, &(2_000_005..2_000_006));
        assert!(lines.len() <= 4_100 && &lines[span] == "\"");
        let Excerpt { lines, first, span } = excerpt("a\n", &(2..2));
        assert_eq!((lines, first, span), ("", 2, 0..0));
    }
}
