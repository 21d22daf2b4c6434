//! A finding: a confirmed fault on this evidence, with the probes that show it, a chain of five whys, and a remedy.

use std::collections::BTreeMap;

use serde::Serialize;

use super::client::Client;
use super::record::{self, Answer, Details, Line, Record, TestOf};
use super::{Case, Fault, Probes, Proof, Rule, Severity};
use crate::vocabulary::{Endpoint, Probe, Service};

#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub fault: Fault,
    pub severity: Severity,
    /// The probes that show it.
    pub because: Vec<Probe>,
    /// The comparison that shows it, in prose.
    pub comparison: String,
    pub whys: Vec<Why>,
    /// Faults that the evidence fits as well and that the same remedy mends.
    pub not_separable_from: Vec<Fault>,
    pub remedy: String,
    /// What a machine may want to know, such as which variant or which user.
    pub detail: BTreeMap<&'static str, String>,
}

/// One link of the chain from what the user sees to why it could happen unnoticed.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    pub question: &'static str,
    pub answer: String,
    pub basis: Basis,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Basis {
    Observed(Vec<Probe>),
    Inferred,
    /// What would answer it.
    Unknown(&'static str),
}

/// What a rule tells about a fault that it has confirmed: everything that depends on the evidence.
pub(super) struct Account {
    pub severity: Option<Severity>,
    pub comparison: String,
    /// The links between the symptom, which is told for every fault alike, and the end of the chain.
    pub whys: [Why; 4],
    pub not_separable_from: Vec<Fault>,
    pub remedy: String,
    pub detail: BTreeMap<&'static str, String>,
}

impl Account {
    pub fn new(comparison: impl Into<String>, whys: [Why; 4], remedy: impl Into<String>) -> Self {
        let (comparison, remedy) = (comparison.into(), remedy.into());
        Account { severity: None, comparison, whys, not_separable_from: Vec::new(), remedy, detail: BTreeMap::new() }
    }

    pub fn detail(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.detail.insert(key, value.into());
        self
    }

    /// An error only where it hurts the way in which the real client presents its token.
    pub fn hurting(self, hurts: bool) -> Self {
        Account { severity: Some(if hurts { Severity::Error } else { Severity::Note }), ..self }
    }

    /// Milder or worse than the fault is in general.
    pub fn of_severity(self, severity: Severity) -> Self {
        Account { severity: Some(severity), ..self }
    }

    pub fn like(self, others: &[Fault]) -> Self {
        Account { not_separable_from: others.to_vec(), ..self }
    }
}

impl Why {
    pub fn observed(question: &'static str, answer: impl Into<String>, cites: &Probes) -> Self {
        Why { question, answer: answer.into(), basis: Basis::Observed(cites.iter().copied().collect()) }
    }

    pub fn inferred(question: &'static str, answer: impl Into<String>) -> Self {
        Why { question, answer: answer.into(), basis: Basis::Inferred }
    }

    pub fn unknown(question: &'static str, answer: impl Into<String>, needs: &'static str) -> Self {
        Why { question, answer: answer.into(), basis: Basis::Unknown(needs) }
    }
}

pub(super) fn tell(rule: &Rule, client: &Client<'_>, case: &Case<'_>, cites: Probes) -> Finding {
    let account = (rule.account)(case, &cites);
    let because: Vec<Probe> = cites.into_iter().collect();
    let severity = account.severity.unwrap_or(rule.fault.severity());
    let whys = [symptom(client, severity, &because)].into_iter().chain(account.whys).collect();
    Finding {
        fault: rule.fault,
        severity,
        because,
        comparison: account.comparison,
        whys,
        not_separable_from: account.not_separable_from,
        remedy: account.remedy,
        detail: account.detail,
    }
}

/// The finding that a record tells of.
pub(super) fn of_record(record: &Record, client: &Client<'_>, probes: Probes) -> Finding {
    let because: Vec<Probe> = probes.iter().copied().collect();
    let details = (record.details)(client, &probes);
    let holds = |(test, _): &&(TestOf, Severity)| test(client).prove(client).holds();
    let severity = record.severity_if.iter().find(holds).map_or(record.severity, |(_, severity)| *severity);
    let links = record.whys.iter().map(|why| why.answered(client, &probes, &details));
    Finding {
        fault: record.fault,
        severity,
        comparison: record::fill(Line::first(record.because, client), &details),
        whys: [symptom(client, severity, &because)].into_iter().chain(links).collect(),
        not_separable_from: Vec::new(),
        remedy: record::fill(Line::first(record.fix, client), &details),
        detail: details,
        because,
    }
}

impl record::Why {
    /// The first answer that applies.
    fn answered(&self, client: &Client<'_>, shown: &Probes, details: &Details) -> Why {
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
        Why { question: self.0, answer: record::fill(answer, details), basis }
    }
}

/// What the user sees, as far as this finding touches it: what it cites first, then the client's own way.
fn symptom(client: &Client<'_>, severity: Severity, because: &[Probe]) -> Why {
    const QUESTION: &str = "What does the user see?";
    let evidence = client.evidence();
    let chat = Probe::Present(client.websocket());
    let seen = |probe: Probe, answer: String| Why::observed(QUESTION, answer, &[probe].into());
    match severity {
        Severity::Critical => {
            return Why::inferred(QUESTION, "Nothing: this fault hinders nobody, and lets in who should not get in.");
        }
        Severity::Note => {
            return Why::inferred(
                QUESTION,
                "Nothing that comes from this: it does not touch the way that the client uses.",
            );
        }
        Severity::Error | Severity::Warning => {}
    }
    let is_unmet = |probe: &&Probe| evidence.is_as_expected(**probe) == Some(false);
    let cited = because.iter().find(is_unmet);
    if cited.is_none_or(|probe| probe.service() != Service::Auth) && evidence.is_as_expected(chat) == Some(false) {
        return seen(chat, format!("Chat does not connect: {}.", evidence.summary(chat)));
    }
    match cited {
        Some(probe @ Probe::Login(_)) => seen(*probe, format!("Sign-in fails: {}.", evidence.summary(*probe))),
        Some(probe @ Probe::Present(ask)) if ask.endpoint == Endpoint::WebSocket => {
            seen(*probe, format!("Some clients do not connect: {}.", evidence.summary(*probe)))
        }
        Some(probe) => {
            seen(*probe, format!("Requests fail at {}: {}.", probe.service().name(), evidence.summary(*probe)))
        }
        None => Why::inferred(QUESTION, "Some requests fail."),
    }
}
