//! Before a deployment: whether the services would load one usable secret, by the metadata of their platform alone. No service
//! is asked for anything.

use crate::diagnosis::Verdict;
use crate::evidence::Stage;
use crate::evidence::provenance::Provenance;
use crate::outcome::provenance::Flaw;
use crate::target::Target;
use crate::vocabulary::Severity;

/// What was read, and what is wrong.
#[derive(Debug)]
pub struct Preflight<'a> {
    /// The name of the target.
    pub target: &'a str,
    /// Its stage.
    pub stage: Stage,
    /// What was read.
    pub provenance: &'a Provenance,
    /// The target's file names one service, so that there is nothing to compare.
    pub names_one: bool,
    /// What is wrong, the worst first.
    pub flaws: Vec<Flaw<'a>>,
    /// Faulty where an error is among them, inconclusive where something could not be told.
    pub verdict: Verdict,
}

impl<'a> Preflight<'a> {
    /// What follows from what was read of this target.
    pub fn of(target: &'a Target, provenance: &'a Provenance) -> Self {
        let flaws = provenance.flaws_before_deployment();
        let has_error = flaws.iter().any(|flaw| flaw.severity <= Severity::Error);
        let is_told = provenance.gaps.is_empty()
            && provenance.same_secret() == Some(true)
            && provenance.same_after_deployment() == Some(true)
            && provenance.undecided_access().is_empty();
        let verdict = match (has_error, is_told) {
            (true, _) => Verdict::Faulty,
            (false, true) => Verdict::Healthy,
            (false, false) => Verdict::Inconclusive,
        };
        let names_one = target.platform.as_ref().is_some_and(|table| table.services.len() == 1);
        Preflight { target: &target.name, stage: target.stage, provenance, names_one, flaws, verdict }
    }
}
