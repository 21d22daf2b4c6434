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

/// Whatever the value is.
pub(super) fn facts(value: &str, marks: &RandomState) -> ValueFacts {
    let trimmed = value.trim();
    ValueFacts {
        mark: marks.hash_one(value),
        trimmed: marks.hash_one(trimmed),
        short: value.chars().count() < SHORTEST,
        placeholder: is_placeholder(trimmed),
        blank_ends: trimmed.len() != value.len(),
    }
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
        let (plain, altered) = (facts(value, &marks), facts(&format!("{value}\n"), &marks));
        assert_eq!(plain, facts(value, &marks));
        assert_ne!(plain.mark, facts(value, &others).mark);
        assert!(altered.blank_ends && !plain.blank_ends && !plain.short);
        assert!(altered.mark != plain.mark && altered.trimmed == plain.trimmed);
        assert!(facts("short", &marks).short);
    }
}
