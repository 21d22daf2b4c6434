//! In what condition a service is that is reached: trusted, and well.

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof};
use crate::evidence::{Response, TransportError};
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, Presentation, Probe, REPEATS, Route, Service, User, Variation};
use crate::wording::sentence;

/// The probes that were made of a service at its own address.
pub fn probes_of(case: &Case<'_>, service: Service) -> impl Iterator<Item = Probe> {
    let around = |probe: &Probe| {
        matches!(probe, Probe::Present(Presentation { variation: Variation::Route(Route::Direct), .. }))
    };
    let made = case.evidence().iter().map(|(probe, _)| probe);
    made.filter(move |probe| probe.service() == service && !around(probe))
}

fn where_seen(case: &Case<'_>, is: impl Fn(&Response) -> bool) -> Probes {
    let seen = case.evidence().iter().filter(|(_, observation)| is(&observation.response));
    seen.map(|(probe, _)| probe).collect()
}

fn is_certificate(seen: &Response) -> bool {
    matches!(seen, Response::Unreached(TransportError::Certificate(_)))
}

pub fn untrusted(case: &Case<'_>) -> Proof {
    let cites = where_seen(case, is_certificate);
    if cites.is_empty() { Proof::Fails(Probes::new()) } else { Proof::Holds(cites) }
}

/// Each service has answered, over whatever it speaks.
pub fn trusted(case: &Case<'_>) -> Proof {
    let distrusted = untrusted(case).holds();
    let answered = |service| {
        let is_answer = |probe: &Probe| {
            let seen = case.evidence().of(*probe).map(|observation| &observation.response);
            seen.is_some_and(|seen| !matches!(seen, Response::Unreached(_) | Response::NotHttp))
        };
        match probes_of(case, service).find(is_answer) {
            Some(probe) if !distrusted => Proof::Holds([probe].into()),
            _ => Proof::open(format!("an answer of {}", service.name())),
        }
    };
    Proof::all([Service::Auth, Service::Backend, Service::Gateway].map(answered))
}

pub fn tell_untrusted(case: &Case<'_>, cites: &Probes) -> Account {
    let how = cites.first().map(|probe| case.evidence().summary(*probe)).unwrap_or_default();
    let mut services: Vec<&str> = cites.iter().map(|probe| probe.service().name()).collect();
    services.sort_unstable();
    services.dedup();
    let at = services.join(", ");
    let whys = [
        Why::observed("Why do they fail?", format!("No client that verifies TLS connects to {at}: {how}."), cites),
        Why::inferred(
            "What does that hide?",
            "What stands behind was not looked at: nothing is sent to a server that cannot be trusted.",
        ),
        Why::unknown(
            "Why is it so?",
            "It was not renewed, is for another name, or was issued by an authority that clients do not know.",
            "the certificate that is served",
        ),
        Why::inferred("Why did nobody notice?", "Somebody switched verification off where they tested."),
    ];
    let comparison = format!("the certificate of {at} is not to be trusted: {how}.");
    let remedy = "renew the certificate for the name that clients use; if its authority is your own, name it as `ca` in the target's file.";
    Account::new(comparison, whys, remedy).detail("at", at).detail("why", how)
}

/// It is reached, and breaks down over what it is asked.
pub fn ill(case: &Case<'_>, service: Service) -> Proof {
    let health = Probe::Health(service);
    // One answer among many of a front may be anybody's.
    let own: Vec<Probe> = probes_of(case, service).filter(|probe| is_answered_itself(case, *probe).holds()).collect();
    let reached = match own.contains(&health) || own.len() > 1 {
        true => Proof::Holds(own.into_iter().take(1).collect()),
        false => Proof::open(case.need(health)),
    };
    let suffers = if service == Service::Auth { auth_suffers(case) } else { rest_suffers(case, health) };
    reached.and(suffers)
}

/// What came is the service's own: no transport error, and no front's word for one.
fn is_answered_itself(case: &Case<'_>, probe: Probe) -> Proof {
    case.unreached(probe).not()
}

/// As often as it was asked, twice at least: a single failure may be chance.
fn each_time(case: &Case<'_>, ask: Presentation) -> Proof {
    let made = case.evidence().attempts(ask).map(Probe::Present);
    Proof::all(made.chain([Probe::Present(ask.repeat(1))]).map(|probe| fails(case, probe)))
}

fn fails(case: &Case<'_>, probe: Probe) -> Proof {
    case.reads(probe, Outcome::Failed, &[Outcome::Accepted, Outcome::Rejected])
}

fn users(case: &Case<'_>) -> impl Iterator<Item = User> + Clone {
    [User::First, User::Second].into_iter().take(case.settings().users.max(1))
}

/// The login of every user, and one more: a limit that all share spares none for long.
fn logins(case: &Case<'_>) -> impl Iterator<Item = Probe> {
    users(case).map(Probe::Login).chain([Probe::SecondLogin])
}

/// The auth service breaks down itself; of one that does some of its work all the while it does not matter who says so, for
/// it is reached and does not do the rest.
fn auth_suffers(case: &Case<'_>) -> Proof {
    let missing = [Attempt::First, Attempt::Repeat(1)]
        .map(|attempt| Probe::Present(case.missing(Endpoint::Validation).attempt(attempt)));
    let login = Proof::all(logins(case).map(|probe| fails(case, probe)));
    let login = if case.settings().login { login } else { Proof::given().not() };
    let judges = Proof::all(missing.map(|probe| fails(case, probe).not()));
    let issues = Proof::all(logins(case).map(|probe| case.reads(probe, Outcome::Accepted, &[])));
    // Of an auth that is well by its own word, what a front says is not auth's.
    let is_well = case.evidence().is_as_expected(Probe::Health(Service::Auth)) == Some(true);
    let own = |probe| if is_well { case.unreached(probe).not() } else { Proof::given() };
    let fails = |probe| own(probe).and(fails(case, probe));
    let own_login = if is_well { Proof::all(logins(case).map(own)) } else { Proof::given() };
    let validation = case.auth(case.settings().auth_takes);
    let once_more = [validation.attempt(REPEATS[0])].into_iter().filter(|_| case.settings().users < 2);
    let validations = users(case).map(|user| validation.by(user)).chain(once_more);
    let validation = Proof::all(validations.map(|ask| fails(Probe::Present(ask))));
    // Who breaks down over nothing at all, and judges tokens well, is ill for nobody.
    let judges_well = case.auth_accepts().unless_shown("a token that auth does not judge");
    let nobody = Proof::all(missing.map(fails)).and(judges_well);
    login.and(own_login.or(judges)).or(validation).or(nobody).or(issues.and(judges_nobody(case)))
}

/// Every validation breaks down, with any credential and with none.
fn judges_nobody(case: &Case<'_>) -> Proof {
    let made = case.evidence().iter().map(|(probe, _)| probe);
    let mut judged = made.filter(|probe| matches!(probe, Probe::Present(ask) if ask.endpoint == Endpoint::Validation));
    let spared = judged.find(|probe| !fails(case, *probe).holds());
    let usual = case.auth(case.settings().auth_takes);
    let told = [usual, usual.attempt(REPEATS[0]), case.missing(Endpoint::Validation)];
    Proof::all(spared.into_iter().chain(told.map(Probe::Present)).map(|probe| fails(case, probe)))
}

/// REST fails with the token, and it is not that it waits for auth in vain: then a missing credential would fare well, a
/// forged one would not, and its health would know nothing of it.
fn rest_suffers(case: &Case<'_>, health: Probe) -> Proof {
    let rest = case.rest();
    let missing = case.missing(Endpoint::Rest);
    let with_or_without = if case.evidence().of(Probe::Present(rest)).is_some() { rest } else { missing };
    let forged = rest.forged();
    let nobody = [missing, missing.repeat(1)].map(|ask| fails(case, Probe::Present(ask)));
    let for_itself = fails(case, health).or(Proof::all(nobody)).or(case.refuses(forged));
    each_time(case, with_or_without).and(for_itself)
}

pub fn well(case: &Case<'_>, service: Service) -> Proof {
    let health = Probe::Health(service);
    // The path is a convention, and a service without it is not ill for that.
    let says_so = match case.evidence().is_as_expected(health) {
        Some(true) => Proof::Holds([health].into()),
        _ => Proof::open(case.need(health)),
    };
    let works = match service {
        Service::Auth => case.auth_accepts(),
        _ => case.accepts(case.rest()).or(case.accepts(case.presented())),
    };
    says_so.and(works)
}

pub fn tell_ill(case: &Case<'_>, cites: &Probes, service: Service) -> Account {
    let health = Probe::Health(service);
    let name = service.title();
    let saw = cites
        .iter()
        .find(|probe| case.evidence().is_as_expected(**probe) == Some(false))
        .map(|probe| case.evidence().summary(*probe))
        .unwrap_or_default();
    let admits = case.evidence().is_as_expected(health) == Some(false);
    let whys = [
        Why::observed(
            "Why do they fail?",
            format!("{} breaks down over what it is asked: {saw}.", sentence(name)),
            cites,
        ),
        match admits {
            true => Why::observed(
                "Does it know?",
                format!("It says so on its health path: {}.", case.evidence().summary(health)),
                &[health].into(),
            ),
            false => Why::inferred("Does it know?", "Its health path says nothing of it."),
        },
        Why::unknown("Why is it ill?", "Something that it needs is missing or misconfigured.", "the service's log"),
        Why::inferred(
            "Why did nobody notice?",
            if admits {
                "Nobody asks the health path, or nobody listens to it."
            } else {
                "The health check does not exercise what users need."
            },
        ),
    ];
    let comparison = format!("{name} is reached and answers with a server error of its own: {saw}.");
    Account::new(comparison, whys, format!("read the log of {name} at the time of this check, and mend what it lacks."))
        .detail("says", saw)
}
