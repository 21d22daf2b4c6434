//! What can be forged of a token that a private key signs, beside a broken signature.

use strum::VariantArray;

use super::client::Client;
use crate::evidence::{SignedBy, TokenFacts};
use crate::vocabulary::{PemEnd, Presentation, Reading, TokenKind, User};

impl Client<'_> {
    /// Signed with a new key, and with the public one as a secret. Both are made of the first token.
    pub(crate) fn signed_otherwise(&self, usual: Presentation) -> Vec<Presentation> {
        // Before anything is sent, for a dry run, the token may be one.
        let is_unsent = self.nothing_was_sent();
        let is = |what: fn(&TokenFacts) -> bool| is_unsent || self.facts().is_some_and(what);
        let has_key = |facts: &TokenFacts| facts.signed_by(Reading::First) == Some(&SignedBy::PublishedKey);
        let of_key = is(has_key) && self.settings().keys.is_some();
        let with_public = PemEnd::VARIANTS.iter().map(|end| (TokenKind::PublicKeyAsSecret(*end), of_key));
        let kinds = [(TokenKind::OtherKey, is(TokenFacts::is_asymmetric))].into_iter().chain(with_public);
        let there = kinds.filter(|(_, is_there)| *is_there);
        let presented = there.map(|(kind, _)| usual.with(kind).by(User::First));
        presented.filter(|one| !self.evidence().is_impossible(*one)).collect()
    }

    /// Two tokens of a new key: one names another published key, one names none. There is neither without two published keys.
    pub(crate) fn of_two_kids(&self, usual: Presentation) -> Option<[Presentation; 2]> {
        let with = |kind| usual.with(kind).by(User::First);
        let is_there = self.signed_otherwise(usual).contains(&with(TokenKind::PublicKeyAsSecret(PemEnd::WithNewline)));
        let both = [TokenKind::OtherKid, TokenKind::UnknownKid].map(with);
        Some(both).filter(|both| is_there && !both.iter().any(|one| self.evidence().is_impossible(*one)))
    }
}

#[cfg(test)]
mod tests;
