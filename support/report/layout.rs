//! Words wrapped at the width of a terminal.

use std::fmt::Write;

/// In columns.
pub(super) const WIDTH: usize = 80;

/// Appends `head` and the wrapped text; its second and further lines are indented by `indent` columns.
pub(super) fn wrap(out: &mut String, head: &str, indent: usize, text: &str) {
    let mut line = head.to_owned();
    let mut empty = true;
    for word in words(text) {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            _ = writeln!(out, "{}", line.trim_end());
            line = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    _ = writeln!(out, "{}", line.trim_end());
}

/// The text as one word, which stands on one line.
pub(super) fn unbroken(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

/// The words of a text. A text in backticks is one word: a command must stay on one line.
fn words(text: &str) -> Vec<String> {
    let mut inside = false;
    let joined = text.chars().map(|c| {
        inside ^= c == '`';
        if inside && c == ' ' { '\u{a0}' } else { c }
    });
    let joined: String = joined.collect();
    joined.split([' ', '\n']).filter(|word| !word.is_empty()).map(|word| word.replace('\u{a0}', " ")).collect()
}
