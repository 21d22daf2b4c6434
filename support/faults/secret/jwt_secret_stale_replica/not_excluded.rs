//! What else one replica may have of its own: another clock, or other settings. Where everything invalid is rejected in the same words,
//! it rejects a valid token like a replica with another secret.

use super::{compared, is};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Proof;
use crate::faults::secret::platform::revisions_differ;
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Change, ClaimName, DATE_CLAIMS, Fault, Presentation, TokenKind};

/// What a replica may judge by a setting of its own, and the claims that it judges.
const OTHER_SETTINGS: [(Fault, &[&str]); 3] =
    [(Fault::ClockSkew, &DATE_CLAIMS), (Fault::AudienceMismatch, &["aud"]), (Fault::IssuerMismatch, &["iss"])];

/// Those that the token has a claim for, where no rejection tells such a claim from a broken signature.
pub(super) fn other_settings(client: &Client<'_>, rejected: Presentation) -> Vec<Fault> {
    let secrets_differ = revisions_differ(client).prove(client).holds();
    let has = |claims: &[&str]| client.claims(rejected.token).iter().any(|claim| claims.contains(&claim.as_str()));
    let may_be = |claims: &[&str]| !secrets_differ && has(claims) && !is_told(client, rejected, claims);
    OTHER_SETTINGS.into_iter().filter(|(_, claims)| may_be(claims)).map(|(fault, _)| fault).collect()
}

/// A token with one of the claims changed is rejected there unlike a forged one.
fn is_told(client: &Client<'_>, rejected: Presentation, claims: &[&str]) -> bool {
    let is_changed = |one: &Presentation| match one.token {
        TokenKind::Resigned(_, change) => changed(change).is_some_and(|claim| claims.contains(&claim.as_str())),
        _ => false,
    };
    let there = client.evidence().presentations().filter(|one| one.endpoint == rejected.endpoint && is_changed(one));
    let mut rejections = there.filter(|one| is(client, *one, Outcome::Rejected));
    let forged = rejected.attempt(Attempt::First).forged();
    rejections.any(|one| matches!(compared(client, one, forged), Proof::Fails(_)))
}

/// The claim in which such a token is wrong for a verifier that expects what auth writes.
fn changed(change: Change) -> Option<ClaimName> {
    match change {
        Change::Without(claim) | Change::Like(claim) | Change::Other(claim, _) => Some(claim),
        Change::Expired => ClaimName::from("exp").ok(),
        _ => None,
    }
}
