//! A verifier expects another audience than the token has, or none.

use super::{LIKE_ANY_OTHER, NOT_THE_SECRET, SETTINGS, by_settings, depends_on, rejecting, verified_everywhere};
use crate::diagnosis::client::Client;
use crate::diagnosis::record::{Answer::*, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, any};
use crate::faults::resigned::accepted_with;
use crate::vocabulary::{Change, ClaimName, Fault, Presentation, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::AudienceMismatch,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("audience-mismatch.md"),
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
    details: |client, shown| rejecting(client, shown, "audience", |token| token.audience.clone()),
    suspects: Suspects::Deployment,
    because: &[
        Line::If(accepted_without, "The token is rejected by {at}. Without its `aud` the same token is accepted."),
        Line::Always("The token is rejected by {at}. With another `aud` the same token is accepted."),
    ],
    whys: [
        Why("Why is it rejected?", &[Shown("The `aud` of the token is rejected by {at}.")]),
        NOT_THE_SECRET,
        by_settings(&[
            UnknownIf(accepted_without, "The verifier may have no expected audience and reject every `aud`.", SETTINGS),
            Unknown("The verifier may expect another audience.", SETTINGS),
        ]),
        LIKE_ANY_OTHER,
    ],
    fix: &[Line::Always("{at}: set the expected audience to the `aud` that auth writes into its tokens.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    depends_on(
        client,
        |client, usual, change| match change {
            Change::Without(claim) | Change::Other(claim, _) | Change::Like(claim) => is_aud(client, usual, claim),
            _ => false,
        },
        is_aud,
    )
}

fn is_aud(client: &Client<'_>, usual: Presentation, claim: ClaimName) -> bool {
    claim.as_str() == "aud" && client.has_claim(usual.token, claim)
}

fn accepted_without(client: &Client<'_>) -> Test {
    let without = |change| matches!(change, Change::Without(claim) if claim.as_str() == "aud");
    any(client.every_token().into_iter().map(|usual| accepted_with(client, usual, without)))
}

#[cfg(test)]
mod tests;
