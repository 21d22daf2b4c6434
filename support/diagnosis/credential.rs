//! How the token travels: what becomes of `Authorization: Bearer` on the way.

mod strict;

use super::case::{Case, HEADER, SUBPROTOCOL};
use super::finding::{Account, Why};
use super::secret::auth_wants_prefix;
use super::{Fault, Probes, Proof, Rule};
use crate::vocabulary::{Endpoint, Presentation, Probe, Scheme, Variation};

pub const RULES: &[Rule] = &[
    Rule { fault: Fault::BearerPrefixStripped, confirm: stripped, rule_out: not_stripped, account: tell_stripped },
    Rule { fault: Fault::BearerPrefixDoubled, confirm: doubled, rule_out: not_doubled, account: tell_doubled },
    Rule {
        fault: Fault::AuthorizationHeaderStripped,
        confirm: header_stripped,
        rule_out: header_arrives,
        account: tell_header_stripped,
    },
    Rule {
        fault: Fault::BearerSchemeCaseSensitive,
        confirm: strict::case_sensitive,
        rule_out: strict::any_case,
        account: strict::tell_case,
    },
    Rule {
        fault: Fault::CredentialTooLong,
        confirm: strict::too_long,
        rule_out: strict::short_enough,
        account: strict::tell_too_long,
    },
    Rule {
        fault: Fault::CredentialShadowed,
        confirm: strict::shadowed,
        rule_out: strict::not_shadowed,
        account: strict::tell_shadowed,
    },
];

/// What the client sends usually, with one more prefix.
fn longer(ask: Presentation) -> Presentation {
    ask.scheme(if ask.carriers == SUBPROTOCOL { Scheme::Bearer } else { Scheme::Twice })
}

fn stripped(case: &Case<'_>) -> Proof {
    let asks = [case.rest(), case.gateway(HEADER), case.gateway(SUBPROTOCOL)];
    // Who verifies nothing takes anything for a token.
    let verifies = |ask: Presentation| case.refuses(ask.forged());
    Proof::first(asks.map(|ask| case.refuses(ask).and(case.accepts(longer(ask))).and(verifies(ask))))
}

/// Either the usual form is accepted, or one more prefix does not help a token that is good there, or a token without any
/// prefix is answered differently, which it could not be if none arrived.
fn not_stripped(case: &Case<'_>) -> Proof {
    let innocent = |ask: Presentation| {
        let no_help = case.refuses(longer(ask)).and(case.some_form_taken(ask.endpoint));
        let arrives =
            case.same_response(ask, ask.scheme(Scheme::None)).not().and(case.accepts(case.auth(Scheme::None)));
        case.takes(ask).or(no_help).or(arrives)
    };
    Proof::all([case.rest(), case.gateway(HEADER)].map(innocent))
}

fn tell_stripped(case: &Case<'_>, cites: &Probes) -> Account {
    // Around the proxy the token is accepted, or in the subprotocol, where there is no prefix for a proxy to take off.
    let around = [case.rest(), case.gateway(HEADER)].map(|ask| case.accepts(ask.direct()));
    let around = Proof::first(around).or(case.takes(case.gateway(SUBPROTOCOL)));
    let wanted = auth_wants_prefix(case);
    let by_backend = wanted.holds() && !around.holds();
    let (place, who) = match by_backend {
        true => ("backend", "The backend takes it off before it asks auth, which wants it."),
        false => ("proxy", "A hop before the backend takes it off."),
    };
    let blame = match if by_backend { wanted } else { around } {
        Proof::Holds(blame) => Why::observed("Who takes it off?", who, &blame),
        _ => Why::inferred("Who takes it off?", who),
    };
    let remedy = match by_backend {
        true => "hand the credential to auth in the form that auth takes, or let auth take the bare token.",
        false => "let the proxy pass `Authorization` as it is.",
    };
    let whys = [
        Why::observed(
            "Why is it refused?",
            "The verifier gets the token without its prefix: with a second prefix the same token is accepted.",
            cites,
        ),
        blame,
        Why::inferred(
            "Why does that matter there?",
            "Two parts of the system hold different contracts about the form of the credential.",
        ),
        Why::inferred(
            "Why did nobody notice?",
            "No test sends a credential through all hops and looks at what arrives.",
        ),
    ];
    let comparison = "`Bearer t` is refused and `Bearer Bearer t` is accepted: one prefix is lost on the way.";
    Account::new(comparison, whys, remedy).detail("by", place)
}

/// Without its prefix the token is accepted, so one is left on or added; or the service says that it got seven characters
/// more than were sent.
fn doubled(case: &Case<'_>) -> Proof {
    let by_experiment = |ask: Presentation| case.refuses(ask).and(case.accepts(ask.scheme(Scheme::None)));
    let auth = case.accepts(case.auth(Scheme::None)).and(case.refuses(case.auth(Scheme::Bearer)));
    let by_length = |ask: Presentation| case.refuses(ask).and(case.reported_longer_by(ask, "Bearer ".len()));
    let lengths = Proof::first(case.backend_asks().into_iter().map(by_length)).and(auth);
    Proof::first([case.rest(), case.gateway(HEADER)].map(by_experiment)).or(lengths)
}

fn not_doubled(case: &Case<'_>) -> Proof {
    let innocent = |ask: Presentation| {
        case.takes(ask).or(case.refuses(ask.scheme(Scheme::None)).and(case.some_form_taken(ask.endpoint)))
    };
    Proof::all([case.rest(), case.gateway(HEADER)].map(innocent))
}

fn tell_doubled(_: &Case<'_>, cites: &Probes) -> Account {
    let by_length = !cites
        .iter()
        .any(|probe| matches!(probe, Probe::Present(ask) if ask.variation == Variation::Scheme(Scheme::None)));
    let comparison = match by_length {
        true => {
            "auth takes the token raw and refuses it prefixed, and the service says that it got 7 characters more than were sent."
        }
        false => "`Bearer t` is refused and the bare `t` is accepted: a prefix too many reaches the verifier.",
    };
    let whys = [
        Why::observed("Why is it refused?", "What is verified is not the token but `Bearer ` and the token.", cites),
        Why::unknown(
            "Where does the prefix come from?",
            "A hop adds one, or the backend leaves it on when it asks auth.",
            "`direct`, or the backend's log",
        ),
        Why::inferred(
            "Why does that matter there?",
            "Two parts of the system hold different contracts about the form of the credential.",
        ),
        Why::inferred(
            "Why did nobody notice?",
            "No test sends a credential through all hops and looks at what arrives.",
        ),
    ];
    Account::new(
        comparison,
        whys,
        "take the prefix off exactly once, where the header is read, and add none after that.",
    )
}

fn header_stripped(case: &Case<'_>) -> Proof {
    Proof::any([upgrade_stripped(case), rest_stripped(case)])
}

/// Whatever stands in the header, the upgrade is refused just as without any; in the subprotocol the token arrives. Where the
/// client presents nothing but the header, that alone would be `protocol-header-missing` as well, so the proxy must be shown
/// to be the one.
fn upgrade_stripped(case: &Case<'_>) -> Proof {
    let header = case.gateway(HEADER);
    let proxy = if case.presented() == header { proxy_drops_header(case) } else { Proof::given() };
    let unread = unread_directly(case, header).unless_shown("a gateway that reads `Authorization`");
    never_arrives(case, header).and(case.arrives(case.gateway(SUBPROTOCOL))).and(proxy).and(unread)
}

/// With one prefix, with two and with none, the answer has the same words as without the header: neither a lost nor an added
/// prefix would do that.
pub(super) fn never_arrives(case: &Case<'_>, ask: Presentation) -> Proof {
    Proof::all([ask, ask.scheme(Scheme::Twice), ask.scheme(Scheme::None)].map(|ask| case.like_missing(ask)))
}

/// Without the proxy the form fares as badly: who drops it is not the proxy.
pub(super) fn unread_directly(case: &Case<'_>, ask: Presentation) -> Proof {
    let direct = ask.direct();
    case.refuses(direct).and(case.same_response(direct, case.missing(ask.endpoint)))
}

/// Without the proxy the header makes a difference, or the proxy drops it from REST too.
pub(super) fn proxy_drops_header(case: &Case<'_>) -> Proof {
    let direct = case.gateway(HEADER).direct();
    let refused_otherwise = case.refuses(direct).and(case.unlike_missing(direct));
    case.accepts(direct).or(refused_otherwise).or(rest_stripped(case))
}

/// Whatever stands in the header, REST answers as if it were not there; the same token is good at the gateway, or without the
/// proxy, where the service gives a missing credential the same answer: so it is the service that speaks, and not a gate.
fn rest_stripped(case: &Case<'_>) -> Proof {
    let rest = case.rest();
    let missing = case.missing(Endpoint::Rest);
    let around = case.accepts(rest.direct()).and(case.same_response(missing, missing.direct()));
    // A gate answers for itself, whatever stands in the header, and a cache what somebody else was answered.
    let seen = case.evidence().of(Probe::Present(missing)).map(|observation| &observation.response);
    let gate = seen.is_some_and(|seen| seen.asks_for_sign_in());
    let gate = if gate { Proof::open("an answer from behind what asks for a sign-in") } else { Proof::given() };
    let cache = case.accepts(rest.vary(Variation::NewUrl)).unless_shown("answers that come from no cache");
    let lost = never_arrives(case, rest).and(case.second_user_agrees(rest)).and(gate).and(cache);
    lost.and(case.some_form_taken(Endpoint::WebSocket).or(around))
}

fn header_arrives(case: &Case<'_>) -> Proof {
    Proof::all([case.rest(), case.gateway(HEADER)].map(|ask| case.arrives(ask)))
}

fn tell_header_stripped(case: &Case<'_>, cites: &Probes) -> Account {
    let (rest, upgrade) = (rest_stripped(case).holds(), upgrade_stripped(case).holds());
    let at = [("REST", rest), ("upgrade", upgrade)]
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| name)
        .collect::<Vec<_>>()
        .join(", ");
    let whys = [
        Why::observed(
            "Why is it refused?",
            format!("The service answers as if no credential were sent ({at})."),
            cites,
        ),
        Why::observed(
            "Why does it see none?",
            "The same token arrives when it is carried in another way, so the header is lost.",
            cites,
        ),
        match proxy_drops_header(case) {
            Proof::Holds(shown) => {
                Why::observed("Who loses it?", "The hop in front of the service drops `Authorization`.", &shown)
            }
            _ => Why::unknown(
                "Who loses it?",
                "The proxy drops it on the upgrade, or the gateway never reads it.",
                "the same handshake without the proxy (`direct`)",
            ),
        },
        Why::inferred("Why did nobody notice?", "Nothing compares the headers that are sent with those that arrive."),
    ];
    let comparison =
        "with the header the answer has the same words as without any credential; the token arrives otherwise.";
    let remedy = "let the proxy forward `Authorization`, on the upgrade request as well.";
    Account::new(comparison, whys, remedy).hurting(rest || !case.is_well_presented()).detail("at", at)
}
