//! No harm is done by looking: circuit breakers and lockouts count rejections in a row. Where a valid token is accepted, two requests
//! that may be rejected are sent to one service, three to all, and no more before each was answered and a valid token that was sent
//! after them is accepted: the client's own, or else one in another carrier or with another claim. So no service rejects more than
//! three in a row, even if it rejects that token too; nor does one that others ask about each token, while it accepts that. Where no
//! valid token is accepted, the rejections of a whole check are bounded.

mod between;
mod part;
mod session;

use std::collections::BTreeSet;

use super::first;
use super::order::{Class, class, is_invalid};
use crate::evidence::{Evidence, Stage};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, LAST_REPEAT, Presentation, Probe, Service, User, Variation};
use between::between;
use part::Part;
use session::{beside_watched, shares_session};

/// So many that one service may reject, before a valid token has to be accepted.
pub(crate) const AT_ONCE: usize = 2;
/// With that token, which may be rejected too; and so many at all services. The common threshold of a circuit breaker is five failures;
/// other clients fail too.
pub(crate) const IN_A_ROW: usize = AT_ONCE + TRIES;
/// Valid tokens that are sent for this alone, at most; where the target permits no load, fewer.
const CONTROLS: u8 = 120;
const CONTROLS_WITHOUT_LOAD: u8 = 5;
/// The number of a repeat that comes after all of those.
pub(super) const AT_THE_END: u8 = LAST_REPEAT + CONTROLS + 1;
/// And of one that is sent after a later login: two at each place.
pub(crate) const AFTER_LOGIN: u8 = AT_THE_END + 2;
/// Where that is rejected, nothing more follows that may be, unless repeats of the client's own request show that replicas differ.
const TRIES: usize = 1;

/// What one verifier has to accept before more is sent to it. What has one origin is one verifier.
pub(super) struct Guard {
    verifier: Service,
    /// Sent there in the last round.
    last: Vec<Probe>,
    /// Its parts in which something was rejected, and no valid token was accepted since.
    owing: BTreeSet<Part>,
    /// Valid tokens that were sent since then.
    tries: usize,
    /// Several of those were rejected in a row: nothing new is tried there that may be rejected.
    stopped: bool,
}

/// Whose turn it is.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    /// So many that may be rejected may be sent here.
    pub left: usize,
    /// So many of this service are sent at the same time as what goes out already.
    pub room: usize,
    /// Something waits for another service.
    pub others_wait: bool,
    /// Whose connection is being watched.
    pub watched: Option<User>,
}

impl Guard {
    pub(super) fn new(verifier: Service) -> Self {
        Guard { verifier, last: Vec::new(), owing: BTreeSet::new(), tries: 0, stopped: false }
    }

    pub(super) fn is_there(&self, evidence: &Evidence, probe: Probe) -> bool {
        endpoint_of(probe).is_some_and(|endpoint| evidence.settings.verifier(endpoint) == self.verifier)
    }

    /// A valid token has to be accepted there before more is sent to any service: one may ask another about each token.
    pub(super) fn owes(&mut self, evidence: &Evidence) -> bool {
        let accepted = self.accepted(evidence);
        self.look_back(evidence, accepted);
        !self.owing.is_empty() && accepted.is_some()
    }

    /// So many of what was sent last may be rejected, where anything is accepted.
    pub(super) fn may_reject(&self, evidence: &Evidence) -> usize {
        let risky = self.last.iter().filter(|one| !is_steadily_accepted(evidence, **one)).count();
        if self.accepted(evidence).is_some() { risky } else { 0 }
    }

    /// Those of them that may be sent now, of one class; or the valid token that has to be accepted before, for what waits here or
    /// elsewhere. What may be rejected waits for its turn.
    pub(super) fn pass(
        &mut self,
        evidence: &Evidence,
        sent: &BTreeSet<Probe>,
        waiting: Vec<Probe>,
        turn: Turn,
    ) -> Vec<Probe> {
        let accepted = self.accepted(evidence);
        self.stopped &= !self.replicas_differ(evidence);
        self.last = match accepted {
            _ if waiting.is_empty() && (self.owing.is_empty() || !turn.others_wait) => waiting,
            Some(accepted) if self.owing.is_empty() => {
                let waiting = waiting.into_iter().filter(|one| !self.stopped || decides(evidence, *one)).collect();
                let may_be_rejected = |one: &Probe| !is_steadily_accepted(evidence, *one);
                let (risky, safe): (Vec<_>, Vec<_>) = of_first_class(waiting).into_iter().partition(may_be_rejected);
                let is_free = |one: &Presentation| !safe.iter().any(|other| shares_session((*one).into(), *other));
                let control = beside_watched(evidence, accepted, turn.watched).filter(is_free).into_iter();
                let controls = control.flat_map(|one| unsent(evidence, sent, one)).filter(|one| !safe.contains(one));
                let risky = between(controls, risky.into_iter().take(turn.left.min(AT_ONCE)));
                safe.iter().copied().chain(risky).collect()
            }
            Some(accepted) if self.tries < TRIES => {
                let mut round: Vec<_> = waiting.into_iter().filter(|one| will_be_accepted(evidence, *one)).collect();
                let of_parts = self.controls_of_parts(evidence, sent, &round, turn);
                if round.is_empty() && of_parts.is_empty() {
                    round = self.controls(evidence, sent, beside_watched(evidence, accepted, turn.watched));
                }
                round.extend(of_parts);
                // Nothing may be sent before the watched connection ends, and another user may be rejected for itself.
                let is_tried = |one: &Probe| one.presented().is_some_and(|one| one.user == accepted.user);
                self.tries += usize::from(round.iter().any(is_tried));
                round
            }
            // The token is rejected now: only the client's own request is made until it is accepted again.
            Some(_) => {
                self.stopped = true;
                let own = waiting.into_iter().filter(|one| is_own(evidence, *one)).collect();
                of_first_class(own).into_iter().take(AT_ONCE).collect()
            }
            // Where no valid token is accepted, a lockout would come of what is sent, however it is spaced. One may be accepted now:
            // whatever waited for a connection would come after it, without another valid token between.
            None => {
                let rejected = evidence.rejections(self.verifier).count;
                let left = budget(evidence.settings.stage).saturating_sub(rejected);
                of_first_class(waiting).into_iter().take(left.min(turn.room)).collect()
            }
        };
        self.last.clone()
    }

    /// The valid token once more; where replicas differ, several times at once, since one connection may always reach the same
    /// replica.
    fn controls(&self, evidence: &Evidence, sent: &BTreeSet<Probe>, control: Option<Presentation>) -> Vec<Probe> {
        let own = first(evidence).into_iter().flatten().filter(|one| self.is_there(evidence, (*one).into()));
        match self.replicas_differ(evidence) {
            true => own.flat_map(|one| unsent(evidence, sent, one).take(3)).collect(),
            false => control.into_iter().flat_map(|one| unsent(evidence, sent, one).take(1)).collect(),
        }
    }

    /// The valid token in each part in which something was rejected, and to which nothing of this round goes.
    fn controls_of_parts(
        &self,
        evidence: &Evidence,
        sent: &BTreeSet<Probe>,
        round: &[Probe],
        turn: Turn,
    ) -> Vec<Probe> {
        // Where replicas differ, one valid token is not enough, and more go to all parts.
        let is_one_enough = Part::are_several(&evidence.settings, self.verifier) && !self.replicas_differ(evidence);
        let is_left = |part: &&Part| is_one_enough && !round.iter().any(|one| Part::of(*one) == **part);
        let accepted = self.owing.iter().filter(is_left).filter_map(|part| part.accepted(evidence, turn.watched));
        accepted.filter_map(|one| unsent(evidence, sent, one).next()).collect()
    }

    /// One token, sent several times at once, is accepted and rejected: that is a replica, and no circuit breaker.
    fn replicas_differ(&self, evidence: &Evidence) -> bool {
        let at_once = |one: Presentation| {
            evidence.attempts(one).filter(|one| matches!(one.attempt, Attempt::Repeat(number) if number > 1))
        };
        let got = |one, outcome| at_once(one).any(|one| evidence.outcome(one) == Some(outcome));
        let mut own = first(evidence).into_iter().flatten().filter(|one| self.is_there(evidence, (*one).into()));
        own.any(|one| got(one, Outcome::Accepted) && got(one, Outcome::Rejected))
    }

    /// What the last round says of the next one.
    fn look_back(&mut self, evidence: &Evidence, accepted: Option<Presentation>) {
        let is_accepted = |one: &Probe| evidence.outcome(*one) == Some(Outcome::Accepted);
        let first = |one: &Probe| one.presented().map(|one| one.attempt(Attempt::First));
        let was_accepted = |one: Presentation| is_valid(one) && is_accepted(&one.into());
        let is_valid = |one: &Probe| {
            let first = first(one);
            is_own(evidence, *one) || first.is_some() && first == accepted || first.is_some_and(was_accepted)
        };
        let accepts = |part: &Part| {
            let there = || self.last.iter().filter(|one| Part::of(**one) == *part);
            there().next().is_none() || there().any(is_accepted)
        };
        if self.owing.is_empty() {
            let failed = self.last.iter().filter(|one| !is_accepted(one));
            (self.tries, self.owing) = (0, failed.map(|one| Part::of(*one)).collect());
        } else if !self.last.is_empty() && self.last.iter().all(is_valid) && Part::ALL.iter().all(accepts) {
            self.owing.clear();
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
        let is_there = |one: &Presentation| self.is_there(evidence, (*one).into());
        let mut there = candidates.filter(is_there);
        let otherwise = || evidence.presentations().filter(|one| is_there(one) && is_valid(*one));
        there.find(|one| was_accepted(*one)).or_else(|| otherwise().find(|one| was_accepted(*one)))
    }
}

/// Where a presentation is made, or a request without a token that a service may reject: at a path that does not exist, or without
/// an upgrade. Nothing else is of concern here.
fn endpoint_of(probe: Probe) -> Option<Endpoint> {
    match probe {
        Probe::Present(presented) => Some(presented.endpoint),
        Probe::PlainGet | Probe::UpgradeUnknownPath => Some(Endpoint::WebSocket),
        Probe::LoginUnknownPath | Probe::LoginGet => Some(Endpoint::Validation),
        _ => None,
    }
}

/// Whether a breaker or a lockout may count the probe.
pub(crate) fn is_guarded(probe: Probe) -> bool {
    endpoint_of(probe).is_some()
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

fn of_first_class(probes: Vec<Probe>) -> Vec<Probe> {
    let class = |one: &Probe| one.presented().map_or(Class::Valid, class);
    let first = probes.iter().map(class).min();
    probes.into_iter().filter(|one| Some(class(one)) == first).collect()
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
) -> impl Iterator<Item = Probe> + use<'a> {
    let again = (1..=controls(evidence.settings.load)).map(move |number| accepted.repeat(LAST_REPEAT + number));
    again.map(Probe::Present).filter(|one| !sent.contains(one))
}

/// A valid token that is sent for this alone.
pub(super) fn is_control(probe: Probe) -> bool {
    let attempt = probe.presented().map(|presented| presented.attempt);
    matches!(attempt, Some(Attempt::Repeat(number)) if number > LAST_REPEAT)
}

/// A valid token that is wanted anyway, and will be accepted.
fn will_be_accepted(evidence: &Evidence, probe: Probe) -> bool {
    let is_valid = probe.presented().is_some_and(|presented| class(presented) == Class::Valid);
    is_valid && is_own(evidence, probe) && is_steadily_accepted(evidence, probe)
}

/// The client's own request, what was sent before, and what is compared with it after a pause.
fn decides(evidence: &Evidence, probe: Probe) -> bool {
    is_own(evidence, probe) || probe.presented().is_some_and(|presented| presented.attempt != Attempt::First)
}

/// A token of the client as the client presents it, of whichever user.
fn is_own(evidence: &Evidence, probe: Probe) -> bool {
    let Some(presented) = probe.presented() else { return false };
    let as_backend = |one: Presentation| one.vary(Variation::ServiceCredentials);
    first(evidence).is_some_and(|own| {
        let usual = presented.attempt(Attempt::First).by(own[0].user);
        own.contains(&usual) || as_backend(own[0]) == usual
    })
}

/// At each attempt so far.
fn is_steadily_accepted(evidence: &Evidence, probe: Probe) -> bool {
    let Some(presented) = probe.presented() else { return false };
    let mut attempts = evidence.repeats(presented).map(|one| evidence.outcome(one)).peekable();
    attempts.peek().is_some() && attempts.all(|outcome| outcome == Some(Outcome::Accepted))
}

#[cfg(test)]
mod tests;
