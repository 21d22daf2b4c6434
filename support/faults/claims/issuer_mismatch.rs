//! A verifier expects another issuer than the token has, or none.

use super::{
    LIKE_ANY_OTHER, PERHAPS_THE_SECRET, SAME_PRIVATE_KEY, SAME_SECRET, SETTINGS, by_settings, depends_on,
    has_same_private_key, has_same_secret, rejecting, verified_everywhere,
};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::Details;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, differs_from_missing, each, given, not, not_shown, rejects, takes_token};
use crate::faults::keys::{has_another_issuer, signed_by_published_key};
use crate::faults::resigned::{accepted_with, secret_is_known};
use crate::vocabulary::{Change, ClaimName, Fault, Guess, Presentation, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::IssuerMismatch,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("issuer-mismatch.md"),
    symptoms: &[
        Symptom::RejectedLikeForged,
        Symptom::RejectedUnlikeForged,
        Symptom::RejectedLikeMissing,
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
            unlike_its_keys,
            "A published key has signed the token, and its `iss` is not the issuer that publishes the key. It is \
             rejected, and not like a missing one.",
        ),
        Line::If(
            accepted_as_published,
            "The token is rejected by {at}. With the `iss` that the discovery document names the same token is accepted.",
        ),
        Line::If(accepted_without, "The token is rejected by {at}. Without its `iss` the same token is accepted."),
        Line::Always("The token is rejected by {at}. With another `iss` the same token is accepted."),
    ],
    whys: [
        Why(
            "Why is it rejected?",
            &[
                InferredIf(
                    unlike_its_keys,
                    "Its signature verifies, and its `iss` is not the issuer of the key. A wrong `aud` would get the \
                     same response.",
                ),
                Shown("The `iss` of the token is rejected by {at}."),
            ],
        ),
        Why(
            "Is it the secret?",
            &[
                ShownIf(unlike_its_keys, "No: a private key signs the token, and the published one verifies it."),
                ShownIf(has_same_private_key, SAME_PRIVATE_KEY),
                ShownIf(has_same_secret, SAME_SECRET),
                PERHAPS_THE_SECRET,
            ],
        ),
        by_settings(&[
            UnknownIf(
                unlike_its_issuer,
                "Auth may be configured with another address than the one under which it publishes its keys.",
                SETTINGS,
            ),
            UnknownIf(accepted_without, "The verifier may have no expected issuer and reject every `iss`.", SETTINGS),
            Unknown("The verifier may expect another issuer.", SETTINGS),
        ]),
        LIKE_ANY_OTHER,
    ],
    fix: &[
        Line::If(
            unlike_its_issuer,
            "auth: write the `issuer` of its discovery document into its tokens, to the letter; or set that issuer to \
             their `iss`.",
        ),
        Line::Always("{at}: set the expected issuer to the `iss` that auth writes into its tokens."),
    ],
};

fn shown_by(client: &Client<'_>) -> Test {
    let by_change = depends_on(
        client,
        |client, usual, change| match change {
            Change::Without(claim) | Change::Other(claim, _) | Change::Like(claim) => is_iss(client, usual, claim),
            _ => false,
        },
        is_iss,
    );
    any([unlike_its_keys(client), by_change])
}

/// A published key has signed the token, whose `iss` is another issuer; and a verifier rejects it (OpenID Connect Core 1.0 §3.1.3.7).
/// Where the suite can sign the same token with the published issuer, that decides instead.
fn unlike_its_keys(client: &Client<'_>) -> Test {
    let settings = client.settings();
    let without_control =
        if settings.private_key && settings.negatives { not(secret_is_known(client)) } else { given() };
    let arrives = |usual| all([rejects(usual), differs_from_missing(usual)]);
    let rejected = each(client.every_token().into_iter().map(arrives));
    // Where a verifier accepts that issuer, the others reject something else.
    let accepted = any(client.backend().into_iter().map(takes_token));
    all([signed_by_published_key(client), has_another_issuer(client), without_control, rejected, not_shown(accepted)])
}

/// The token names another issuer than the discovery document, which is what is rejected.
fn unlike_its_issuer(client: &Client<'_>) -> Test {
    any([unlike_its_keys(client), accepted_as_published(client)])
}

fn accepted_as_published(client: &Client<'_>) -> Test {
    let published = |change| matches!(change, Change::Other(_, Guess::Published));
    any(client.every_token().into_iter().map(|usual| accepted_with(client, usual, published)))
}

fn is_iss(client: &Client<'_>, usual: Presentation, claim: ClaimName) -> bool {
    claim.as_str() == "iss" && client.has_claim(usual.token, claim)
}

fn accepted_without(client: &Client<'_>) -> Test {
    let without = |change| matches!(change, Change::Without(claim) if claim.as_str() == "iss");
    any(client.every_token().into_iter().map(|usual| accepted_with(client, usual, without)))
}

/// Without a control, what a verifier rejects may be something else of the token.
fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let mut details = rejecting(client, shown, "issuer", |token| token.issuer.clone());
    if unlike_its_keys(client).prove(client).holds() {
        details = details.headed("the token names another issuer than the one that publishes its key");
        details.not_excluded = vec![Fault::AudienceMismatch, Fault::JwtSecretMismatch];
    }
    details
}
