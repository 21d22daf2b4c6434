//! A name, a blank, a value: the flags of a command line, and what a message quotes after a name.

use std::ops::Range;

use super::super::plain::{goes_on, hidden_in_list, is_name_of_an_error, is_nothing, is_reason, is_word};
use super::LONGEST_NAME;
use crate::secret::{Said, is_scheme, names_a_secret, said_by};

/// In characters; a quoted token is longer, and a sign of a grammar is shorter: `Unexpected token '<'`.
const SHORTEST_TOKEN: usize = 7;

/// Names as a sentence has them, in small letters.
const NAMES: [&str; 9] =
    ["api key ", "api-key ", "api_key ", "apikey ", "authorization ", "passwd ", "password ", "secret ", "token "];
/// Words between a name and its value.
const VERBS: [&str; 6] = ["is", "was", "are", "like", "LIKE", "of"];

pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    if !text.bytes().any(|c| c.is_ascii_whitespace() || matches!(c, b',' | b';')) {
        return;
    }
    text.match_indices("--").for_each(|(at, _)| flag(text, at, found));
    let small = text.to_ascii_lowercase();
    let named = NAMES.iter().flat_map(|name| small.match_indices(name));
    named.for_each(|(at, name)| told(text, at + name.len(), found));
    text.match_indices(['"', '\'', '`']).for_each(|(at, quote)| quoted(text, at, quote, found));
}

/// `--password …`, `"--password", "…"`.
fn flag(text: &str, at: usize, found: &mut Vec<Range<usize>>) {
    let is_part = |c: u8| c.is_ascii_alphanumeric() || b"-_.".contains(&c);
    let is_within = text[..at].bytes().next_back().is_some_and(is_part);
    let rest = &text[at + 2..];
    let length = rest.bytes().take(LONGEST_NAME).take_while(|c| is_part(*c)).count();
    if is_within || rest.starts_with('-') || !names_a_secret(&rest[..length]) {
        return;
    }
    let after = &rest[length..];
    let value = after.trim_start_matches(|c: char| c.is_whitespace() || "\"',\\".contains(c));
    let between = &after[..after.len() - value.len()];
    if !between.contains([' ', ',', '\t', '\n']) {
        return;
    }
    let quote = between.chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let ends = |c: char| quote.map_or(c.is_whitespace() || "\"',;|&)".contains(c), |quote| c == quote || c == '\n');
    let value = value[..value.find(ends).unwrap_or(value.len())].trim_end_matches('\\');
    let start = at + 2 + length + between.len();
    let is_shown = is_shown(value) || quote.is_none() && goes_on(value);
    found.extend((!is_shown).then_some(start..start + value.len()));
}

/// What stands behind a flag, and is another flag or the name of a value.
pub(super) fn is_shown(value: &str) -> bool {
    is_nothing(value) || value.starts_with(['-', '<', '[', '=', '$', '{'])
}

/// `login failed with password …`, `Authorization Bearer …`: a word of letters and digits, behind a name that ends there.
fn told(text: &str, at: usize, found: &mut Vec<Range<usize>>) {
    let behind = text[at..].trim_start();
    let verb = VERBS.iter().find_map(|verb| behind.strip_prefix(verb)?.strip_prefix(' '));
    let value = verb.unwrap_or(behind);
    let value = value.split_once(' ').filter(|(word, _)| is_scheme(word)).map_or(value, |(_, value)| value);
    let start = text.len() - value.len();
    let value = value.split(|c: char| c.is_whitespace() || "\"'`,;()<>[]{}=:".contains(c)).next().unwrap_or_default();
    let value = value.trim_end_matches(['.', '!', '?']);
    found.extend(looks_like_a_token(value).then_some(start..start + value.len()));
}

/// `the password "…" is wrong`, `IDENTIFIED WITH … BY '…'`, `("password", "…")`.
fn quoted(text: &str, at: usize, quote: &str, found: &mut Vec<Range<usize>>) {
    let before = without_prefix(text[..at].trim_end_matches('\\'));
    let named = before.trim_end_matches(' ');
    let apart = named.strip_suffix([',', ';']);
    let listed = apart.and_then(|named| named.trim_end_matches([' ', '\\']).strip_suffix(['"', '\'']));
    if listed.is_none() && named.len() == before.len() {
        return;
    }
    let named = listed.unwrap_or(named).trim_end_matches('\\');
    let verb = VERBS.iter().find_map(|verb| named.strip_suffix(verb)?.strip_suffix(' '));
    let named = verb.unwrap_or(named);
    let is_part = |c: &u8| c.is_ascii_alphanumeric() || b"-_".contains(c);
    let length = named.bytes().rev().take(LONGEST_NAME).take_while(is_part).count();
    let (rest, name) = named.split_at(named.len() - length);
    let mut before = rest.split_whitespace().rev().take(3);
    let is_identified = name.eq_ignore_ascii_case("by") && before.any(|word| word.eq_ignore_ascii_case("identified"));
    let Some(said) = (if is_identified { Some(Said::Password) } else { said_by(name) }) else { return };
    let value = &text[at + 1..];
    let end = value.find(|c: char| c == '\n' || quote.contains(c)).unwrap_or(value.len());
    let value = value[..end].trim_end_matches('\\');
    let is_hidden = match said {
        // The names of fields are listed too.
        _ if listed.is_some() => said != Said::Code && !is_word(value) && !hidden_in_list(said, value).is_empty(),
        Said::Password => !is_reason(value) && !is_nothing(value),
        Said::Grant => looks_like_a_token(value),
        Said::Code => false,
    };
    found.extend(is_hidden.then_some(at + 1..at + 1 + value.len()));
}

/// Without the letter of `b'…'`.
fn without_prefix(before: &str) -> &str {
    // `s:8:"password";s:7:"…"`, as PHP writes its session.
    let counted = before.strip_suffix(':').map(|before| before.trim_end_matches(|c: char| c.is_ascii_digit()));
    if let Some(before) = counted.and_then(|before| before.strip_suffix("s:")).filter(|before| before.ends_with(';')) {
        return before;
    }
    let without =
        before.strip_suffix(['b', 'B', 'u', 'U', 'r', 'N', 'L']).filter(|before| before.ends_with([' ', ',', '(']));
    without.unwrap_or(before)
}

fn looks_like_a_token(value: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| value.bytes().any(|c| kind(&c));
    value.len() >= SHORTEST_TOKEN
        && !value.contains(char::is_whitespace)
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !is_reason(value)
        && !is_name_of_an_error(value)
}
