//! A text of a file that a stranger may have written.

use std::fmt;

use serde::{Deserialize, Deserializer};

use crate::wording::is_printable;

/// Longer texts are cut: addresses are not, in characters.
const LONGEST: usize = 300;

/// Fit for a terminal: what is not printable is escaped, and its length is bounded.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::compare) struct Text(String);

impl Text {
    pub(in crate::compare) fn of(text: &str) -> Self {
        let mut shown = String::with_capacity(text.len().min(LONGEST));
        let mut letters = text.chars();
        for c in letters.by_ref().take(LONGEST) {
            if is_printable(c) { shown.push(c) } else { shown.extend(c.escape_default()) }
        }
        if letters.next().is_some() {
            shown.push('…');
        }
        Text(shown)
    }

    pub(in crate::compare) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Text::of(&text))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_move_a_cursor_is_shown_escaped() {
        let text: Text = serde_json::from_str(r#""a\u001b[2Jb\u202ec\nd é""#).expect("a text");
        assert_eq!(text.as_str(), "a\\u{1b}[2Jb\\u{202e}c\\nd é");
        assert_eq!(Text::of(&"x".repeat(9_999)).as_str().chars().count(), LONGEST + 1);
    }
}
