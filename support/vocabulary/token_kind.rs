//! Which tokens can be presented: the client's own, and those that the suite makes of them to vary one thing at a time.

use serde::{Deserialize, Serialize};

/// The name of a claim; longer names are not varied.
pub type ClaimName = arrayvec::ArrayString<32>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// A token that the auth service has just issued.
    Issued,
    /// A token that the client signs itself (`mint`).
    SelfSigned,
    /// Another token issued to the same user, later in the same run.
    Second,
    /// The claims of such a token with one change, signed by the suite (`signing`).
    Resigned(ClaimsOf, Change),
    /// The first token with another signature.
    Forged,
    /// The claims of the first token with `alg: none` and no signature (RFC 7519 §6).
    Unsigned,
    /// No token at all.
    Missing,
}

/// The token from which a re-signed one has its claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimsOf {
    Issued,
    SelfSigned,
}

/// The one thing in which a re-signed token differs from its original, beside its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    Nothing,
    /// An unknown claim is added (RFC 7519 §4: it must be ignored), so that it is another token that says the same.
    UnknownClaim,
    Without(ClaimName),
    /// The claim as the other kind of token has it, or as verifiers usually require it.
    Like(ClaimName),
    /// Every claim as the other kind of token has it.
    LikeAll,
    /// The same, except one claim that stays as it was.
    LikeAllBut(ClaimName),
    /// Another value that verifiers are known to require.
    Other(ClaimName, Guess),
    Secret(SecretForm),
    Algorithm(Hmac),
    /// `exp` passed two minutes ago.
    Expired,
    /// `iat` and `nbf` are earlier by the skew that the target allows.
    Backdated,
    /// `iat` and `nbf` are earlier by an hour.
    BackdatedByAnHour,
    /// `exp` is later by a day.
    LongerLived,
    /// Only the claims that name the user, the dates and the audience.
    Short,
    /// The short one, as long as the original again by an unknown claim (RFC 7519 §4: it must be ignored).
    Padded,
}

/// Values of `aud` and `iss` that are often confused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guess {
    /// A list of the one value, or the one value of a list (RFC 7519 §4.1.3 allows both).
    Listed,
    /// The origin of the service that validates.
    Origin,
    /// With a slash at its end, or without it.
    Slash,
}
/// What becomes of a secret between two services.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantArray,
    strum::Display,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "lowercase")]
pub enum SecretForm {
    #[strum(serialize = "trailing newline")]
    TrailingNewline,
    #[strum(serialize = "trailing carriage return and newline")]
    TrailingCrLf,
    #[strum(serialize = "surrounding blanks")]
    SurroundingBlanks,
    #[strum(serialize = "blanks and newlines around it taken off")]
    Trimmed,
    #[strum(serialize = "double quotes around it")]
    Quoted,
    #[strum(serialize = "single quotes around it")]
    SingleQuoted,
    #[strum(serialize = "quotes around it taken off")]
    Unquoted,
    #[strum(serialize = "base64-decoded")]
    Base64Decoded,
    #[strum(serialize = "base64-encoded")]
    Base64Encoded,
    #[strum(serialize = "hex-decoded")]
    HexDecoded,
    #[strum(serialize = "URL-decoded")]
    UrlDecoded,
}

/// HMAC with SHA-2 (RFC 7518 §3.2).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantArray,
    strum::Display,
)]
pub enum Hmac {
    #[strum(serialize = "HS256")]
    Hs256,
    #[strum(serialize = "HS384")]
    Hs384,
    #[strum(serialize = "HS512")]
    Hs512,
}

impl TokenKind {
    /// What the client itself presents.
    pub fn is_the_clients(self) -> bool {
        matches!(self, TokenKind::Issued | TokenKind::SelfSigned)
    }

    /// The original, signed by the suite and otherwise unchanged.
    #[must_use]
    pub fn resigned(self) -> Self {
        self.changed(Change::Nothing)
    }

    /// The original with one change, signed by the suite.
    #[must_use]
    pub fn changed(self, change: Change) -> Self {
        let claims = if self == TokenKind::SelfSigned { ClaimsOf::SelfSigned } else { ClaimsOf::Issued };
        TokenKind::Resigned(claims, change)
    }

    /// Nothing that any service should accept.
    pub fn is_invalid(self) -> bool {
        matches!(
            self,
            TokenKind::Forged | TokenKind::Unsigned | TokenKind::Missing | TokenKind::Resigned(_, Change::Expired)
        )
    }
}

impl ClaimsOf {
    pub fn token(self) -> TokenKind {
        match self {
            ClaimsOf::Issued => TokenKind::Issued,
            ClaimsOf::SelfSigned => TokenKind::SelfSigned,
        }
    }

    #[must_use]
    pub fn other(self) -> Self {
        match self {
            ClaimsOf::Issued => ClaimsOf::SelfSigned,
            ClaimsOf::SelfSigned => ClaimsOf::Issued,
        }
    }
}
