//! The four verifications as users see them: a mark each.

use strum::VariantArray;

use super::Told;
use super::rows::failed;
use crate::diagnosis::{Diagnosis, Verification, Verified};
use crate::evidence::Evidence;
use crate::vocabulary::{Probe, Service};

/// What failed there fails for users, whether or not it says something of the token.
pub(super) fn as_users_see_it(one: Verification, evidence: &Evidence, diagnosis: &Diagnosis) -> Verified {
    let outcome = one.outcome(evidence, diagnosis);
    let service = match one {
        Verification::SameService => Service::Auth,
        Verification::CrossService => Service::Backend,
        Verification::WebSocket => Service::Gateway,
        Verification::Secrets => return outcome,
    };
    // A health path that is not there fails for no user.
    let is_absent =
        |probe: &Probe| matches!(probe, Probe::Health(_)) && evidence.setting_of_missing_path(*probe).is_some();
    let there = |probe: &Probe| probe.service() == service && !is_absent(probe);
    let failed: Vec<Probe> = failed(evidence).filter(there).collect();
    if failed.is_empty() { outcome } else { Verified::Fail(failed) }
}

/// Those that a report shows in its head: a gate says more of the secret itself.
pub(super) fn shown(told: &Told<'_>) -> impl Iterator<Item = (&'static str, Verified)> {
    let is_said = !told.conditions.is_empty();
    let shown = Verification::VARIANTS.iter().filter(move |one| !is_said || **one != Verification::Secrets);
    shown.map(|one| (one.title(), as_users_see_it(*one, told.evidence, told.diagnosis)))
}

/// As one character.
pub(super) fn mark(outcome: &Verified) -> char {
    match outcome {
        Verified::Pass(_) => '✓',
        Verified::Fail(_) => '✗',
        Verified::NotPossible(_) => '?',
    }
}
