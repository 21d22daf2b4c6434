//! What can be said of a token without showing it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::SignedBy;
use crate::vocabulary::{ClaimName, Reading};

/// What evidence records of a token; the token cannot be read from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// `jwt(HS256, iss=…, aud=…, exp=+30m, 373 chars, 2 dots)`
    pub description: String,
    /// Length in characters.
    pub chars: usize,
    /// Seconds from the moment of receipt to `exp`; negative when it is over. Where it has none, as its login says.
    pub expires_in: Option<i64>,
    /// Seconds that it lives, as its login says (`expires_in`, RFC 6749 §5.1), where it has no `exp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_for: Option<i64>,
    /// Seconds from the moment of receipt back to `iat`; negative when it lies ahead.
    pub issued_ago: Option<i64>,
    /// Seconds from the moment of receipt to `nbf`; negative when it is over.
    pub not_before: Option<i64>,
    /// Names of its claims, the shorter ones.
    #[serde(default)]
    pub claims: Vec<ClaimName>,
    /// Claims whose type or unit is not that of RFC 7519 §2 and §4.1: a `sub` that is a number, dates in milliseconds or in local
    /// time.
    #[serde(default)]
    pub malformed: Vec<ClaimName>,
    /// Claims that say what kind of token it is, and name another kind than one for access: a refresh or an identity token.
    #[serde(default)]
    pub other_kind: Vec<ClaimName>,
    /// Its header's `alg`.
    pub algorithm: Option<String>,
    /// Its `iss`, shortened.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Its `aud`, shortened; a list as JSON.
    #[serde(default)]
    pub audience: Option<String>,
    /// Its header's `kid`, shortened.
    #[serde(default)]
    pub kid: Option<String>,
    /// The signature is that of the secret which the suite was given.
    pub signed_as_known: Option<bool>,
    /// What the published keys say of its signature, for each reading of them; nothing of a token that cannot be verified.
    #[serde(default)]
    pub signed_by: [Option<SignedBy>; 2],
    /// Its `iss` is the issuer that the discovery document names.
    #[serde(default)]
    pub has_published_issuer: Option<bool>,
}

impl TokenFacts {
    /// What the keys of that reading say of its signature.
    pub fn signed_by(&self, reading: Reading) -> Option<&SignedBy> {
        self.signed_by[reading as usize].as_ref()
    }

    /// Its `alg` is signed with a private key, which no verifier holds (RFC 7518 §3.1, RFC 8037 §3.1).
    pub fn is_asymmetric(&self) -> bool {
        let is = |name: &str| ["RS", "PS", "ES", "Ed"].iter().any(|kind| name.starts_with(kind));
        self.algorithm.as_deref().is_some_and(is)
    }

    /// It is no JWT, nor anything else with a header: what it stands for, only its issuer can say.
    pub fn is_opaque(&self) -> bool {
        self.algorithm.is_none() && self.claims.is_empty()
    }

    /// No verifier holds the secret with which it is signed: that is a private key, or there is none.
    pub(crate) fn shares_no_secret(&self) -> bool {
        self.is_asymmetric() || self.is_opaque()
    }

    /// They say the same of all but the user and the time: algorithm, issuer, audience, which claims there are, and who signed them.
    pub(crate) fn is_like(&self, other: &TokenFacts) -> bool {
        let said = |facts: &TokenFacts| (facts.algorithm.clone(), facts.issuer.clone(), facts.audience.clone());
        said(self) == said(other)
            && self.claims == other.claims
            && self.malformed == other.malformed
            && self.signed_as_known == other.signed_as_known
            && self.signed_by == other.signed_by
    }

    /// Seconds that it lives: from `iat` to `exp`, or as its login says.
    pub(crate) fn lifetime(&self) -> Option<i64> {
        self.issued_for.or_else(|| self.expires_in?.checked_add(self.issued_ago?))
    }

    /// In characters; names and addresses of two users differ by less.
    pub(crate) const MUCH_LONGER: usize = 200;

    /// One that is may be rejected for its length where the other is not.
    pub(crate) fn is_much_longer_than(&self, other: &TokenFacts) -> bool {
        self.chars > other.chars + Self::MUCH_LONGER
    }

    /// Its times are whole seconds: it may expire by so much earlier.
    pub(crate) const ROUNDED: Duration = Duration::from_secs(1);

    /// So long it lives from its receipt; `None` where it does not expire, or came expired. By our clock, unless that of auth says
    /// less, or ours says that it is over: then they differ, and the token lives from its `iat` to its `exp`. A token that says
    /// nothing lives as long as its login says.
    pub(crate) fn left(&self) -> Option<Duration> {
        let positive = [self.expires_in, self.lifetime()].into_iter().flatten().filter(|seconds| *seconds > 0);
        positive.min().map(|seconds| Duration::from_secs(seconds.unsigned_abs()))
    }

    /// Seconds from `iat` to `nbf`, where its issuer wants the token to be valid later than it is issued.
    pub(crate) fn begins_late(&self) -> Option<i64> {
        // Claims are in whole seconds.
        self.not_before?.checked_add(self.issued_ago?).filter(|late| *late > 1)
    }

    /// Its `exp` had passed when it was received.
    pub(crate) fn has_expired(&self) -> bool {
        self.expires_in.is_some_and(|left| left <= 0)
    }
}
