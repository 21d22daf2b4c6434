//! Too often, too soon, too slow: what limits, breakers and delays do to everybody.

use std::time::Duration;

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof};
use crate::outcome::Outcome;
use crate::vocabulary::{Presentation, Probe, Service, User};
use crate::wording::sentence;

/// Too many requests, or "try again later" from a service that has answered well before.
pub fn limited(case: &Case<'_>) -> Proof {
    let is_limited = |probe: &Probe| case.evidence().outcome(*probe) == Some(Outcome::RateLimited);
    let answered = |service: Service| {
        let good =
            |probe: &Probe| matches!(case.evidence().outcome(*probe), Some(Outcome::Accepted | Outcome::Rejected));
        case.evidence().iter().any(|(probe, _)| probe.service() == service && good(&probe))
    };
    let plainly = |probe: &Probe| {
        case.evidence().of(*probe).is_some_and(|observation| observation.response.status() == Some(429))
    };
    let limited = case.evidence().iter().map(|(probe, _)| probe).filter(is_limited);
    let cites: Probes = limited.filter(|probe| plainly(probe) || answered(probe.service())).collect();
    if cites.is_empty() { Proof::Fails(Probes::new()) } else { Proof::Holds(cites.into_iter().take(3).collect()) }
}

/// All that was asked was answered, and nothing of it put off.
pub fn unlimited(case: &Case<'_>) -> Proof {
    let limited = limited(case).holds();
    let answered = Proof::all([case.rest(), case.presented()].map(|ask| case.accepts(ask.repeat(1))));
    // 503 is what some limits say, and some fronts.
    let unsaid = case.evidence().iter().any(|(_, observation)| observation.response.status() == Some(503));
    if limited || unsaid { Proof::open("answers that are not put off") } else { answered }
}

pub fn tell_limited(case: &Case<'_>, cites: &Probes) -> Account {
    let saw = cites.first().map(|probe| case.evidence().summary(*probe)).unwrap_or_default();
    let at = cites.first().map_or("a service", |probe| probe.service().title());
    let whys = [
        Why::observed("Why do they fail?", format!("{} puts requests off: {saw}.", sentence(at)), cites),
        Why::inferred("Is it the credential?", "A limit says nothing of a credential, and is not taken for a refusal."),
        Why::unknown(
            "Whose requests are too many?",
            "Ours, or everybody's behind the same address.",
            "the limit's settings and counters",
        ),
        Why::inferred("Why did nobody notice?", "Clients retry, and count what is put off as refused."),
    ];
    let comparison = format!("{at} answers that there were too many requests: {saw}.");
    Account::new(
        comparison,
        whys,
        "wait until the limit is over and check again; if users meet it, raise it or find who uses it up.",
    )
    .detail("at", at)
}

/// A token that was accepted is refused, in words in which no token was refused before, and accepted again after a pause.
pub fn breaker(case: &Case<'_>) -> Proof {
    Proof::first(case.backend_usual().map(|ask| {
        let reads = |ask: Presentation, reading, contrary| case.reads_once(Probe::Present(ask), reading, &[contrary]);
        let accepts = |ask| reads(ask, Outcome::Accepted, Outcome::Rejected);
        let refused = case
            .evidence()
            .attempts(ask)
            .find(|ask| case.evidence().outcome(Probe::Present(*ask)) == Some(Outcome::Rejected));
        let Some(refused) = refused else { return Proof::Fails(Probes::new()) };
        // What is refused while it is open gets its words, whatever it is; one time without them is enough.
        let missing = case.missing(ask.endpoint);
        let unlike = [case.forged(ask), [missing, missing.repeat(2)]]
            .map(|bad| Proof::any(bad.map(|bad| case.same_response(refused, bad).not())));
        let unlike = Proof::all(unlike);
        let pauses = [1, 2, 3].map(|number| accepts(ask.after_pause(number)));
        accepts(ask)
            .and(reads(refused, Outcome::Rejected, Outcome::Accepted))
            .and(unlike)
            .and(Proof::first(pauses))
            .and(not_by_chance(case, ask))
    }))
}

/// What was asked at once had one answer: behind a balancer it would have two.
fn not_by_chance(case: &Case<'_>, ask: Presentation) -> Proof {
    let later = [1, 2, 3].map(|number| case.evidence().outcome(Probe::Present(ask.after_pause(number))));
    // Once it works again it goes on working.
    let since = later.iter().skip_while(|reading| **reading != Some(Outcome::Accepted));
    match since.clone().all(|reading| *reading == Some(Outcome::Accepted)) {
        true => Proof::given(),
        false => Proof::open("an answer that stays the same after a pause"),
    }
}

pub fn no_breaker(case: &Case<'_>) -> Proof {
    Proof::all(case.backend_usual().map(|ask| case.accepts(ask).and(case.accepts(ask.repeat(1)))))
}

pub fn tell_breaker(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why is it refused now?",
            "The same token was accepted before and is accepted again after a pause: something refuses everybody for a while.",
            cites,
        ),
        Why::observed("Is it the token?", "It is not the token: the words are not those that a bad one gets.", cites),
        Why::inferred(
            "What opens it?",
            "A few failures in a row, such as the bad tokens of somebody else, or those of this check.",
        ),
        Why::inferred("Why did nobody notice?", "It closes again before anybody looks."),
    ];
    let comparison = "an accepted token is refused in words that no bad token gets, and accepted again after a pause.";
    let remedy =
        "let the breaker count failures of auth itself, not refused tokens, and let it open for longer series only.";
    Account::new(comparison, whys, remedy)
}

/// Every time that it was measured, signing in or being let in took longer than the client waits.
pub fn slow(case: &Case<'_>) -> Proof {
    let login: Vec<Probe> =
        [User::First, User::Second].into_iter().take(case.settings().users).map(Probe::Login).collect();
    let auth = [User::First, User::Second].map(|user| Probe::Present(case.auth(case.settings().auth_takes).by(user)));
    let chat = [case.presented(), case.presented().repeat(1)].map(Probe::Present);
    // Without a welcome to wait for, the time is that of our own watching.
    let chat: &[Probe] = if case.settings().welcome { &chat } else { &[] };
    let always = |probes: &[Probe]| {
        let accepted: Vec<Probe> =
            probes.iter().copied().filter(|probe| case.evidence().outcome(*probe) == Some(Outcome::Accepted)).collect();
        let slow = |probe: &Probe| elapsed(case, *probe).is_some_and(|elapsed| elapsed > case.settings().patience);
        match accepted.len() {
            0 => Proof::open("an accepted token, to see how long that takes"),
            _ if accepted.iter().all(slow) => Proof::Holds(accepted.into_iter().collect()),
            _ => Proof::Fails(accepted.into_iter().collect()),
        }
    };
    Proof::any([always(&login), always(&auth), always(chat)])
}

fn elapsed(case: &Case<'_>, probe: Probe) -> Option<Duration> {
    case.evidence().of(probe).map(|observation| observation.elapsed)
}

pub fn quick(case: &Case<'_>) -> Proof {
    let in_time = |probe: Probe| match elapsed(case, probe) {
        Some(elapsed) if elapsed <= case.settings().patience => case.reads(probe, Outcome::Accepted, &[]),
        _ => Proof::open(case.need(probe)),
    };
    let chat = if case.settings().welcome { in_time(Probe::Present(case.presented())) } else { Proof::given() };
    in_time(Probe::Present(case.auth(case.settings().auth_takes))).and(in_time(case.token_probe())).and(chat)
}

pub fn tell_slow(case: &Case<'_>, cites: &Probes) -> Account {
    let patience = case.settings().patience.as_secs_f64();
    let at = cites.iter().max_by_key(|probe| elapsed(case, **probe)).map_or("auth", |probe| probe.service().name());
    let whys = [
        Why::observed(
            "Why does a client give up?",
            format!("It waits for {patience:.1} s, and {at} takes longer every time."),
            cites,
        ),
        Why::inferred(
            "Is it the network?",
            "Other answers of the same service come sooner, or all of them are as slow.",
        ),
        Why::unknown(
            "What takes so long?",
            "Who judges the token waits for something: a store, another service, a retry.",
            "the service's traces",
        ),
        Why::inferred("Why did nobody notice?", "It works when one waits, and tests wait."),
    ];
    let comparison =
        format!("authentication at {at} takes longer than the {patience:.1} s for which the client waits, each time.");
    let account = Account::new(comparison, whys, format!("find what {at} waits for, or let clients wait longer."));
    account.detail("at", at)
}
