//! How sure a finding is: how many valid tokens failed, and whether the responses that decide were seen more than once.

use crate::diagnosis::Finding;
use crate::evidence::Evidence;
use crate::outcome::Expectation;
use crate::vocabulary::Attempt;

/// In one sentence.
pub(super) fn of(evidence: &Evidence, finding: &Finding) -> String {
    let presented = evidence.iter().map(|(probe, _)| probe).filter(|probe| probe.presented().is_some());
    let valid: Vec<_> = presented.filter(|probe| evidence.expectation(*probe) == Expectation::Accept).collect();
    let failed = valid.iter().filter(|probe| evidence.is_as_expected_at_once(**probe) == Some(false)).count();
    let presented = finding.because.iter().filter_map(|probe| probe.presented());
    let attempts = presented.map(|one| evidence.attempts(one.attempt(Attempt::First)).count()).min();
    let counted = match failed {
        _ if valid.is_empty() => "no valid token could be presented".to_owned(),
        0 => "no valid token failed".to_owned(),
        _ => failed_of(evidence, failed, valid.len()),
    };
    match attempts {
        Some(2..) => counted + "; the deciding probes were repeated",
        _ => counted,
    }
}

/// How many of so many failed, of the tokens that should be accepted.
pub(super) fn failed_of(evidence: &Evidence, failed: usize, all: usize) -> String {
    let expired = evidence.token_facts().filter(|token| token.has_expired()).count();
    let tokens = match evidence.token_facts().count() - expired {
        0 if expired > 0 => "expired tokens",
        _ if expired > 0 => "of the client's tokens",
        _ => "valid tokens",
    };
    format!("{failed} of {all} {tokens} failed")
}
