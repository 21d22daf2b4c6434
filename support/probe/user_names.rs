//! What a token calls its user, and whether a welcome names the same one.

use serde_json::Value;

use crate::token::Token;

/// Claims that name no user (RFC 7519 §4.1, RFC 9068 §2.2), and may have the same value in the token of each.
const OF_NO_USER: [&str; 9] = ["aud", "azp", "client_id", "exp", "iat", "iss", "jti", "nbf", "scope"];

/// The names of a token's user. Claims may hold anything, so this cannot be printed.
pub(crate) struct UserNames {
    /// In the claim that the target's file says, or `sub`.
    subject: Value,
    /// In the others: a service may call its users by their address, and a target's file need not say so.
    others: Vec<Value>,
}

impl UserNames {
    /// Those in a token that has the claim `subject`; `None` of any other.
    pub(crate) fn of(token: &Token, subject: &str) -> Option<Self> {
        let mut claims = token.claims()?;
        let subject = claims.remove(subject)?;
        let may_name_one = |(name, value): &(String, Value)| {
            !OF_NO_USER.contains(&name.as_str()) && (value.is_string() || value.is_number())
        };
        Some(UserNames { subject, others: claims.into_iter().filter(may_name_one).map(|(_, value)| value).collect() })
    }

    /// Whether that is one of them; `None` where it does not tell.
    pub(crate) fn include(&self, user: &Value) -> Option<bool> {
        let is_another_name = || self.others.iter().any(|name| is_the_same(user, name) == Some(true));
        match is_the_same(user, &self.subject) {
            Some(true) => Some(true),
            _ if is_another_name() => Some(true),
            other => other,
        }
    }
}

/// Some services write an id in small letters, and elsewhere two users differ in nothing else: that does not tell. An id may be a number
/// on one side and a text on the other.
fn is_the_same(user: &Value, name: &Value) -> Option<bool> {
    let [user, name] = [user, name].map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    (user == name || !user.eq_ignore_ascii_case(&name)).then_some(user == name)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    fn names(claims: Value, subject: &str) -> Option<UserNames> {
        UserNames::of(&Token::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))), subject)
    }

    #[test]
    fn a_user_is_named_by_its_subject_or_by_another_claim_of_its_token() {
        let names = names(json!({"sub": "u1", "email": "a@x.test", "iss": "auth", "jti": "7", "roles": ["u2"]}), "sub");
        let names = names.expect("it has the claim");
        for (user, expected) in [("u1", true), ("a@x.test", true), ("u2", false), ("b@x.test", false), ("auth", false)]
        {
            assert_eq!(names.include(&user.into()), Some(expected), "{user}");
        }
        assert_eq!(names.include(&"U1".into()), None, "that may be the same id or another");
        assert_eq!(names.include(&7.into()), Some(false), "an id of the token is none of a user");
    }

    #[test]
    fn an_id_may_be_a_number_on_one_side() {
        let names = names(json!({"sub": "42"}), "sub").expect("it has the claim");
        assert_eq!(names.include(&42.into()), Some(true));
    }

    #[test]
    fn a_token_without_the_claim_names_nobody() {
        assert!(names(json!({"sub": "u1"}), "email").is_none());
    }
}
