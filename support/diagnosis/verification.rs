//! The verifications by which teams speak of authentication across services: which service validated which token, and with
//! which outcome. Names of an incident report (2025-09-08); what they cannot tell, the findings do.

use super::Diagnosis;
use super::verdict::unexpected;
use crate::evidence::{Evidence, TokenFacts};
use crate::outcome::{Expectation, Outcome};
use crate::vocabulary::{Endpoint, Fault, Presentation, Probe, Service, TokenKind, User, Variation};
use crate::wording::listed;

/// What is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::VariantArray)]
pub enum Verification {
    /// Auth validates a token that it has issued.
    #[strum(serialize = "same-service validation")]
    SameService,
    /// The backend validates a token that auth has issued.
    #[strum(serialize = "cross-service validation")]
    CrossService,
    /// The gateway validates the client's tokens, presented as the client does.
    #[strum(serialize = "WebSocket authentication")]
    WebSocket,
    /// Auth and the services that verify its tokens hold the same secret.
    #[strum(serialize = "secret consistency")]
    Secrets,
}

/// How it came out.
#[derive(Clone, Debug, PartialEq)]
pub enum Verified {
    /// It passes; these probes show it.
    Pass(Vec<Probe>),
    /// It fails; these probes show it.
    Fail(Vec<Probe>),
    /// Why not.
    NotPossible(String),
}

impl Verification {
    /// The result on this evidence. Only secret consistency depends on the diagnosis too.
    pub fn outcome(self, evidence: &Evidence, diagnosis: &Diagnosis) -> Verified {
        match self {
            Verification::SameService => validated(evidence, Endpoint::Validation),
            Verification::CrossService => validated(evidence, Endpoint::Rest),
            Verification::WebSocket => validated(evidence, Endpoint::WebSocket),
            Verification::Secrets => secrets(evidence, diagnosis),
        }
    }
}

/// Valid tokens are accepted there and invalid ones are not.
fn validated(evidence: &Evidence, endpoint: Endpoint) -> Verified {
    let there = |probe: &Probe| probe.presented().is_some_and(|one| one.endpoint == endpoint && counts(one));
    // What auth does with the backend's credentials is another question, unless it accepts nothing without them.
    let with_credentials =
        |probe: &Probe| probe.presented().is_some_and(|one| one.variation == Variation::ServiceCredentials);
    let all: Vec<Probe> = evidence.iter().map(|(probe, _)| probe).filter(there).collect();
    let (replayed, plain): (Vec<Probe>, Vec<Probe>) = all.into_iter().partition(with_credentials);
    let is_required = plain.iter().all(|probe| evidence.expectation(*probe) != Expectation::Accept);
    let made = if is_required { [plain, replayed].concat() } else { plain };
    let expected = |what: Expectation| made.iter().copied().filter(move |probe| evidence.expectation(*probe) == what);
    let accepted = expected(Expectation::Accept).next().filter(|_| evidence.is_there(endpoint));
    let Some(accepted) = accepted else { return Verified::NotPossible(lacking(evidence, endpoint)) };
    // What a proxy responds for a service that it does not reach says nothing of the token.
    let is_gateway_error = |probe| evidence.of(probe).is_some_and(|seen| seen.response.is_gateway_error());
    let unanswered = |probe: &Probe| {
        matches!(evidence.outcome(*probe), Some(Outcome::Unreached | Outcome::RateLimited)) || is_gateway_error(*probe)
    };
    let failed: Vec<Probe> = unexpected(evidence).filter(|probe| made.contains(probe) && !unanswered(probe)).collect();
    match expected(Expectation::Accept).find(unanswered) {
        _ if !failed.is_empty() => Verified::Fail(failed),
        Some(probe) => {
            Verified::NotPossible(format!("{}: {}", probe.name(&evidence.settings), evidence.summary(probe)))
        }
        None => Verified::Pass([accepted].into_iter().chain(expected(Expectation::Reject).next()).collect()),
    }
}

/// Only the gateway validates tokens that auth never issued.
fn counts(ask: Presentation) -> bool {
    ask.endpoint == Endpoint::WebSocket || ask.token != TokenKind::SelfSigned
}

fn lacking(evidence: &Evidence, place: Endpoint) -> String {
    let settings = &evidence.settings;
    let login = settings.login && evidence.outcome(Probe::Login(User::First)) != Some(Outcome::Accepted);
    match (place, settings.login, settings.mint) {
        _ if login => "login issued no token".into(),
        _ if !settings.has(place) => format!("the target's file has no {}", part(place)),
        (Endpoint::Validation, ..) if !evidence.is_there(place) => {
            "auth has no such path; `validate` in the target's file describes it".into()
        }
        (Endpoint::Rest, ..) if !evidence.is_there(place) => {
            "the backend has no such path; `protected` in the target's file describes it".into()
        }
        _ if settings.tokens => "no token could be presented".into(),
        (Endpoint::WebSocket, false, false) => "needs `login` or `mint` in the target's file".into(),
        (Endpoint::Validation | Endpoint::Rest, false, _) => {
            "needs `login` in the target's file, for a token that auth issued".into()
        }
        _ if evidence.outlived_its_tokens() => "the tokens had expired before it was asked".into(),
        _ => "the time was over before it was asked".into(),
    }
}

/// What describes that place in a target's file.
fn part(place: Endpoint) -> &'static str {
    match place {
        Endpoint::Validation => "`validate`",
        Endpoint::Rest => "`protected`",
        Endpoint::WebSocket => "`websocket`",
    }
}

fn secrets(evidence: &Evidence, diagnosis: &Diagnosis) -> Verified {
    const FAULTS: [Fault; 3] = [Fault::JwtSecretMismatch, Fault::JwtSecretAltered, Fault::JwtSecretStaleReplica];
    // What may have verified nothing says nothing of its secret.
    const VERIFY_NOTHING: [Fault; 2] = [Fault::CircuitBreakerOpen, Fault::CredentialNotRead];
    let same = evidence.same_fingerprint();
    let is_described = evidence.settings.shows_fingerprint(Service::Auth);
    let finding = diagnosis.findings.iter().find(|finding| FAULTS.contains(&finding.fault));
    let verifies_nothing = |fault: &Fault| VERIFY_NOTHING.contains(fault);
    match (same, finding) {
        (_, Some(finding)) if same == Some(false) || !finding.not_separable_from.iter().any(verifies_nothing) => {
            let mut because = finding.because.clone();
            // What went wrong first, and what it is compared with after it.
            because.sort_by_key(|probe| evidence.is_as_expected(*probe) != Some(false) && same != Some(false));
            Verified::Fail(because)
        }
        (Some(true), _) if diagnosis.undetermined.contains_key(&Fault::JwtSecretMismatch) => Verified::NotPossible(
            "the fingerprints are the same, and speak only for the services that show them".into(),
        ),
        (Some(true), _) => Verified::Pass(
            evidence.fingerprints_beside_auth().map(|(service, _)| Probe::Fingerprint(service)).collect(),
        ),
        (Some(false), _) => Verified::NotPossible(format!(
            "the fingerprints differ, and nothing shows that {} uses its own secret",
            differing(evidence)
        )),
        (None, _) if !is_described && evidence.token_facts().any(TokenFacts::is_opaque) => {
            Verified::NotPossible("the token is a random text, so no secret is shared".into())
        }
        (None, _) if !is_described && evidence.token_facts().any(TokenFacts::is_asymmetric) => {
            Verified::NotPossible("a private key signs the token, so no secret is shared".into())
        }
        (None, _) if !is_described => Verified::NotPossible("needs `fingerprint` in the target's file".into()),
        (None, _) if !evidence.settings.fingerprint => {
            Verified::NotPossible("needs a fingerprint from both auth and the gateway".into())
        }
        (None, _) => Verified::NotPossible("needs a fingerprint from both auth and the backend".into()),
    }
}

/// The services whose fingerprints are not that of auth.
fn differing(evidence: &Evidence) -> String {
    let others = evidence.fingerprints_beside_auth().filter(|(_, same)| !same);
    listed(&others.map(|(service, _)| service.title()).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
