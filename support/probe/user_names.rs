//! What a token calls its user, and whom a welcome names.

use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

use super::Exchange;
use crate::evidence::NamedUser;
use crate::token::Token;

/// Claims that name no user (RFC 7519 §4.1, RFC 9068 §2.2), and may have the same value in the token of each.
const OF_NO_USER: [&str; 9] = ["aud", "azp", "client_id", "exp", "iat", "iss", "jti", "nbf", "scope"];

/// The names of a token's user, and of the target's other one. Claims may hold anything, so this cannot be printed.
pub(crate) struct UserNames {
    own: Names,
    /// Of the other user, where that one has a token.
    other: Option<Names>,
    /// Keys of the marks that stand for names of nobody's token.
    marks: RandomState,
}

/// What one token calls its user.
struct Names {
    /// In the claim that the target's file says, or `sub`.
    subject: Value,
    /// In the others: a service may call its users by their address, and a target's file need not say so.
    others: Vec<Value>,
}

impl Exchange<'_> {
    /// What the presented token calls its user.
    pub(super) fn names(&self) -> Option<UserNames> {
        let subject = &self.session.target.subject;
        let own = Names::of(self.token.as_ref()?, subject)?;
        let other = self.probe.presented().and_then(|one| self.session.tokens.of_the_client(one.user.other()));
        let other = other.and_then(|token| Names::of(token, subject));
        Some(UserNames { own, other, marks: self.session.marks.clone() })
    }
}

impl UserNames {
    /// Whose name that is; `None` where it does not tell.
    pub(crate) fn of_whom(&self, user: &Value) -> Option<NamedUser> {
        if self.own.include(user)? {
            return Some(NamedUser::Own);
        }
        match self.other.as_ref().and_then(|other| other.include(user)) {
            Some(true) => Some(NamedUser::Other),
            _ => Some(NamedUser::Unknown(self.marks.hash_one(text(user)))),
        }
    }
}

impl Names {
    /// Those in a token that has the claim `subject`; `None` of any other.
    fn of(token: &Token, subject: &str) -> Option<Self> {
        let mut claims = token.claims()?;
        let subject = claims.remove(subject)?;
        let may_name_one = |(name, value): &(String, Value)| {
            !OF_NO_USER.contains(&name.as_str()) && (value.is_string() || value.is_number())
        };
        Some(Names { subject, others: claims.into_iter().filter(may_name_one).map(|(_, value)| value).collect() })
    }

    /// Whether that is one of them; `None` where it does not tell.
    fn include(&self, user: &Value) -> Option<bool> {
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
    let [user, name] = [user, name].map(text);
    (user == name || !user.eq_ignore_ascii_case(&name)).then_some(user == name)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    fn names(claims: Value, subject: &str) -> Option<Names> {
        Names::of(&Token::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))), subject)
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
    fn a_name_is_that_of_the_other_user_or_of_nobody_known() {
        let [own, other] = ["u1", "u2"].map(|user| names(json!({"sub": user, "role": "reader"}), "sub"));
        let names = UserNames { own: own.expect("it has the claim"), other, marks: RandomState::new() };
        let [one, again, another] = [json!(7), json!("7"), json!(8)].map(|user| names.of_whom(&user));
        assert!(matches!(one, Some(NamedUser::Unknown(_))));
        assert!(one == again && one != another, "a mark is equal where the names are");
        let told = |user: &str| names.of_whom(&user.into());
        assert_eq!((told("u1"), told("u2")), (Some(NamedUser::Own), Some(NamedUser::Other)));
        assert_eq!(told("reader"), Some(NamedUser::Own), "what both tokens have says nothing of another user");
        assert_eq!(told("U1"), None, "that may be the same id or another");
    }

    #[test]
    fn a_token_without_the_claim_names_nobody() {
        assert!(names(json!({"sub": "u1"}), "email").is_none());
    }
}
