//! What is known where the cause is not proven: what works, which causes fit, and which setting would tell them apart.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::headline::is_a_cause;
use super::rows::failed;
use super::{excluded, impact};
use crate::diagnosis::{Diagnosis, Undetermined};
use crate::evidence::{Evidence, Response, SignedBy, TokenFacts, TransportError};
use crate::outcome::{Expectation, Outcome};
use crate::vocabulary::{Endpoint, Family, Fault, Presentation, Probe, TokenKind};

/// What a report says of an inconclusive check.
pub(super) struct Unproven {
    /// What failed.
    pub(super) failed: Vec<Probe>,
    /// A setting of the target's file that may be all that is wrong.
    pub(super) advice: Option<String>,
    /// What users see; nothing where what fails is not theirs.
    pub(super) impact: Option<String>,
    /// What works; empty in a check that saw nothing.
    pub(super) known: String,
    /// What nobody needs to suspect; empty where that is not known.
    pub(super) excluded: String,
    /// The causes that fit, what the responses speak for most first. Where there is advice, none: what a wrong path responds
    /// says nothing of a token.
    pub(super) causes: Vec<Fault>,
    /// The settings that would tell these apart, each with its question; what decides most comes first.
    pub(super) settings: Vec<(&'static str, &'static str)>,
}

impl Unproven {
    pub(super) fn of(evidence: &Evidence, diagnosis: &Diagnosis) -> Self {
        let failed: Vec<Probe> = failed(evidence).collect();
        // What is confirmed has a fix of its own.
        let has_cause = diagnosis.findings.iter().any(is_a_cause);
        let advice = if has_cause { None } else { advice(evidence, &failed) };
        let open = diagnosis.undetermined.iter().map(|(fault, open)| (*fault, open));
        let may_explain = |(_, open): &(Fault, &Undetermined)| !open.not_separable_from.is_empty() && advice.is_none();
        let mut fits: Vec<(Fault, &Undetermined)> = open.filter(may_explain).collect();
        // What stops a WebSocket only does not explain that REST fails too.
        let is_elsewhere =
            failed.iter().any(|probe| probe.presented().is_some_and(|one| one.endpoint != Endpoint::WebSocket));
        let explains_less = |fault: Fault| is_elsewhere && fault.family() == Family::Websocket;
        fits.sort_by_key(|(fault, open)| (explains_less(*fault), open.rank));
        let impact = impact::on_users(evidence);
        let was_made_whole = !evidence.run.interrupted && evidence.late().next().is_none();
        // A limit says why the check saw no more, and a diagnosis without what is open tells nothing of it.
        let is_limited = |probe: &Probe| evidence.outcome(*probe) == Some(Outcome::RateLimited);
        let is_told = !diagnosis.undetermined.is_empty() && !failed.iter().all(is_limited);
        let nothing_fits = fits.is_empty() && is_told && !has_cause && was_made_whole;
        Unproven {
            excluded: excluded::suspects(diagnosis),
            known: if failed.is_empty() { String::new() } else { known(evidence, impact.as_ref()) },
            impact,
            settings: settings(&fits),
            causes: fits.into_iter().map(|(fault, _)| fault).collect(),
            advice: advice.or_else(|| failed.first().filter(|_| nothing_fits).map(|probe| to_logs(*probe))),
            failed,
        }
    }
}

/// Where it is not known what to correct.
fn to_logs(failed: Probe) -> String {
    format!("{}: look at its log at the time of this check; none of the known causes fits.", failed.service().name())
}

fn settings(fits: &[(Fault, &Undetermined)]) -> Vec<(&'static str, &'static str)> {
    let mut counted: BTreeMap<&'static str, usize> = BTreeMap::new();
    fits.iter().flat_map(|(_, open)| &open.settings).for_each(|setting| *counted.entry(setting).or_default() += 1);
    let mut counted: Vec<(&str, usize)> = counted.into_iter().collect();
    counted.sort_by_key(|(_, count)| Reverse(*count));
    counted.into_iter().map(|(setting, _)| (setting, question(setting))).collect()
}

fn advice(evidence: &Evidence, failed: &[Probe]) -> Option<String> {
    let is_silent = |probe: &Probe| {
        let seen = evidence.of(*probe).map(|observation| &observation.response);
        matches!(seen, Some(Response::Unreached(TransportError::Timeout)))
    };
    let is_unrejected = |probe: &Probe| {
        let outcome = evidence.outcome(*probe);
        evidence.expectation(*probe) == Expectation::Reject
            && matches!(outcome, Some(Outcome::Failed | Outcome::Unexpected))
    };
    // Frameworks redirect a browser to their sign-in, and reject a client that asks for JSON.
    let is_sent_to_sign_in = |probe: &Probe| {
        let seen = evidence.of(*probe).filter(|_| probe.presented().is_some_and(|one| one.endpoint == Endpoint::Rest));
        seen.is_some_and(|seen| {
            seen.response.status().is_some_and(|status| (300..400).contains(&status))
                && seen.response.asks_for_sign_in()
                && !seen.redirects_to_itself()
        })
    };
    // Now and then any request may fail.
    let is_rejected_too = |probe: &Probe| {
        let place = probe.presented().map(|one| (one.endpoint, one.carriers));
        let is_such = |one: &Presentation| one.token.is_invalid() && one.token != TokenKind::Missing;
        let is_there = |one: &Presentation| Some((one.endpoint, one.carriers)) == place;
        let mut there = evidence.presentations().filter(|one| is_such(one) && is_there(one));
        there.any(|one| evidence.outcome(one) == Some(Outcome::Rejected))
    };
    match failed.iter().find_map(|probe| evidence.setting_of_missing_path(*probe)) {
        Some(setting) => Some(format!("target file: correct {setting}; the service has no such path.")),
        // Nothing else can be told with it.
        None if evidence.settings.tokens && evidence.token_facts().any(TokenFacts::has_expired) => {
            Some("target file: the given token has expired; give one that is valid.".to_owned())
        }
        None if !failed.is_empty() && failed.iter().all(is_sent_to_sign_in) => Some(
            "target file: add `Accept = \"application/json\"` to `protected.headers`; the backend redirects to a sign-in, \
             and may reject where it is asked for JSON."
                .to_owned(),
        ),
        None if !failed.is_empty() && failed.iter().all(is_silent) => {
            Some("target file: raise `timeout`, where the service is slow and not down.".to_owned())
        }
        None => {
            let is_told = failed.iter().all(is_unrejected) && !failed.iter().any(is_rejected_too);
            failed.first().filter(|_| is_told).map(|probe| to_reject(evidence, *probe))
        }
    }
}

/// Where every valid token is accepted, and what should be rejected is not accepted either.
fn to_reject(evidence: &Evidence, invalid: Probe) -> String {
    let (service, saw) = (invalid.service().name(), evidence.summary(invalid));
    let setting = match invalid.presented().map(|one| one.endpoint) {
        Some(Endpoint::WebSocket) => ", or name that response under `handshake.rejects` in the target file",
        _ => "",
    };
    format!("{service}: reject an invalid token as such{setting}. It gets {saw}, which is no rejection.")
}

fn is_published(facts: &TokenFacts) -> bool {
    facts.signed_by.contains(&Some(SignedBy::PublishedKey))
}

/// What works, beside what users see.
fn known(evidence: &Evidence, impact: Option<&String>) -> String {
    let is_accepted = |probe: &Probe| evidence.outcome(*probe) == Some(Outcome::Accepted);
    let probes = || evidence.iter().map(|(probe, _)| probe);
    let at_auth = |probe: &Probe| probe.presented().is_some_and(|one| one.endpoint == Endpoint::Validation);
    let mut valid = probes().filter(|it| it.presented().is_some() && evidence.expectation(*it) == Expectation::Accept);
    let logins: Vec<Probe> = probes().filter(|probe| matches!(probe, Probe::Login(_))).collect();
    let works = [
        match logins.iter().any(is_accepted) {
            _ if impact.is_some() => None,
            true => Some("login works"),
            false => (!logins.is_empty()).then_some("login fails"),
        },
        valid.any(|probe| at_auth(&probe) && is_accepted(&probe)).then_some("auth accepts a valid token"),
        evidence.token_facts().any(is_published).then_some("a published key has signed the token"),
    ];
    works.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn question(setting: &str) -> &'static str {
    match setting {
        "fingerprint" => "do auth and the backend hold the same secret?",
        "fingerprint.websocket" => "does the gateway hold the same secret as auth?",
        "signing" => "is it a claim, the audience, the issuer or the algorithm?",
        "service" => "does auth reject the backend's own credentials?",
        "keys" => "has a published key signed the token?",
        "direct" => "is it a proxy on the route, or the service behind it?",
        "login" => "is a token that auth issues accepted?",
        "mint" => "is a token that the client signs accepted?",
        "negatives" => "is an invalid token rejected in the same way?",
        "load" => "is the response the same each time?",
        "validate" => "does auth accept the token?",
        "protected" => "does the backend accept the token in a plain request?",
        "websocket" => "does the gateway accept the token?",
        "auth" | "backend" => "is the service healthy?",
        "handshake.subprotocols" => "does the gateway accept the token in a subprotocol?",
        "handshake.cookie" => "does the gateway accept the token in a cookie?",
        "handshake.message" => "does the gateway accept the token in the first message?",
        "handshake.origin" => "does the gateway reject the origin?",
        "handshake.welcome" => "is a connection that stays open accepted?",
        _ => "is it this user only?",
    }
}

/// Why there is nothing to tell.
pub(super) fn why_nothing(evidence: &Evidence) -> &'static str {
    let settings = &evidence.settings;
    match (evidence.late().next().is_none(), settings.has_tokens()) {
        _ if evidence.run.interrupted => "The check was interrupted before it saw anything.",
        (false, _) => "Raise `deadline` in the target's file.",
        (true, true) if evidence.outlived_its_tokens() => "The tokens expire before a check ends.",
        (true, true) => "No token could be presented.",
        (true, false) => "Add `login` or `mint`: without a token little can be seen.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Extracted, HttpResponse, Observation, Settings};
    use crate::vocabulary::Carriers;

    /// What a report advises, where REST or the gateway accepts the valid token and so responds to a forged one.
    fn advice_beside(endpoint: Endpoint, valid: &Observation, forged: &Observation) -> Option<String> {
        let at = |place| (place == endpoint).then_some(Carriers::HEADER);
        let settings = Settings::of_one_user([None, at(Endpoint::Rest), at(Endpoint::WebSocket)]);
        let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
        let usual = Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER);
        evidence.record_twice(usual, valid);
        evidence.record_twice(usual.forged(), forged);
        Unproven::of(&evidence, &crate::faults::diagnose(&evidence)).advice
    }

    #[test]
    fn where_no_known_cause_fits_the_log_is_named() {
        let reset = Observation { retried: Some(TransportError::Reset), ..Observation::accepted() };
        let rejected = Observation::http(401, Extracted::NotLookedFor);
        let advice = advice_beside(Endpoint::Rest, &reset, &rejected).expect("an advice");
        assert!(advice.starts_with("backend: look at its log"), "{advice}");
        let limited = Observation::http(429, Extracted::NotLookedFor);
        assert_eq!(advice_beside(Endpoint::Rest, &limited, &limited), None, "the limit is the reason");
    }

    #[test]
    fn a_redirect_to_a_sign_in_is_told_with_the_setting_that_asks_for_a_rejection() {
        let redirect = |to: &str| {
            let headers = std::collections::BTreeMap::from([("location".to_owned(), to.to_owned())]);
            let extracted = Extracted::NotLookedFor;
            Observation::of(Response::Http(HttpResponse { status: 302, headers, body: String::new(), extracted }))
        };
        let sign_in = redirect("/login");
        let advice = advice_beside(Endpoint::Rest, &sign_in, &sign_in).expect("an advice");
        assert!(advice.contains("`protected.headers`"), "{advice}");
        assert_eq!(advice_beside(Endpoint::WebSocket, &sign_in, &sign_in), None, "a browser is not asked there");
    }

    #[test]
    fn what_should_be_rejected_and_fails_is_named_with_the_setting_that_would_make_it_a_rejection() {
        let failed = Observation::http(500, Extracted::NotLookedFor);
        let at_rest = advice_beside(Endpoint::Rest, &Observation::accepted(), &failed).expect("an advice");
        assert!(at_rest.starts_with("backend: reject an invalid token as such. It gets 500"), "{at_rest}");
        let at_gateway = advice_beside(Endpoint::WebSocket, &Observation::welcomed(), &failed).expect("an advice");
        assert!(at_gateway.contains("`handshake.rejects`"), "{at_gateway}");
        assert_eq!(advice_beside(Endpoint::Rest, &failed, &failed), None, "a valid token fails too");
        assert_eq!(advice_beside(Endpoint::Rest, &Observation::accepted(), &Observation::rejected("no")), None);
    }

    /// Now and then any request may fail.
    #[test]
    fn a_failure_beside_a_rejection_of_an_invalid_token_needs_no_setting() {
        let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
        let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
        let usual = Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER);
        evidence.record_twice(usual, &Observation::accepted());
        evidence.record_twice(usual.forged(), &Observation::http(500, Extracted::NotLookedFor));
        let advice = |evidence: &Evidence| Unproven::of(evidence, &crate::faults::diagnose(evidence)).advice;
        evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::rejected("no token"));
        assert!(advice(&evidence).is_some(), "it verifies nothing of a missing token");
        evidence.record_twice(usual.with(TokenKind::Unsigned), &Observation::rejected("invalid token"));
        assert_eq!(advice(&evidence), None);
    }
}
