//! Something in front of a service that asks for a sign-in of its own.

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof};
use super::condition::probes_of;
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Probe, Service};

/// All that was asked of a service was answered by something that wants a sign-in of its own, credential or none.
pub fn gated(case: &Case<'_>) -> Proof {
    Proof::any([Service::Auth, Service::Backend].map(|service| gated_at(case, service)))
}

fn gated_at(case: &Case<'_>, service: Service) -> Proof {
    let asks =
        |probe: &Probe| case.evidence().of(*probe).is_some_and(|observation| observation.response.asks_for_sign_in());
    let probes: Vec<Probe> = probes_of(case, service).collect();
    let place = if service == Service::Auth { Endpoint::Validation } else { Endpoint::Rest };
    let missing = Probe::Present(case.missing(place));
    match probes.iter().all(asks) {
        _ if !probes.contains(&Probe::Health(service)) || !probes.contains(&missing) => Proof::open(case.need(missing)),
        true => Proof::Holds(probes.into_iter().collect()),
        false => Proof::Fails(probes.into_iter().filter(|probe| !asks(probe)).collect()),
    }
}

pub fn not_gated(case: &Case<'_>) -> Proof {
    let own_answer = |service| {
        let answered = Proof::first(probes_of(case, service).map(|probe| case.reads(probe, Outcome::Accepted, &[])));
        answered.and(gated_at(case, service).not())
    };
    // One in front of a part of a service looks like that service's own way to refuse.
    let asks = case.evidence().iter().any(|(_, observation)| observation.response.asks_for_sign_in());
    let whole = Proof::all([Service::Auth, Service::Backend].map(own_answer));
    if asks { Proof::open("`direct`, or an answer from behind what asks for a sign-in") } else { whole }
}

pub fn tell_gated(case: &Case<'_>, cites: &Probes) -> Account {
    let probe = cites.first().copied();
    let saw = probe.map(|probe| case.evidence().summary(probe)).unwrap_or_default();
    let at = probe.map_or("the service", |probe| probe.service().title());
    let whys = [
        Why::observed(
            "Why do they fail?",
            format!("Everything sent to {at} is answered by something that asks for its own sign-in: {saw}."),
            cites,
        ),
        Why::observed(
            "Is it the service?",
            "It is not the service: its health path, which wants no credential, gets the same.",
            cites,
        ),
        Why::unknown(
            "What is it?",
            "An access proxy, a login wall or the platform's own access rule stands in front.",
            "the platform's access settings",
        ),
        Why::inferred("Why did nobody notice?", "Who is signed in with a browser never sees it."),
    ];
    let comparison =
        format!("every probe of {at}, with a credential and without, is asked to sign in elsewhere: {saw}.");
    Account::new(
        comparison,
        whys,
        format!("let the clients of {at} through what stands in front of it, or look at it from behind."),
    )
    .detail("at", at)
}
