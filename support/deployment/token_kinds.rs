//! What a scenario says of tokens: what they are, who signs them and how.

use serde::Deserialize;

/// What the tokens of auth are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuedTokens {
    /// Signed, with claims that every verifier reads (RFC 7519).
    Jwt,
    /// Random texts: only auth knows what they stand for (RFC 7662).
    Opaque,
}

/// Where a client's token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientToken {
    /// The client logs in.
    Issued,
    /// The client signs its own token, as the end-to-end client of the incident does when its login fails.
    Minted,
    /// The client logs in, and signs a token of its own too.
    Both,
}

/// How a token is written in the body of a validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenFormat {
    /// The token alone.
    Raw,
    /// The token after `Bearer `.
    BearerPrefixed,
    /// Both formats are accepted; `Bearer ` is removed where it is there.
    Either,
}

/// How dates are written in a token (RFC 7519 §2 wants seconds, UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateFormat {
    /// Seconds since 1970, in UTC.
    Seconds,
    /// Milliseconds, as JavaScript's `Date.now()` gives them.
    Milliseconds,
    /// Seconds of a clock two hours east of UTC.
    LocalTime,
}

/// What a token is signed with: a shared secret, or a private key (RFC 7518 §3, RFC 8037 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    #[serde(rename = "HS256")]
    Hs256,
    /// HMAC with SHA-384.
    #[serde(rename = "HS384")]
    Hs384,
    /// HMAC with SHA-512.
    #[serde(rename = "HS512")]
    Hs512,
    /// RSA with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSA with SHA-512 and random padding.
    #[serde(rename = "PS512")]
    Ps512,
    /// The curve P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// The curve P-384 with SHA-384.
    #[serde(rename = "ES384")]
    Es384,
    /// The curve Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    /// Whether it signs with a private key.
    pub fn is_asymmetric(self) -> bool {
        !matches!(self, Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512)
    }
}
