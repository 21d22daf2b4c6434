//! What a check may send at most, for a dry run: the probes of every test that the target's file permits.

use std::collections::BTreeSet;

use super::guard::AFTER_LOGIN;
use super::order::logins_before;
use super::{permission, usual_of};
use crate::evidence::Evidence;
use crate::faults;
use crate::vocabulary::{Attempt, Change, Endpoint, LAST_REPEAT, Presentation, Probe, TokenKind};

/// The probes of a check that finds nothing wrong: every valid token as the client presents it, what should be rejected, and
/// what is fragile.
pub(crate) fn usual(evidence: &Evidence) -> Vec<Probe> {
    let forged = super::repeats::of_the_forged(evidence);
    let usual = super::other_tokens(evidence).chain(faults::probes(evidence, true)).chain(forged);
    // A token that differs in one claim is sent only where the client's own is rejected.
    let is_control = |probe: &Probe| {
        let token = probe.presented().map(|presented| presented.token);
        matches!(token, Some(TokenKind::Resigned(_, change)) if change != Change::Expired)
    };
    let usual = usual.filter(|probe| !is_control(probe));
    let usual: BTreeSet<Probe> = usual.filter(|probe| permission::permits(evidence, *probe)).collect();
    usual.into_iter().collect()
}

/// Every other probe of any test, and each once more where it decides; valid tokens as often as replicas are counted.
pub(crate) fn with_reason(evidence: &Evidence) -> Vec<Probe> {
    let all = faults::probes(evidence, false).into_iter().chain(faults::probes(evidence, true));
    let presented = evidence.tokens().flat_map(|(token, user)| usual_of(evidence, token).map(|one| one.by(user)));
    let valid = presented.flat_map(|one| (1..=LAST_REPEAT).map(move |number| Probe::Present(one.repeat(number))));
    let twice = all.flat_map(|probe| [Some(probe), repeat(probe)].into_iter().flatten().chain(logins_before(probe)));
    let valid = valid.chain(super::watched::every_watched(evidence)).chain(after_logins(evidence));
    let permitted = twice.chain(valid).filter(|probe| permission::permits(evidence, *probe));
    // Only once a silent connection was cut.
    let busy = evidence.tokens().next().map(|_| Probe::WatchWithPings);
    permitted.chain(busy).collect::<BTreeSet<Probe>>().into_iter().collect()
}

/// Whether a later login has revoked the older token.
fn after_logins(evidence: &Evidence) -> impl Iterator<Item = Probe> {
    let issued = evidence.tokens().filter(|(token, _)| *token == TokenKind::Issued && evidence.settings.login);
    let places = issued.flat_map(|(token, user)| usual_of(evidence, token).map(|one| one.by(user)));
    let older = places.filter(|one| one.endpoint != Endpoint::WebSocket);
    let both = older.flat_map(|older| [older, older.with(TokenKind::Second)]);
    both.flat_map(|one| [AFTER_LOGIN, AFTER_LOGIN + 1].map(|number| Probe::Present(one.repeat(number))))
}

fn repeat(probe: Probe) -> Option<Probe> {
    let first: Option<Presentation> = probe.presented().filter(|presented| presented.attempt == Attempt::First);
    first.map(|presented| Probe::Present(presented.repeat(1)))
}
