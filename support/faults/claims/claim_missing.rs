//! A token lacks a claim that a verifier requires: one that the client signs, or one that auth issues.

use super::{LIKE_ANY_OTHER, NOT_THE_SECRET, SETTINGS, by_settings, depends_on, details, verified_everywhere};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::Test;
use crate::vocabulary::{Change, ClaimsOf, Fault, Probe, Severity, TokenKind};

pub(crate) const RECORD: Record = Record {
    fault: Fault::ClaimMissing,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("claim-missing.md"),
    symptoms: &[
        Symptom::RejectedLikeForged,
        Symptom::RejectedUnlikeForged,
        Symptom::OwnTokenRejected,
        Symptom::IssuedTokenRejected,
    ],
    shown_by,
    ruled_out_by: verified_everywhere,
    yields_to: &[],
    details: with_issuer,
    suspects: Suspects::Deployment,
    because: &[Line::Always("The token is rejected by {at}. With {claim} added, the same token is accepted.")],
    whys: [
        Why("Why is it rejected?", &[Shown("The token lacks {claim}, which is required by {at}.")]),
        NOT_THE_SECRET,
        by_settings(&[Unknown(
            "The verifier may require a claim that the issuer was never configured to write.",
            SETTINGS,
        )]),
        LIKE_ANY_OTHER,
    ],
    fix: &[Line::Always("{issuer}: add {claim} to the tokens that it signs; or {at}: stop requiring {claim}.")],
};

/// Who signs the token that lacks it.
fn with_issuer(client: &Client<'_>, shown: &Probes) -> Details {
    let mut details = details(client, shown);
    let is_own = |probe: &Probe| {
        let token = probe.presented().map(|presented| presented.token);
        matches!(token, Some(TokenKind::SelfSigned | TokenKind::Resigned(ClaimsOf::SelfSigned, _)))
    };
    let (issuer, token) = match shown.iter().any(is_own) {
        true => ("client", "the client's own token"),
        false => ("auth", "an issued token"),
    };
    let of = |key: &str| details.values.get(key).cloned().unwrap_or_default();
    let headline = format!("{token} lacks {}, which {} requires", of("claim"), of("at"));
    details.values.insert("issuer", issuer.to_owned());
    details.headed(headline)
}

fn shown_by(client: &Client<'_>) -> Test {
    depends_on(
        client,
        |client, usual, change| matches!(change, Change::Like(claim) if !client.has_claim(usual.token, claim)),
        |client, usual, claim| !client.has_claim(usual.token, claim),
    )
}
