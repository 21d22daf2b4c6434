//! What may be said of a value: a mark that is equal where two values are, and its form. The value itself is forgotten here.

use std::hash::{BuildHasher, RandomState};

use crate::evidence::provenance::ValueFacts;

/// Services of the incident's system skip a shorter one; in characters.
const SHORTEST: usize = 32;
/// Within a value, without signs and in small letters: no random value has one of these.
const STAND_INS: [&str; 10] = [
    "changeme",
    "replaceme",
    "placeholder",
    "yoursecret",
    "yourjwtsecret",
    "supersecret",
    "donotuse",
    "examplesecret",
    "testsecret",
    "devsecret",
];
/// The whole value.
const WORDS: [&str; 12] =
    ["secret", "password", "test", "example", "default", "todo", "none", "null", "undefined", "dummy", "foo", "xxx"];
/// Of a template that nothing was filled into.
const TEMPLATES: [&str; 4] = ["${", "{{", "<", "%{"];

/// Invisible where it stands at the beginning of a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Whatever the value is. A key of bytes that are no text is compared all the same.
pub(super) fn facts(value: &[u8], marks: &RandomState) -> ValueFacts {
    let text = String::from_utf8_lossy(value);
    let trimmed = text.trim();
    let plain = trimmed.trim_start_matches(BYTE_ORDER_MARK).trim_matches(['\0', ' ', '\n', '\r', '\t']);
    let unquoted = unquoted(plain);
    ValueFacts {
        mark: marks.hash_one(value),
        trimmed: marks.hash_one(value.trim_ascii()),
        short: text.chars().count() < SHORTEST,
        placeholder: is_placeholder(unquoted.unwrap_or(plain)),
        blank_ends: trimmed.len() != text.len(),
        quoted: unquoted.is_some(),
        byte_order_mark: text.starts_with(BYTE_ORDER_MARK),
        // Of what is no text, it is one byte of many.
        zero_byte: value.contains(&0) && std::str::from_utf8(value).is_ok(),
    }
}

/// What stands in quotation marks.
fn unquoted(value: &str) -> Option<&str> {
    ['"', '\'', '`'].iter().find_map(|mark| value.strip_prefix(*mark)?.strip_suffix(*mark))
}

fn is_placeholder(value: &str) -> bool {
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let mut letters = value.chars();
    let first = letters.next();
    let is_one_letter = first.is_some_and(|first| letters.all(|c| c == first));
    is_one_letter
        || WORDS.contains(&plain.as_str())
        || STAND_INS.iter().any(|word| plain.contains(word))
        || TEMPLATES.iter().any(|start| value.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_somebody_forgot_to_set_is_told_from_a_random_one() {
        for value in
            ["changeme", "Change-Me-In-Production-0123456789abcdef", "${JWT_SECRET}", "secret", "xxxxxxxxxxxxxxxxx"]
        {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "correct horse battery staple of this team", ""] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn marks_are_equal_where_values_are_and_in_one_run_only() {
        let (marks, others) = (RandomState::new(), RandomState::new());
        let value = "a-value-of-more-than-thirty-two-characters";
        let facts = |value: &str| super::facts(value.as_bytes(), &marks);
        let (plain, altered) = (facts(value), facts(&format!("{value}\n")));
        assert_eq!(plain, facts(value));
        assert_ne!(plain.mark, super::facts(value.as_bytes(), &others).mark);
        assert!(altered.blank_ends && !plain.blank_ends && !plain.short);
        assert!(altered.mark != plain.mark && altered.trimmed == plain.trimmed);
        assert!(facts("short").short && !plain.is_malformed());
    }

    #[test]
    fn what_a_service_may_strip_and_what_nobody_sees_is_told() {
        let marks = RandomState::new();
        let value = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b";
        let told = |value: &str| {
            let facts = facts(value.as_bytes(), &marks);
            assert!(facts.is_malformed(), "{value:?}");
            [facts.blank_ends, facts.quoted, facts.byte_order_mark, facts.zero_byte, facts.placeholder]
        };
        assert_eq!(told(&format!("\"{value}\"")), [false, true, false, false, false]);
        assert_eq!(told(&format!("'{value}'\n")), [true, true, false, false, false]);
        assert_eq!(told(&format!("\u{feff}{value}")), [false, false, true, false, false]);
        assert_eq!(told(&format!("\u{feff}\"{value}\"")), [false, true, true, false, false]);
        assert_eq!(told(&format!("{value}\0")), [false, false, false, true, false]);
        assert_eq!(told(&format!("9f86d081\0{value}")), [false, false, false, true, false]);
        assert_eq!(told("\"${JWT_SECRET_KEY_OF_THIS_ENVIRONMENT}\""), [false, true, false, false, true]);
        assert!(!facts(format!("it's \"{value}").as_bytes(), &marks).is_malformed());
    }

    #[test]
    fn bytes_that_are_no_text_are_compared_as_they_are() {
        let marks = RandomState::new();
        let key = |last: u8| facts(&[&[0xff, 0, 0xfe][..], &[7; 40], &[last]].concat(), &marks);
        assert_ne!(key(0xf0).mark, key(0xf1).mark);
        assert!(!key(0xf0).is_malformed());
    }
}
