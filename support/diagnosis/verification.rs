//! The verifications by which teams speak of authentication across services: who judged which token, and did that come out
//! as it should. Names of an incident report (2025-09-08); what they cannot tell, the findings do.

use super::Diagnosis;
use crate::evidence::Evidence;
use crate::outcome::{Expectation, Outcome};
use crate::vocabulary::{Endpoint, Fault, Presentation, Probe, Service, TokenKind, User, Variation};

/// What is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::VariantArray)]
pub enum Verification {
    /// Auth judges a token that it has issued.
    #[strum(serialize = "same-service validation")]
    SameService,
    /// The backend judges a token that auth has issued.
    #[strum(serialize = "cross-service validation")]
    CrossService,
    /// The gateway judges the client's tokens, presented as the client does.
    #[strum(serialize = "WebSocket authentication")]
    WebSocket,
    /// Auth and the backend hold the same secret.
    #[strum(serialize = "secret consistency")]
    Secrets,
}

/// How it came out.
#[derive(Clone, Debug, PartialEq)]
pub enum Verified {
    Pass(Vec<Probe>),
    Fail(Vec<Probe>),
    /// Why not.
    NotPossible(String),
}

impl Verification {
    pub fn outcome(self, evidence: &Evidence, diagnosis: &Diagnosis) -> Verified {
        match self {
            Verification::SameService => judged(evidence, Endpoint::Validation),
            Verification::CrossService => judged(evidence, Endpoint::Rest),
            Verification::WebSocket => judged(evidence, Endpoint::WebSocket),
            Verification::Secrets => secrets(evidence, diagnosis),
        }
    }
}

/// Good tokens are accepted there and bad ones are not.
fn judged(evidence: &Evidence, place: Endpoint) -> Verified {
    let settings = &evidence.settings;
    let asks = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.endpoint == place && counts(ask) => Some((probe, ask.expectation(settings))),
        _ => None,
    });
    let (good, bad): (Vec<_>, Vec<_>) = asks
        .filter(|(_, expected)| *expected != Expectation::Any)
        .partition(|(_, expected)| *expected == Expectation::Accept);
    let [good, bad] = [good, bad].map(|asks| asks.into_iter().map(|(probe, _)| probe).collect::<Vec<_>>());
    // What the backend's credentials do at auth is another question, but for an auth that judges only with them.
    let with_credentials =
        |probe: &Probe| matches!(probe, Probe::Present(Presentation { variation: Variation::ServiceCredentials, .. }));
    let (replayed, plain): (Vec<_>, Vec<_>) = good.into_iter().partition(with_credentials);
    let is_met = |probe: &Probe| evidence.is_as_expected(*probe) == Some(true);
    let good = if !plain.iter().all(is_met) && replayed.iter().any(is_met) { replayed } else { plain };
    if good.is_empty() {
        return Verified::NotPossible(lacking(evidence, place));
    }
    // What a front says for a service that it does not reach says nothing of what was presented.
    let is_gateway_error =
        |probe| evidence.of(probe).is_some_and(|observation| observation.response.is_gateway_error());
    let unanswered = |probe: &Probe| match evidence.outcome(*probe) {
        Some(Outcome::Unreached | Outcome::RateLimited) => true,
        _ => is_gateway_error(*probe),
    };
    let as_somebody_else = |probe: &Probe| {
        let seen = evidence.of(*probe).and_then(|observation| observation.response.connection());
        seen.is_some_and(|seen| seen.names_the_user == Some(false))
    };
    let wrong = |probe: &&Probe| evidence.is_as_expected(**probe) == Some(false) && !unanswered(probe);
    let taken_for_another = good.iter().filter(|probe| as_somebody_else(probe));
    let failed: Vec<Probe> = good.iter().chain(&bad).filter(wrong).chain(taken_for_another).copied().collect();
    match good.iter().find(|probe| unanswered(probe)) {
        _ if !failed.is_empty() => Verified::Fail(failed),
        Some(probe) => Verified::NotPossible(format!("{}: {}", probe.name(settings), evidence.summary(*probe))),
        None => Verified::Pass([good, bad].iter().filter_map(|probes| probes.first()).copied().collect()),
    }
}

/// Only the gateway judges tokens that auth never issued.
fn counts(ask: Presentation) -> bool {
    ask.endpoint == Endpoint::WebSocket || ask.token != TokenKind::SelfSigned
}

fn lacking(evidence: &Evidence, place: Endpoint) -> String {
    let settings = &evidence.settings;
    let login = settings.login && evidence.outcome(Probe::Login(User::First)) != Some(Outcome::Accepted);
    match (place, settings.login, settings.mint) {
        _ if login => "login issued no token".into(),
        (Endpoint::WebSocket, false, false) => "needs `login` or `mint` in the target's file".into(),
        (Endpoint::Validation | Endpoint::Rest, false, _) => {
            "needs `login` in the target's file, for a token that auth issued".into()
        }
        _ => "the time was over before it was asked".into(),
    }
}

fn secrets(evidence: &Evidence, diagnosis: &Diagnosis) -> Verified {
    const FAULTS: [Fault; 3] = [Fault::JwtSecretMismatch, Fault::JwtSecretAltered, Fault::JwtSecretStaleReplica];
    let same = evidence.same_fingerprint();
    let finding = diagnosis.findings.iter().find(|finding| FAULTS.contains(&finding.fault));
    let others = |fault: &Fault| !FAULTS.contains(fault);
    match (same, finding) {
        (_, Some(finding)) if same == Some(false) || !finding.not_separable_from.iter().any(others) => {
            let mut because = finding.because.clone();
            // What went wrong first, and what it is compared with after it.
            because.sort_by_key(|probe| evidence.is_as_expected(*probe) != Some(false) && same != Some(false));
            Verified::Fail(because)
        }
        (Some(true), _) => Verified::Pass(vec![Probe::Fingerprint(Service::Backend)]),
        (Some(false), _) => Verified::NotPossible(
            "the fingerprints differ, and nothing shows that the backend uses its own secret".into(),
        ),
        (None, _) if !evidence.settings.fingerprint => {
            Verified::NotPossible("needs `fingerprint` in the target's file".into())
        }
        (None, _) => Verified::NotPossible("needs a fingerprint from both auth and the backend".into()),
    }
}
