//! The 101 itself: what it must say, and how the token must be written before it.

use strum::VariantArray;

use super::super::case::{Case, SUBPROTOCOL};
use super::super::finding::{Account, Why};
use super::super::{Probes, Proof, Severity};
use crate::evidence::Connection;
use crate::vocabulary::{Encoding, Probe, Variation};

pub fn not_offered(case: &Case<'_>) -> Proof {
    some(case, |connection| matches!(connection.selected, Some((_, false))))
}

/// Of some 101 that is true; of none where there was any.
fn some(case: &Case<'_>, is: impl Fn(&Connection) -> bool) -> Proof {
    let cites = case.conversations_where(is);
    let all = case.conversations_where(|_| true);
    match (cites.is_empty(), all.is_empty()) {
        (false, _) => Proof::Holds(cites),
        (true, false) => Proof::Fails(all),
        (true, true) => Proof::open(case.need(Probe::Present(case.presented()))),
    }
}

pub fn offered(case: &Case<'_>) -> Proof {
    case.accepts(case.presented()).and(not_offered(case).not())
}

pub fn tell_not_offered(case: &Case<'_>, cites: &Probes) -> Account {
    let hurts = cites.contains(&Probe::Present(case.presented()));
    let whys = [
        Why::observed(
            "Why does a strict client fail?",
            "The 101 names a subprotocol that the client has not offered.",
            cites,
        ),
        Why::inferred("Why is that a failure?", "A client must then fail the connection (RFC 6455 §4.1)."),
        Why::unknown(
            "Who names it?",
            "The gateway names its protocol without looking at the offer, or a hop puts it in.",
            "the answer of the gateway itself, without the proxy",
        ),
        Why::inferred("Why did nobody notice?", "The test clients are lenient; browsers are not."),
    ];
    let comparison = "the 101 selects a subprotocol that does not stand in the offer.";
    Account::new(
        comparison,
        whys,
        "let the gateway select one of the subprotocols that were offered, and none where none was.",
    )
    .hurting(hurts)
}

pub fn invalid(case: &Case<'_>) -> Proof {
    some(case, |connection| !connection.accept_is_right)
}

pub fn valid(case: &Case<'_>) -> Proof {
    invalid(case).not()
}

pub fn tell_invalid(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why does a strict client fail?",
            "`Sec-WebSocket-Accept` is not what the client's key gives.",
            cites,
        ),
        Why::inferred(
            "Why is that a failure?",
            "It is how a client knows that a WebSocket server answers; it must fail the connection (RFC 6455 §4.1).",
        ),
        Why::unknown(
            "Who answers so?",
            "A hop that answers upgrades itself or from a cache, or a server with a handshake of its own.",
            "the answer of the gateway itself, without the proxy",
        ),
        Why::inferred("Why did nobody notice?", "The test clients do not look at it; browsers do."),
    ];
    let comparison =
        "the 101 does not prove that the handshake was read: its `Sec-WebSocket-Accept` is wrong or missing.";
    Account::new(
        comparison,
        whys,
        "let the gateway answer the handshake itself, with a library that follows RFC 6455 §4.2.2.",
    )
    .of_severity(Severity::Error)
}

/// In another encoding the same token is accepted.
pub fn encoding(case: &Case<'_>) -> Proof {
    let subprotocol = case.gateway(SUBPROTOCOL);
    let other = Encoding::VARIANTS.iter().map(|encoding| case.takes(subprotocol.vary(Variation::Encoding(*encoding))));
    case.fails(subprotocol).and(Proof::first(other))
}

pub fn understood(case: &Case<'_>) -> Proof {
    case.takes(case.gateway(SUBPROTOCOL))
}

pub fn tell_encoding(case: &Case<'_>, cites: &Probes) -> Account {
    let taken = cites.iter().find_map(|probe| match probe {
        Probe::Present(ask) => match ask.variation {
            Variation::Encoding(encoding) => Some(name(encoding)),
            _ => None,
        },
        _ => None,
    });
    let taken = taken.unwrap_or_default();
    let whys = [
        Why::observed(
            "Why is it refused?",
            "The gateway reads the offer and does not find the token in the way it is written there.",
            cites,
        ),
        Why::observed("How does it want it?", format!("It takes the same token {taken}."), cites),
        Why::inferred(
            "Why do they differ?",
            "Client and gateway hold different contracts about how a token becomes a subprotocol.",
        ),
        Why::inferred("Why did nobody notice?", "Each side is tested with its own way of writing it."),
    ];
    let comparison = format!("in the subprotocol the token is refused as the client writes it, and accepted {taken}.");
    let remedy = "write the token in one way in client and gateway; base64url without padding is a valid token in every case (RFC 9110 §5.6.2).";
    Account::new(comparison, whys, remedy).hurting(!case.is_well_presented()).detail("takes", taken)
}

fn name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Raw => "as it is, without an encoding",
        Encoding::Padded => "in padded base64",
        Encoding::Bearer => "in an entry `bearer.…`",
        Encoding::Alone => "as an entry of its own",
    }
}
