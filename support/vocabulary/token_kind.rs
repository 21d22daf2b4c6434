//! Which tokens can be presented: the client's own, and those that the suite makes of them to vary one thing at a time.

use serde::{Deserialize, Serialize};

/// The name of a claim; longer names are not varied.
pub type ClaimName = arrayvec::ArrayString<32>;

/// The claims that are dates (RFC 7519 §4.1.4 to §4.1.6): one issuer writes all of them in one unit.
pub const DATE_CLAIMS: [&str; 3] = ["exp", "iat", "nbf"];

/// A kind of token, or its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// A token that the auth service has just issued.
    Issued,
    /// A token that the client signs itself (`mint`).
    SelfSigned,
    /// Another token issued to the same user, later in the same run.
    Second,
    /// One more token of that user, counted from 3.
    Later(u8),
    /// The claims of such a token with one change, signed by the suite (`signing`).
    Resigned(ClaimsOf, Change),
    /// The first token with another signature.
    Forged,
    /// The first token, signed with a new private key of its type: only a verifier that has the key can tell it.
    OtherKey,
    /// The same with the `kid` of another published key: a verifier may have that one alone.
    OtherKid,
    /// The same with a `kid` that no key has.
    UnknownKid,
    /// The first token with an `alg` for a shared secret, signed with the text of the public key that verifies it (RFC 8725 §2.1).
    PublicKeyAsSecret(PemEnd),
    /// The claims of the first token with `alg: none` and no signature (RFC 7519 §6).
    Unsigned,
    /// No token at all.
    Missing,
}

/// The last token of a user. Where an issuer signs with one of two secrets at random, the first is rejected and the six later ones are
/// accepted once in 128 checks.
pub const LAST_LATER: u8 = 7;

/// How the text of a key ends (RFC 7468 §2), which makes it another secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum PemEnd {
    /// With a newline, as in a file.
    WithNewline,
    /// Without one, as often in a variable.
    WithoutNewline,
}

/// The token from which a re-signed one has its claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimsOf {
    /// A token that auth issued.
    Issued,
    /// A token that the client signed itself.
    SelfSigned,
}

/// The one thing in which a re-signed token differs from its original, beside its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The claims and the algorithm stay as they are.
    Nothing,
    /// An unknown claim is added (RFC 7519 §4: it must be ignored), so that it is another token that says the same.
    UnknownClaim,
    /// This claim is removed.
    Without(ClaimName),
    /// The claim as the other kind of token has it, or as verifiers usually require it.
    Like(ClaimName),
    /// Every claim as the other kind of token has it.
    LikeAll,
    /// The same, except one claim that stays as it was.
    LikeAllBut(ClaimName),
    /// Another value that verifiers are known to require.
    Other(ClaimName, Guess),
    /// The token is signed with the known secret in this form.
    Secret(SecretForm),
    /// The token is signed with this algorithm, and its `alg` names it.
    Algorithm(SigningAlgorithm),
    /// This claim in the type and unit that RFC 7519 wants; of a date, all dates.
    Rewritten(ClaimName),
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
    /// The issuer that the discovery document names.
    Published,
    /// `access`, for a claim that says what kind of token it is.
    Access,
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
    /// A newline is added at its end.
    #[strum(serialize = "trailing newline")]
    TrailingNewline,
    /// A carriage return and a newline are added at its end.
    #[strum(serialize = "trailing carriage return and newline")]
    TrailingCrLf,
    /// A blank is added on each side.
    #[strum(serialize = "surrounding blanks")]
    SurroundingBlanks,
    /// Blanks and newlines around it are removed.
    #[strum(serialize = "blanks and newlines around it taken off")]
    Trimmed,
    /// Double quotes are added around it.
    #[strum(serialize = "double quotes around it")]
    Quoted,
    /// Single quotes are added around it.
    #[strum(serialize = "single quotes around it")]
    SingleQuoted,
    /// The quotes around it are removed.
    #[strum(serialize = "quotes around it taken off")]
    Unquoted,
    /// It is decoded from base64 or base64url (RFC 4648 §4, §5).
    #[strum(serialize = "base64-decoded")]
    Base64Decoded,
    /// It is encoded in base64 (RFC 4648 §4).
    #[strum(serialize = "base64-encoded")]
    Base64Encoded,
    /// It is decoded from hexadecimal digits.
    #[strum(serialize = "hex-decoded")]
    HexDecoded,
    /// Its percent escapes are decoded (RFC 3986 §2.1).
    #[strum(serialize = "URL-decoded")]
    UrlDecoded,
}

/// An algorithm of which one key has several: those of a shared secret (RFC 7518 §3.2), and those of an RSA key (§3.3, §3.5).
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
pub enum SigningAlgorithm {
    /// HMAC with SHA-256.
    #[strum(serialize = "HS256")]
    Hs256,
    /// HMAC with SHA-384.
    #[strum(serialize = "HS384")]
    Hs384,
    /// HMAC with SHA-512.
    #[strum(serialize = "HS512")]
    Hs512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[strum(serialize = "RS256")]
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    #[strum(serialize = "RS384")]
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    #[strum(serialize = "RS512")]
    Rs512,
    /// RSASSA-PSS with SHA-256.
    #[strum(serialize = "PS256")]
    Ps256,
    /// RSASSA-PSS with SHA-384.
    #[strum(serialize = "PS384")]
    Ps384,
    /// RSASSA-PSS with SHA-512.
    #[strum(serialize = "PS512")]
    Ps512,
}

impl SigningAlgorithm {
    /// With a shared secret.
    pub const OF_SECRETS: [Self; 3] = [Self::Hs256, Self::Hs384, Self::Hs512];
    /// With an RSA key.
    pub const OF_RSA: [Self; 6] = [Self::Rs256, Self::Rs384, Self::Rs512, Self::Ps256, Self::Ps384, Self::Ps512];
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

    /// The token of whose header and claims it is made, where it is: there is none of a random text.
    pub fn made_of(self) -> Option<ClaimsOf> {
        match self {
            TokenKind::Resigned(claims, _) => Some(claims),
            TokenKind::Unsigned
            | TokenKind::OtherKey
            | TokenKind::OtherKid
            | TokenKind::UnknownKid
            | TokenKind::PublicKeyAsSecret(_) => Some(ClaimsOf::Issued),
            TokenKind::Issued
            | TokenKind::SelfSigned
            | TokenKind::Second
            | TokenKind::Later(_)
            | TokenKind::Forged
            | TokenKind::Missing => None,
        }
    }

    /// Nothing that any service should accept.
    pub fn is_invalid(self) -> bool {
        matches!(
            self,
            TokenKind::Forged
                | TokenKind::OtherKey
                | TokenKind::OtherKid
                | TokenKind::UnknownKid
                | TokenKind::PublicKeyAsSecret(_)
                | TokenKind::Unsigned
                | TokenKind::Missing
                | TokenKind::Resigned(_, Change::Expired)
        )
    }
}

impl ClaimsOf {
    /// The kind of the token that has the claims.
    pub fn token(self) -> TokenKind {
        match self {
            ClaimsOf::Issued => TokenKind::Issued,
            ClaimsOf::SelfSigned => TokenKind::SelfSigned,
        }
    }

    /// The other kind: self-signed for issued, and issued for self-signed.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            ClaimsOf::Issued => ClaimsOf::SelfSigned,
            ClaimsOf::SelfSigned => ClaimsOf::Issued,
        }
    }
}
