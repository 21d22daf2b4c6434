//! Whether an upgrade finds its way to the gateway: the path, the hops, and who is let in from where.

use super::super::case::Case;
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof};
use crate::outcome::Outcome;
use crate::vocabulary::{Carriers, Endpoint, Presentation, Probe, Route, Variation};

/// Statuses by which a service refuses a credential, or puts one off: they are no sign of a blocked upgrade.
const REFUSALS: [u16; 3] = [401, 403, 429];
/// Statuses of a front that has passed it on, and waited for an answer in vain, or knows nobody to pass it on to.
const IN_VAIN: [u16; 2] = [503, 504];

/// No 101 comes for any credential; around the proxy one does, or the answer is neither a refusal nor that of a path which
/// cannot exist.
pub fn blocked(case: &Case<'_>) -> Proof {
    let around = Proof::first(
        [case.presented(), case.gateway(Carriers::HEADER), case.gateway(Carriers::SUBPROTOCOL)]
            .map(|ask| opened(case, ask.direct())),
    );
    let elsewhere = Proof::first(at_other_paths(case).map(|ask| opened(case, ask)))
        .unless_shown("a path at which no gateway answers");
    let there = like_nowhere(case).not();
    let alike = case.all_handshakes_alike();
    let own = around.clone().or(not_in_vain(case)).and(no_refusal(case)).and(not_from_a_front(case));
    case.none_opened().and(alike).and(own).and(around.or(there)).and(elsewhere)
}

fn opened(case: &Case<'_>, ask: Presentation) -> Proof {
    let probe = Probe::Present(ask);
    match case.evidence().of(probe).map(|observation| &observation.response) {
        Some(seen) if seen.connection().is_some() => Proof::Holds([probe].into()),
        Some(seen) if seen.status().is_some() => Proof::Fails([probe].into()),
        _ => Proof::open(case.need(probe)),
    }
}

fn not_in_vain(case: &Case<'_>) -> Proof {
    let probe = Probe::Present(case.presented());
    match case.evidence().of(probe).and_then(|observation| observation.response.status()) {
        Some(status) if !IN_VAIN.contains(&status) => Proof::Holds([probe].into()),
        _ => Proof::open("`direct`, or a front that reaches the gateway"),
    }
}

fn no_refusal(case: &Case<'_>) -> Proof {
    let probe = Probe::Present(case.presented());
    let Some(observation) = case.evidence().of(probe) else { return Proof::open(case.need(probe)) };
    match observation.response.status() {
        Some(status) if REFUSALS.contains(&status) => Proof::Fails([probe].into()),
        Some(_) if observation.response.asks_for_sign_in() => Proof::Fails([probe].into()),
        Some(_) => Proof::Holds([probe].into()),
        None => Proof::open(case.need(probe)),
    }
}

fn like_nowhere(case: &Case<'_>) -> Proof {
    let probes = [Probe::Present(case.missing(Endpoint::WebSocket)), Probe::UpgradeUnknownPath];
    match case.evidence().same_response(probes[0], probes[1]) {
        Some(true) => Proof::Holds(probes.into()),
        Some(false) => Proof::Fails(probes.into()),
        None => Proof::open(case.need(Probe::UpgradeUnknownPath)),
    }
}

/// A front's own 502 for everything is a service that is not reached.
fn not_from_a_front(case: &Case<'_>) -> Proof {
    let probe = Probe::PlainGet;
    case.unreached(probe).not()
}

fn at_other_paths(case: &Case<'_>) -> impl Iterator<Item = Presentation> {
    [Route::Slash, Route::UsualPath].into_iter().map(|path| case.presented().vary(Variation::Route(path)))
}

pub fn not_blocked(case: &Case<'_>) -> Proof {
    case.some_opened()
}

pub fn tell_blocked(case: &Case<'_>, cites: &Probes) -> Account {
    let saw = case.evidence().summary(Probe::Present(case.presented()));
    let whys = [
        Why::observed(
            "Why does it not open?",
            format!("The upgrade is answered with {saw}, whatever the credential."),
            cites,
        ),
        Why::observed(
            "Is it the credential?",
            "It is not the credential: this answer refuses none, and is none of the gateway's own.",
            cites,
        ),
        Why::inferred(
            "Who answers?",
            "A hop that does not forward `Upgrade` and `Connection`, which are its own affair unless it is told otherwise (RFC 9110 §7.6.1).",
        ),
        Why::inferred("Why did nobody notice?", "Plain requests pass, so the service looks reachable."),
    ];
    let comparison = format!(
        "no credential is answered with 101 but with {saw}, which neither refuses it nor is what a path gets that does not exist."
    );
    Account::new(
        comparison,
        whys,
        "let every hop forward upgrades to the WebSocket path (`Upgrade` and `Connection`, HTTP/1.1).",
    )
}

/// At another path the same handshake is accepted.
pub fn path_wrong(case: &Case<'_>) -> Proof {
    let there = Proof::first(at_other_paths(case).map(|ask| {
        let welcomed = case.accepts(ask);
        welcomed.or(opened(case, ask))
    }));
    case.none_opened().and(there)
}

/// Something answers an upgrade there, as it does not elsewhere.
pub fn path_right(case: &Case<'_>) -> Proof {
    case.some_opened().or(case.some_form_taken(Endpoint::WebSocket))
}

pub fn tell_path(_: &Case<'_>, cites: &Probes) -> Account {
    let at = cites.iter().find_map(|probe| match probe {
        Probe::Present(Presentation { variation: Variation::Route(path), .. }) => Some(*path),
        _ => None,
    });
    let right = if at == Some(Route::UsualPath) { "/ws" } else { "the path with a slash at its end, or without it" };
    let whys = [
        Why::observed(
            "Why is it refused?",
            "Nothing listens at the path of the target's file: every credential gets the same answer.",
            cites,
        ),
        Why::observed(
            "Where does it listen?",
            format!("It listens at {right}: the same handshake opens there."),
            cites,
        ),
        Why::inferred(
            "Why does it look like a refusal?",
            "Servers refuse an upgrade at an unknown path as they refuse a bad token.",
        ),
        Why::inferred(
            "Why did nobody notice?",
            "The path changed in the service or in a route, and not in the client.",
        ),
    ];
    let comparison = format!("the handshake is refused at the path of the target's file, and opens at {right}.");
    Account::new(comparison, whys, format!("correct the path in the client and in the target's file: {right}."))
        .detail("path", right)
}

/// Without its `Origin` the same handshake is accepted, or refused with another status.
pub fn origin(case: &Case<'_>) -> Proof {
    if !case.settings().origin {
        return Proof::open("`handshake.origin` in the target's file");
    }
    let with = case.presented();
    let without = with.vary(Variation::NoOrigin);
    let otherwise = case.fails(without).and(another_status(case, with, without));
    case.fails(with).and(case.accepts(without).or(otherwise))
}

/// One of them is refused after a 101, or with another status.
fn another_status(case: &Case<'_>, one: Presentation, other: Presentation) -> Proof {
    let status = |ask: Presentation| {
        let observation = case.evidence().of(Probe::Present(ask))?;
        Some(observation.response.status())
            .filter(|_| observation.response.outcome(Probe::Present(ask)) != Outcome::Unreached)
    };
    let probes = [one, other].map(Probe::Present);
    match (status(one), status(other)) {
        (Some(first), Some(second)) if first != second => Proof::Holds(probes.into()),
        (Some(_), Some(_)) => Proof::Fails(probes.into()),
        _ => Proof::open(case.need(probes[1])),
    }
}

pub fn any_origin(case: &Case<'_>) -> Proof {
    if !case.settings().origin {
        return Proof::open("`handshake.origin` in the target's file");
    }
    case.accepts(case.presented()).or(case.some_opened())
}

pub fn tell_origin(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why is it refused?",
            "The same handshake without `Origin` is not refused: it is where the page comes from.",
            cites,
        ),
        Why::inferred("Who sends it?", "Every browser does, and no page can leave it out (RFC 6454 §7.3)."),
        Why::unknown(
            "Why is it not allowed?",
            "The page's address is not in the gateway's list, or the list is of another stage.",
            "the gateway's list of origins",
        ),
        Why::inferred("Why did nobody notice?", "Clients that are no browsers send no `Origin`."),
    ];
    let comparison =
        "with the `Origin` of the target's file the handshake is refused, and without it that refusal does not come.";
    Account::new(comparison, whys, "put the origin of the page into the gateway's list.")
}
