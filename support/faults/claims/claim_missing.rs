//! The client's token lacks a claim that a verifier requires.

use super::{LIKE_ANY_OTHER, NOT_THE_SECRET, SETTINGS, by_settings, depends_on, details, verified_everywhere};
use crate::diagnosis::client::Client;
use crate::diagnosis::record::{Answer::*, Line, Record, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::Test;
use crate::vocabulary::{Change, Fault, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::ClaimMissing,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("claim-missing.md"),
    symptoms: &[Symptom::RejectedLikeForged, Symptom::OwnTokenRejected, Symptom::IssuedTokenRejected],
    shown_by,
    ruled_out_by: verified_everywhere,
    yields_to: &[],
    details,
    because: &[Line::Always("The token is rejected by {at}, and the same token plus {claim} is accepted.")],
    whys: [
        Why("Why is it rejected?", &[Shown("The token has no {claim}, which is required by {at}.")]),
        NOT_THE_SECRET,
        by_settings(&[Unknown(
            "The issuer and the verifier of the token have different contracts about its claims.",
            SETTINGS,
        )]),
        LIKE_ANY_OTHER,
    ],
    fix: &[Line::Always("client: add {claim} to the tokens that it signs; or stop requiring {claim} at {at}.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    depends_on(
        client,
        |client, usual, change| matches!(change, Change::Like(claim) if !client.has_claim(usual.token, claim)),
        |client, usual, claim| !client.has_claim(usual.token, claim),
    )
}
