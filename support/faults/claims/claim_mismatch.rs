//! A claim has a value that a verifier rejects, other than its audience and its issuer.

use super::{
    IDENTITY, LIKE_ANY_OTHER, NAMED, NOT_THE_SECRET, SETTINGS, by_settings, depends_on, details, verified_everywhere,
};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::Test;
use crate::vocabulary::{Change, ClaimName, Fault, Guess, Presentation, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::ClaimMismatch,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("claim-mismatch.md"),
    symptoms: &[
        Symptom::RejectedLikeForged,
        Symptom::RejectedUnlikeForged,
        Symptom::OwnTokenRejected,
        Symptom::IssuedTokenRejected,
    ],
    shown_by,
    ruled_out_by: verified_everywhere,
    yields_to: &[],
    details: rejected_value,
    suspects: Suspects::Deployment,
    because: &[Line::Always(
        "The token is rejected by {at}. With another {claim}, or without it, the same token is accepted.",
    )],
    whys: [
        Why("Why is it rejected?", &[Shown("The value of {claim} is rejected by {at}.")]),
        NOT_THE_SECRET,
        by_settings(&[Unknown("Issuer and verifier may be configured with different values.", SETTINGS)]),
        LIKE_ANY_OTHER,
    ],
    fix: &[Line::Always("issuer of the token and {at}: configure the same value of {claim}.")],
};

fn rejected_value(client: &Client<'_>, shown: &Probes) -> Details {
    let details = details(client, shown);
    let of = |key: &str| details.values.get(key).cloned().unwrap_or_default();
    let headline = format!("{} rejects the value of {} in the token", of("at"), of("claim"));
    details.headed(headline)
}

fn shown_by(client: &Client<'_>) -> Test {
    depends_on(
        client,
        |client, usual, change| match change {
            Change::Like(claim) | Change::Without(claim) | Change::Other(claim, Guess::Access) => {
                is_other(client, usual, claim)
            }
            _ => false,
        },
        is_other,
    )
}

/// A claim of the token that neither has a fault of its own nor names the user.
fn is_other(client: &Client<'_>, usual: Presentation, claim: ClaimName) -> bool {
    let has_another_fault = NAMED.contains(&claim.as_str()) || IDENTITY.contains(&claim.as_str());
    client.has_claim(usual.token, claim) && !has_another_fault
}
