//! What an error may show of what was written: a secret may stand in it, and it may have any length.

use crate::wording::cut;

/// Nobody reads more of a name, in characters.
const LONGEST_NAME: usize = 80;
/// In bytes, of a name in a path; a longer one may be a key.
const LONGEST_SEGMENT: usize = 24;
/// `v2`, `e2e`, `oauth2`: a key has more digits.
const MOST_DIGITS: usize = 3;
/// By these an address may hold a password, in one spelling or another: the last two are `@` to a parser of host names.
const MARKS: [char; 8] = ['@', '?', '%', '\\', '&', '#', '\u{ff20}', '\u{fe6b}'];

/// Whether a value may hold a secret: a table or a list, or an address with a password.
pub(super) fn may_hold_a_secret(value: &str) -> bool {
    value.starts_with(['{', '[']) && !is_header(value) || value.contains(MARKS) || has_more_than_a_port(value)
}

/// `[targets.staging]`, in contrast to a list.
fn is_header(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']') && !text.contains(['"', '\'', '\n', ','])
}

/// Whether a value is a path or an address, and nothing in it may open something, as a key within the path of a webhook does: small
/// letters in short names, with a few digits.
pub(super) fn is_address(value: &str) -> bool {
    let after_host = |rest: &str| rest.find('/').unwrap_or(rest.len());
    let path = match value.split_once("://") {
        Some(("http" | "https" | "ws" | "wss", rest)) => &rest[after_host(rest)..],
        Some(_) => return false,
        None if value.starts_with('/') => value,
        None => return false,
    };
    let is_name = |name: &str| {
        name.len() <= LONGEST_SEGMENT
            && name.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.{}".contains(&byte))
    };
    !may_hold_a_secret(value) && path.split('/').all(is_name)
}

/// Whether something else than a port stands behind a colon, where an address has its host.
fn has_more_than_a_port(value: &str) -> bool {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default().trim_end_matches(['"', '\'']);
    host.split_once(':').is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A name as a message repeats it: not an address, and not all of a long one.
pub(crate) fn public_name(name: &str) -> String {
    if name.contains("://") || name.contains(MARKS) { "…".to_owned() } else { cut(name, LONGEST_NAME) }
}

/// The same for every name in backticks of a message.
pub(super) fn public_names(message: &str) -> String {
    names(message, public_name)
}

/// Of every name in backticks of a help, which is ours but for its length, no more than a name has.
pub(super) fn short_names(help: &str) -> String {
    names(help, |name| cut(name, LONGEST_NAME))
}

fn names(text: &str, shown: impl Fn(&str) -> String) -> String {
    let is_name = |index: usize| index % 2 == 1;
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| if is_name(index) { shown(part) } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_only_where_it_has_room_for_a_host_and_a_port() {
        for shown in ["\"http://a.test:80/x\"", "\"https://a.test\"", "\"a.test:80\"", "[targets.a]", "\"3 bananas\""] {
            assert!(!may_hold_a_secret(shown), "{shown}");
        }
        for hidden in [
            "\"https://u:pw@a.test\"",
            "\"https://u:pw%40a.test\"",
            "\"https://u:pw\u{ff20}a.test\"",
            "\"https://u:pw\\u0040a.test\"",
            "\"https:u:pw\"",
            "\"u:pw.a.test\"",
            "\"https://a.test?key=pw\"",
            "{ key = 1 }",
            "[\"a\"]",
        ] {
            assert!(may_hold_a_secret(hidden), "{hidden}");
        }
    }

    #[test]
    fn a_message_repeats_no_address_and_no_book() {
        assert_eq!(public_names("unknown `https://u:pw@h`, expected `a`"), "unknown `…`, expected `a`");
        assert!(public_names(&format!("unknown `{}`", "x".repeat(1_000_000))).chars().count() < 100);
    }
}
