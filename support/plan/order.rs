//! In which order presentations are sent: what should be accepted comes before what should not.

use crate::evidence::{Evidence, Extracted, KeysAt, Response};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Presentation, Probe, Reading, TokenKind, Variation};

/// What has to be there before: a later token comes from a second login, and the address of the keys from a discovery document.
/// Where that gives none, nothing can be sent.
pub(super) fn prerequisite(evidence: &Evidence, probe: Probe) -> Option<Probe> {
    if let (Probe::Keys(reading), Some(KeysAt { discovery: true, .. })) = (probe, evidence.settings.keys) {
        return address_of_keys(evidence, reading).map_or(Some(probe), |before| before);
    }
    let Some(later) = probe.presented().filter(|one| one.token == TokenKind::Second) else { return Some(probe) };
    let login = Probe::SecondLogin(later.user);
    match evidence.outcome(login) {
        None => Some(login),
        Some(Outcome::Accepted) => Some(probe),
        Some(_) => None,
    }
}

/// What names the address of the keys: nothing more where it is known, no probe where it will not be.
fn address_of_keys(evidence: &Evidence, reading: Reading) -> Option<Option<Probe>> {
    let documents = [Reading::First, Reading::Again].map(Probe::Discovery);
    let names_it = |probe: &Probe| match evidence.of(*probe).map(|seen| &seen.response) {
        Some(Response::Http(http)) => matches!(http.extracted, Extracted::Discovery { .. }),
        _ => false,
    };
    if documents.iter().any(names_it) {
        return None;
    }
    let mut unread = documents.into_iter().take(reading as usize + 1).filter(|probe| evidence.of(*probe).is_none());
    Some(unread.next())
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
