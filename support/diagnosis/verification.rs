//! The verifications by which teams speak of authentication across services: who judged which token, and did that come out
//! as it should. Names of an incident report (2025-09-08); what they cannot tell, the findings do.

use super::{Diagnosis, Fault};
use crate::evidence::{Ask, Credential, Evidence, Expectation, Place, Probe, Reading, Service, Twist, User};

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
pub enum Outcome {
    Pass(Vec<Probe>),
    Fail(Vec<Probe>),
    /// Why not.
    NotPossible(String),
}

impl Verification {
    pub fn outcome(self, evidence: &Evidence, diagnosis: &Diagnosis) -> Outcome {
        match self {
            Verification::SameService => judged(evidence, Place::Auth),
            Verification::CrossService => judged(evidence, Place::Rest),
            Verification::WebSocket => judged(evidence, Place::Gateway),
            Verification::Secrets => secrets(evidence, diagnosis),
        }
    }
}

/// Good tokens are accepted there and bad ones are not.
fn judged(evidence: &Evidence, place: Place) -> Outcome {
    let settings = &evidence.settings;
    let asks = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.place == place && counts(ask) => Some((probe, ask.expectation(settings))),
        _ => None,
    });
    let (good, bad): (Vec<_>, Vec<_>) = asks
        .filter(|(_, expected)| *expected != Expectation::Any)
        .partition(|(_, expected)| *expected == Expectation::Accept);
    let [good, bad] = [good, bad].map(|asks| asks.into_iter().map(|(probe, _)| probe).collect::<Vec<_>>());
    // What the backend's credentials do at auth is another question, but for an auth that judges only with them.
    let with_credentials = |probe: &Probe| matches!(probe, Probe::Present(Ask { twist: Twist::AsBackend, .. }));
    let (replayed, plain): (Vec<_>, Vec<_>) = good.into_iter().partition(with_credentials);
    let is_met = |probe: &Probe| evidence.met(*probe) == Some(true);
    let good = if !plain.iter().all(is_met) && replayed.iter().any(is_met) { replayed } else { plain };
    if good.is_empty() {
        return Outcome::NotPossible(lacking(evidence, place));
    }
    // What a front says for a service that it does not reach says nothing of what was presented.
    let is_from_a_front = |probe| evidence.of(probe).is_some_and(|observation| observation.seen.is_from_a_front());
    let unanswered = |probe: &Probe| match evidence.reading(*probe) {
        Some(Reading::Unreached | Reading::Limited) => true,
        _ => is_from_a_front(*probe),
    };
    let as_somebody_else = |probe: &Probe| {
        let seen = evidence.of(*probe).and_then(|observation| observation.seen.conversation());
        seen.is_some_and(|seen| seen.names_the_user == Some(false))
    };
    let wrong = |probe: &&Probe| evidence.met(**probe) == Some(false) && !unanswered(probe);
    let taken_for_another = good.iter().filter(|probe| as_somebody_else(probe));
    let failed: Vec<Probe> = good.iter().chain(&bad).filter(wrong).chain(taken_for_another).copied().collect();
    match good.iter().find(|probe| unanswered(probe)) {
        _ if !failed.is_empty() => Outcome::Fail(failed),
        Some(probe) => Outcome::NotPossible(format!("{}: {}", probe.name(settings), evidence.saw(*probe))),
        None => Outcome::Pass([good, bad].iter().filter_map(|probes| probes.first()).copied().collect()),
    }
}

/// Only the gateway judges tokens that auth never issued.
fn counts(ask: Ask) -> bool {
    ask.place == Place::Gateway || ask.credential != Credential::Own
}

fn lacking(evidence: &Evidence, place: Place) -> String {
    let settings = &evidence.settings;
    let login = settings.login && evidence.reading(Probe::Login(User::First)) != Some(Reading::Accepted);
    match (place, settings.login, settings.mint) {
        _ if login => "login issued no token".into(),
        (Place::Gateway, false, false) => "needs `login` or `mint` in the target's file".into(),
        (Place::Auth | Place::Rest, false, _) => {
            "needs `login` in the target's file, for a token that auth issued".into()
        }
        _ => "the time was over before it was asked".into(),
    }
}

fn secrets(evidence: &Evidence, diagnosis: &Diagnosis) -> Outcome {
    const FAULTS: [Fault; 3] = [Fault::JwtSecretMismatch, Fault::JwtSecretAltered, Fault::JwtSecretStaleReplica];
    let same = evidence.same_fingerprint();
    let finding = diagnosis.findings.iter().find(|finding| FAULTS.contains(&finding.fault));
    let others = |fault: &Fault| !FAULTS.contains(fault);
    match (same, finding) {
        (_, Some(finding)) if same == Some(false) || !finding.not_separable_from.iter().any(others) => {
            let mut because = finding.because.clone();
            // What went wrong first, and what it is compared with after it.
            because.sort_by_key(|probe| evidence.met(*probe) != Some(false) && same != Some(false));
            Outcome::Fail(because)
        }
        (Some(true), _) => Outcome::Pass(vec![Probe::Fingerprint(Service::Backend)]),
        (Some(false), _) => Outcome::NotPossible(
            "the fingerprints differ, and nothing shows that the backend uses its own secret".into(),
        ),
        (None, _) if !evidence.settings.fingerprint => {
            Outcome::NotPossible("needs `fingerprint` in the target's file".into())
        }
        (None, _) => Outcome::NotPossible("needs a fingerprint from both auth and the backend".into()),
    }
}
