//! No harm is done by looking: circuit breakers and lockouts count rejections in a row. Where a valid token is accepted, at most
//! three presentations that may be rejected are sent to one verifier, and no more before each of them was answered and a valid
//! token that was sent after them is accepted: the client's own, or else one in another carrier or with another claim. Where
//! none is accepted, the rejections of a whole check are bounded.

use std::collections::BTreeSet;

use super::order::{Class, class, is_invalid};
use super::{first, session_of};
use crate::evidence::{Evidence, Stage};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, LAST_REPEAT, Presentation, Probe, Service, TokenKind, User, Variation};

/// The common threshold of a circuit breaker is five failures; other clients fail too.
pub(crate) const AT_ONCE: usize = 3;
/// Valid tokens that are sent for this alone, at most; where the target permits no load, fewer.
const CONTROLS: u8 = 80;
const CONTROLS_WITHOUT_LOAD: u8 = 3;
/// Behind a load balancer the rejection of a valid token may be that of one replica: so many more show whether it is.
const TRIES: usize = 3;

/// What one verifier has to accept before more is sent to it. What has one origin is one verifier.
pub(super) struct Guard {
    verifier: Service,
    /// Sent there in the last round.
    last: Vec<Presentation>,
    /// Something was rejected there, and no valid token was accepted since.
    owed: bool,
    /// Valid tokens that were sent since then.
    tries: usize,
    /// Several of those were rejected in a row: nothing new is tried there that may be rejected.
    stopped: bool,
}

impl Guard {
    pub(super) fn new(verifier: Service) -> Self {
        Guard { verifier, last: Vec::new(), owed: false, tries: 0, stopped: false }
    }

    pub(super) fn is_there(&self, evidence: &Evidence, presented: Presentation) -> bool {
        evidence.settings.verifier(presented.endpoint) == self.verifier
    }

    /// Those of them that may be sent now, of one class; or the valid token that has to be accepted before.
    pub(super) fn pass(
        &mut self,
        evidence: &Evidence,
        sent: &BTreeSet<Probe>,
        waiting: Vec<Presentation>,
        watched: Option<User>,
    ) -> Vec<Presentation> {
        let accepted = self.accepted(evidence);
        self.look_back(evidence, accepted);
        self.stopped &= !self.replicas_differ(evidence);
        self.last = match accepted {
            _ if waiting.is_empty() => waiting,
            Some(accepted) if !self.owed => {
                let waiting = waiting.into_iter().filter(|one| !self.stopped || decides(evidence, *one)).collect();
                let may_be_rejected = |one: &Presentation| !is_steadily_accepted(evidence, *one);
                let (risky, safe): (Vec<_>, Vec<_>) = of_first_class(waiting).into_iter().partition(may_be_rejected);
                let is_free = |one: &Presentation| !safe.iter().any(|other| shares_session(*one, *other));
                let control = beside_watched(evidence, accepted, watched).filter(is_free).into_iter();
                let controls = control.flat_map(|one| unsent(evidence, sent, one)).filter(|one| !safe.contains(one));
                let risky = between(controls, risky.into_iter().take(AT_ONCE));
                safe.iter().copied().chain(risky).collect()
            }
            Some(accepted) if self.tries < TRIES => {
                let mut round: Vec<_> = waiting.into_iter().filter(|one| will_be_accepted(evidence, *one)).collect();
                if round.is_empty() {
                    round = self.controls(evidence, sent, beside_watched(evidence, accepted, watched));
                }
                // Where nothing can be sent before the watched connection ends, nothing was tried.
                self.tries += usize::from(!round.is_empty());
                round
            }
            // The token is rejected now: only the client's own request is made until it is accepted again.
            Some(_) => {
                self.stopped = true;
                let own = waiting.into_iter().filter(|one| is_own(evidence, *one)).collect();
                of_first_class(own).into_iter().take(AT_ONCE).collect()
            }
            // Where no valid token is accepted, a lockout would come of what is sent, however it is spaced.
            None => {
                let rejected = evidence.rejections(self.verifier).count;
                let left = budget(evidence.settings.stage).saturating_sub(rejected);
                of_first_class(waiting).into_iter().take(left).collect()
            }
        };
        self.last.clone()
    }

    /// The valid token once more; where replicas differ, several times at once, since one connection may always reach the same
    /// replica.
    fn controls(
        &self,
        evidence: &Evidence,
        sent: &BTreeSet<Probe>,
        control: Option<Presentation>,
    ) -> Vec<Presentation> {
        let own = first(evidence).into_iter().flatten().filter(|one| self.is_there(evidence, *one));
        match self.replicas_differ(evidence) {
            true => own.flat_map(|one| unsent(evidence, sent, one).take(3)).collect(),
            false => control.into_iter().flat_map(|one| unsent(evidence, sent, one).take(1)).collect(),
        }
    }

    /// One token, sent several times at once, is accepted and rejected: that is a replica, and no circuit breaker.
    fn replicas_differ(&self, evidence: &Evidence) -> bool {
        let at_once = |one: Presentation| {
            evidence.attempts(one).filter(|one| matches!(one.attempt, Attempt::Repeat(number) if number > 1))
        };
        let got = |one, outcome| at_once(one).any(|one| evidence.outcome(one) == Some(outcome));
        let mut own = first(evidence).into_iter().flatten().filter(|one| self.is_there(evidence, *one));
        own.any(|one| got(one, Outcome::Accepted) && got(one, Outcome::Rejected))
    }

    /// What the last round says of the next one.
    fn look_back(&mut self, evidence: &Evidence, accepted: Option<Presentation>) {
        let is_accepted = |one: &Presentation| evidence.outcome(*one) == Some(Outcome::Accepted);
        let is_valid = |one: &Presentation| is_own(evidence, *one) || Some(one.attempt(Attempt::First)) == accepted;
        if self.owed && self.last.iter().all(is_valid) && self.last.iter().any(is_accepted) {
            self.owed = false;
        } else if !self.owed && !self.last.iter().all(is_accepted) {
            (self.owed, self.tries) = (true, 0);
        }
    }

    /// A presentation of the client's token that was accepted there: at REST where it can be, for that is a single exchange. Where
    /// none is, another valid one: in another carrier, with another prefix, or signed by the suite with another claim.
    fn accepted(&self, evidence: &Evidence) -> Option<Presentation> {
        let [validation, rest, websocket] = first(evidence)?;
        let own = [validation, validation.vary(Variation::ServiceCredentials), rest, websocket];
        // Where only the other user is accepted, that user's token keeps a circuit breaker closed.
        let candidates = own.into_iter().chain(own.map(|one| one.by(one.user.other())));
        let was_accepted = |one: Presentation| {
            evidence.attempts(one).any(|attempt| evidence.outcome(attempt) == Some(Outcome::Accepted))
        };
        let mut there = candidates.filter(|one| self.is_there(evidence, *one));
        let otherwise = || evidence.presentations().filter(|one| self.is_there(evidence, *one) && is_valid(*one));
        there.find(|one| was_accepted(*one)).or_else(|| otherwise().find(|one| was_accepted(*one)))
    }
}

/// A gateway may close the connection of a user when the next is opened.
fn shares_session(one: Presentation, other: Presentation) -> bool {
    let session = session_of(one.into());
    session.is_some() && session == session_of(other.into())
}

/// The accepted presentation; or the other user's, where a connection of that user is watched, which another one might end.
fn beside_watched(evidence: &Evidence, accepted: Presentation, watched: Option<User>) -> Option<Presentation> {
    let is_free = |one: &Presentation| watched.is_none() || session_of((*one).into()) != watched;
    let other = accepted.by(accepted.user.other());
    let other = Some(other).filter(|one| evidence.outcome(*one) == Some(Outcome::Accepted));
    Some(accepted).filter(is_free).or(other)
}

/// At the service's own address, with a token that is not made to be rejected.
fn is_valid(presented: Presentation) -> bool {
    presented.is_plain() && !is_invalid(presented)
}

/// So many rejections of one verifier, where it accepts no valid token: lockouts of production count to ten, or to five in a row.
pub(crate) fn budget(stage: Stage) -> usize {
    match stage {
        Stage::Local => 400,
        Stage::Staging => 120,
        Stage::Production => 8,
    }
}

fn of_first_class(presented: Vec<Presentation>) -> Vec<Presentation> {
    let first = presented.iter().map(|one| class(*one)).min();
    presented.into_iter().filter(|one| Some(class(*one)) == first).collect()
}

/// One between two tokens that should be rejected, for a circuit breaker that opens at the second. They may overtake one
/// another, so this alone keeps none closed.
fn between(
    mut controls: impl Iterator<Item = Presentation>,
    risky: impl Iterator<Item = Presentation>,
) -> Vec<Presentation> {
    let mut round = Vec::new();
    let mut failed = false;
    for one in risky {
        // A missing token is rejected before anything is verified, so it is no failure.
        let fails = is_invalid(one) && one.token != TokenKind::Missing;
        if failed && fails {
            round.extend(controls.next());
        }
        failed |= fails;
        round.push(one);
    }
    round
}

fn controls(load: bool) -> u8 {
    if load { CONTROLS } else { CONTROLS_WITHOUT_LOAD }
}

/// At most so many valid tokens are sent to one service to see whether they are still accepted.
pub(crate) fn most_controls(load: bool) -> usize {
    controls(load).into()
}

/// The accepted presentation as often as it may be sent again; the numbers of repeats that are compared come before.
fn unsent<'a>(
    evidence: &Evidence,
    sent: &'a BTreeSet<Probe>,
    accepted: Presentation,
) -> impl Iterator<Item = Presentation> + use<'a> {
    let again = (1..=controls(evidence.settings.load)).map(move |number| accepted.repeat(LAST_REPEAT + number));
    again.filter(|one| !sent.contains(&Probe::Present(*one)))
}

/// A valid token that is sent for this alone.
pub(super) fn is_control(probe: Probe) -> bool {
    let attempt = probe.presented().map(|presented| presented.attempt);
    matches!(attempt, Some(Attempt::Repeat(number)) if number > LAST_REPEAT)
}

/// A valid token that is wanted anyway, and will be accepted.
fn will_be_accepted(evidence: &Evidence, presented: Presentation) -> bool {
    class(presented) == Class::Valid && is_own(evidence, presented) && is_steadily_accepted(evidence, presented)
}

/// The client's own request, what was sent before, and what is compared with it after a pause.
fn decides(evidence: &Evidence, presented: Presentation) -> bool {
    is_own(evidence, presented) || presented.attempt != Attempt::First
}

/// A token of the client as the client presents it, of whichever user.
fn is_own(evidence: &Evidence, presented: Presentation) -> bool {
    let as_backend = |one: Presentation| one.vary(Variation::ServiceCredentials);
    first(evidence).is_some_and(|own| {
        let usual = presented.attempt(Attempt::First).by(own[0].user);
        own.contains(&usual) || as_backend(own[0]) == usual
    })
}

/// At each attempt so far.
fn is_steadily_accepted(evidence: &Evidence, presented: Presentation) -> bool {
    let mut attempts = evidence.repeats(presented).map(|one| evidence.outcome(one)).peekable();
    attempts.peek().is_some() && attempts.all(|outcome| outcome == Some(Outcome::Accepted))
}
