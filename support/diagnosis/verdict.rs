//! One word for the whole: healthy, faulty, or inconclusive.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::finding::Finding;
use crate::evidence::Evidence;
use crate::vocabulary::{Endpoint, Probe, Severity};

/// The result of a check in one word; `fivewhys check` exits with 0, 1 or 3 for the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// Every probe came out as on a healthy target.
    Healthy,
    /// A critical fault or an error is confirmed.
    Faulty,
    /// Something is wrong that no confirmed error explains, a needed probe could not be made, or the deadline came before all were.
    Inconclusive,
}

/// Warnings and notes explain nothing: what did not come out as on a healthy target is healthy in no case.
pub(super) fn of(evidence: &Evidence, findings: &[Finding]) -> Verdict {
    // What was confirmed by then is told, and the exit code says that the check was not made to its end.
    if evidence.run.interrupted {
        return Verdict::Inconclusive;
    }
    if findings.iter().any(|finding| finding.severity <= Severity::Error) {
        return Verdict::Faulty;
    }
    let unexpected = unexpected(evidence).next().is_some();
    let in_time = evidence.late().next().is_none() && !evidence.outlived_its_tokens();
    match !unexpected && in_time && needed_were_made(evidence) {
        true => Verdict::Healthy,
        false => Verdict::Inconclusive,
    }
}

/// Probes that did not come out as on a healthy target.
pub(super) fn unexpected(evidence: &Evidence) -> impl Iterator<Item = Probe> + '_ {
    evidence.iter().map(|(probe, _)| probe).filter(|probe| evidence.is_as_expected_at_once(*probe) == Some(false))
}

/// A check that has presented no token of the client at one of the places has tested nothing there.
fn needed_were_made(evidence: &Evidence) -> bool {
    let with_token = |endpoint: &Endpoint| {
        evidence.presentations().any(|one| one.endpoint == *endpoint && one.token.is_the_clients())
    };
    let mut there = Endpoint::VARIANTS.iter().filter(|endpoint| evidence.is_there(**endpoint)).peekable();
    there.peek().is_some() && there.all(with_token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Connection, Extracted, Observation, Response, Settings, Skipped};
    use crate::faults::diagnose;
    use crate::vocabulary::{Presentation, Service, TokenKind};

    fn accepted(endpoint: Endpoint) -> Observation {
        match endpoint {
            Endpoint::WebSocket => Observation::of(Response::WebSocket(Connection::open())),
            _ => Observation::http(200, Extracted::Bool(true)),
        }
    }

    /// The client's token is accepted at these places, and nothing else was sent.
    fn accepted_at<'a>(places: impl IntoIterator<Item = &'a Endpoint>) -> Evidence {
        let mut evidence = Evidence::new(Settings::complete());
        for endpoint in places {
            let usual = Presentation::new(*endpoint, TokenKind::Issued, evidence.settings.usual(*endpoint));
            evidence.record(usual.into(), accepted(*endpoint));
        }
        evidence
    }

    #[test]
    fn healthy_means_that_a_valid_token_was_presented_at_each_place() {
        assert_eq!(diagnose(&accepted_at(Endpoint::VARIANTS)).verdict, Verdict::Healthy);
        for left_out in Endpoint::VARIANTS {
            let others = Endpoint::VARIANTS.iter().filter(|endpoint| *endpoint != left_out);
            assert_eq!(diagnose(&accepted_at(others)).verdict, Verdict::Inconclusive, "without {left_out:?}");
        }
        assert_eq!(diagnose(&accepted_at([])).verdict, Verdict::Inconclusive, "nothing was sent");
    }

    #[test]
    fn a_target_without_any_place_is_not_healthy() {
        let mut settings = Settings::complete();
        (settings.endpoints.validation, settings.endpoints.rest, settings.endpoints.websocket) = (None, None, None);
        assert_eq!(diagnose(&Evidence::new(settings)).verdict, Verdict::Inconclusive);
    }

    #[test]
    fn a_check_that_is_cut_short_is_not_healthy() {
        let health = Probe::Health(Service::Auth);
        for why in [Skipped::Late, Skipped::Expired] {
            let mut late = accepted_at(Endpoint::VARIANTS);
            late.skip(health, why);
            assert_eq!(diagnose(&late).verdict, Verdict::Inconclusive);
        }
        let mut interrupted = accepted_at(Endpoint::VARIANTS);
        interrupted.run.interrupted = true;
        assert_eq!(diagnose(&interrupted).verdict, Verdict::Inconclusive);
        let mut impossible = accepted_at(Endpoint::VARIANTS);
        impossible.skip(health, Skipped::Impossible);
        assert_eq!(diagnose(&impossible).verdict, Verdict::Healthy);
    }
}
