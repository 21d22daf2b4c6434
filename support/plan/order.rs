//! In which order presentations are sent: what should be accepted comes before what should not.

use crate::evidence::{Evidence, Extracted, KeysAt, Response};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, LAST_LATER, Presentation, Probe, Reading, TokenKind, User, Variation};

/// What has to be there before: a later token comes from a second login, and the address of the keys from a discovery document.
/// Where that gives none, nothing can be sent.
pub(super) fn prerequisite(evidence: &Evidence, probe: Probe) -> Option<Probe> {
    if let (Probe::Keys(reading), Some(KeysAt { discovery: true, .. })) = (probe, evidence.settings.keys) {
        return address_of_keys(evidence, reading).map_or(Some(probe), |before| before);
    }
    let mut missing = logins_before(probe).filter(|login| evidence.outcome(*login) != Some(Outcome::Accepted));
    match missing.next() {
        Some(login) if evidence.of(login).is_none() => Some(login).filter(|login| tells_more(evidence, *login)),
        Some(_) => None,
        None => Some(probe),
    }
}

/// The fourth login of a user and those after it tell nothing unless the token before was accepted somewhere.
fn tells_more(evidence: &Evidence, login: Probe) -> bool {
    let Probe::LaterLogin(user, number @ 4..) = login else { return true };
    let is_before = |one: &Presentation| one.user == user && one.token == TokenKind::Later(number - 1);
    evidence.presentations().filter(is_before).any(|one| evidence.outcome(one) == Some(Outcome::Accepted))
}

/// The logins that a later token of a user comes after, in their order.
pub(super) fn logins_before(probe: Probe) -> impl Iterator<Item = Probe> {
    let later = probe.presented().and_then(|one| match one.token {
        TokenKind::Second => Some((one.user, 2)),
        TokenKind::Later(number) => Some((one.user, number)),
        _ => None,
    });
    later.into_iter().flat_map(|(user, number)| later_logins(user).take(usize::from(number.saturating_sub(1))))
}

/// All of them that a check may make.
pub(crate) fn later_logins(user: User) -> impl Iterator<Item = Probe> {
    [Probe::SecondLogin(user)].into_iter().chain((3..=LAST_LATER).map(move |number| Probe::LaterLogin(user, number)))
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
