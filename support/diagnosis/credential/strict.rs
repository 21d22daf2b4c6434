//! What is refused for how it is written, how long it is, or what stands beside it.

use super::super::case::{Case, HEADER, SUBPROTOCOL};
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof, Severity};
use crate::outcome::Outcome;
use crate::vocabulary::{Carrier, Carriers, Endpoint, Presentation, Probe, Scheme, Variation};

/// `Bearer` is taken; `bearer` is refused in the words that nothing, or a bad token, gets.
pub fn case_sensitive(case: &Case<'_>) -> Proof {
    let at = |ask: Presentation| {
        let lower = ask.scheme(Scheme::LowerCase);
        let forged = ask.forged();
        let known_words = case.same_response(lower, case.missing(ask.endpoint)).or(case.same_response(lower, forged));
        let always = Proof::all([1, 2, 3].map(|number| case.refuses(lower.repeat(number))));
        case.takes(ask).and(case.refuses(lower)).and(always).and(known_words)
    };
    Proof::any([case.rest(), case.gateway(HEADER)].map(at))
}

/// Not for a moment only: what refuses everybody for a while refuses this too.
fn refused_twice(case: &Case<'_>, ask: Presentation) -> Proof {
    case.refuses(ask).and(case.refuses(ask.repeat(1)))
}

pub fn any_case(case: &Case<'_>) -> Proof {
    Proof::all([case.rest(), case.gateway(HEADER)].map(|ask| case.takes(ask.scheme(Scheme::LowerCase))))
}

pub fn tell_case(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why is it refused?",
            "The scheme is compared letter by letter: `bearer` is not `Bearer` there.",
            cites,
        ),
        Why::inferred("Who writes it so?", "Libraries and proxies are free to: schemes know no case (RFC 9110 §11.1)."),
        Why::inferred("Why is it compared so?", "The prefix is cut off as a text, and not parsed as a scheme."),
        Why::inferred("Why did nobody notice?", "The clients in use write `Bearer`."),
    ];
    let at = if cites.iter().any(|probe| matches!(probe, Probe::Present(ask) if ask.endpoint == Endpoint::Rest)) {
        "REST"
    } else {
        "upgrade"
    };
    let comparison = "`Bearer t` is accepted and `bearer t`, which means the same, is refused.";
    Account::new(comparison, whys, "compare the scheme without regard to case, where the header is read.")
        .detail("at", at)
}

/// Auth takes it from a body; REST or the gateway refuse it for its length.
pub fn too_long(case: &Case<'_>) -> Proof {
    let asks = [case.rest(), case.gateway(HEADER), case.gateway(SUBPROTOCOL), case.presented()];
    case.auth_accepts().and(Proof::any(asks.map(|ask| case.too_long(ask))))
}

pub fn short_enough(case: &Case<'_>) -> Proof {
    Proof::all(case.backend_usual().map(|ask| case.takes(ask)))
}

pub fn tell_too_long(case: &Case<'_>, cites: &Probes) -> Account {
    let chars = case.facts().map_or(0, |facts| facts.chars);
    let whys = [
        Why::observed(
            "Why is it refused?",
            format!("It is its length: {chars} characters, and the header around them."),
            cites,
        ),
        Why::observed(
            "Is it what it says?",
            "It is not what it says: a harmless text of that length fares as badly, or a shorter token well.",
            cites,
        ),
        Why::unknown(
            "Who cannot take it?",
            "A hop before the service has a limit for headers, and refuses or cuts what is longer.",
            "`direct`, or the limits of each hop",
        ),
        Why::inferred("Why did nobody notice?", "Tokens grew with their claims, and test tokens are short."),
    ];
    let comparison =
        format!("the token of {chars} characters is refused where a shorter one is taken, whatever it says.");
    let remedy = "raise the limit for header lengths at every hop, or put less into the token.";
    Account::new(comparison, whys, remedy).detail("length", format!("{chars} characters"))
}

/// Behind a bad header the good subprotocol is refused, which is taken alone.
pub fn shadowed(case: &Case<'_>) -> Proof {
    let behind = refused_twice(case, case.gateway(SUBPROTOCOL).vary(Variation::Decoy(Carrier::Header)));
    let together = case.fails(case.gateway(Carriers::HEADER_AND_SUBPROTOCOL)).and(case.fails(case.gateway(HEADER)));
    case.takes(case.gateway(SUBPROTOCOL)).and(behind.or(together))
}

pub fn not_shadowed(case: &Case<'_>) -> Proof {
    // The bad header was read: a good one is, and a bad one is refused.
    let read = case.accepts(case.gateway(HEADER)).and(case.refuses(case.presented().forged()));
    case.takes(case.gateway(SUBPROTOCOL).vary(Variation::Decoy(Carrier::Header))).and(read)
}

pub fn tell_shadowed(case: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why is it refused?",
            "The gateway looks at the header first, and a bad token there decides.",
            cites,
        ),
        Why::observed(
            "Is the other one good?",
            "The other one is good: alone, in the subprotocol, it is accepted.",
            cites,
        ),
        Why::inferred("Who sends a bad header?", "A hop that adds or spoils one, or a client with an old token in it."),
        Why::inferred("Why did nobody notice?", "Tests send the same good token in both places, or in one."),
    ];
    let comparison = "the token in the subprotocol is accepted alone and refused beside a bad `Authorization`.";
    let account = Account::new(
        comparison,
        whys,
        "try the next place when the first one holds a bad token, or send the token in one place.",
    );
    // As the client sends both it gets in, so for now nothing is hidden from it.
    let is_taken = |ask| case.evidence().outcome(Probe::Present(ask)) == Some(Outcome::Accepted);
    match case.evidence().attempts(case.presented()).any(is_taken) {
        true => account.of_severity(Severity::Note),
        false => account,
    }
}
