//! A name, a sign, a value: `password=…`, `"password": "…"`, `password => b'…'`, `password: Some("…")`.

use std::ops::Range;

use super::super::plain::{goes_on, hidden, hidden_in_list, is_nothing, is_reason, tells_a_reason};
use super::{LONGEST_NAME, floor, logins};
use crate::secret::{Said, is_plural, is_scheme, said_by};

/// Headers whose whole line is secret.
const LINES: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];
/// In bytes: more of a line, or of a list, is not read to tell what its first word is.
const LOOKED_AT: usize = 400;
/// In bytes, between a name and its sign: settings are written in columns.
const MOST_BETWEEN: usize = 40;
/// In letters; what stands before a quote belongs to it: `b'…'`, `u8"…"`.
const LONGEST_PREFIX: usize = 3;
/// In digits, of the response of RFC 7616 §3.4.1.
const SHORTEST_DIGEST: usize = 32;

/// Where a value begins after its sign.
struct Opened {
    /// In bytes after the sign.
    at: usize,
    /// What ends it.
    quote: Option<char>,
    /// It stands in a call: `Some(`, `bytearray(b`.
    is_called: bool,
}

/// A name that says something of the value after a sign.
struct Label<'a> {
    name: &'a str,
    said: Said,
    /// `=` or `:`.
    mark: &'a str,
    /// Of the sign.
    at: usize,
}

pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut done = 0;
    for at in memchr::memchr2_iter(b'=', b':', text.as_bytes()) {
        let mark = &text[at..=at];
        let Some(name) = name_before(text, at).filter(|_| at >= done) else { continue };
        let before = found.len();
        match said_by(name) {
            Some(said) => Label { name, said, mark, at }.hide(text, found),
            None => {
                digest(text, name, at, found);
                entry(text, name, at, found);
                logins::listed(text, name, at, found);
            }
        }
        // What stands within a value is no name.
        done = found[before..].iter().map(|part| part.end).max().unwrap_or(done);
    }
}

/// The name that ends before this place, where quotes and blanks may stand between.
fn name_before(text: &str, at: usize) -> Option<&str> {
    let before = text[..at].trim_end_matches([' ', '\t', '"', '\'', '`', '\\', ']', '[', ')']);
    let is_part = |c: u8| c.is_ascii_alphanumeric() || b"-_.[".contains(&c);
    let length = before.bytes().rev().take(LONGEST_NAME).take_while(|c| is_part(*c)).count();
    (length > 0 && at - before.len() <= MOST_BETWEEN).then(|| &before[before.len() - length..])
}

/// What proves a password to a server that knows it: a person who has it can guess the password.
fn digest(text: &str, name: &str, at: usize, found: &mut Vec<Range<usize>>) {
    if !name.eq_ignore_ascii_case("response") {
        return;
    }
    let start = text.len() - text[at + 1..].trim_start_matches([' ', '"', '\\']).len();
    let digits = text[start..].bytes().take_while(u8::is_ascii_hexdigit).count();
    found.extend((digits >= SHORTEST_DIGEST).then_some(start..start + digits));
}

/// `name: DB_PASSWORD`, and `value:` behind it.
fn entry(text: &str, name: &str, at: usize, found: &mut Vec<Range<usize>>) {
    if !["name", "key"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return;
    }
    let is_between = |c: char| c.is_whitespace() || "\"',;".contains(c);
    let named = text[at + 1..].trim_start_matches(is_between);
    let length =
        named.bytes().take(LONGEST_NAME).take_while(|c| c.is_ascii_alphanumeric() || b"-_.".contains(c)).count();
    let behind = named[length..].trim_start_matches(is_between);
    let said = said_by(&named[..length]).filter(|said| *said != Said::Code);
    let sign = behind.strip_prefix("value").map(|behind| behind.trim_start_matches(['"', '\'']));
    if let Some((said, sign)) = said.zip(sign.filter(|sign| sign.starts_with([':', '=']))) {
        let at = text.len() - sign.len();
        Label { name, said, mark: &sign[..1], at }.hide(text, found);
    }
}

impl Label<'_> {
    fn hide(&self, text: &str, found: &mut Vec<Range<usize>>) {
        let after = &text[self.at + 1..];
        // `Token::new` is a path.
        if after.starts_with(':') {
            return;
        }
        if self.mark == ":" && self.items(text, found) {
            return;
        }
        // PHP writes a value into the line below its name.
        let blanks: &[char] = if after.starts_with('>') { &['>', ' ', '\t', '\n'] } else { &['>', '=', ' ', '\t'] };
        let sign = after.len() - after.trim_start_matches(blanks).len();
        let start = within_array(text, self.at + 1 + sign);
        // `Key (password)=(…)`, as a database tells of a row.
        let start = start + usize::from(text[..self.at].ends_with(')') && text[start..].starts_with('('));
        if text[start..].starts_with('[') {
            return self.list(text, start, found);
        }
        let opened = opened(&text[start..]);
        match opened.quote {
            Some(quote) => self.quoted(text, start + opened.at, quote, found),
            None if opened.is_called => self.called(text, start, found),
            None => self.bare(text, start, found),
        }
    }

    fn quoted(&self, text: &str, start: usize, quote: char, found: &mut Vec<Range<usize>>) {
        let value = &text[start..];
        let value = value[..value.find([quote, '\n']).unwrap_or(value.len())].trim_end_matches('\\');
        found.extend(shifted(hidden(self.said, value), start));
    }

    /// The texts of a list.
    fn list(&self, text: &str, start: usize, found: &mut Vec<Range<usize>>) {
        let end = floor(text, start + LOOKED_AT);
        let length = text[start..end].find([']', '\n']).unwrap_or(end - start);
        let mut at = start;
        while let Some(begin) = text[at..start + length].find(['"', '\'']).map(|begin| at + begin) {
            let quote = char::from(text.as_bytes()[begin]);
            let item = &text[begin + 1..];
            let item = &item[..item.find([quote, '\n']).unwrap_or(item.len())];
            found.extend(shifted(hidden_in_list(self.said, item.trim_end_matches('\\')), begin + 1));
            at = (begin + item.len() + 2).min(text.len());
            if at >= start + length || !text.is_char_boundary(at) {
                break;
            }
        }
    }

    /// What a call has in its place may be a value, or a name in source code. A password is hidden either way.
    fn called(&self, text: &str, start: usize, found: &mut Vec<Range<usize>>) {
        let value = &text[start..];
        let is_wrapper = ["Some(", "Ok(", "Just(", "Optional["].iter().any(|wrapper| value.starts_with(wrapper));
        if self.said == Said::Password || is_wrapper && self.said == Said::Grant {
            let end = value.find(|c: char| c.is_whitespace() || ",;&\"'".contains(c)).unwrap_or(value.len());
            let value = value[..end].trim_end_matches([')', ']']);
            found.push(start..start + value.len());
        }
    }

    fn bare(&self, text: &str, start: usize, found: &mut Vec<Range<usize>>) {
        let rest = &text[start..];
        let is_header = self.mark == ":" && text[..self.at].ends_with(self.name);
        if is_header && LINES.contains(&self.name.to_ascii_lowercase().as_str()) {
            let value = &rest[..rest.find(['\r', '\n', '"', '\'']).unwrap_or(rest.len())];
            found.extend((!is_nothing(value)).then_some(start..start + value.len()));
            return;
        }
        let end = rest.find(|c: char| c.is_whitespace() || "&;,\"'<>()[]{}|\\`#".contains(c));
        let value = rest[..end.unwrap_or(rest.len())].trim_end_matches('\\');
        let rest = rest_of_line(rest);
        if is_nothing(value) || is_plural(self.name) && is_count(value) || self.is_reason(value, rest) {
            return;
        }
        let is_line = self.said == Said::Password && begins_a_line(text, self.at, self.name) && !rest.contains('=');
        // A scheme says nothing of what follows it.
        let credential =
            value.len() + 1 + rest.get(value.len() + 1..).map_or(0, |rest| rest.find(' ').unwrap_or(rest.len()));
        match () {
            () if is_scheme(value) && credential <= rest.len() => {
                found.extend(shifted(hidden(self.said, &rest[..credential]), start))
            }
            () if is_line => found.push(start..start + rest.len()),
            () if self.mark == ":" && self.said == Said::Grant => {
                // `Invalid token: the exp claim is in the past`.
                let parts = hidden(self.said, rest).into_iter().filter(|part| part.start == 0);
                found.extend(parts.map(|part| start..start + part.end.min(value.len())));
            }
            () => found.push(start..start + value.len()),
        }
    }

    /// Whether a value without quotes tells a reason. `code=401` tells a status, and `code: invalid_token`, `password: required` are
    /// of a sentence.
    fn is_reason(&self, value: &str, rest: &str) -> bool {
        match (self.said, self.mark) {
            (Said::Code, "=") => value.len() <= 4 && value.bytes().all(|c| c.is_ascii_digit()) || is_reason(value),
            (Said::Code, _) => tells_a_reason(value),
            (Said::Grant, _) => is_reason(value),
            (Said::Password, ":") => goes_on(value) && hidden_in_list(self.said, rest).is_empty(),
            (Said::Password, _) => false,
        }
    }

    /// Lines below the name, as YAML has them: items, or a text after `|` or `>`. Whether there are some.
    fn items(&self, text: &str, found: &mut Vec<Range<usize>>) -> bool {
        let after = &text[self.at + 1..floor(text, self.at + 1 + LOOKED_AT)];
        let Some((sign, _)) = after.split_once('\n') else { return false };
        let is_text = matches!(sign.trim(), "|" | "|-" | "|+" | ">" | ">-" | ">+");
        if !is_text && !sign.trim().is_empty() {
            return false;
        }
        let (mut at, before) = (self.at + 1 + sign.len() + 1, found.len());
        for line in after[sign.len() + 1..].split_inclusive('\n') {
            let item = line.trim_start();
            let value = item.strip_prefix("- ").map(|item| item.trim_start_matches(['"', '\''])).unwrap_or(item);
            if !(item.starts_with("- ") || is_text && item.len() < line.len()) {
                break;
            }
            let value_at = at + line.len() - value.len();
            found.extend(shifted(hidden_in_list(self.said, value.trim_end().trim_end_matches(['"', '\''])), value_at));
            at += line.len();
        }
        is_text || found.len() > before
    }
}

/// Quotes, with what belongs to them, and calls around them.
fn opened(after: &str) -> Opened {
    let (mut at, mut is_called) = (0, false);
    loop {
        let rest = &after[at..];
        let letters =
            rest.bytes().take(LONGEST_NAME).take_while(|c| c.is_ascii_alphanumeric() || b"_.@$&:".contains(c)).count();
        let signs = &rest[letters..];
        let quotes = signs.len() - signs.trim_start_matches(['\\', '"', '\'', '`']).len();
        if quotes > 0 && letters <= LONGEST_PREFIX {
            return Opened { at: at + letters + quotes, quote: signs[..quotes].chars().next_back(), is_called };
        }
        // `string(7) "…"`, as PHP dumps a text.
        let dumped = signs.strip_prefix('(').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        match signs.chars().next() {
            _ if dumped.is_some_and(|rest| rest.starts_with(") \"")) => {
                at += letters + signs.len() - dumped.map_or(0, str::len) + 2;
            }
            Some('(' | '[') if letters > 0 => {
                (at, is_called) = (at + letters + 1, true);
            }
            _ => return Opened { at: 0, quote: None, is_called },
        }
    }
}

/// The first element of `Array ( [0] => … )` or `array(1) { [0]=> … }`, as PHP prints one.
fn within_array(text: &str, start: usize) -> usize {
    let rest = &text[start..floor(text, start + LONGEST_NAME)];
    let is_array = rest.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("array"));
    match rest.find("=>").filter(|_| is_array) {
        Some(arrow) => text.len() - text[start + arrow + 2..].trim_start().len(),
        None => start,
    }
}

fn shifted(parts: Vec<Range<usize>>, by: usize) -> impl Iterator<Item = Range<usize>> {
    parts.into_iter().map(move |part| part.start + by..part.end + by)
}

/// Of several: `tokens: 4096`.
fn is_count(value: &str) -> bool {
    value.len() <= 7 && value.bytes().all(|c| c.is_ascii_digit())
}

/// To the end of the line, or to what ends a text in it.
fn rest_of_line(rest: &str) -> &str {
    let rest = &rest[..floor(rest, LOOKED_AT)];
    rest[..rest.find(['\n', '\r', '"', '\'', '<', '>', '{', '}', '|', '`', '&']).unwrap_or(rest.len())].trim_end()
}

/// As in a file of settings: nothing but a list's sign stands before the name.
fn begins_a_line(text: &str, at: usize, name: &str) -> bool {
    let before = &text[..text[..at].rfind(name).unwrap_or(at)];
    let line = before.trim_end_matches([' ', '\t', '-', '"', '\'']);
    line.is_empty() || line.ends_with('\n')
}
