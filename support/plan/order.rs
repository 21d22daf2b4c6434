//! In which order presentations are sent: what should be accepted comes before what should not.

use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Presentation, Probe, TokenKind, Variation};

/// What has to be there before: a later token comes from a second login. Where that gives none, nothing can be sent.
pub(super) fn prerequisite(evidence: &Evidence, probe: Probe) -> Option<Probe> {
    let Some(later) = probe.presented().filter(|one| one.token == TokenKind::Second) else { return Some(probe) };
    let login = Probe::SecondLogin(later.user);
    match evidence.outcome(login) {
        None => Some(login),
        Some(Outcome::Accepted) => Some(probe),
        Some(_) => None,
    }
}

/// In the order in which they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Without a token, or with one of the client's.
    Valid,
    /// With a token that the suite signs, or with what no service should accept.
    Controls,
    /// A valid token after a pause, for which everything else is over.
    AfterPause,
    /// A missing token after that, which opens no circuit breaker.
    MissingAfterPause,
    /// Whatever else is sent after that.
    InvalidAfterPause,
}

pub(super) fn class(presented: Presentation) -> Class {
    match (presented.attempt, presented.token) {
        (Attempt::AfterPause(_), TokenKind::Missing) => Class::MissingAfterPause,
        (Attempt::AfterPause(_), _) if is_invalid(presented) => Class::InvalidAfterPause,
        (Attempt::AfterPause(_), _) => Class::AfterPause,
        (_, TokenKind::Resigned(..)) => Class::Controls,
        _ if is_invalid(presented) => Class::Controls,
        _ => Class::Valid,
    }
}

pub(super) fn is_invalid(presented: Presentation) -> bool {
    presented.token.is_invalid() || matches!(presented.variation, Variation::Decoy(_))
}
