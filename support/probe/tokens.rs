//! The tokens of one check: those that the client has, and the controls that are made of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Broken, form};
use crate::evidence::{Change, Credential, Origin, TokenFacts, User};
use crate::target::Target;
use crate::token::{CannotSign, Minter, Token, dated, now};

/// What there is to present.
#[derive(Default)]
pub struct Tokens {
    known: BTreeMap<(Credential, User), Token>,
    /// Comes late, while others are being presented.
    fresh: OnceLock<Token>,
}

impl Tokens {
    /// Those that the client signs itself.
    ///
    /// # Errors
    /// When the suite cannot sign.
    pub fn own(target: &Target) -> Result<Self, Broken> {
        let mut tokens = Tokens::default();
        let Some((mint, signing)) = target.mint.as_ref().zip(target.signing.as_ref()) else { return Ok(tokens) };
        let now = now();
        for (name, user) in mint.users.iter().zip([User::First, User::Second]) {
            let claims = form::filled(&mint.claims, name, now);
            let token = Token::sign(&dated(&claims, now, mint.lifetime.as_secs()), signing.algorithm, &signing.secret)?;
            tokens.known.insert((Credential::Own, user), token);
        }
        Ok(tokens)
    }

    /// Keeps a token that the login has issued, and says what it is.
    ///
    /// # Errors
    /// When the suite cannot sign, to see whether this was signed with the same secret.
    pub fn keep(&mut self, user: User, token: Token, target: &Target) -> Result<TokenFacts, Broken> {
        let mut facts = token.facts(now());
        let signing =
            target.signing.as_ref().filter(|signing| facts.algorithm == Some(format!("{:?}", signing.algorithm)));
        if signing.is_some() {
            let again = minter(target, &token, None).map(|minter| minter.mint(Change::Nothing)).transpose()?.flatten();
            facts.signed_as_known = again.map(|again| again == token);
        }
        self.known.insert((Credential::Issued, user), token);
        Ok(facts)
    }

    pub fn keep_fresh(&self, token: Token) {
        // The first one is as good as any.
        _ = self.fresh.set(token);
    }

    /// Makes what every token can be made into: one with another signature, and one without.
    pub fn spoil(&mut self) {
        let Some(token) = self.known.values().next().cloned() else { return };
        let forged = token.forge();
        // A token without a signature cannot have another one.
        if forged != token {
            self.known.insert((Credential::Forged, User::First), forged);
        }
        if let Some(unsigned) = token.unsigned() {
            self.known.insert((Credential::Unsigned, User::First), unsigned);
        }
    }

    /// The token of that kind, or `None` where there is none.
    ///
    /// # Errors
    /// When the suite cannot sign.
    pub fn get(&self, credential: Credential, user: User, target: &Target) -> Result<Option<Token>, CannotSign> {
        match credential {
            Credential::Minted(origin, change) => self.minted(origin, user, change, target),
            Credential::Fresh => Ok(self.fresh.get().cloned()),
            Credential::Forged | Credential::Unsigned => Ok(self.known.get(&(credential, User::First)).cloned()),
            _ => Ok(self.known.get(&(credential, user)).cloned()),
        }
    }

    fn minted(&self, origin: Origin, user: User, change: Change, target: &Target) -> Result<Option<Token>, CannotSign> {
        let Some(original) = self.known.get(&(origin.credential(), user)) else { return Ok(None) };
        let other = self.known.get(&(origin.other().credential(), user));
        minter(target, original, other).map_or(Ok(None), |minter| minter.mint(change))
    }

    pub fn values(&self) -> impl Iterator<Item = &Token> {
        self.known.values()
    }

    /// Which of the client's tokens comes first.
    pub fn first(&self) -> Option<(Credential, User)> {
        self.known.keys().next().copied()
    }

    /// What can be said of the client's own tokens.
    pub fn own_facts(&self) -> Vec<(User, TokenFacts)> {
        let own = self.known.iter().filter(|((credential, _), _)| *credential == Credential::Own);
        own.map(|((_, user), token)| (*user, token.facts(now()))).collect()
    }
}

fn minter<'a>(target: &'a Target, original: &'a Token, other: Option<&'a Token>) -> Option<Minter<'a>> {
    let signing = target.signing.as_ref()?;
    Some(Minter {
        original,
        other,
        secret: &signing.secret,
        algorithm: signing.algorithm,
        origin: target.backend.origin().ascii_serialization(),
        skew: i64::try_from(target.skew.as_secs()).unwrap_or(i64::MAX / 2),
        now: now(),
    })
}
