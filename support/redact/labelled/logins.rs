//! A user and a password beside one another: `curl -u user:…`, `auth=("user", "…")`.

use std::ops::Range;

use super::super::plain::is_plain;
use super::floor;
use crate::secret::names_a_login;

/// Before a user with a password. What follows `-u` may be a part of the same word.
const FLAGS: [&str; 5] = ["-u", "--user ", "--user=", "--user'", "--user\""];
/// In bytes, of a list.
const LONGEST_LIST: usize = 400;

pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    FLAGS.iter().for_each(|flag| users(text, flag, found));
}

/// `auth=("user", "…")`: of two texts the second, where it is no plain word. The names of methods are listed too.
pub(super) fn listed(text: &str, name: &str, at: usize, found: &mut Vec<Range<usize>>) {
    if !names_a_login(name) {
        return;
    }
    let opened = text[at + 1..].trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let Some(list) = opened.strip_prefix(['(', '[']) else { return };
    let list = &list[..floor(list, LONGEST_LIST)];
    let parts: Vec<&str> = list[..list.find([')', ']', '\n']).unwrap_or(list.len())].split(['"', '\'']).collect();
    if let [first, user, between, password, _] = *parts
        && between.trim() == ","
        && !is_plain(password)
    {
        let start = text.len() - opened.len() + 1 + first.len() + user.len() + between.len() + 3;
        found.push(start..start + password.len());
    }
}

/// `curl -u user:…`.
fn users(text: &str, flag: &str, found: &mut Vec<Range<usize>>) {
    for (at, _) in text.match_indices(flag).filter(|(at, _)| begins_a_word(text, *at)) {
        let start = at + flag.len();
        let start = text.len() - text[start..].trim_start_matches([' ', ',', '"', '\'']).len();
        let value = text[start..].split(|c: char| c.is_whitespace() || "\"'`".contains(c)).next().unwrap_or_default();
        let Some((user, password)) = value.split_once(':') else { continue };
        let is_number = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
        let is_other = user.is_empty() || password.starts_with("//") || is_number(user) && is_number(password);
        if !is_other {
            found.push(start + user.len() + 1..start + value.len());
        }
    }
}

/// Of a command line, or of a list of its words.
pub(super) fn begins_a_word(text: &str, at: usize) -> bool {
    at > 0 && text[..at].ends_with([' ', '\t', '"', '\''])
}
