//! What users see: signing in, REST and the WebSocket, as the client uses them.

use crate::diagnosis::{Basis, Finding};
use crate::evidence::Evidence;
use crate::outcome::Expectation;
use crate::vocabulary::{Endpoint, Presentation, Probe, Service, Severity, TokenKind, Variation};

/// In one sentence.
pub(super) fn of(evidence: &Evidence, finding: &Finding) -> String {
    let seen = finding.whys.first().map(|why| why.answer.clone()).unwrap_or_default();
    // What concerns no client of theirs, or what an attacker gets.
    if matches!(finding.severity, Severity::Critical | Severity::Note) {
        return seen;
    }
    let own: &[Probe] = match finding.whys.first().map(|why| &why.basis) {
        Some(Basis::Observed(probes)) => probes.as_slice(),
        _ => &[],
    };
    // What else fails is the impact of another finding.
    let is_elsewhere = |failing: &[Service]| own.iter().any(|probe| !failing.contains(&probe.service()));
    match on_users_at(evidence) {
        Some((_, failing)) if is_elsewhere(&failing) => seen,
        Some((told, _)) => told,
        None => seen,
    }
}

/// Whatever the cause; nothing where none of it fails.
pub(super) fn on_users(evidence: &Evidence) -> Option<String> {
    on_users_at(evidence).map(|(told, _)| told)
}

/// The same, and where it fails.
fn on_users_at(evidence: &Evidence) -> Option<(String, Vec<Service>)> {
    let used = [
        ("login", "login", used(evidence, |probe| matches!(probe, Probe::Login(_)))),
        ("REST", "REST call", presented(evidence, Endpoint::Rest)),
        ("WebSocket", "WebSocket connection", presented(evidence, Endpoint::WebSocket)),
    ];
    let (mut failing, mut parts) = (Vec::new(), Vec::new());
    for (name, one, probes) in used {
        let failed: Vec<Probe> = probes.iter().copied().filter(|probe| has_failed(evidence, *probe)).collect();
        failing.extend(failed.first().map(|probe| probe.service()));
        match failed.first() {
            None if probes.is_empty() => {}
            None => parts.push(format!("{name} works")),
            Some(first) => {
                let counted = counted(failed.len(), probes.len(), one);
                parts.push(format!("{counted}: {}", evidence.summary(*first)));
            }
        }
    }
    (!failing.is_empty()).then(|| (parts.join("; "), failing))
}

fn counted(failed: usize, all: usize, one: &str) -> String {
    match (failed, all) {
        (_, 1) => format!("the {one} fails"),
        (2, 2) => format!("both {one}s fail"),
        (failed, all) if failed == all => format!("all {all} {one}s fail"),
        (1, all) => format!("1 of {all} {one}s fails"),
        (failed, all) => format!("{failed} of {all} {one}s fail"),
    }
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

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn a_count_reads_as_a_sentence() {
        assert_eq!(counted(1, 1, "REST call"), "the REST call fails");
        assert_eq!(counted(2, 2, "login"), "both logins fail");
        assert_eq!(counted(6, 6, "REST call"), "all 6 REST calls fail");
        assert_eq!(counted(1, 6, "REST call"), "1 of 6 REST calls fails");
        assert_eq!(counted(3, 6, "REST call"), "3 of 6 REST calls fail");
    }
}
