//! One word for the whole: healthy, faulty, or inconclusive.

use serde::{Deserialize, Serialize};

use super::client::Client;
use super::finding::Finding;
use super::test::accepts;
use crate::evidence::Evidence;
use crate::vocabulary::{Attempt, Carriers, Endpoint, Presentation, Probe, Severity, Variation};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// Every probe came out as on a healthy target, except what a finding below error explains.
    Healthy,
    /// A critical fault or an error is confirmed.
    Faulty,
    /// Something is wrong that no finding explains, a needed probe could not be made, or the deadline came before all were.
    Inconclusive,
}

pub(super) fn of(client: &Client<'_>, findings: &[Finding]) -> Verdict {
    if findings.iter().any(|finding| finding.severity <= Severity::Error) {
        return Verdict::Faulty;
    }
    // An auth service that requires service credentials, and has them, is healthy although it rejects the token without them.
    let requires_service = accepts(client.validation_as_backend()).prove(client).holds();
    let is_validation = |probe: Probe| {
        let presented = probe.presented();
        presented.is_some_and(|one| one.endpoint == Endpoint::Validation && one.token == client.token())
    };
    let explained = |probe: Probe| {
        requires_service && is_validation(probe) || findings.iter().any(|finding| explains(finding, probe))
    };
    let unexplained = unexpected(client.evidence()).any(|probe| !explained(probe));
    let in_time = client.evidence().late().is_empty();
    if unexplained || !in_time || !needed_were_made(client.evidence()) {
        Verdict::Inconclusive
    } else {
        Verdict::Healthy
    }
}

/// Probes that did not come out as on a healthy target.
pub(super) fn unexpected(evidence: &Evidence) -> impl Iterator<Item = Probe> + '_ {
    evidence.iter().map(|(probe, _)| probe).filter(|probe| evidence.is_as_expected_at_once(*probe) == Some(false))
}

/// A finding explains what it cites, and any token that is sent to the same endpoint in the same way, at any time.
fn explains(finding: &Finding, probe: Probe) -> bool {
    finding.because.iter().any(|cited| match (cited.presented(), probe.presented()) {
        (Some(one), Some(other)) => written(one) == written(other) && !one.carriers.is_empty(),
        _ => *cited == probe,
    })
}

/// Where the token stands and how it is written there.
fn written(presented: Presentation) -> (Endpoint, Carriers, Variation) {
    let written = presented.attempt(Attempt::First).is_plain();
    let variation = if written { presented.variation } else { Variation::None };
    (presented.endpoint, presented.carriers, variation)
}

/// A check without a token that auth validates and that is presented to the gateway has tested nothing.
fn needed_were_made(evidence: &Evidence) -> bool {
    let with_token =
        |endpoint: Endpoint| evidence.presentations().any(|one| one.endpoint == endpoint && one.token.is_the_clients());
    [Endpoint::Validation, Endpoint::WebSocket].into_iter().all(with_token)
}
