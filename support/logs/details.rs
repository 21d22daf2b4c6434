//! What a record tells of the token, the user and the session, without any of them: a token is described, and the names of users
//! and sessions never leave the process.

use regex::Regex;

use crate::input::InputError;

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
    length: Regex,
    dots: Regex,
    prefix: Regex,
    has_prefix: Regex,
    user: Regex,
    session: Regex,
    reason: Regex,
}

impl Finder {
    /// # Errors
    /// When an expression of this file is wrong.
    pub(super) fn new() -> Result<Self, InputError> {
        let of = |text: &str| Regex::new(text).map_err(|error| InputError::new(error.to_string()));
        Ok(Finder {
            length: of(r#""length"\s*:\s*(\d{1,9})|\b(\d{1,9}) chars\b"#)?,
            dots: of(r#""dot_count"\s*:\s*(\d{1,9})|\b(\d{1,9}) dots\b"#)?,
            prefix: of(r#""prefix"\s*:\s*"([^"]{0,16})"#)?,
            has_prefix: of(r#""has_bearer_prefix"\s*:\s*(true|false)"#)?,
            user: of(r#"(?i)\buser(?:_?id)?["']?\s*[:=]\s*["']?([\w.@+-]{1,80})"#)?,
            session: of(r#"(?i)\b(?:session|connection)_?id["']?\s*[:=]\s*["']?([\w.-]{1,80})"#)?,
            reason: of(r#""error_from_auth_service"\s*:\s*(?:(null)|"([^"]*)")"#)?,
        })
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
        let is_known = |name: &String| !matches!(name.as_str(), "null" | "None" | "none" | "unknown");
        Details {
            token: self.token(text),
            user: first(&self.user, text).map(str::to_owned).filter(is_known),
            session: first(&self.session, text).map(str::to_owned).filter(is_known),
            reason: first(&self.reason, text).map(reason),
        }
    }

    /// Never a part of it: the class of its beginning.
    fn token(&self, text: &str) -> Option<String> {
        let length = first(&self.length, text)?;
        let dots = first(&self.dots, text).map(|dots| format!(", {dots} dots"));
        let class = first(&self.prefix, text).map(|prefix| format!(", {}", class(prefix)));
        let has_prefix = first(&self.has_prefix, text).map(|has| match has {
            "true" => ", with `Bearer `",
            _ => ", without `Bearer `",
        });
        let parts = [dots.as_deref(), class.as_deref(), has_prefix];
        Some(format!("{length} characters{}", parts.into_iter().flatten().collect::<String>()))
    }
}

/// The first group that is there.
fn first<'a>(regex: &Regex, text: &'a str) -> Option<&'a str> {
    let found = regex.captures(text)?;
    found.iter().skip(1).flatten().next().map(|group| group.as_str())
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
