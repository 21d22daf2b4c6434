//! A verifier expects another issuer than the token has, or none.

use super::{
    ANOTHER_SECRET, LIKE_ANY_OTHER, SAME_SECRET, SETTINGS, by_settings, depends_on, details, has_same_secret,
    verified_everywhere,
};
use crate::diagnosis::client::Client;
use crate::diagnosis::record::{Answer::*, Line, Record, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, all, any, differs_from_missing, each, not_shown, rejects, takes_token};
use crate::faults::keys::{has_another_issuer, signed_by_published_key};
use crate::faults::resigned::accepted_with;
use crate::vocabulary::{Change, ClaimName, Fault, Presentation, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::IssuerMismatch,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("issuer-mismatch.md"),
    symptoms: &[
        Symptom::RejectedLikeForged,
        Symptom::RejectedLikeMissing,
        Symptom::OwnTokenRejected,
        Symptom::IssuedTokenRejected,
    ],
    shown_by,
    ruled_out_by: verified_everywhere,
    yields_to: &[],
    details,
    because: &[
        Line::If(
            unlike_its_keys,
            "A published key has signed the token, and its `iss` is not the issuer that publishes the key. It is \
             rejected, and not like a missing one.",
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
                ShownIf(has_same_secret, SAME_SECRET),
                Inferred(ANOTHER_SECRET),
            ],
        ),
        by_settings(&[
            UnknownIf(
                unlike_its_keys,
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
            unlike_its_keys,
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
fn unlike_its_keys(client: &Client<'_>) -> Test {
    let arrives = |usual| all([rejects(usual), differs_from_missing(usual)]);
    let rejected = each(client.every_token().into_iter().map(arrives));
    // Where a verifier accepts that issuer, the others reject something else.
    let accepted = any(client.backend().into_iter().map(takes_token));
    all([signed_by_published_key(client), has_another_issuer(client), rejected, not_shown(accepted)])
}

fn is_iss(client: &Client<'_>, usual: Presentation, claim: ClaimName) -> bool {
    claim.as_str() == "iss" && client.has_claim(usual.token, claim)
}

fn accepted_without(client: &Client<'_>) -> Test {
    let without = |change| matches!(change, Change::Without(claim) if claim.as_str() == "iss");
    any(client.every_token().into_iter().map(|usual| accepted_with(client, usual, without)))
}
