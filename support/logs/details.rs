//! What a record tells of the token, the user and the session, without any of them: a token is described, and the names of users
//! and sessions never leave the process.

use std::borrow::Cow;

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use crate::input::InputError;

/// In bytes, of an automaton.
const AUTOMATON: usize = 512 * 1024;

/// What one record tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    /// A description, such as `373 characters, 2 dots, JWT, no prefix`.
    pub(super) token: Option<String>,
    /// As the record names the user: not to be shown.
    pub(super) user: Option<String>,
    /// As the record names the session: not to be shown.
    pub(super) session: Option<String>,
    /// What the backend says that auth gave as a reason, where that is a word: `null` where it gave none.
    pub(super) reason: Option<String>,
}

/// Finds the details in a text.
pub(super) struct Finder {
    /// Which of the others match: most texts have few details.
    there: RegexSet,
    /// In the order of the constants.
    each: Vec<Regex>,
}

const LENGTH: usize = 0;
const DOTS: usize = 1;
const PREFIX: usize = 2;
const HAS_PREFIX: usize = 3;
const USER: usize = 4;
const SESSION: usize = 5;
const REASON: usize = 6;
/// Bytes beyond ASCII are letters: an automaton that knows them all has megabytes.
const EXPRESSIONS: [&str; 7] = [
    r#""length"\s*:\s*(\d{1,9})|\b(\d{1,9}) chars\b"#,
    r#""dot_count"\s*:\s*(\d{1,9})|\b(\d{1,9}) dots\b"#,
    r#""prefix"\s*:\s*"([^"]{0,16})"#,
    r#""has_bearer_prefix"\s*:\s*(true|false)"#,
    r#"(?i)\buser(?:_?id)?["']?\s*[:=]\s*["']?([\w.@+\x80-\xff-]{1,80})"#,
    r#"(?i)\b(?:session|connection)_?id["']?\s*[:=]\s*["']?([\w.\x80-\xff-]{1,80})"#,
    r#""error_from_auth_service"\s*:\s*(?:(null)|"([^"]*)")"#,
];

impl Finder {
    /// # Errors
    /// When an expression of this file is wrong.
    pub(super) fn new() -> Result<Self, InputError> {
        let wrong = |error: regex::Error| InputError::new(error.to_string());
        let of = |text: &&str| RegexBuilder::new(text).unicode(false).dfa_size_limit(AUTOMATON).build();
        let there = RegexSetBuilder::new(EXPRESSIONS).unicode(false).dfa_size_limit(AUTOMATON).build();
        let each: Result<_, regex::Error> = EXPRESSIONS.iter().map(of).collect();
        Ok(Finder { there: there.map_err(wrong)?, each: each.map_err(wrong)? })
    }

    /// What the text tells. In the JSON of an object, quotation marks within a text are escaped.
    pub(super) fn find(&self, text: &str) -> Details {
        let unescaped;
        let text = match memchr::memchr(b'\\', text.as_bytes()) {
            Some(_) => {
                unescaped = text.replace("\\\"", "\"");
                &unescaped
            }
            None => text,
        };
        let there = self.there.matches(text.as_bytes());
        let first = |number: usize| there.matched(number).then(|| first(&self.each[number], text)).flatten();
        let is_known = |name: &String| !matches!(name.as_str(), "null" | "None" | "none" | "unknown");
        Details {
            token: first(LENGTH).map(|length| token(&length, first(DOTS), first(PREFIX), first(HAS_PREFIX))),
            user: first(USER).map(Cow::into_owned).filter(is_known),
            session: first(SESSION).map(Cow::into_owned).filter(is_known),
            reason: first(REASON).map(|text| reason(&text)),
        }
    }
}

type Text<'a> = Option<Cow<'a, str>>;

/// Never a part of it: the class of its beginning.
fn token(length: &str, dots: Text<'_>, prefix: Text<'_>, has_prefix: Text<'_>) -> String {
    let dots = dots.map(|dots| format!(", {dots} dots"));
    let class = prefix.filter(|prefix| !is_masked(prefix)).map(|prefix| format!(", {}", class(&prefix)));
    let has_prefix = has_prefix.map(|has| match &*has {
        "true" => ", with `Bearer `",
        _ => ", without `Bearer `",
    });
    let parts = [dots.as_deref(), class.as_deref(), has_prefix];
    format!("{length} characters{}", parts.into_iter().flatten().collect::<String>())
}

/// The first group that is there.
fn first<'a>(regex: &Regex, text: &'a str) -> Text<'a> {
    let found = regex.captures(text.as_bytes())?;
    found.iter().skip(1).flatten().next().map(|group| String::from_utf8_lossy(group.as_bytes()))
}

/// Stands in a record instead of the beginning of a token.
fn is_masked(prefix: &str) -> bool {
    prefix.contains(['[', '<', '*']) || prefix.eq_ignore_ascii_case("redacted")
}

/// Of the beginning of a token.
fn class(prefix: &str) -> &'static str {
    match prefix {
        // `{"` in base64.
        _ if prefix.starts_with("eyJ") => "JWT",
        _ if prefix.to_ascii_lowercase().starts_with("bearer") => "a scheme before it",
        "" => "empty",
        _ => "no JWT",
    }
}

/// A code is a word; any other text may hold anything.
fn reason(text: &str) -> String {
    let is_code = text.len() <= 40 && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if is_code && !text.is_empty() { text.to_owned() } else { "a text".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"VALIDATION_FAILED DEBUG: {"error_from_auth_service": null, "token_characteristics": {"length": 373,
        "prefix": "eyJhbGciOiJI", "suffix": "i52wlkPI", "dot_count": 2, "has_bearer_prefix": false},
        "context": {"user_id": "staging-e2e-user-001", "session_id": "s-1"}}"#;

    #[test]
    fn a_token_is_described_and_never_shown() {
        let details = Finder::new().expect("expressions").find(RECORD);
        assert_eq!(details.token.as_deref(), Some("373 characters, 2 dots, JWT, without `Bearer `"));
        assert_eq!((details.reason.as_deref(), details.session.as_deref()), (Some("null"), Some("s-1")));
        assert_eq!(details.user.as_deref(), Some("staging-e2e-user-001"));
    }

    #[test]
    fn the_json_of_an_object_tells_the_same() {
        let finder = Finder::new().expect("expressions");
        let object = serde_json::json!({ "message": RECORD }).to_string();
        assert_eq!(finder.find(&object), finder.find(RECORD));
        let masked = finder.find(&RECORD.replace("eyJhbGciOiJI", "[TOKEN]"));
        assert_eq!(masked.token.as_deref(), Some("373 characters, 2 dots, without `Bearer `"), "it may be a JWT");
        let message = finder.find("Token validation failed | Debug: 373 chars, 2 dots");
        assert_eq!(message.token.as_deref(), Some("373 characters, 2 dots"));
    }

    #[test]
    fn a_reason_that_is_no_code_is_not_repeated() {
        let finder = Finder::new().expect("expressions");
        let reason = |text: &str| finder.find(&format!(r#"{{"error_from_auth_service": "{text}"}}"#)).reason;
        assert_eq!(reason("invalid_token").as_deref(), Some("invalid_token"));
        assert_eq!(reason("key canary-0123 of mail@example.test").as_deref(), Some("a text"));
    }
}
