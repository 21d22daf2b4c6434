//! Which probes are sent next. First what needs no token, then the client's token as the client presents it; then every other
//! valid token and whatever the tests of the open candidates ask for, valid tokens before re-signed and those before invalid
//! ones; at the end the valid token once more. What a test needs stands in its record: nothing here knows a fault.

mod guard;
mod order;
mod permission;
mod repeats;
mod upper_bound;
mod watched;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnosis::Wanted;
use crate::evidence::Evidence;
use crate::faults;
use crate::outcome::Outcome;
use crate::vocabulary::{
    Attempt, Carriers, Endpoint, LAST_REPEAT, Presentation, Probe, Reading, Service, TokenKind, User, Variation,
};
use guard::{Guard, Turn};

pub(crate) use guard::is_guarded as may_be_counted;
pub(crate) use guard::{AFTER_LOGIN, AT_ONCE, IN_A_ROW, budget, most_controls};
pub(crate) use order::later_logins;
pub(crate) use upper_bound::{usual, with_reason};

/// The order of one check: what was sent, and what has to come back before more is sent.
pub(crate) struct Plan {
    /// Every probe that was planned, whether or not it could be made.
    sent: BTreeSet<Probe>,
    guards: [Guard; 3],
    /// Whose connection is being watched, while it is: another one of that user may end it.
    watched: Option<User>,
    /// What was open after the last round that told something new.
    open: Option<Wanted>,
    last: Vec<Probe>,
    /// So many are sent at the same time at most.
    connections: usize,
}

impl Plan {
    pub(crate) fn new(connections: usize) -> Self {
        let guards = [Service::Auth, Service::Backend, Service::Gateway].map(Guard::new);
        Plan { sent: BTreeSet::new(), guards, watched: None, open: None, last: Vec::new(), connections }
    }

    /// A connection of that user is watched from here on, or none is any longer.
    pub(crate) fn watch(&mut self, user: Option<User>) {
        self.watched = user;
        // What it saw may open or close something.
        self.open = None;
    }

    /// The next probes of those that need no token, or `None` where none is left: one may need what another has read.
    pub(crate) fn opening(&mut self, evidence: &Evidence) -> Option<Vec<Probe>> {
        let round = self.to_send(evidence, opening(evidence));
        self.sent.extend(&round);
        self.last.clone_from(&round);
        (!round.is_empty()).then_some(round)
    }

    /// The next probes, which are sent at once, or `None` where nothing is left, or nothing before the watched connection ends.
    pub(crate) fn next(&mut self, evidence: &Evidence) -> Option<Vec<Probe>> {
        // A valid token that is accepted once more between others tells nothing new.
        let told_nothing =
            |probe: &Probe| guard::is_control(*probe) && evidence.outcome(*probe) == Some(Outcome::Accepted);
        let known = self.open.take().filter(|_| self.last.iter().all(told_nothing));
        let open = known.unwrap_or_else(|| faults::wanted(evidence));
        let steps = steps(evidence, &open);
        self.open = Some(open);
        for step in steps {
            let mut wanted = self.to_send(evidence, step);
            let waits = |probe: &Probe| self.watched.is_some() && session_of(*probe) == self.watched;
            let has_to_wait = wanted.iter().any(waits);
            wanted.retain(|probe| !waits(probe));
            one_session_of_a_user(evidence, &mut wanted);
            one_later_login(&mut wanted);
            // What is sent beside a later login may be rejected because of it.
            let (logins, others): (Vec<Probe>, Vec<Probe>) = wanted.iter().partition(|probe| is_later_login(probe));
            let others = self.round(evidence, &others);
            let round = if others.is_empty() { logins } else { others };
            if !round.is_empty() {
                self.sent.extend(&round);
                self.last.clone_from(&round);
                return Some(round);
            }
            // What comes later is compared with it.
            if has_to_wait {
                return None;
            }
        }
        None
    }

    /// What is wanted still, and is not sent because it may be rejected.
    pub(crate) fn held_back(&self, evidence: &Evidence) -> BTreeSet<Probe> {
        let open = faults::wanted(evidence);
        steps(evidence, &open).into_iter().flat_map(|step| self.to_send(evidence, step)).collect()
    }

    /// Those of a step that were not sent, and are permitted, each once.
    fn to_send(&self, evidence: &Evidence, step: Vec<Probe>) -> Vec<Probe> {
        let mut met = BTreeSet::new();
        let mut wanted: Vec<Probe> =
            step.into_iter().filter_map(|probe| order::prerequisite(evidence, probe)).collect();
        wanted
            .retain(|probe| !self.sent.contains(probe) && permission::permits(evidence, *probe) && met.insert(*probe));
        wanted
    }

    /// As many of them as may be sent now. Where a service has to accept a valid token first, the others wait for that.
    fn round(&mut self, evidence: &Evidence, wanted: &[Probe]) -> Vec<Probe> {
        let (guarded, mut round): (Vec<Probe>, Vec<Probe>) =
            wanted.iter().partition(|probe| guard::is_guarded(**probe));
        let mut guards: Vec<(bool, Vec<Probe>, &mut Guard)> = self
            .guards
            .iter_mut()
            .map(|guard| {
                let waiting = guarded.iter().copied().filter(|probe| guard.is_there(evidence, *probe)).collect();
                (guard.owes(evidence), waiting, guard)
            })
            .collect();
        guards.sort_by_key(|(owes, waiting, _)| (!owes, Reverse(waiting.len())));
        let mut left = guard::IN_A_ROW;
        for (owes, waiting, guard) in guards {
            let room = self.connections.saturating_sub(round.len());
            let turn = Turn { left, room, others_wait: guarded.len() > waiting.len(), watched: self.watched };
            let passed = guard.pass(evidence, &self.sent, waiting, turn);
            left = match owes && !passed.is_empty() {
                true => 0,
                false => left.saturating_sub(guard.may_reject(evidence)),
            };
            round.extend(passed);
        }
        round
    }
}

/// What is sent, in this order: a step begins when nothing of the one before it is left.
fn steps(evidence: &Evidence, open: &Wanted) -> [Vec<Probe>; 10] {
    let (later, by_need): (Vec<Probe>, Vec<Probe>) =
        by_need(&open.by_candidates).into_iter().partition(is_of_later_login);
    [
        opening(evidence),
        as_presented(evidence),
        other_tokens(evidence).chain(open.by_symptoms.iter().copied()).collect(),
        repeats::of_the_rejected(evidence).into_iter().chain(open.to_confirm.iter().copied()).collect(),
        watched::watched(evidence),
        by_need,
        once_more(evidence),
        and_once_more(evidence),
        repeats::of_the_forged(evidence),
        later,
    ]
}

/// A service that keeps one session for each user ends the first with the next login, so that comes last.
fn is_of_later_login(probe: &Probe) -> bool {
    let is_later = |one: Presentation| matches!(one.token, TokenKind::Second | TokenKind::Later(_));
    is_later_login(probe) || probe.presented().is_some_and(is_later)
}

fn is_later_login(probe: &Probe) -> bool {
    matches!(probe, Probe::SecondLogin(_) | Probe::LaterLogin(..))
}

/// A gateway may limit the connections of a user, or close one when the next is opened: that is no failure of its own. Where it
/// accepts none, there is nothing to limit, and what is compared is better sent at once; so is what is repeated.
fn one_session_of_a_user(evidence: &Evidence, wanted: &mut Vec<Probe>) {
    let accepts = first(evidence).is_some_and(|[.., usual]| evidence.outcome(usual) == Some(Outcome::Accepted));
    if !accepts {
        return;
    }
    // It lasts as long as a watched one, so it goes out alone.
    if wanted.iter().any(|probe| *probe != Probe::WatchWithPings) {
        wanted.retain(|probe| *probe != Probe::WatchWithPings);
    }
    let mut users = BTreeSet::new();
    // Those with higher numbers are sent at once on purpose: behind a load balancer they show whether replicas differ.
    let alone = |probe: &Probe| {
        probe.presented().is_some_and(|one| match one.attempt {
            Attempt::Repeat(1) => one.variation == Variation::None,
            Attempt::Repeat(_) => false,
            _ => true,
        })
    };
    wanted.retain(|probe| !alone(probe) || session_of(*probe).is_none_or(|user| users.insert(user)));
}

/// The later logins of a user come one after the other, with no other login between them: replicas of auth that take turns then show.
fn one_later_login(wanted: &mut Vec<Probe>) {
    let number = |probe: &Probe| match probe {
        Probe::SecondLogin(_) => Some(2),
        Probe::LaterLogin(_, number) => Some(*number),
        _ => None,
    };
    let latest = wanted.iter().filter_map(number).max();
    let next = wanted.iter().copied().find(|probe| latest.is_some() && number(probe) == latest);
    wanted.retain(|probe| number(probe).is_none() || Some(*probe) == next);
}

/// Whose connection the probe opens, where its token may be accepted.
fn session_of(probe: Probe) -> Option<User> {
    let presented = probe.presented()?;
    (presented.endpoint == Endpoint::WebSocket && !presented.token.is_invalid()).then_some(presented.user)
}

/// What needs no token, and the tokens.
pub(crate) fn opening(evidence: &Evidence) -> Vec<Probe> {
    let settings = &evidence.settings;
    let services = [Service::Auth, Service::Backend];
    let shows = |service: &Service| settings.shows_fingerprint(*service);
    let fingerprints = services.into_iter().chain([Service::Gateway]).filter(shows).map(Probe::Fingerprint);
    let users = [User::First, User::Second].into_iter().take(settings.users).filter(|_| settings.login);
    let keys = settings.keys.map(|keys| {
        let discovery = keys.discovery.then_some(Probe::Discovery(Reading::First));
        discovery.into_iter().chain([Probe::Keys(Reading::First)])
    });
    let public = services.map(Probe::Health).into_iter().chain(fingerprints).chain(keys.into_iter().flatten());
    public.chain(users.map(Probe::Login)).collect()
}

/// The first token that there is, as the client presents it, and at auth as the backend does.
pub(crate) fn as_presented(evidence: &Evidence) -> Vec<Probe> {
    let Some([validation, rest, websocket]) = first(evidence) else { return Vec::new() };
    let as_backend = evidence.settings.service.then(|| validation.vary(Variation::ServiceCredentials));
    [validation, rest, websocket].into_iter().chain(as_backend).map(Probe::Present).collect()
}

/// What most of the open candidates ask for comes first.
fn by_need(wanted: &BTreeMap<Probe, usize>) -> Vec<Probe> {
    let mut probes: Vec<Probe> = wanted.keys().copied().collect();
    probes.sort_by_key(|probe| Reverse(wanted.get(probe)));
    probes
}

/// Every other valid token as the client presents it, and the first one in the other carriers of a WebSocket.
fn other_tokens(evidence: &Evidence) -> impl Iterator<Item = Probe> {
    let settings = &evidence.settings;
    let mut valid: BTreeSet<Presentation> =
        evidence.tokens().flat_map(|(token, user)| usual_of(evidence, token).map(|usual| usual.by(user))).collect();
    if let Some([_, rest, websocket]) = first(evidence) {
        valid.extend([Carriers::HEADER, Carriers::SUBPROTOCOL].map(|carriers| websocket.in_carriers(carriers)));
        let often = [rest, websocket].into_iter().filter(|_| settings.thorough);
        valid.extend(often.flat_map(|usual| (2..=LAST_REPEAT).map(move |number| usual.repeat(number))));
    }
    valid.into_iter().map(Probe::Present)
}

/// The client's valid token once more, where it got a response: circuit breakers and caches show only now.
pub(crate) fn once_more(evidence: &Evidence) -> Vec<Probe> {
    let backend = first(evidence).into_iter().flatten().filter(|usual| usual.endpoint != Endpoint::Validation);
    let unreached = |usual: &Presentation| evidence.outcome(*usual) == Some(Outcome::Unreached);
    backend.filter(move |usual| !unreached(usual)).map(|usual| Probe::Present(usual.repeat(1))).collect()
}

/// And once more where that was accepted, at each origin: a load balancer that takes turns then leads to another replica. Where the
/// target has one such place, twice.
pub(crate) fn and_once_more(evidence: &Evidence) -> Vec<Probe> {
    let is_sent = evidence.iter().next().is_some();
    let was_accepted = |one: &Presentation| !is_sent || evidence.outcome(*one) == Some(Outcome::Accepted);
    let first = once_more(evidence).into_iter().filter_map(Probe::presented);
    let first: Vec<Presentation> = first.filter(|one| evidence.settings.has(one.endpoint)).collect();
    let again = first.iter().rev().filter(|one| was_accepted(one)).map(|one| one.repeat(guard::AT_THE_END));
    let again = again.take(if evidence.settings.one_origin { 1 } else { first.len() });
    let again: Vec<Presentation> = again.collect();
    let alone = again.first().filter(|one| first.len() == 1 && was_accepted(one));
    let twice = alone.map(|one| one.repeat(guard::AT_THE_END + 1));
    again.iter().copied().chain(twice).map(Probe::Present).collect()
}

/// The first token that there is, as the client presents it.
fn first(evidence: &Evidence) -> Option<[Presentation; 3]> {
    let (token, user) = evidence.tokens().next()?;
    Some(usual_of(evidence, token).map(|usual| usual.by(user)))
}

fn usual_of(evidence: &Evidence, token: TokenKind) -> [Presentation; 3] {
    [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket]
        .map(|endpoint| Presentation::new(endpoint, token, evidence.settings.usual(endpoint)))
}
