//! The token is signed with another algorithm than its verifier accepts.

use super::{LIKE_ANY_OTHER, NOT_THE_SECRET, SETTINGS, by_settings, changes, verified_everywhere, verifier};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Test, each};
use crate::faults::resigned::accepted_with;
use crate::vocabulary::{Change, Fault, Severity};

pub(crate) const RECORD: Record = Record {
    fault: Fault::AlgorithmMismatch,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("algorithm-mismatch.md"),
    symptoms: &[Symptom::RejectedLikeForged, Symptom::OwnTokenRejected, Symptom::IssuedTokenRejected],
    shown_by,
    ruled_out_by: verified_everywhere,
    yields_to: &[],
    details,
    because: &[Line::Always(
        "The token signed with {signed} is rejected by {at}. The same claims signed with {accepted} are accepted.",
    )],
    whys: [
        Why("Why is it rejected?", &[Shown("The token is signed with {signed}, and {accepted} is accepted by {at}.")]),
        NOT_THE_SECRET,
        by_settings(&[Unknown("Issuer and verifier may be configured with different algorithms.", SETTINGS)]),
        LIKE_ANY_OTHER,
    ],
    fix: &[Line::Always("issuer of the token and {at}: configure the same algorithm.")],
};

fn shown_by(client: &Client<'_>) -> Test {
    let with_another = |change| matches!(change, Change::Algorithm(_));
    each(client.every_token().into_iter().map(|usual| accepted_with(client, usual, with_another)))
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let takes = changes(shown).find_map(|(_, change)| match change {
        Change::Algorithm(algorithm) => Some(algorithm.to_string()),
        _ => None,
    });
    let signed = client.facts().and_then(|facts| facts.algorithm.clone()).unwrap_or_else(|| "another one".into());
    let takes = takes.unwrap_or_default();
    Details::from([("signed", signed), ("accepted", takes), ("at", verifier(shown).to_owned())])
}
