//! What users see: signing in, REST and the WebSocket, as the client uses them.

use crate::diagnosis::Finding;
use crate::evidence::Evidence;
use crate::outcome::Expectation;
use crate::vocabulary::{Endpoint, Presentation, Probe, Severity, TokenKind, Variation};

/// In one sentence.
pub(super) fn of(evidence: &Evidence, finding: &Finding) -> String {
    let seen = finding.whys.first().map(|why| why.answer.clone()).unwrap_or_default();
    // What concerns no client of theirs, or what an attacker gets.
    if matches!(finding.severity, Severity::Critical | Severity::Note) {
        return seen;
    }
    let logins = used(evidence, |probe| matches!(probe, Probe::Login(_)));
    let parts = [
        ("login", "no login succeeds", "logins", logins),
        ("REST", "every REST call fails", "REST calls", presented(evidence, Endpoint::Rest)),
        ("WebSocket", "no WebSocket connects", "WebSocket connections", presented(evidence, Endpoint::WebSocket)),
    ];
    let parts = parts.map(|(name, all_fail, plural, used)| {
        let (of, failed) = (used.len(), used.into_iter().filter(|probe| has_failed(evidence, *probe)));
        let failed: Vec<Probe> = failed.collect();
        let first = failed.first().map(|probe| evidence.summary(*probe)).unwrap_or_default();
        let told = match failed.len() {
            0 if of == 0 => None,
            0 => Some(format!("{name} works")),
            failed if failed == of => Some(format!("{all_fail}: {first}")),
            failed => Some(format!("{failed} of {of} {plural} fail: {first}")),
        };
        (told, !failed.is_empty())
    });
    if parts.iter().all(|(_, has_failed)| !has_failed) {
        return seen;
    }
    parts.into_iter().filter_map(|(told, _)| told).collect::<Vec<_>>().join("; ")
}

/// The client's own tokens, as it presents them there.
pub(super) fn presented(evidence: &Evidence, endpoint: Endpoint) -> Vec<Probe> {
    let is_usual = |one: Presentation| {
        let carriers = endpoint != Endpoint::WebSocket || one.carriers == evidence.settings.presents();
        let token = one.token.is_the_clients() && (endpoint == Endpoint::WebSocket || one.token == TokenKind::Issued);
        one.endpoint == endpoint && one.variation == Variation::None && carriers && token
    };
    used(evidence, |probe| probe.presented().is_some_and(is_usual))
}

/// What should be accepted, of the probes that are meant.
pub(super) fn used(evidence: &Evidence, is_meant: impl Fn(Probe) -> bool) -> Vec<Probe> {
    let probes = evidence.iter().map(|(probe, _)| probe);
    probes.filter(|probe| is_meant(*probe) && evidence.expectation(*probe) == Expectation::Accept).collect()
}

fn has_failed(evidence: &Evidence, probe: Probe) -> bool {
    evidence.is_as_expected_at_once(probe) == Some(false)
}
