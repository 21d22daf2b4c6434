//! The handshake itself: what becomes of the subprotocol on the way there and back.

mod lasting;
mod opening;
mod way;

use super::case::{Case, HEADER, SUBPROTOCOL};
use super::credential::{never_arrives, proxy_drops_header, unread_directly};
use super::finding::{Account, Why};
use super::{Fault, Probes, Proof, Rule};
use crate::vocabulary::{Carrier, Carriers, Scheme};

pub const RULES: &[Rule] = &[
    Rule { fault: Fault::ProtocolHeaderMissing, confirm: missing, rule_out: not_missing, account: tell_missing },
    Rule { fault: Fault::ProtocolHeaderStripped, confirm: stripped, rule_out: not_stripped, account: tell_stripped },
    Rule { fault: Fault::SubprotocolNotEchoed, confirm: not_echoed, rule_out: echoed, account: tell_not_echoed },
    Rule {
        fault: Fault::SubprotocolNotOffered,
        confirm: opening::not_offered,
        rule_out: opening::offered,
        account: opening::tell_not_offered,
    },
    Rule {
        fault: Fault::SubprotocolEncodingRefused,
        confirm: opening::encoding,
        rule_out: opening::understood,
        account: opening::tell_encoding,
    },
    Rule {
        fault: Fault::UpgradeBlocked,
        confirm: way::blocked,
        rule_out: way::not_blocked,
        account: way::tell_blocked,
    },
    Rule {
        fault: Fault::WebsocketPathWrong,
        confirm: way::path_wrong,
        rule_out: way::path_right,
        account: way::tell_path,
    },
    Rule { fault: Fault::OriginRefused, confirm: way::origin, rule_out: way::any_origin, account: way::tell_origin },
    Rule {
        fault: Fault::HandshakeInvalid,
        confirm: opening::invalid,
        rule_out: opening::valid,
        account: opening::tell_invalid,
    },
    Rule {
        fault: Fault::IdleConnectionCut,
        confirm: lasting::idle,
        rule_out: lasting::quiet_is_fine,
        account: lasting::tell_idle,
    },
    Rule {
        fault: Fault::GatewayFails,
        confirm: lasting::fails,
        rule_out: lasting::works,
        account: lasting::tell_fails,
    },
    Rule {
        fault: Fault::GatewayFailsAfterAuth,
        confirm: lasting::fails_after_auth,
        rule_out: lasting::lasts,
        account: lasting::tell_after_auth,
    },
];

/// Whether the real client sends `Sec-WebSocket-Protocol`.
fn offers(case: &Case<'_>) -> bool {
    case.settings().presents.has(Carrier::Subprotocol)
}

/// The form that the client uses is refused just as none at all; in the subprotocol the token arrives.
fn missing(case: &Case<'_>) -> Proof {
    let presented = case.presented();
    if offers(case) {
        return Proof::given().not();
    }
    let nothing = match presented.carriers {
        HEADER => never_arrives(case, presented),
        _ => case.like_missing(presented),
    };
    let proxy = proxy_drops_header(case).unless_shown("the header form through a proxy that keeps `Authorization`");
    nothing.and(case.arrives(case.gateway(SUBPROTOCOL))).and(proxy)
}

fn not_missing(case: &Case<'_>) -> Proof {
    let presented = case.presented();
    // A client that sends the header cannot lack it.
    if offers(case) { case.seen(presented) } else { case.arrives(presented) }
}

fn tell_missing(case: &Case<'_>, cites: &Probes) -> Account {
    let direct = case.like_missing(case.gateway(HEADER).direct());
    let whys = [
        Why::observed("Why is it refused?", "The gateway answers as if no credential were sent.", cites),
        Why::observed(
            "Why does it see none?",
            "It finds the token in `Sec-WebSocket-Protocol`, which this client does not send.",
            cites,
        ),
        Why::inferred(
            "Why does the client not send it?",
            "Client and gateway hold different contracts about where the token travels.",
        ),
        Why::inferred("Why did nobody notice?", "The tests of each side use its own form; none crosses the two."),
    ];
    let comparison = "the form that the client uses has the same words as no credential at all; in the subprotocol the token arrives.";
    let [protocol, token] = &case.settings().offers;
    let remedy = format!("let the client offer `{protocol}` and `{token}` (the token in base64url) as subprotocols.");
    let account = Account::new(comparison, whys, remedy);
    if direct.holds() { account } else { account.like(&[Fault::AuthorizationHeaderStripped]) }
}

/// In the subprotocol the token is refused just as none at all, in the header it is accepted, and an offer is never taken up.
fn stripped(case: &Case<'_>) -> Proof {
    let subprotocol = case.gateway(SUBPROTOCOL);
    let prefixed = case.refuses(subprotocol.scheme(Scheme::Bearer));
    let never_selected = case
        .accepts(case.gateway(Carriers::HEADER_AND_SUBPROTOCOL))
        .and(case.selects_nothing(case.gateway(Carriers::HEADER_AND_SUBPROTOCOL)));
    let unread = unread_directly(case, subprotocol).unless_shown("a gateway that reads the subprotocol");
    let written_otherwise =
        opening::encoding(case).unless_shown("a gateway that reads the token as the client writes it");
    let header = case.takes(case.gateway(HEADER));
    case.like_missing(subprotocol).and(prefixed).and(header).and(never_selected).and(unread).and(written_otherwise)
}

fn not_stripped(case: &Case<'_>) -> Proof {
    let selects = |form| case.selects_nothing(case.gateway(form)).not();
    case.arrives(case.gateway(SUBPROTOCOL)).or(selects(Carriers::HEADER_AND_SUBPROTOCOL)).or(selects(SUBPROTOCOL))
}

fn tell_stripped(case: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why is it refused?",
            "The gateway answers as if no credential were sent, and selects no subprotocol.",
            cites,
        ),
        Why::observed(
            "Why does it see none?",
            "The same token is accepted in `Authorization`, so `Sec-WebSocket-Protocol` is what is lost.",
            cites,
        ),
        match case.accepts(case.gateway(SUBPROTOCOL).direct()) {
            Proof::Holds(shown) => Why::observed(
                "Who loses it?",
                "The proxy loses it: around the proxy the same offer is accepted.",
                &shown,
            ),
            _ => Why::unknown(
                "Who loses it?",
                "The proxy drops it on the upgrade, or the gateway never reads it.",
                "the same handshake without the proxy (`direct`)",
            ),
        },
        Why::inferred("Why did nobody notice?", "Clients that can set `Authorization` still work; browsers cannot."),
    ];
    let comparison = "in the subprotocol the token has the same words as none at all, and an offered protocol is never \
                      selected; in the header it is accepted.";
    let remedy = "let the proxy forward `Sec-WebSocket-Protocol` on the upgrade, in both directions.";
    Account::new(comparison, whys, remedy).hurting(!case.is_well_presented())
}

/// The token was read from the subprotocol and accepted, and yet nothing was selected.
fn not_echoed(case: &Case<'_>) -> Proof {
    let subprotocol = case.gateway(SUBPROTOCOL);
    let both = case.gateway(Carriers::HEADER_AND_SUBPROTOCOL);
    let alone = case.takes(subprotocol).and(case.selects_nothing(subprotocol));
    alone.or(case.takes(both).and(case.selects_nothing(both)).and(case.arrives(subprotocol)))
}

fn echoed(case: &Case<'_>) -> Proof {
    Proof::first(
        [SUBPROTOCOL, Carriers::HEADER_AND_SUBPROTOCOL]
            .map(|form| case.accepts(case.gateway(form)).and(case.selects_nothing(case.gateway(form)).not())),
    )
}

fn tell_not_echoed(case: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why does a strict client fail?",
            "The server answers 101 and names none of the offered subprotocols.",
            cites,
        ),
        Why::inferred(
            "Why is that a failure?",
            "A browser fails such a connection with 1006 (RFC 6455 §4.1, WHATWG WebSockets).",
        ),
        Why::unknown(
            "Who leaves it out?",
            "The gateway does not select one, or the proxy drops the header of the answer.",
            "the answer of the gateway itself, without the proxy,",
        ),
        Why::inferred("Why did nobody notice?", "The test clients are lenient; browsers are not."),
    ];
    let comparison = "the token is read from the subprotocol and accepted, but the 101 selects no subprotocol.";
    let protocol = &case.settings().offers[0];
    let remedy = format!(
        "let the gateway answer with `Sec-WebSocket-Protocol: {protocol}` where it was offered, and the proxy pass it on."
    );
    Account::new(comparison, whys, remedy).hurting(!case.is_well_presented())
}
