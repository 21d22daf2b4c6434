//! What can be presented: the client's own tokens, and those that the suite makes of them to vary one thing at a time.

use serde::{Deserialize, Serialize};

/// The name of a claim; longer names are not varied.
pub type Claim = arrayvec::ArrayString<32>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// A token that the auth service has just given us.
    Issued,
    /// A token that the client signs itself (`mint`).
    Own,
    /// Another token issued to the same user, later in the same run.
    Fresh,
    /// The claims of such a token with one thing changed, signed by the suite (`signing`).
    Minted(Origin, Change),
    /// The first token with another signature.
    Forged,
    /// The claims of the first token with `alg: none` and no signature (RFC 7519 §6).
    Unsigned,
    /// No credential at all.
    Missing,
}

/// Of which token the claims are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    Issued,
    Own,
}

/// The one thing in which a minted token differs from its original, beside who has signed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    Nothing,
    /// A claim that nobody knows is added (RFC 7519 §4: it must be ignored), so that it is another token that says the same.
    Anew,
    Without(Claim),
    /// The claim as the other kind of token has it, or as verifiers usually want it.
    Like(Claim),
    /// Every claim as the other kind of token has it.
    LikeAll,
    /// The same, but for one claim that stays as it was.
    LikeAllBut(Claim),
    /// Another value that verifiers are known to want.
    Other(Claim, Guess),
    Secret(Variant),
    Algorithm(Hmac),
    /// `exp` has been over for two minutes.
    Expired,
    /// `iat` and `nbf` are earlier by the skew that the target allows.
    Backdated,
    /// `iat` and `nbf` are earlier by an hour.
    LongAgo,
    /// `exp` is later by a day.
    Longer,
    /// Without what says neither who, nor when, nor for whom.
    Short,
    /// The short one, as long as the original again by a claim that nobody knows (RFC 7519 §4: it must be ignored).
    Padded,
}

/// Values of `aud` and `iss` that are often confused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guess {
    /// A list of the one value, or the one value of a list (RFC 7519 §4.1.3 allows both).
    Listed,
    /// The origin of the service that judges.
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
pub enum Variant {
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

impl Credential {
    /// What the client itself presents.
    pub fn is_the_clients(self) -> bool {
        matches!(self, Credential::Issued | Credential::Own)
    }

    /// The original, signed by the suite and otherwise unchanged.
    pub fn resigned(self) -> Self {
        self.changed(Change::Nothing)
    }

    /// The original with one thing changed, signed by the suite.
    pub fn changed(self, change: Change) -> Self {
        let origin = if self == Credential::Own { Origin::Own } else { Origin::Issued };
        Credential::Minted(origin, change)
    }

    /// Nothing that any service should accept.
    pub fn is_bad(self) -> bool {
        matches!(
            self,
            Credential::Forged | Credential::Unsigned | Credential::Missing | Credential::Minted(_, Change::Expired)
        )
    }
}

impl Origin {
    pub fn credential(self) -> Credential {
        match self {
            Origin::Issued => Credential::Issued,
            Origin::Own => Credential::Own,
        }
    }

    pub fn other(self) -> Self {
        match self {
            Origin::Issued => Origin::Own,
            Origin::Own => Origin::Issued,
        }
    }
}
