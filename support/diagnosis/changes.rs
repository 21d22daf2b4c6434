//! The changes that are tried of a token which is rejected, one at a time.

use crate::vocabulary::{Change, ClaimName, Guess, TokenKind};

/// Those that need no claim of the token.
pub(super) const USUAL: [Change; 7] = [
    Change::Nothing,
    Change::UnknownClaim,
    Change::Short,
    Change::Backdated,
    Change::BackdatedByAnHour,
    Change::LongerLived,
    Change::LikeAll,
];

/// The two claims about which issuers and verifiers disagree most often.
pub(super) fn audience_and_issuer() -> [Change; 5] {
    let (audience, issuer) = (claim("aud"), claim("iss"));
    [
        Change::Without(audience),
        Change::Without(issuer),
        Change::Other(audience, Guess::Listed),
        Change::Other(audience, Guess::Origin),
        Change::Other(issuer, Guess::Slash),
    ]
}

/// The claims that the other token may have otherwise, or else those that auth services usually require.
pub(super) fn likely(token: TokenKind, other: &[ClaimName]) -> Vec<ClaimName> {
    match other.is_empty() && token == TokenKind::SelfSigned {
        true => ["token_type", "type", "jti", "nbf"].map(claim).into(),
        false => other.to_vec(),
    }
}

fn claim(name: &str) -> ClaimName {
    ClaimName::from(name).unwrap_or_default()
}
