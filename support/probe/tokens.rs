//! The tokens of one check: those that the client has, and the controls that are made of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonwebtoken::Algorithm;
use serde_json::Value;
use strum::VariantArray;
use uuid::Uuid;

use super::SuiteError;
use crate::evidence::TokenFacts;
use crate::target::{Signing, Target};
use crate::token::{Claims, ControlSigner, KeySet, PrivateKey, Shown, Signer, SigningError, Token, now, with_dates};
use crate::vocabulary::{Change, ClaimsOf, LAST_LATER, PemEnd, Presentation, TokenKind, User};

/// What there is to present.
#[derive(Default)]
pub(super) struct Tokens {
    known: BTreeMap<(TokenKind, User), Token>,
    /// Later ones of each user, from the second; they come while others are being presented.
    later: [[OnceLock<Token>; LAST_LATER as usize - 1]; 2],
    /// Users whose logins revoke what they had before: each presents the newest token.
    superseded: [OnceLock<()>; 2],
    /// As the discovery document names it, which comes while others are being presented.
    issuer: OnceLock<String>,
    /// Under which the key of `signing` is published, where it has not signed the first token.
    kid: Option<String>,
}

impl Tokens {
    /// Those that the client signs itself.
    ///
    /// # Errors
    /// When the suite cannot sign.
    pub(super) fn own(target: &Target) -> Result<Self, SuiteError> {
        let mut tokens = Tokens::default();
        for (given, user) in target.given.iter().zip([User::First, User::Second]) {
            tokens.known.insert((TokenKind::Issued, user), Token::new(given.token.expose()).received());
        }
        let Some((mint, signing)) = target.mint.as_ref().zip(target.signing.as_ref()) else { return Ok(tokens) };
        let now = now();
        for (name, user) in mint.users.iter().zip([User::First, User::Second]) {
            let claims = filled(&mint.claims, name, now);
            let claims = with_dates(&claims, now, mint.lifetime.as_secs());
            let token = match signing.signer() {
                Some(Signer::Secret(_, key, algorithm)) => {
                    Some(Token::sign(&claims, algorithm.unwrap_or(Algorithm::HS256), &key)?)
                }
                Some(Signer::PrivateKey(key, kid)) => Token::signed_by_key(&claims, key, kid),
                None => None,
            };
            tokens.known.extend(token.map(|token| ((TokenKind::SelfSigned, user), token.received())));
        }
        Ok(tokens)
    }

    /// Keeps a token that the login has issued, and says what it is.
    ///
    /// # Errors
    /// When the suite cannot sign, to see whether this was signed with the same key.
    pub(super) fn keep(
        &mut self,
        user: User,
        token: Token,
        target: &Target,
        shown: Shown<'_>,
    ) -> Result<TokenFacts, SuiteError> {
        let mut facts = token.facts(now(), shown);
        let signer = target.signing.as_ref().and_then(Signing::signer);
        facts.signed_as_known = signer.map(|signer| signer.has_signed(&token)).transpose()?.flatten();
        self.known.insert((TokenKind::Issued, user), token);
        Ok(facts)
    }

    pub(super) fn keep_later(&self, kind: TokenKind, user: User, token: Token) {
        // The first one is as good as any.
        _ = self.later(kind, user).map(|kept| kept.set(token));
    }

    /// From here on, that user presents the newest token in the place of each older one.
    pub(super) fn supersede(&self, user: User) {
        // It is said once.
        _ = self.superseded[user as usize].set(());
    }

    /// The newest token of a user whose older ones are revoked.
    fn newest(&self, user: User) -> Option<&Token> {
        self.superseded[user as usize].get()?;
        self.later[user as usize].iter().rev().find_map(OnceLock::get)
    }

    /// Where that token of the user is kept, the second one first.
    fn later(&self, kind: TokenKind, user: User) -> Option<&OnceLock<Token>> {
        let number = if let TokenKind::Later(number) = kind { number } else { 2 };
        self.later[user as usize].get(usize::from(number).checked_sub(2)?)
    }

    pub(super) fn keep_issuer(&self, issuer: &str) {
        // A document that is read again names the same one.
        _ = self.issuer.set(issuer.to_owned());
    }

    /// Makes what every token can be made into: one with another signature, and one without; and with a private key, what a verifier
    /// may take for its signature.
    pub(super) fn spoil(&mut self, new_key: Option<&PrivateKey>, published: Option<&KeySet>) {
        let Some(token) = self.known.values().next().cloned() else { return };
        let forged = token.forge();
        // A token without a signature cannot have another one.
        if forged != token {
            self.known.insert((TokenKind::Forged, User::First), forged);
        }
        if let Some(unsigned) = token.unsigned() {
            self.known.insert((TokenKind::Unsigned, User::First), unsigned);
        }
        let other_kid = published.and_then(|keys| keys.other_kid(&token));
        let naming = |kid: Option<&str>| new_key.zip(kid).and_then(|(key, kid)| token.naming(kid, key));
        let unknown = Uuid::new_v4().to_string();
        let signed = [
            (TokenKind::OtherKey, new_key.and_then(|key| token.signed_with(key))),
            (TokenKind::OtherKid, naming(other_kid)),
            (TokenKind::UnknownKid, naming(other_kid.map(|_| unknown.as_str()))),
        ];
        let with_public = PemEnd::VARIANTS.iter().map(|end| {
            (TokenKind::PublicKeyAsSecret(*end), published.and_then(|keys| token.signed_with_public(keys, *end)))
        });
        let signed =
            signed.into_iter().chain(with_public).filter_map(|(kind, token)| Some(((kind, User::First), token?)));
        self.known.extend(signed);
    }

    /// Names the private key of `signing` in the controls as its issuer does: by the id in the first token verifiers would look for
    /// another key.
    pub(super) fn name_key(&mut self, target: &Target, published: Option<&KeySet>) {
        let Some(Signer::PrivateKey(key, None)) = target.signing.as_ref().and_then(Signing::signer) else { return };
        let is_another = self.known.values().next().is_some_and(|token| key.has_signed(token) == Some(false));
        self.kid = published.filter(|_| is_another).and_then(|keys| keys.kid_of(key)).map(str::to_owned);
    }

    /// Whether the token may have expired since it came; an invalid one with that of which it is made.
    pub(super) fn may_have_expired(&self, presented: Presentation) -> bool {
        let token = match presented.token {
            TokenKind::Missing | TokenKind::Resigned(..) => None,
            TokenKind::Issued if self.newest(presented.user).is_some() => self.newest(presented.user),
            kind @ (TokenKind::Second | TokenKind::Later(_)) => {
                self.later(kind, presented.user).and_then(OnceLock::get)
            }
            kind => {
                self.known.get(&(kind, presented.user)).filter(|_| kind.is_the_clients()).or(self.known.values().next())
            }
        };
        token.is_some_and(Token::may_have_expired)
    }

    /// The token of that kind, or `None` where there is none.
    ///
    /// # Errors
    /// When the suite cannot sign.
    pub(super) fn get(
        &self,
        credential: TokenKind,
        user: User,
        target: &Target,
    ) -> Result<Option<Token>, SigningError> {
        match credential {
            TokenKind::Resigned(origin, change) => self.minted(origin, user, change, target),
            TokenKind::Issued | TokenKind::Second | TokenKind::Later(_) if self.newest(user).is_some() => {
                Ok(self.newest(user).cloned())
            }
            TokenKind::Second | TokenKind::Later(_) => {
                Ok(self.later(credential, user).and_then(|kept| kept.get().cloned()))
            }
            TokenKind::Forged
            | TokenKind::OtherKey
            | TokenKind::OtherKid
            | TokenKind::UnknownKid
            | TokenKind::PublicKeyAsSecret(_)
            | TokenKind::Unsigned => Ok(self.known.get(&(credential, User::First)).cloned()),
            _ => Ok(self.known.get(&(credential, user)).cloned()),
        }
    }

    fn minted(
        &self,
        origin: ClaimsOf,
        user: User,
        change: Change,
        target: &Target,
    ) -> Result<Option<Token>, SigningError> {
        let newest = self.newest(user).filter(|_| origin.token() == TokenKind::Issued);
        let Some(original) = newest.or(self.known.get(&(origin.token(), user))) else { return Ok(None) };
        let other = self.known.get(&(origin.other().token(), user));
        self.control_signer(target, original, other).map_or(Ok(None), |signer| signer.sign(change))
    }

    fn control_signer<'a>(
        &'a self,
        target: &'a Target,
        original: &'a Token,
        other: Option<&'a Token>,
    ) -> Option<ControlSigner<'a>> {
        let signer = match target.signing.as_ref()?.signer()? {
            Signer::PrivateKey(key, None) => Signer::PrivateKey(key, self.kid.as_deref()),
            other => other,
        };
        Some(ControlSigner {
            original,
            other,
            signer,
            origin: target.backend.as_ref().map(|url| url.origin().ascii_serialization()).unwrap_or_default(),
            issuer: self.issuer.get().map(String::as_str),
            skew: i64::try_from(target.max_skew.as_secs()).unwrap_or(i64::MAX / 2),
            now: now(),
        })
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Token> {
        self.known.values()
    }

    /// The client's own token of that kind.
    pub(super) fn known(&self, kind: TokenKind, user: User) -> Option<&Token> {
        self.known.get(&(kind, user))
    }

    /// Which of the client's tokens comes first.
    pub(super) fn first(&self) -> Option<(TokenKind, User)> {
        self.known.keys().next().copied()
    }

    /// The client's own token of that user.
    pub(super) fn of_the_client(&self, user: User) -> Option<&Token> {
        let kinds = [TokenKind::Issued, TokenKind::SelfSigned];
        kinds.into_iter().find_map(|kind| self.known.get(&(kind, user)))
    }

    /// What can be said of the tokens that need no login.
    pub(super) fn own_facts(&self, shown: Shown<'_>) -> Vec<(TokenKind, User, TokenFacts)> {
        self.known.iter().map(|((kind, user), token)| (*kind, *user, token.facts(now(), shown))).collect()
    }
}

/// The claims of a client's own token, with `{user}` and `{now}` filled in.
fn filled(claims: &Claims, user: &str, now: i64) -> Claims {
    claims.iter().map(|(name, value)| (name.clone(), fill(value, user, now))).collect()
}

fn fill(value: &Value, user: &str, now: i64) -> Value {
    match value {
        Value::String(text) => text.replace("{user}", user).replace("{now}", &now.to_string()).into(),
        Value::Array(items) => items.iter().map(|item| fill(item, user, now)).collect(),
        Value::Object(fields) => Value::Object(filled(fields, user, now)),
        other => other.clone(),
    }
}
