//! The token is signed with another algorithm than its verifier accepts.

use super::{
    LIKE_ANY_OTHER, PERHAPS_THE_SECRET, SAME_PRIVATE_KEY, SAME_SECRET, SETTINGS, by_settings, changes,
    has_same_private_key, has_same_secret, verified_everywhere, verifier,
};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, each, never, rejects, rejects_like_forged, takes_token};
use crate::evidence::SignedBy;
use crate::faults::keys::key_is_for_another_algorithm;
use crate::faults::resigned::accepted_with;
use crate::vocabulary::{Change, Fault, Reading, Severity, SigningAlgorithm};

pub(crate) const RECORD: Record = Record {
    fault: Fault::AlgorithmMismatch,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("algorithm-mismatch.md"),
    symptoms: &[
        Symptom::RejectedLikeForged,
        Symptom::RejectedUnlikeForged,
        Symptom::OwnTokenRejected,
        Symptom::IssuedTokenRejected,
    ],
    shown_by,
    ruled_out_by: verified_everywhere,
    yields_to: &[],
    details,
    suspects: Suspects::Deployment,
    because: &[
        Line::If(
            unlike_its_key,
            "The token is signed with {signed}, and the published key that it names is for {accepted}. It is rejected \
             like a forged one.",
        ),
        Line::If(
            accepted_as_signing_says,
            "The token signed with {signed} is rejected. The same claims, signed with the algorithm of `signing`, are \
             accepted.",
        ),
        Line::Always(
            "The token signed with {signed} is rejected by {at}. The same claims signed with {accepted} are accepted.",
        ),
    ],
    whys: [
        Why(
            "Why is it rejected?",
            &[
                ShownIf(unlike_its_key, "Its `alg` is {signed}, and the key that it names verifies only {accepted}."),
                ShownIf(
                    accepted_as_signing_says,
                    "The token is signed with {signed}. With the algorithm of `signing` the same claims are accepted.",
                ),
                Shown("The token is signed with {signed}, and {accepted} is accepted by {at}."),
            ],
        ),
        Why(
            "Is it the secret?",
            &[
                ShownIf(unlike_its_key, "No secret is shared: a private key signs the token."),
                ShownIf(has_same_private_key, SAME_PRIVATE_KEY),
                ShownIf(has_same_secret, SAME_SECRET),
                PERHAPS_THE_SECRET,
            ],
        ),
        by_settings(&[Unknown("Issuer and verifier may be configured with different algorithms.", SETTINGS)]),
        LIKE_ANY_OTHER,
    ],
    fix: &[Line::Always("issuer of the token and {at}: configure the same algorithm.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    let with_another = |change| matches!(change, Change::Algorithm(_));
    let by_change = each(client.every_token().into_iter().map(|usual| accepted_with(client, usual, with_another)));
    any([unlike_its_key(client), by_change, accepted_as_signing_says(client)])
}

/// The token has the signature of the secret of `signing` by another algorithm than that of `signing`, with which the same token is
/// accepted.
fn accepted_as_signing_says(client: &Client<'_>) -> Test {
    // By the token's own algorithm, a private key signs the token itself once more; and so does a secret, where the file names none.
    let names_one = client.settings().other_algorithms.len() < SigningAlgorithm::OF_SECRETS.len();
    if client.settings().private_key || !names_one {
        return never();
    }
    let otherwise =
        client.token_test("the secret is that of `signing`, and the algorithm is another", |facts, settings| {
            let own = facts.algorithm.as_deref()?;
            Some(facts.signed_as_known? && settings.other_algorithms.iter().any(|hmac| hmac.to_string() == own))
        });
    let at = client
        .every_token()
        .into_iter()
        .map(|usual| all([rejects(usual), takes_token(usual.changed(Change::Nothing))]));
    all([otherwise, each(at)])
}

/// The published key is for another algorithm (RFC 7517 §4.4), and a verifier rejects the token like a forged one.
fn unlike_its_key(client: &Client<'_>) -> Test {
    let rejected = each(client.every_token().into_iter().map(rejects_like_forged));
    all([key_is_for_another_algorithm(client), rejected])
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let takes = changes(shown).find_map(|(_, change)| match change {
        Change::Algorithm(algorithm) => Some(algorithm.to_string()),
        _ => None,
    });
    let signed = client.facts().and_then(|facts| facts.algorithm.clone()).unwrap_or_else(|| "another one".into());
    let of_key = client.facts().and_then(|facts| match facts.signed_by(Reading::First) {
        Some(SignedBy::AnotherAlgorithm(other)) => Some(other.clone()),
        _ => None,
    });
    let at = verifier(shown);
    let headline = match (&takes, &of_key) {
        (Some(takes), _) => Some(format!("auth signs with {signed}, and {at} accepts {takes} instead")),
        (None, Some(of_key)) => Some(format!("auth signs with {signed}, and its published key is for {of_key}")),
        (None, None) => Some(format!("{at} rejects tokens that are signed with {signed}")),
    };
    let takes = takes.or(of_key).unwrap_or_default();
    let details = Details::from([("signed", signed), ("accepted", takes), ("at", at.to_owned())]);
    Details { headline, ..details }
}
