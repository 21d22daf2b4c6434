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
    let later = logins_before(probe).into_iter().flatten();
    let mut missing = later.filter(|login| evidence.outcome(*login) != Some(Outcome::Accepted));
    match missing.next() {
        Some(login) if evidence.of(login).is_none() => Some(login),
        Some(_) => None,
        None => Some(probe),
    }
}

/// The logins that a later token of a user comes after.
pub(super) fn logins_before(probe: Probe) -> [Option<Probe>; 2] {
    let later = probe.presented().map(|one| (one.token, Probe::SecondLogin(one.user), Probe::ThirdLogin(one.user)));
    match later {
        Some((TokenKind::Second, second, _)) => [Some(second), None],
        Some((TokenKind::Third, second, third)) => [Some(second), Some(third)],
        _ => [None, None],
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
