//! What a report tells of: a check, and what a gate requires beside it.

use crate::diagnosis::{Diagnosis, Verdict};
use crate::evidence::Evidence;
use crate::rate::Rate;

/// The code of the condition that the check is healthy.
pub(crate) const CHECK: &str = "check";

/// A check with what belongs to it.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// What was seen.
    pub evidence: &'a Evidence,
    /// What follows from it.
    pub diagnosis: &'a Diagnosis,
    /// What a gate requires, a healthy check among it; empty where only a check was made.
    pub conditions: &'a [Condition],
    /// The measured success rate.
    pub rate: Option<&'a Rate>,
}

/// Something that a gate requires.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// In kebab-case, such as `success-rate-websocket`.
    pub code: String,
    /// As a person calls it.
    pub name: String,
    /// Whether it holds: healthy, faulty, or not known.
    pub verdict: Verdict,
    /// What was seen of it.
    pub because: String,
}

impl<'a> Told<'a> {
    /// A check alone.
    pub fn check(evidence: &'a Evidence, diagnosis: &'a Diagnosis) -> Self {
        Told { evidence, diagnosis, conditions: &[], rate: None }
    }

    /// Of a check, its own. Of a gate, that of what it requires: faulty where something is, healthy where everything is.
    pub fn verdict(&self) -> Verdict {
        match self.unmet().next() {
            _ if self.conditions.is_empty() => self.diagnosis.verdict,
            None => Verdict::Healthy,
            Some(worst) => worst.verdict,
        }
    }

    /// The conditions that do not hold, the worst first.
    pub(super) fn unmet(&self) -> impl Iterator<Item = &'a Condition> {
        let of = |verdict: Verdict| self.conditions.iter().filter(move |condition| condition.verdict == verdict);
        of(Verdict::Faulty).chain(of(Verdict::Inconclusive))
    }
}

impl Condition {
    /// As one character.
    pub(super) fn mark(&self) -> char {
        match self.verdict {
            Verdict::Healthy => '✓',
            Verdict::Faulty => '✗',
            Verdict::Inconclusive => '?',
        }
    }
}
