//! Probes and their responses as rows of a table, whatever draws it.

use crate::evidence::Evidence;
use crate::outcome::{Expectation, Outcome};
use crate::vocabulary::{Attempt, Probe, Service};

/// Whether what a probe shows is good for the users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Good,
    Bad,
    /// It is only compared with others.
    Neither,
}

impl Mark {
    /// Of that probe.
    pub(super) fn of(evidence: &Evidence, probe: Probe) -> Self {
        match (evidence.expectation(probe), evidence.is_as_expected_at_once(probe)) {
            _ if is_bad(evidence, probe) => Mark::Bad,
            (Expectation::Any, _) | (_, None) => Mark::Neither,
            (_, Some(_)) => Mark::Good,
        }
    }

    /// As one character.
    pub(super) fn symbol(self) -> char {
        match self {
            Mark::Good => '✓',
            Mark::Bad => '✗',
            Mark::Neither => '·',
        }
    }
}

/// A probe and its response.
pub(super) struct Row {
    pub(super) mark: Mark,
    pub(super) probe: Probe,
    pub(super) name: String,
    pub(super) response: String,
    /// The probe and its repetitions that got this response.
    pub(super) times: usize,
}

impl Row {
    fn of(evidence: &Evidence, probe: Probe) -> Self {
        let same = repetitions(evidence, probe).filter(|again| same_response(evidence, probe, *again)).count();
        Row {
            mark: Mark::of(evidence, probe),
            probe,
            name: probe.name(&evidence.settings),
            response: evidence.summary(probe),
            times: same + 1,
        }
    }

    /// The response, and how often it came where that is more than once.
    pub(super) fn counted(&self) -> String {
        match self.times {
            1 => self.response.clone(),
            times => format!("{} ({times} times)", self.response),
        }
    }
}

/// A row each; a repetition with the same response is counted in the row of the first.
pub(super) fn rows(evidence: &Evidence, probes: &[Probe]) -> Vec<Row> {
    let told = probes.iter().filter(|probe| !repeats_another(probes, evidence, **probe));
    told.map(|probe| Row::of(evidence, *probe)).collect()
}

/// A probe and its response in one sentence; nothing where there is none.
pub(super) fn cited(evidence: &Evidence, probe: Option<&Probe>) -> String {
    probe.map(|probe| format!("{}: {}", probe.name(&evidence.settings), evidence.summary(*probe))).unwrap_or_default()
}

/// The probes that did not go as a healthy target's would.
pub(super) fn failed(evidence: &Evidence) -> impl Iterator<Item = Probe> + '_ {
    let probes = evidence.iter().map(|(probe, _)| probe);
    probes.filter(|probe| evidence.is_as_expected_at_once(*probe) == Some(false))
}

/// It failed, or what it shows is bad for the users.
pub(super) fn is_bad(evidence: &Evidence, probe: Probe) -> bool {
    let is_bad = shows_another_secret(evidence, probe) || publishes_nothing(evidence, probe);
    is_bad || evidence.is_as_expected_at_once(probe) == Some(false)
}

/// What failed; and after the first of it, what was accepted instead, for that tells why.
pub(super) fn most_telling_first(evidence: &Evidence, all: &[Probe]) -> Vec<Probe> {
    let (failed, others): (Vec<Probe>, Vec<Probe>) = all.iter().partition(|probe| is_bad(evidence, **probe));
    let is_contrast = |probe: &Probe| {
        let is_control = evidence.expectation(*probe) == Expectation::Any;
        !failed.is_empty() && is_control && evidence.outcome(*probe) == Some(Outcome::Accepted)
    };
    let (accepted, others): (Vec<Probe>, Vec<Probe>) = others.into_iter().partition(is_contrast);
    let (first, failed) = failed.split_at(failed.len().min(1));
    let (contrast, accepted) = accepted.split_at(accepted.len().min(1));
    [first, contrast, failed, accepted, &others].concat()
}

/// The repetitions of a probe that were made.
fn repetitions(evidence: &Evidence, probe: Probe) -> impl Iterator<Item = Probe> {
    let again = match probe {
        Probe::Present(ask) if ask.is_plain() => Some(evidence.attempts(ask).skip(1).map(Probe::Present)),
        _ => None,
    };
    again.into_iter().flatten()
}

fn same_response(evidence: &Evidence, one: Probe, other: Probe) -> bool {
    evidence.summary(one) == evidence.summary(other)
}

/// Whether another of these probes stands for this one: it is the same request, and the response was the same.
fn repeats_another(others: &[Probe], evidence: &Evidence, probe: Probe) -> bool {
    let Probe::Present(ask) = probe else { return false };
    let first = Probe::Present(ask.attempt(Attempt::First));
    matches!(ask.attempt, Attempt::Repeat(_)) && others.contains(&first) && same_response(evidence, first, probe)
}

/// It responds as expected, and what it shows is bad.
fn shows_another_secret(evidence: &Evidence, probe: Probe) -> bool {
    let Probe::Fingerprint(service) = probe else { return false };
    let mut beside = evidence.fingerprints_beside_auth();
    beside.any(|(other, same)| !same && (service == Service::Auth || service == other))
}

/// It breaks nothing while every verifier still has the keys.
fn publishes_nothing(evidence: &Evidence, probe: Probe) -> bool {
    matches!(probe, Probe::Discovery(_) | Probe::Keys(_)) && evidence.outcome(probe) != Some(Outcome::Accepted)
}
