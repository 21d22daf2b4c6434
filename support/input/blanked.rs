//! A text whose values cannot be read any longer: a secret may stand beside an error that is shown.

use std::ops::Range;

use super::Source;
use super::public::is_address;

/// The text with every string and number blanked but addresses, what the span touches, and lines that hold no secret. In a text that
/// does not parse, everything else after an equals sign is blanked.
pub(super) fn blanked(source: &Source, span: &Range<usize>, is_syntax: bool) -> String {
    let text = &source.text;
    let touched = span.start..span.end.max(span.start + 1);
    let parsed = addresses(text).chain([touched]).filter(|_| !is_syntax);
    let shown: Vec<Range<usize>> = parsed.chain(source.shown_lines()).collect();
    let mut reader = Reader { is_syntax, ..Reader::default() };
    let blank = |(at, c): (usize, char)| {
        let is_hidden = reader.is_within_a_value(c) && c != '\n' && !shown.iter().any(|part| part.contains(&at));
        if is_hidden { "*".repeat(c.len_utf8()) } else { c.to_string() }
    };
    text.char_indices().map(blank).collect()
}

/// What stands between two quotes and is an address.
fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let quotes: Vec<usize> = text.match_indices(['"', '\'']).map(|(at, _)| at).collect();
    let between = quotes.into_iter().scan(0, |begin, end| Some(std::mem::replace(begin, end + 1)..end));
    between.filter(|part| is_address(&text[part.clone()]))
}

/// Where in a TOML text the next character stands.
#[derive(Default)]
struct Reader {
    is_syntax: bool,
    quote: Option<char>,
    escaped: bool,
    comment: bool,
    /// Behind an equals sign.
    value: bool,
    /// The brackets that are open, each with what holds behind it.
    open: Vec<(char, bool)>,
}

impl Reader {
    /// Whether this character is part of a string, or a digit of a value: a password may be a number. A digit of a key is none.
    fn is_within_a_value(&mut self, c: char) -> bool {
        let inside = self.escaped || self.quote.is_some_and(|open| open != c) || self.is_syntax && self.value;
        let escapes = !self.escaped && self.quote == Some('"') && c == '\\';
        match self.quote {
            _ if c == '\n' => self.end_of_line(),
            Some(open) if open == c && !self.escaped => self.quote = None,
            Some(_) => {}
            None => self.outside_a_string(c),
        }
        self.escaped = escapes;
        inside || self.value && c.is_ascii_digit()
    }

    fn end_of_line(&mut self) {
        (self.quote, self.comment) = (None, false);
        // A list goes on. In a text that does not parse, a bracket may never be closed.
        self.value = !self.is_syntax && self.open.last().is_some_and(|(bracket, _)| *bracket == '[');
    }

    fn outside_a_string(&mut self, c: char) {
        match c {
            '"' | '\'' => self.quote = Some(c),
            _ if self.comment => {}
            '#' => self.comment = true,
            '=' => self.value = true,
            // Nothing tells a key from a value where the text does not parse.
            _ if self.is_syntax => {}
            '[' | '{' => {
                self.open.push((c, self.value));
                self.value = c == '[' && self.value;
            }
            ']' | '}' => self.value = self.open.pop().is_some_and(|(_, value)| value),
            ',' => self.value = self.open.last().is_some_and(|(bracket, value)| *bracket == '[' && *value),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        blanked(&Source::new("x.toml", text), &(0..0), false)
    }

    #[test]
    fn keys_stay_readable_and_values_do_not() {
        assert_eq!(
            shown("headers = { X-E2E-Key = 12, b2 = [3, 4], c3 = \"5\" }\n"),
            "headers = { X-E2E-Key = **, b2 = [*, *], c3 = \"*\" }\n"
        );
        assert_eq!(
            shown("pins = [\n  12,\n  { a1 = 3 },\n  4, # 5 }\n]\nkey2 = 6\n"),
            "pins = [\n  **,\n  { a1 = * },\n  *, # * }\n]\nkey2 = *\n"
        );
        assert_eq!(shown("[targets.x2]\n\"a7\".b2 = 1\n"), "[targets.x2]\n\"**\".b2 = *\n");
    }

    #[test]
    fn an_address_stays_readable_and_one_that_may_open_something_does_not() {
        assert_eq!(
            shown("a = { path = \"/auth/e2e/login\", at = 'wss://a.test:80/ws', b = \"x\" }\n"),
            "a = { path = \"/auth/e2e/login\", at = 'wss://a.test:80/ws', b = \"*\" }\n"
        );
        let keys = [
            "https://u:pw@a.test",
            "https://h.test/services/T00/B00/xK3",
            "/l?key=x",
            "/9jK2aQ",
            "/a1b2c3d4e5f6",
            "ftp://a/b",
        ];
        for hidden in keys {
            assert!(!shown(&format!("a = \"{hidden}\"\n")).contains(hidden), "{hidden}");
        }
    }

    #[test]
    fn nothing_behind_an_equals_sign_is_shown_where_the_text_does_not_parse() {
        let source = Source::new("x.toml", "a1 = { b2 = x, \nc3 = \"d\n");
        assert_eq!(blanked(&source, &(0..0), true), "a1 =***********\nc3 =***\n");
    }

    #[test]
    fn a_line_without_secrets_is_shown_below_its_header_only() {
        let text = "regex = \"z\"\n[[pattern]]\nregex = \"\\b\"\nregexes = \"q\"\nregex=\"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Cn4rySignature0123456789\"\n";
        let source = Source::new("x.toml", text).showing("[[pattern]]", "regex");
        let shown = blanked(&source, &(0..0), true);
        assert!(shown.contains("regex = \"\\b\"") && !shown.contains(['z', 'q']), "{shown}");
        assert!(!shown.contains("Cn4ry"), "{shown}");
    }
}
