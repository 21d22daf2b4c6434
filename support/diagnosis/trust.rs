//! False greens: who gets in that should not.

mod leniency;
mod memory;

use super::case::{Case, HEADER, SUBPROTOCOL};
use super::finding::{Account, Why};
use super::{Fault, Probes, Proof, Rule};
use crate::vocabulary::{Endpoint, Presentation, Probe, Scheme, TokenKind, Variation};

pub const RULES: &[Rule] = &[
    Rule { fault: Fault::ForgedTokenAccepted, confirm: forged, rule_out: no_forged, account: tell_forged },
    Rule { fault: Fault::MissingTokenAccepted, confirm: missing, rule_out: no_missing, account: tell_missing },
    Rule {
        fault: Fault::UnsignedTokenAccepted,
        confirm: leniency::unsigned,
        rule_out: leniency::no_unsigned,
        account: leniency::tell_unsigned,
    },
    Rule {
        fault: Fault::ExpiredTokenAccepted,
        confirm: leniency::expired,
        rule_out: leniency::no_expired,
        account: leniency::tell_expired,
    },
    Rule {
        fault: Fault::AuthenticatedAnswerCached,
        confirm: memory::cached,
        rule_out: memory::not_cached,
        account: memory::tell_cached,
    },
    Rule {
        fault: Fault::WrongUserWelcomed,
        confirm: memory::wrong_user,
        rule_out: memory::right_user,
        account: memory::tell_wrong_user,
    },
    Rule {
        fault: Fault::RefusalCached,
        confirm: memory::refusal,
        rule_out: memory::no_refusal,
        account: memory::tell_refusal,
    },
];

const PLACES: [Endpoint; 3] = [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket];

/// Where a forged token is presented.
fn forgeries(case: &Case<'_>) -> Vec<Presentation> {
    let mut asks =
        vec![case.auth(case.settings().auth_takes), case.rest(), case.gateway(HEADER), case.gateway(SUBPROTOCOL)];
    asks.push(case.presented());
    asks.dedup();
    asks.into_iter().map(|ask| ask.forged()).collect()
}

/// A forged token is accepted where none at all is not, and is answered as the good one is.
fn forged(case: &Case<'_>) -> Proof {
    let at = |ask: Presentation| case.takes_twice(ask).and(in_form_of_the_good(case, ask));
    Proof::any(forgeries(case).into_iter().map(at))
}

/// It is refused, at every place, in a form in which the good one is taken: only then has it met who verifies.
fn no_forged(case: &Case<'_>) -> Proof {
    let at = |place: Endpoint| {
        let auth = [Scheme::None, Scheme::Bearer].map(|prefix| case.auth(prefix));
        let asks = case.backend_asks().into_iter().chain(auth).filter(move |ask| ask.endpoint == place);
        Proof::first(asks.map(|ask| case.verifies(ask)))
    };
    Proof::all(PLACES.map(at))
}

/// A success that has another form than the one for the good token may be a refusal in disguise (`{"errors": …}`).
fn in_form_of_the_good(case: &Case<'_>, ask: Presentation) -> Proof {
    let same = case.evidence().same_form(Probe::Present(ask), Probe::Present(case.rest()));
    let comparable = ask.endpoint == Endpoint::Rest && case.accepts(case.rest()).holds();
    match same {
        Some(false) if comparable => Proof::open("an answer whose form tells acceptance from refusal"),
        _ => Proof::given(),
    }
}

fn tell_forged(_: &Case<'_>, cites: &Probes) -> Account {
    let at = services(cites, TokenKind::Forged);
    let whys = [
        Why::observed(
            "Who gets in?",
            format!("Whoever writes a token gets in: {at} accepts one with a broken signature."),
            cites,
        ),
        Why::observed(
            "Is it open to all?",
            "Without a credential it refuses, so the token is read and not verified.",
            cites,
        ),
        Why::inferred("Why is it not verified?", "The token is decoded without its signature, or a test switch is on."),
        Why::inferred("Why did nobody notice?", "Every test sends good tokens; none sends a bad one."),
    ];
    let comparison = format!("{at} accepts a token whose signature was changed, and refuses a missing one.");
    let remedy = "verify the signature wherever a token is read, and close the environment until that is deployed.";
    Account::new(comparison, whys, remedy).detail("at", at)
}

/// Twice, because a refusal may be slow to follow a welcome. At REST a cache may answer in place of the service, so there the address must be one that nobody has asked before.
fn missing(case: &Case<'_>) -> Proof {
    Proof::any(PLACES.map(|place| {
        let ask = case.missing(place);
        let fresh = if place == Endpoint::Rest { case.accepts(ask.vary(Variation::NewUrl)) } else { Proof::given() };
        let twice = case.accepts(ask).and(case.accepts(ask.repeat(1)));
        twice.and(fresh).and(in_form_of_the_good(case, ask))
    }))
}

fn no_missing(case: &Case<'_>) -> Proof {
    Proof::all(PLACES.map(|place| case.refuses(case.missing(place))))
}

fn tell_missing(_: &Case<'_>, cites: &Probes) -> Account {
    let at = services(cites, TokenKind::Missing);
    let whys = [
        Why::observed(
            "Who gets in?",
            format!("Everybody gets in: {at} accepts a request without any credential."),
            cites,
        ),
        Why::inferred(
            "Is it a cache?",
            "It is no cache: it was asked twice, and at REST at an address that nobody had asked before.",
        ),
        Why::inferred(
            "Why is none demanded?",
            "Authentication is switched off there, or the route stands outside of it.",
        ),
        Why::inferred("Why did nobody notice?", "Every test sends good tokens; none sends nothing."),
    ];
    let comparison = format!("{at} accepts a request without any credential.");
    let remedy = "demand a credential there, and close the environment until that is deployed.";
    Account::new(comparison, whys, remedy).detail("at", at)
}

fn services(cites: &Probes, presented: TokenKind) -> String {
    let mut names: Vec<&str> = cites
        .iter()
        .filter_map(|probe| match probe {
            Probe::Present(Presentation { token, endpoint, .. }) if *token == presented => {
                Some(endpoint.service().title())
            }
            _ => None,
        })
        .collect();
    names.dedup();
    names.join(", ")
}
