//! Where a broken or oversized entry ends, found without parsing it and in pieces, so that nothing after it is lost.

/// Looks at the bytes of one entry, from its opening brace on.
pub(super) struct Scanner {
    /// The column of that brace: a brace there, at the beginning of a later line, opens the next entry.
    column: usize,
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// So many blanks stand at the beginning of this line; `None` behind anything else.
    blanks: Option<usize>,
}

impl Scanner {
    pub(super) fn new(column: usize) -> Self {
        Scanner { column, depth: 0, in_string: false, is_escaped: false, blanks: None }
    }

    /// How many of the bytes still belong to the entry; `None` where all of them do and it goes on.
    pub(super) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().enumerate().find_map(|(at, byte)| self.ends_at(*byte).map(|after| at + after))
    }

    /// `Some(1)` where the entry ends with this byte, `Some(0)` where it ended before.
    fn ends_at(&mut self, byte: u8) -> Option<usize> {
        let blanks = self.blanks.take();
        match byte {
            // No string of JSON goes beyond its line: whatever was open is broken.
            b'\n' => {
                (self.in_string, self.is_escaped, self.blanks) = (false, false, Some(0));
            }
            b' ' if blanks.is_some() => self.blanks = blanks.map(|blanks| blanks + 1),
            b'{' if blanks == Some(self.column) => return Some(0),
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = self.in_string,
            b'"' => self.in_string = !self.in_string,
            b'{' | b'[' if !self.in_string => self.depth += 1,
            b'}' | b']' if !self.in_string => {
                self.depth = self.depth.saturating_sub(1);
                return (self.depth == 0).then_some(1);
            }
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left behind the broken entry, read in pieces of every size.
    fn rest(column: usize, text: &str) -> &str {
        let whole = Scanner::new(column).end(text.as_bytes());
        for size in 1..text.len() {
            let mut scanner = Scanner::new(column);
            let mut pieces = text.as_bytes().chunks(size).enumerate();
            let end = pieces.find_map(|(number, piece)| Some(number * size + scanner.end(piece)?));
            assert_eq!(end, whole, "in pieces of {size}");
        }
        &text[whole.unwrap_or(text.len())..]
    }

    #[test]
    fn an_entry_ends_where_its_braces_do() {
        assert_eq!(rest(0, r#"{"a": "}\"{", "b": [{}]}, {"c": 1}"#), r#", {"c": 1}"#);
    }

    #[test]
    fn a_brace_that_is_never_closed_ends_before_the_next_entry() {
        assert_eq!(rest(0, "{\"a\": {\"b\": 1}\n{\"c\": 2}\n"), "{\"c\": 2}\n");
        assert_eq!(rest(2, "{\n    \"a\": \"b\n    {\n  },\n  {\"c\": 2}"), "{\"c\": 2}");
    }
}
