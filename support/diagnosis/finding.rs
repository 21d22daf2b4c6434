//! A finding: a confirmed fault on this evidence, with the probes that show it, a chain of five whys, and a remedy.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::client::Client;
use super::logged;
use super::proof::{Probes, Proof};
use super::record::{self, Answer, Line, Record, TestOf};
use super::verdict::unexpected;
use crate::vocabulary::{Endpoint, Fault, Probe, Service, Severity, TokenKind};

/// A confirmed fault, and what follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// The fault in one lower-case sentence without a full stop, filled in where its record does so.
    pub headline: String,
    /// How bad it is on this evidence; may be milder than the fault in general.
    pub severity: Severity,
    /// The probes that show it.
    pub because: Vec<Probe>,
    /// The comparison that shows it, in prose.
    pub comparison: String,
    /// Five links, from what the user sees to why nobody noticed.
    pub whys: Vec<Link>,
    /// Faults that the evidence fits as well and that the same remedy mends.
    pub not_separable_from: Vec<Fault>,
    /// The target file or this machine's network may be at fault instead of the deployment.
    pub may_be_of_the_check: bool,
    /// What to do: component, setting and value.
    pub remedy: String,
    /// What a machine may want to know, such as which variant or which user.
    pub detail: BTreeMap<&'static str, String>,
}

/// One link of the chain from what the user sees to why it could happen unnoticed.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Asks for the cause of the answer before it, or for what the user sees.
    pub question: &'static str,
    /// Full sentences.
    pub answer: String,
    /// What the answer rests on.
    pub basis: Basis,
}

/// How well an answer is known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Basis {
    /// These probes show it.
    Observed(Vec<Probe>),
    /// It follows from what is known of the fault; no probe shows it.
    Inferred,
    /// What would answer it.
    Unknown(&'static str),
}

/// The finding that a record tells of.
pub(super) fn tell(record: &Record, client: &Client<'_>, probes: Probes, not_excluded: Vec<Fault>) -> Finding {
    let because: Vec<Probe> = probes.iter().copied().collect();
    let details = (record.details)(client, &probes);
    let is_excluded = |fault: &Fault| (client.record(*fault).ruled_out_by)(client).prove(client).holds();
    let may_be_there = details.not_excluded.iter().copied().filter(|fault| !is_excluded(fault));
    let not_excluded: BTreeSet<Fault> = not_excluded.into_iter().chain(may_be_there).collect();
    let headline = details.headline.clone().unwrap_or_else(|| record.headline().to_owned());
    let signing = if client.settings().private_key { "`signing.private-key`" } else { "`signing.secret`" };
    let filled = |text: &str| details.fill(text).replace(record::SIGNING, signing);
    let told = |text: &str| filled(text).replace(record::VALID, why_valid(client));
    let holds = |(test, _): &&(TestOf, Severity)| test(client).prove(client).holds();
    let severity = record.severity_if.iter().find(holds).map_or(record.severity, |(_, severity)| *severity);
    let links = record.whys.iter().map(|why| why.answered(client, &probes, told));
    let mut whys: Vec<Link> = [symptom(client, severity, &because)].into_iter().chain(links).collect();
    logged::tell(client.evidence(), record.fault, &because, &mut whys);
    Finding {
        fault: record.fault,
        headline,
        severity,
        comparison: told(Line::first(record.because, client)),
        whys,
        not_separable_from: not_excluded.into_iter().collect(),
        may_be_of_the_check: record.suspects.include_the_check(client.evidence()),
        remedy: told(Line::first(record.fix, client)),
        detail: details.values.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        because,
    }
}

impl record::Why {
    /// The first answer that applies.
    fn answered(&self, client: &Client<'_>, shown: &Probes, told: impl Fn(&str) -> String) -> Link {
        let shown_by = |test: &TestOf| match test(client).prove(client) {
            Proof::Holds(probes) => Some(probes),
            _ => None,
        };
        let observed = |probes: &Probes| Basis::Observed(probes.iter().copied().collect());
        let applies = |answer: &Answer| match answer {
            Answer::Shown(text) => Some((*text, observed(shown))),
            Answer::ShownIf(test, text) => shown_by(test).map(|probes| (*text, observed(&probes))),
            Answer::Inferred(text) => Some((*text, Basis::Inferred)),
            Answer::InferredIf(test, text) => shown_by(test).map(|_| (*text, Basis::Inferred)),
            Answer::Unknown(text, needs) => Some((*text, Basis::Unknown(needs))),
            Answer::UnknownIf(test, text, needs) => shown_by(test).map(|_| (*text, Basis::Unknown(needs))),
        };
        let (answer, basis) = self.1.iter().find_map(applies).unwrap_or(("Unknown.", Basis::Inferred));
        Link { question: self.0, answer: told(answer), basis }
    }
}

/// What is known of the client's token before the backend judges it.
fn why_valid(client: &Client<'_>) -> &'static str {
    match client.token() {
        _ if client.evidence().is_there(Endpoint::Validation) => "Auth accepts the token.",
        TokenKind::Issued if client.settings().login => "Auth has just issued the token.",
        _ => "The token is the one of the target file.",
    }
}

/// What the user sees, as far as this finding touches it: what it cites first, then the client's own way.
fn symptom(client: &Client<'_>, severity: Severity, because: &[Probe]) -> Link {
    const QUESTION: &str = "What does the user see?";
    let evidence = client.evidence();
    let handshake = Probe::Present(client.websocket());
    let inferred = |answer: &str| Link { question: QUESTION, answer: answer.to_owned(), basis: Basis::Inferred };
    let seen = |probe: Probe, answer: String| Link { question: QUESTION, answer, basis: Basis::Observed(vec![probe]) };
    match severity {
        Severity::Critical => {
            return inferred("Clients get what they are not allowed to see.");
        }
        Severity::Note => {
            return inferred("Nothing: the client's own presentation is not affected.");
        }
        Severity::Error | Severity::Warning => {}
    }
    let is_unmet = |probe: &&Probe| evidence.is_as_expected(**probe) == Some(false);
    let cited = because.iter().find(is_unmet);
    if cited.is_none_or(|probe| probe.service() != Service::Auth) && evidence.is_as_expected(handshake) == Some(false) {
        return seen(handshake, format!("The WebSocket does not connect: {}.", evidence.summary(handshake)));
    }
    match cited {
        Some(probe @ Probe::Login(_)) => seen(*probe, format!("Sign-in fails: {}.", evidence.summary(*probe))),
        Some(probe @ Probe::Present(ask)) if ask.endpoint == Endpoint::WebSocket => {
            seen(*probe, format!("Some clients do not connect: {}.", evidence.summary(*probe)))
        }
        Some(probe) if probe.service() == Service::Gateway => {
            seen(*probe, format!("Connections fail: {}.", evidence.summary(*probe)))
        }
        Some(probe) => {
            seen(*probe, format!("Requests fail at {}: {}.", probe.service().title(), evidence.summary(*probe)))
        }
        None if unexpected(evidence).next().is_some() => inferred("Some requests fail."),
        None => inferred("Nothing fails in this check; a client that differs from it may fail."),
    }
}
