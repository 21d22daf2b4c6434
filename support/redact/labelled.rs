//! Values whose name says that they are secret, in texts that are no JSON: queries and fragments, forms, headers, source code, JSON
//! within a text, the tags of XML and HTML. The run does not know these secrets; the server that sends them does.

use std::ops::Range;

use crate::secret::{names_a_code, names_a_secret};

/// In characters; a longer name is none.
const LONGEST_NAME: usize = 64;
/// In characters of a tag.
const LONGEST_TAG: usize = 4_000;
/// More attributes of a tag are not looked at: each is looked at with the whole tag before it.
const MOST_ATTRIBUTES: usize = 64;
/// Headers whose whole line is secret.
const LINES: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

/// The places of such values.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut done = 0;
    for at in memchr::memchr2_iter(b'=', b':', text.as_bytes()) {
        let mark = &text[at..=at];
        let value = name_before(text, at).filter(|_| at >= done).and_then(|name| value_after(text, name, at, mark));
        // What stands within a value is no name.
        done = value.as_ref().map_or(done, |value| value.end);
        found.extend(value);
    }
    tags(text, found);
}

/// The name that ends before this place, where quotes and blanks may stand between.
fn name_before(text: &str, at: usize) -> Option<&str> {
    let before = &text[..at];
    let before = before.trim_end_matches([' ', '"', '\'', '`', '\\', ']', '[']);
    let is_part = |c: u8| c.is_ascii_alphanumeric() || b"-_.[".contains(&c);
    let length = before.bytes().rev().take(LONGEST_NAME).take_while(|c| is_part(*c)).count();
    (length > 0 && at - before.len() <= 4).then(|| &before[before.len() - length..])
}

fn value_after(text: &str, name: &str, at: usize, mark: &str) -> Option<Range<usize>> {
    let is_code = names_a_code(name);
    if !is_code && !names_a_secret(name) {
        return None;
    }
    let after = text[at + 1..].trim_start_matches(['>', '=', ' ', '\t']);
    let quoted = after.trim_start_matches(['\\', '"', '\'', '`']);
    let opening = &after[..after.len() - quoted.len()];
    let start = text.len() - quoted.len();
    let is_header = mark == ":" && text[..at].ends_with(name);
    let line = is_header && LINES.contains(&name.to_ascii_lowercase().as_str());
    let end = match opening.chars().next_back() {
        Some(quote) => quoted.find([quote, '\n']),
        None if line => quoted.find(['\r', '\n', '"', '\'']),
        None => quoted.find(|c: char| c.is_whitespace() || "&;,\"'<>()[]{}|\\`#".contains(c)),
    };
    let value = quoted[..end.unwrap_or(quoted.len())].trim_end_matches('\\');
    let is_shown = match (opening.is_empty(), mark) {
        _ if is_nothing(value) => true,
        // `code=401` tells a status, `"code": "invalid_token"` a reason, and `Invalid token: expired` is a sentence.
        (true, "=") if is_code => value.len() <= 4 && value.bytes().all(|c| c.is_ascii_digit()),
        _ if is_code => tells_a_reason(value),
        (true, ":") if !line => is_word(value),
        _ => false,
    };
    (!is_shown).then(|| start..start + value.len())
}

/// A value that says that there is none.
pub(super) fn is_nothing(value: &str) -> bool {
    let placeholder = |value: &str| value.len() > 2 && value.starts_with('[') && value.ends_with(']');
    matches!(value, "" | "null" | "none" | "None" | "nil" | "true" | "false" | "undefined" | "{" | "[")
        || placeholder(value)
}

/// Whether a code tells what went wrong, and grants nothing: short words and numbers.
pub(super) fn tells_a_reason(value: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| value.bytes().any(|c| kind(&c));
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let pieces = value.split(|c: char| !c.is_alphanumeric());
    let is_short = |piece: &str| match piece.contains(|c: char| c.is_ascii_digit()) {
        true => piece.len() <= if is_mixed { 10 } else { 5 },
        false => piece.len() <= 24 && !changes_case_often(piece),
    };
    value.len() <= 64 && pieces.into_iter().all(is_short) && !(is_mixed && value.len() >= 16)
}

/// Letters of one word or of some words in a row, or a short number: no secret has such a value.
pub(super) fn is_word(value: &str) -> bool {
    value.len() <= 24
        && (value.chars().all(|c| c.is_alphabetic() || "-_.'’!?".contains(c)) && !changes_case_often(value)
            || value.len() <= 5 && value.bytes().all(|c| c.is_ascii_digit()))
}

fn changes_case_often(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    capitals > 4 && word.chars().any(char::is_lowercase)
}

/// `<password>…</password>`, `<input name="password" value="…">`, `<meta name="csrf-token" content="…">`.
fn tags(text: &str, found: &mut Vec<Range<usize>>) {
    for (start, _) in text.match_indices('<') {
        let rest = &text[start + 1..];
        let within = rest.char_indices().take(LONGEST_TAG).find(|(_, c)| matches!(c, '>' | '<'));
        let Some((length, '>')) = within else { continue };
        let tag = &rest[..length];
        let element = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        let attributes = attributes(tag, start + 1);
        let says = |(name, value): &(&str, Range<usize>)| match name.to_ascii_lowercase().as_str() {
            "name" | "id" | "key" => names_a_secret(&text[value.clone()]) || names_a_code(&text[value.clone()]),
            "type" => text[value.clone()].eq_ignore_ascii_case("password"),
            _ => false,
        };
        let local = element.rsplit(':').next().unwrap_or_default();
        let is_named = attributes.iter().any(says);
        if is_named {
            let holds = |name: &str| ["value", "content"].iter().any(|held| name.eq_ignore_ascii_case(held));
            found.extend(attributes.iter().filter(|(name, _)| holds(name)).map(|(_, value)| value.clone()));
        }
        let inside = start + 1 + length + 1;
        let end = text[inside..].find('<').map_or(text.len(), |end| inside + end);
        let is_input = element.eq_ignore_ascii_case("input") || element.eq_ignore_ascii_case("meta");
        let is_closed = tag.ends_with('/') || is_input;
        if !is_closed && (is_named || names_a_secret(local)) && !text[inside..end].trim().is_empty() {
            found.push(inside..end);
        }
    }
}

/// The names of a tag's attributes, and where their values stand in the text.
fn attributes(tag: &str, offset: usize) -> Vec<(&str, Range<usize>)> {
    let mut all = Vec::new();
    for (at, _) in tag.match_indices('=').take(MOST_ATTRIBUTES) {
        let before = tag[..at].trim_end();
        let name = before.rsplit(|c: char| c.is_whitespace() || "\"'/".contains(c)).next().unwrap_or_default();
        let after = tag[at + 1..].trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value = &after[usize::from(quote.is_some())..];
        let end = match quote {
            Some(quote) => value.find(quote),
            None => value.find(char::is_whitespace),
        };
        let start = offset + tag.len() - value.len();
        all.push((name, start..start + end.unwrap_or(value.len())));
    }
    all
}
