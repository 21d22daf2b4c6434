//! Tokens that no verifier should take: without a signature, and out of time.

use super::super::case::Case;
use super::super::claims::dates_agree;
use super::super::finding::{Account, Why};
use super::super::{Fault, Probes, Proof};
use super::{PLACES, services};
use crate::vocabulary::{Change, Endpoint, Presentation, Probe, TokenKind, User};

/// As the client presents a token there.
fn usual(case: &Case<'_>, place: Endpoint) -> Presentation {
    match place {
        Endpoint::Validation => case.auth(case.settings().auth_takes),
        Endpoint::Rest => case.rest(),
        Endpoint::WebSocket => case.presented(),
    }
}

/// Taken where a wrong signature is not: where that is taken too, nothing is verified at all.
pub fn unsigned(case: &Case<'_>) -> Proof {
    Proof::any(PLACES.map(|place| {
        let ask = usual(case, place);
        let forged = ask.forged();
        // A bad signature that is ever taken is asked for once more.
        let never = case.accepts(forged.repeat(1)).unless_shown("answers that are the same each time");
        case.takes_twice(ask.with(TokenKind::Unsigned).by(User::First)).and(case.refuses(forged)).and(never)
    }))
}

/// Refused wherever the signed one is taken.
pub fn no_unsigned(case: &Case<'_>) -> Proof {
    Proof::all(PLACES.map(|place| {
        let ask = usual(case, place);
        case.takes(ask).and(case.refuses(ask.with(TokenKind::Unsigned).by(User::First)))
    }))
}

pub fn tell_unsigned(_: &Case<'_>, cites: &Probes) -> Account {
    let at = services(cites, TokenKind::Unsigned);
    let whys = [
        Why::observed(
            "Who gets in?",
            format!("Whoever writes a token gets in: {at} takes one that says it has no signature."),
            cites,
        ),
        Why::observed(
            "Is a signature verified at all?",
            "A wrong signature is refused, so it is verified where there is one.",
            cites,
        ),
        Why::inferred(
            "Why is none taken?",
            "The library is told by the token which algorithm to use, and `none` is not excluded (RFC 8725 §3.1).",
        ),
        Why::inferred("Why did nobody notice?", "Every test sends signed tokens; none sends an unsigned one."),
    ];
    let comparison = format!("{at} takes a token with `alg: none` and refuses one with a wrong signature.");
    Account::new(
        comparison,
        whys,
        "name the allowed algorithms where a token is verified, and close the environment until that is deployed.",
    )
    .detail("at", at)
}

/// Taken two minutes after its end, where the same claims with a wrong signature are not.
pub fn expired(case: &Case<'_>) -> Proof {
    // For a clock that is behind it is not over yet.
    let clocks = case.shows(Fault::ClockSkew).unless_shown("clocks that agree");
    clocks.and(dates_agree(case)).and(Proof::any(PLACES.map(|place| {
        let ask = usual(case, place);
        let forged = ask.forged();
        // A verifier that refuses what is new and takes what is old has another time.
        case.takes_twice(ask.changed(Change::Expired)).and(case.takes(ask)).and(case.refuses(forged))
    })))
}

/// Refused wherever the suite's signature on the same claims is good.
pub fn no_expired(case: &Case<'_>) -> Proof {
    Proof::all(PLACES.map(|place| {
        let ask = usual(case, place);
        let control = case
            .takes(ask.changed(Change::Nothing))
            .or(case.of_token(|facts| facts.signed_as_known).and(case.takes(ask)));
        control.and(case.refuses(ask.changed(Change::Expired)))
    }))
}

pub fn tell_expired(_: &Case<'_>, cites: &Probes) -> Account {
    let mut names: Vec<&str> = cites
        .iter()
        .filter_map(|probe| match probe {
            Probe::Present(Presentation { token: TokenKind::Resigned(_, Change::Expired), endpoint, .. }) => {
                Some(endpoint.service().title())
            }
            _ => None,
        })
        .collect();
    names.dedup();
    let at = names.join(", ");
    let whys = [
        Why::observed(
            "Who gets in?",
            format!("Whoever has an old token gets in: {at} takes one that ended two minutes ago."),
            cites,
        ),
        Why::observed("Is it verified at all?", "A wrong signature is refused; only the date is not looked at.", cites),
        Why::inferred(
            "Why is it not?",
            "The check of `exp` is switched off, or its leeway is far beyond a minute (RFC 7519 §4.1.4).",
        ),
        Why::inferred("Why did nobody notice?", "Every test sends fresh tokens; none sends an old one."),
    ];
    let comparison =
        format!("{at} takes a token whose `exp` has been over for two minutes, and refuses a wrong signature.");
    Account::new(comparison, whys, "check `exp` with at most a minute of leeway wherever a token is verified.")
        .detail("at", at)
}
