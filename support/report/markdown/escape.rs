//! Texts as Markdown shows them literally.

/// What GitHub's Markdown reads as its own, wherever it stands.
const SPECIAL: &str = "\\`*_[]<>#|~@&$";

/// A text whose parts in backticks are code; all else is literal.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // One backtick alone is one.
    if parts.len().is_multiple_of(2) {
        return literal(text);
    }
    parts.iter().enumerate().map(|(at, part)| if at % 2 == 1 { code(part) } else { literal(part) }).collect()
}

/// A text as code.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A blank at both ends is taken off again, and keeps a backtick there from the fence.
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Markdown within a cell of a table: a bar ends a cell, in code too.
pub(super) fn cell(markdown: &str) -> String {
    let mut cell = String::new();
    let mut is_escaped = false;
    for c in markdown.chars() {
        if c == '|' && !is_escaped {
            cell.push('\\');
        }
        is_escaped = c == '\\' && !is_escaped;
        cell.push(c);
    }
    cell
}

fn literal(text: &str) -> String {
    let text = one_line(text);
    let mut literal = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // These two begin an address or an emoji only where something follows at once.
        let begins = ":.".contains(c) && rest.peek().is_some_and(|next| !next.is_whitespace());
        if begins || SPECIAL.contains(c) {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal
}

/// A line break would begin a new block.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_stays_text() {
        assert_eq!(prose("401 <b>x</b> | `a b` *y*"), "401 \\<b\\>x\\</b\\> \\| `a b` \\*y\\*");
        assert_eq!(prose("a `lonely backtick"), "a \\`lonely backtick");
        assert_eq!(prose("![x](https://e.test)\n# y"), "!\\[x\\](https\\://e\\.test) \\# y");
        assert_eq!(prose("@everyone"), "\\@everyone");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(cell("a | `b|c` \\| d \\\\| e"), "a \\| `b\\|c` \\| d \\\\\\| e");
    }
}
