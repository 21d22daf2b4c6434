//! A text whose lines are wrapped at the width of a terminal.

use std::fmt::{self, Write};

use crate::wording::words;

/// In columns: what every terminal shows.
pub(super) const WIDTH: usize = 80;

/// A text that is being written, and how wide its lines may be.
pub(super) struct Page {
    text: String,
    width: usize,
    names_flags: bool,
}

impl Page {
    /// An empty page of so many columns.
    pub(super) fn new(width: usize) -> Self {
        Page { text: String::new(), width, names_flags: true }
    }

    /// One that is no output of a command, so that no flag adds to it.
    pub(super) fn without_flags(width: usize) -> Self {
        Page { names_flags: false, ..Page::new(width) }
    }

    /// Whether it may name a flag that shows more.
    pub(super) fn names_flags(&self) -> bool {
        self.names_flags
    }

    /// An empty page, as wide as this one.
    pub(super) fn another(&self) -> Self {
        Page { text: String::new(), ..*self }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn lines(&self) -> usize {
        self.text.lines().count()
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Appends what another page holds.
    pub(super) fn append(&mut self, other: &Page) {
        self.text.push_str(&other.text);
    }

    /// Appends the text as it is.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends an empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Appends `head` and the wrapped text; its second and further lines are indented by `indent` columns.
    pub(super) fn wrap(&mut self, head: &str, indent: usize, text: &str) {
        let words = words(text);
        let first = words.first().map_or(0, |word| word.chars().count());
        let is_behind = head.chars().count() > indent && !head.trim().is_empty();
        let mut line = head.to_owned();
        // A command that does not fit behind its head stands below it.
        if is_behind && line.chars().count() + first > self.width {
            self.line(&line);
            line = " ".repeat(indent);
        }
        let mut empty = true;
        for word in words {
            if !empty && line.chars().count() + 1 + word.chars().count() > self.width {
                self.line(&line);
                line = " ".repeat(indent);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(&word);
            empty = false;
        }
        self.line(&line);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

impl Write for Page {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.write_str(text)
    }
}

/// The text as one word, which stands on one line.
pub(super) fn unbroken(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(head: &str, indent: usize, text: &str) -> String {
        let mut page = Page::new(20);
        page.wrap(head, indent, text);
        page.into_text()
    }

    #[test]
    fn a_word_that_does_not_fit_behind_its_head_stands_below_it() {
        assert_eq!(wrapped("next: ", 2, &unbroken("check staging now")), "next:\n  check staging now\n");
        assert_eq!(wrapped("next: ", 2, "check staging"), "next: check staging\n");
        assert_eq!(wrapped("  fix     ", 10, "restart-everything"), "  fix     restart-everything\n");
    }
}
