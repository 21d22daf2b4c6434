//! One word for the whole: healthy, faulty, or inconclusive.

use serde::{Deserialize, Serialize};

use super::{Case, Finding, Severity};
use crate::evidence::Evidence;
use crate::vocabulary::{Attempt, Carriers, Endpoint, Presentation, Probe, TokenKind, Variation};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// Every probe came out as it should, but for what a finding below error explains.
    Healthy,
    /// A critical fault or an error is confirmed.
    Faulty,
    /// Something is wrong that no finding explains, a needed probe could not be made, or the time was over before all were.
    Inconclusive,
}

pub(super) fn of(case: &Case<'_>, findings: &[Finding]) -> Verdict {
    if findings.iter().any(|finding| finding.severity <= Severity::Error) {
        return Verdict::Faulty;
    }
    // An auth that wants service credentials, and has them, is as it should be without them too.
    let demands_service = case.accepts(case.as_backend()).holds();
    let is_validation = |probe: Probe| matches!(probe, Probe::Present(ask) if ask.endpoint == Endpoint::Validation && ask.token == case.token());
    let explained = |probe: Probe| {
        demands_service && is_validation(probe) || findings.iter().any(|finding| explains(finding, probe))
    };
    let unexplained = unmet(case.evidence()).any(|probe| !explained(probe));
    let in_time = case.evidence().late().is_empty();
    if unexplained || !in_time || !needed_were_made(case) { Verdict::Inconclusive } else { Verdict::Healthy }
}

/// Probes that came out as they should not.
pub(super) fn unmet(evidence: &Evidence) -> impl Iterator<Item = Probe> {
    evidence.iter().map(|(probe, _)| probe).filter(|probe| evidence.is_as_expected_at_once(*probe) == Some(false))
}

/// A finding explains what it cites, and the same form of a token at the same place whoever sends it, whenever.
fn explains(finding: &Finding, probe: Probe) -> bool {
    finding.because.iter().any(|cited| match (*cited, probe) {
        (Probe::Present(one), Probe::Present(other)) => written(one) == written(other) && !one.carriers.is_empty(),
        (one, other) => one == other,
    })
}

/// Where the token stands and how it is written there.
fn written(presented: Presentation) -> (Endpoint, Carriers, Option<Variation>) {
    let variation = Some(presented.variation).filter(|_| presented.attempt(Attempt::First).is_plain());
    (presented.endpoint, presented.carriers, variation.filter(|variation| *variation != Variation::None))
}

/// A check without a token judged by auth and presented to the gateway has not looked.
fn needed_were_made(case: &Case<'_>) -> bool {
    let with_token = |probe: Probe, place: Endpoint| match probe {
        Probe::Present(ask) => ask.endpoint == place && matches!(ask.token, TokenKind::Issued | TokenKind::SelfSigned),
        _ => false,
    };
    [Endpoint::Validation, Endpoint::WebSocket]
        .into_iter()
        .all(|place| case.evidence().iter().any(|(probe, _)| with_token(probe, place)))
}
