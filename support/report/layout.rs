//! Lines for a terminal: words wrapped at its width.

use std::fmt::Write;

/// Columns of a terminal.
pub const WIDTH: usize = 80;

/// Wraps a text behind its head, with the following lines indented.
pub fn block(out: &mut String, head: &str, indent: usize, text: &str) {
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

/// Words, with what stands in backticks in one piece: a command must not be broken.
fn words(text: &str) -> Vec<String> {
    let mut inside = false;
    let glued = text.chars().map(|c| {
        inside ^= c == '`';
        if inside && c == ' ' { '\u{a0}' } else { c }
    });
    let glued: String = glued.collect();
    glued.split([' ', '\n']).filter(|word| !word.is_empty()).map(|word| word.replace('\u{a0}', " ")).collect()
}
