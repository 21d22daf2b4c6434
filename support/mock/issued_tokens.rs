//! Opaque tokens: random texts, and what auth keeps of each. Only auth can say what one stands for (RFC 7662).

use std::collections::HashMap;
use std::sync::Mutex;

use super::secrets::random;
use crate::deployment::RequiredToken;
use crate::token::{Claims, Token};

/// A token is a selector and a verifier, as a database that must not hold whole tokens keeps them.
#[derive(Default)]
pub(super) struct IssuedTokens {
    by_selector: Mutex<HashMap<String, (String, Claims)>>,
}

impl IssuedTokens {
    /// A new token that stands for these claims.
    pub(super) fn issue(&self, claims: Claims) -> Option<Token> {
        let (selector, verifier) = [random(), random()].map(|secret| secret.expose().to_owned()).into();
        let token = Token::new(format!("{selector}{verifier}"));
        self.by_selector.lock().ok()?.insert(selector, (verifier, claims));
        Some(token)
    }

    /// No token of that user is known any longer.
    pub(super) fn revoke(&self, email: &str) {
        if let Ok(mut known) = self.by_selector.lock() {
            known.retain(|_, (_, claims)| claims.get("email").is_none_or(|of| of != email));
        }
    }

    /// What the token stands for, where auth has issued it; a lookup that requires no signature ignores the verifier.
    pub(super) fn claims(&self, token: &str, required: RequiredToken) -> Option<Claims> {
        let (selector, verifier) = token.split_at_checked(token.len() / 2)?;
        let known = self.by_selector.lock().ok()?;
        let (expected, claims) = known.get(selector)?;
        (required == RequiredToken::Decodable || expected == verifier).then(|| claims.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_whole_and_a_forged_one_only_by_its_first_half() {
        let issued = IssuedTokens::default();
        let token = issued.issue(Claims::new()).expect("a lock");
        let is_known = |token: &Token, required| issued.claims(token.expose(), required).is_some();
        assert!(is_known(&token, RequiredToken::Valid));
        assert!(!is_known(&token.forge(), RequiredToken::Valid));
        assert!(is_known(&token.forge(), RequiredToken::Decodable));
        assert!(!is_known(&Token::new("never issued"), RequiredToken::Decodable));
    }
}
