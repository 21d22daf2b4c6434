//! The changes that are tried of a token which is rejected, one at a time.

use super::client::Client;
use crate::vocabulary::{Change, ClaimName, DATE_CLAIMS, Guess, Presentation, TokenKind};

/// The changes that are tried of the token that is so presented. Which claim decides is asked only where leaving out several,
/// or taking all of the other token's, has helped.
pub(super) fn of(client: &Client<'_>, usual: Presentation) -> Vec<Change> {
    let (own, other) = (client.claims(usual.token), client.claims(other_token(usual.token)));
    let mut changes = USUAL.to_vec();
    changes.extend(audience_and_issuer());
    changes.extend(client.settings().secret_forms.iter().map(|form| Change::Secret(*form)));
    let facts = client.facts_of(usual.token);
    // Before anything is sent, for a dry run, the token may have any algorithm.
    let algorithm = facts.filter(|_| !client.nothing_was_sent()).and_then(|facts| facts.algorithm.as_deref());
    let others =
        client.settings().other_algorithms.iter().filter(|other| algorithm != Some(other.to_string().as_str()));
    changes.extend(others.map(|other| Change::Algorithm(*other)));
    changes.extend(likely(usual.token, &other).into_iter().map(Change::Like));
    let kinds = facts.map(|facts| facts.other_kind.as_slice()).unwrap_or_default();
    changes.extend(kinds.iter().map(|claim| Change::Other(*claim, Guess::Access)));
    let malformed = facts.map(|facts| facts.malformed.as_slice()).unwrap_or_default();
    changes.extend(rewritten(malformed).map(Change::Rewritten));
    // Where `nbf` is later than `iat`, that is what may not have passed yet.
    if facts.is_some_and(|facts| facts.begins_late().is_some()) {
        changes.push(Change::Without(claim("nbf")));
    }
    // Before anything is sent, for a dry run, it may differ.
    let may_differ = client.nothing_was_sent() && client.settings().keys.is_some_and(|keys| keys.discovery);
    if may_differ || facts.is_some_and(|facts| facts.has_published_issuer == Some(false)) {
        changes.push(Change::Other(claim("iss"), Guess::Published));
    }
    if client.helps(usual, Change::Short) {
        changes.extend(own.iter().copied().map(Change::Without));
        changes.push(Change::Padded);
    }
    if client.settings().login && client.settings().mint {
        changes.push(Change::LikeAll);
    }
    if client.helps(usual, Change::LikeAll) {
        changes.extend(own.iter().chain(&other).copied().map(Change::LikeAllBut));
    }
    // A change that changes nothing is no control.
    changes.retain(|change| !client.evidence().is_impossible(usual.changed(*change)));
    changes.sort_unstable();
    changes.dedup();
    changes
}

/// Of the claims whose type or unit is not that of the RFC; the dates have one unit, so one of them stands for all.
fn rewritten(malformed: &[ClaimName]) -> impl Iterator<Item = ClaimName> {
    let (dates, others): (Vec<ClaimName>, Vec<ClaimName>) =
        malformed.iter().partition(|claim| DATE_CLAIMS.contains(&claim.as_str()));
    others.into_iter().chain(dates.into_iter().take(1))
}

/// Those that need no claim of the token.
const USUAL: [Change; 6] = [
    Change::Nothing,
    Change::UnknownClaim,
    Change::Short,
    Change::Backdated,
    Change::BackdatedByAnHour,
    Change::LongerLived,
];

/// The two claims about which issuers and verifiers disagree most often.
fn audience_and_issuer() -> [Change; 5] {
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
fn likely(token: TokenKind, other: &[ClaimName]) -> Vec<ClaimName> {
    match other.is_empty() && token == TokenKind::SelfSigned {
        true => ["token_type", "type", "jti", "nbf"].map(claim).into(),
        false => other.to_vec(),
    }
}

fn claim(name: &str) -> ClaimName {
    ClaimName::from(name).unwrap_or_default()
}

/// The other kind of token that a client may have.
fn other_token(token: TokenKind) -> TokenKind {
    if token == TokenKind::SelfSigned { TokenKind::Issued } else { TokenKind::SelfSigned }
}
