//! Passwords behind a flag that does not say so: `mysql -p…`, `sshpass -p …`.

use std::ops::Range;

use super::flags::is_shown;
use super::floor;
use super::logins::begins_a_word;

/// Programs, and before what of theirs a password stands.
const PASSWORDS: [(&str, &str); 6] = [
    ("docker login", "-p "),
    ("mariadb", "-p"),
    ("mysql", "-p"),
    ("redis-cli", "-a "),
    ("sshpass", "-p"),
    ("sshpass", "-p "),
];
/// In bytes; more of a command is not looked at.
const LONGEST_COMMAND: usize = 400;

pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    PASSWORDS.iter().for_each(|(program, flag)| passwords(text, program, flag, found));
}

/// `mysql -uroot -p…`.
fn passwords(text: &str, program: &str, flag: &str, found: &mut Vec<Range<usize>>) {
    let mut done = 0;
    for (begin, _) in text.match_indices(program) {
        let from = done.max(begin);
        let line = text[begin..floor(text, begin + LONGEST_COMMAND)].lines().next().unwrap_or_default();
        done = done.max(begin + line.len());
        for (at, _) in text[from..done].match_indices(flag) {
            found.extend(value(text, from + at, flag, done));
        }
    }
}

/// What stands behind the flag at this place, in a command that ends there.
fn value(text: &str, at: usize, flag: &str, end: usize) -> Option<Range<usize>> {
    let is_quote = |c: &char| matches!(c, '"' | '\'');
    let around = text[..at].chars().next_back().filter(is_quote);
    let before = text[at + flag.len()..end].chars().next().filter(|c| around.is_none() && is_quote(c));
    let start = at + flag.len() + before.map_or(0, char::len_utf8);
    let ends = |c: char| match around.or(before) {
        Some(quote) => c == quote,
        None => c.is_whitespace() || "\"'\\`,;|&)".contains(c),
    };
    let value = text[start..end].split(ends).next().unwrap_or_default();
    (begins_a_word(text, at) && !is_shown(value)).then_some(start..start + value.len())
}
