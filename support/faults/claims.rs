//! What the token says. Each of these faults compares the client's token with one that differs in a single claim, signed by
//! the suite: without `signing` they are not tested.

pub(super) mod algorithm_mismatch;
pub(super) mod audience_mismatch;
pub(super) mod claim_malformed;
pub(super) mod claim_mismatch;
pub(super) mod claim_missing;
pub(super) mod clock_skew;
pub(super) mod issuer_mismatch;
#[cfg(test)]
mod tests;
pub(super) mod token_expires_too_soon;

use std::collections::BTreeSet;

use super::keys::has_private_key;
use super::resigned::{accepted_with, secret_is_known, too_long};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Probes, Proof};
use crate::diagnosis::record::{Answer, Answer::*, Details, Why};
use crate::diagnosis::test::{Computed, Test, all, any, each, given, not, rejects, verifies};
use crate::evidence::TokenFacts;
use crate::outcome::Outcome;
use crate::vocabulary::{Change, ClaimName, Endpoint, Presentation, Probe, TokenKind};

/// The two claims that have faults of their own.
const NAMED: [&str; 2] = ["aud", "iss"];
/// Claims that name the user: an unknown user is another fault.
const IDENTITY: [&str; 8] = ["sub", "email", "name", "user", "user_id", "uid", "preferred_username", "jti"];

/// The claims are the same for all verifiers, so they are correct where every token is verified.
fn verified_everywhere(client: &Client<'_>) -> Test {
    all(client.every_token().into_iter().map(verifies))
}

/// At some endpoint the client's token is rejected, and accepted with one of those changes, or with all claims of the other
/// token where none of these alone is enough. The length of the token makes no difference there.
fn depends_on(
    client: &Client<'_>,
    change: impl Fn(&Client<'_>, Presentation, Change) -> bool,
    claim: impl Fn(&Client<'_>, Presentation, ClaimName) -> bool,
) -> Test {
    each(client.every_token().into_iter().map(|usual| {
        let one = accepted_with(client, usual, |one| change(client, usual, one));
        let several = depends_on_several(client, usual, |name| claim(client, usual, name));
        all([any([one, several]), length_makes_no_difference(usual)])
    }))
}

/// All claims of the other token are accepted, no single one is, and without this one they are rejected again.
fn depends_on_several(client: &Client<'_>, usual: Presentation, is: impl Fn(ClaimName) -> bool) -> Test {
    let together = accepted_with(client, usual, |change| change == Change::LikeAll);
    let alone = accepted_with(client, usual, |change| matches!(change, Change::Like(_) | Change::Without(_)));
    let all_but = client.changes(usual).into_iter().filter(|one| matches!(one, Change::LikeAllBut(name) if is(*name)));
    // Which of them is needed is asked only once all of them have helped.
    let needed = if client.helps(usual, Change::LikeAll) {
        each(all_but.map(|change| rejects(usual.changed(change))))
    } else {
        given()
    };
    all([together, not(alone), needed])
}

fn length_makes_no_difference(usual: Presentation) -> Test {
    let probes = [Change::Short, Change::Padded].map(|change| usual.changed(change).into()).into();
    Test::Computed(Computed { name: "the length of the token makes no difference", prove: prove_length, probes })
}

/// A response to a short or padded token that is neither accepted nor rejected tells nothing about its length.
fn prove_length(client: &Client<'_>, probes: &[Probe]) -> Proof {
    let resigned: Vec<Presentation> = probes.iter().filter_map(|probe| probe.presented()).collect();
    let is_too_long = |one: &Presentation| match one.token {
        TokenKind::Resigned(claims, _) => too_long(client, one.with(claims.token())).prove(client).holds(),
        _ => false,
    };
    let tells = |one: &Presentation| {
        matches!(client.evidence().outcome(*one), None | Some(Outcome::Accepted | Outcome::Rejected))
    };
    match resigned.iter().all(tells) && !resigned.iter().any(is_too_long) {
        true => Proof::given(),
        false => Proof::open("a token whose length makes no difference"),
    }
}

/// The changes that made the difference, and where.
fn changes(shown: &Probes) -> impl Iterator<Item = (Endpoint, Change)> + '_ {
    shown.iter().filter_map(|probe| probe.presented()).filter_map(|presented| match presented.token {
        TokenKind::Resigned(_, change) => Some((presented.endpoint, change)),
        _ => None,
    })
}

/// The claims that made the difference, and the service that requires them.
fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let changed = shown.iter().filter_map(|probe| probe.presented());
    let claims: BTreeSet<ClaimName> = changed.filter_map(|presented| needed_claim(client, presented)).collect();
    let claims = claims.iter().map(ClaimName::as_str).collect::<Vec<_>>().join(", ");
    Details::from([("claim", claims), ("at", verifier(shown).to_owned())])
}

/// The verifier and the value that it rejects, of the token that was signed again.
fn rejecting(client: &Client<'_>, shown: &Probes, what: &str, of: fn(&TokenFacts) -> Option<String>) -> Details {
    let details = details(client, shown);
    let token = shown.iter().filter_map(|probe| probe.presented()).find_map(|presented| match presented.token {
        TokenKind::Resigned(claims, _) => client.evidence().token(claims.token(), presented.user),
        _ => None,
    });
    match (token.and_then(of), changes(shown).next()) {
        (_, None) => details,
        (None, Some(_)) => details.headed(format!("{} rejects the {what} of the token", verifier(shown))),
        (Some(value), Some(_)) => {
            details.headed(format!("{} rejects the {what} of the token: {value}", verifier(shown)))
        }
    }
}

/// The claim whose change was accepted, or whose absence among all the others was not: other changes show only that no single
/// claim is enough.
fn needed_claim(client: &Client<'_>, presented: Presentation) -> Option<ClaimName> {
    let accepted = client.evidence().outcome(presented) == Some(Outcome::Accepted);
    match presented.token {
        TokenKind::Resigned(_, Change::LikeAllBut(claim)) => Some(claim),
        TokenKind::Resigned(_, Change::Like(claim) | Change::Without(claim) | Change::Other(claim, _)) => {
            Some(claim).filter(|_| accepted)
        }
        _ => None,
    }
}

fn verifier(shown: &Probes) -> &'static str {
    changes(shown).next().map_or("the verifier", |(endpoint, _)| endpoint.service().title())
}

/// The links that are the same for each of these faults.
const NOT_THE_SECRET: Why = Why(
    "Is it the secret?",
    &[ShownIf(has_same_private_key, SAME_PRIVATE_KEY), ShownIf(has_same_secret, SAME_SECRET), PERHAPS_THE_SECRET],
);
const SAME_PRIVATE_KEY: &str = "No secret is shared, and the accepted token is signed with the same private key.";
const SAME_SECRET: &str = "The secret is not the cause: the accepted token is signed with the same one.";
const PERHAPS_THE_SECRET: Answer = Unknown(
    "The secret may be a second cause: the accepted token is signed with {signing}.",
    "a token that auth signs with the same change",
);

fn has_same_private_key(client: &Client<'_>) -> Test {
    all([has_private_key(client), has_same_secret(client)])
}

/// The client's token has the signature of `signing`.
fn has_same_secret(client: &Client<'_>) -> Test {
    match client.token() {
        TokenKind::SelfSigned => given(),
        _ => secret_is_known(client),
    }
}

const LIKE_ANY_OTHER: Why = Why(
    "Why did nobody notice?",
    &[Unknown("Does any test compare claims with what the verifier requires?", "the tests of both")],
);
const SETTINGS: &str = "the settings of issuer and verifier";
const fn by_settings(cause: &'static [Answer]) -> Why {
    Why("Why do token and verifier differ?", cause)
}
