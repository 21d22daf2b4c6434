//! Time: clocks that differ, and tokens that do not live long enough. A clock is known as an interval, never as a point.

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof, Severity};
use crate::evidence::{Extracted, HttpResponse, Offset, Response};
use crate::vocabulary::{Change, Probe, Service};

/// Clocks of three services, as far as their answers tell.
const SERVICES: [Service; 3] = [Service::Auth, Service::Backend, Service::Gateway];
/// Claims are in whole seconds.
const GRAIN: i64 = 1;
/// Some issuers write an `iat` that is earlier by this much, so that verifiers whose clocks are behind take the token; in
/// seconds.
const BACKDATED: i64 = 60;

/// The near end of some service's interval lies beyond what is allowed.
pub fn skewed(case: &Case<'_>) -> Proof {
    let dates =
        SERVICES.map(|service| by_dates(case, service, |offset, skew| offset.least > skew || offset.most < -skew));
    Proof::any(dates.into_iter().chain([by_claims(case), issued_behind(case), by_backdating(case)]))
}

/// Every interval lies within what is allowed, and what was issued just now is accepted.
pub fn in_step(case: &Case<'_>) -> Proof {
    let within = |service| by_dates(case, service, |offset, skew| offset.least >= -skew && offset.most <= skew);
    let accepted = Proof::all(case.backend_usual().map(|ask| case.accepts(ask)));
    within(Service::Auth).and(within(Service::Backend)).and(by_claims(case).not()).and(accepted).and(dates_agree(case))
}

/// A token that was issued just now says so: a front may write a `Date` of its own, and then nothing else tells of the clock
/// behind it. One that says that it is older was backdated, or kept, or its issuer's clock is behind.
pub fn dates_agree(case: &Case<'_>) -> Proof {
    let skew = skew_millis(case) / 1_000;
    match case.facts().and_then(|facts| facts.issued_ago) {
        Some(ago) if ago - GRAIN > skew => Proof::open("a new token that says that it is new"),
        _ => Proof::given(),
    }
}

fn by_dates(case: &Case<'_>, service: Service, is: impl Fn(Offset, i64) -> bool) -> Proof {
    match offset(case, service) {
        Some((offset, cites)) if is(offset, skew_millis(case)) => Proof::Holds(cites),
        Some((_, cites)) => Proof::Fails(cites),
        None => Proof::open(format!("a `Date` in the answers of {}", service.name())),
    }
}

/// The narrowest interval that all its answers allow, or, where they contradict one another, the widest.
fn offset(case: &Case<'_>, service: Service) -> Option<(Offset, Probes)> {
    let seen: Vec<(Probe, Offset)> = case
        .evidence()
        .iter()
        .filter(|(probe, _)| probe.service() == service)
        .filter_map(|(probe, observation)| Some((probe, observation.clock?)))
        .collect();
    let least = seen.iter().map(|(_, offset)| offset.least);
    let most = seen.iter().map(|(_, offset)| offset.most);
    let narrow = Offset { least: least.clone().max()?, most: most.clone().min()? };
    let wide = Offset { least: least.min()?, most: most.max()? };
    let cites = seen.first().map(|(probe, _)| Probes::from([*probe])).unwrap_or_default();
    Some((if narrow.least <= narrow.most { narrow } else { wide }, cites))
}

fn skew_millis(case: &Case<'_>) -> i64 {
    i64::try_from(case.settings().skew.as_millis()).unwrap_or(i64::MAX)
}

/// The token was issued, or becomes valid, ahead of our time by more than is allowed; behind it, it may have been backdated.
fn by_claims(case: &Case<'_>) -> Proof {
    let skew = skew_millis(case) / 1_000;
    case.of_token(|facts| {
        let ahead = [facts.issued_ago.map(|ago| -ago), facts.not_before];
        ahead.into_iter().flatten().map(|ahead| ahead - GRAIN > skew).reduce(|one, other| one || other)
    })
}

/// The token says that it was issued long before it was, and it was not kept: the next one of the same user is another one.
fn issued_behind(case: &Case<'_>) -> Proof {
    let most = skew_millis(case) / 1_000 + BACKDATED + GRAIN;
    let mark = |probe| match case.evidence().of(probe).map(|observation| &observation.response) {
        Some(Response::Http(HttpResponse { extracted: Extracted::Text { mark, .. }, .. })) => *mark,
        _ => None,
    };
    let another = match mark(Probe::Login(case.user())).zip(mark(Probe::SecondLogin)) {
        Some((one, other)) if one != other => Proof::Holds([Probe::SecondLogin].into()),
        Some(_) => Proof::Fails([Probe::SecondLogin].into()),
        None => Proof::open(case.need(Probe::SecondLogin)),
    };
    case.of_token(|facts| Some(facts.issued_ago? > most)).and(another)
}

/// Earlier by what is allowed is not enough, and earlier by an hour is: the verifier's clock is behind by more than that.
fn by_backdating(case: &Case<'_>) -> Proof {
    Proof::first(case.usual_asks().into_iter().map(|ask| {
        let long_ago = case.mended_at(ask, |change| change == Change::BackdatedByAnHour);
        case.refuses(ask.changed(Change::Backdated)).and(long_ago)
    }))
}

pub fn tell_skew(case: &Case<'_>, cites: &Probes) -> Account {
    let skew = skew_millis(case);
    let found = SERVICES.iter().find_map(|service| {
        let (offset, _) = offset(case, *service)?;
        (offset.least > skew || offset.most < -skew).then_some((*service, offset))
    });
    let (who, interval) = match found {
        Some((service, offset)) => (service.name(), interval(offset)),
        None if by_claims(case).holds() => ("auth", ahead(case)),
        None if issued_behind(case).holds() => ("auth", behind(case)),
        None => ("backend", "behind by more than is allowed, and by less than an hour".to_owned()),
    };
    let whys = [
        Why::observed(
            "Why does time matter?",
            "Tokens carry dates, and each service holds them against its own clock.",
            cites,
        ),
        Why::observed(
            "Whose clock?",
            format!("The clock of {who} is {interval}, against the one of this machine."),
            cites,
        ),
        Why::unknown(
            "Why is it off?",
            "Nothing sets it: time synchronisation is off, blocked, or stopped with a paused machine.",
            "the machine's view of its time source",
        ),
        Why::inferred("Why did nobody notice?", "Clocks drift slowly, and nothing compares those of the services."),
    ];
    let comparison = format!("the clock of {who} is {interval}; {} s are allowed.", skew / 1_000);
    Account::new(comparison, whys, format!("set the clock of {who} right, and switch time synchronisation on there."))
        .detail("service", who)
        .detail("offset", interval)
}

/// In whole seconds, rounded outward: `Date` knows no smaller ones.
fn interval(offset: Offset) -> String {
    let (least, most) = (offset.least.div_euclid(1_000), -(-offset.most).div_euclid(1_000));
    match offset.least > 0 {
        true => format!("ahead by {least} to {most} s"),
        false => format!("behind by {} to {} s", -most, -least),
    }
}

fn behind(case: &Case<'_>) -> String {
    let ago = case.facts().and_then(|facts| facts.issued_ago).unwrap_or_default();
    format!("behind by {} to {} s", ago - GRAIN - BACKDATED, ago + GRAIN)
}

fn ahead(case: &Case<'_>) -> String {
    let facts = case.facts();
    let ahead = facts.and_then(|facts| facts.issued_ago.map(|ago| -ago).max(facts.not_before)).unwrap_or_default();
    format!("ahead by at least {} s", ahead - GRAIN)
}

/// By its own claims it lives shorter than is wanted; or a verifier takes it for expired.
pub fn too_soon(case: &Case<'_>) -> Proof {
    let wanted = i64::try_from(case.settings().lifetime.as_secs()).unwrap_or(i64::MAX);
    case.of_token(|facts| {
        let lifetime = facts.expires_in?.checked_add(facts.issued_ago?)?;
        Some(lifetime + GRAIN < wanted)
    })
}

pub fn long_enough(case: &Case<'_>) -> Proof {
    too_soon(case).not().and(dates_agree(case))
}

pub fn tell_too_soon(case: &Case<'_>, cites: &Probes) -> Account {
    let lifetime = case.facts().and_then(|facts| facts.expires_in?.checked_add(facts.issued_ago?)).unwrap_or_default();
    let wanted = case.settings().lifetime.as_secs();
    let longer = case.mended_by(|change| change == Change::LongerLived);
    let expired = longer.holds() || case.facts().and_then(|facts| facts.expires_in).is_some_and(|left| left <= 0);
    let whys = [
        Why::observed(
            "Why does it end?",
            format!("The token lives for {lifetime} s, and a session needs {wanted} s."),
            cites,
        ),
        match longer {
            Proof::Holds(shown) => Why::observed(
                "Does it hurt already?",
                "A verifier takes it for expired: the same token that lives longer is accepted.",
                &shown,
            ),
            _ => Why::inferred("Does it hurt already?", "A fresh token still works; a session outlives it."),
        },
        Why::unknown(
            "Why so short?",
            "The lifetime was set for another kind of client, or in another unit.",
            "auth's settings",
        ),
        Why::inferred("Why did nobody notice?", "Tests are shorter than the token lives."),
    ];
    let comparison = format!("`exp` less `iat` is {lifetime} s; the target's file wants {wanted} s.");
    let remedy =
        "let tokens live longer, let the client renew them in time, or correct `lifetime` in the target's file.";
    let account = Account::new(comparison, whys, remedy).detail("lifetime", format!("{lifetime} s"));
    if expired { account.of_severity(Severity::Error) } else { account }
}
