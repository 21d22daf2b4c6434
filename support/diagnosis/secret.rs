//! Who signs and who verifies with what.

mod altered;
mod replica;

use super::case::{Case, HEADER, SUBPROTOCOL};
use super::finding::{Account, Why};
use super::{Fault, Probes, Proof, Rule};
use crate::vocabulary::{Change, Presentation, Probe, Scheme, Service, TokenKind};

pub const RULES: &[Rule] = &[
    Rule { fault: Fault::JwtSecretMismatch, confirm: mismatch, rule_out: no_mismatch, account: tell_mismatch },
    Rule {
        fault: Fault::JwtSecretSelfMismatch,
        confirm: self_mismatch,
        rule_out: no_self_mismatch,
        account: tell_self_mismatch,
    },
    Rule {
        fault: Fault::JwtSecretAltered,
        confirm: altered::altered,
        rule_out: altered::not_altered,
        account: altered::tell_altered,
    },
    Rule {
        fault: Fault::MinterSecretMismatch,
        confirm: altered::minter,
        rule_out: altered::not_minter,
        account: altered::tell_minter,
    },
    Rule {
        fault: Fault::JwtSecretStaleReplica,
        confirm: replica::stale,
        rule_out: replica::not_stale,
        account: replica::tell_stale,
    },
    Rule {
        fault: Fault::SecretVersionDrift,
        confirm: replica::drift,
        rule_out: replica::no_drift,
        account: replica::tell_drift,
    },
];

/// Auth accepts the token; the backend refuses it just as a forged one, and unlike none at all; and it is the secret, not the
/// claims.
fn mismatch(case: &Case<'_>) -> Proof {
    let refused_for_its_secret = |ask: Presentation| {
        let candidate =
            case.takes(ask.changed(Change::Nothing)).and(case.shows(Fault::JwtSecretAltered).unless_shown(ALTERED));
        case.like_forged(ask).and(case.second_user_agrees(ask)).and(candidate.or(differs_and_nothing_else(case, ask)))
    };
    case.auth_accepts().and(Proof::first(case.backend_asks().into_iter().map(refused_for_its_secret)))
}

/// One remedy serves both, and the other finding says more.
const ALTERED: &str = "a secret that is another one and not another form of it";

/// The fingerprints differ, no prefix trouble spoils the token on the way to whoever verifies it, and auth does not refuse
/// the backend's own credentials.
fn differs_and_nothing_else(case: &Case<'_>, ask: Presentation) -> Proof {
    let prefixes: &[Scheme] = match ask.carriers {
        HEADER => &[Scheme::Twice, Scheme::None],
        SUBPROTOCOL => &[Scheme::Bearer],
        _ => &[],
    };
    let prefix_is_innocent = Proof::all(prefixes.iter().map(|scheme| case.refuses(ask.scheme(*scheme))));
    let service = if case.settings().service { case.accepts(case.as_backend()) } else { Proof::given() };
    let same_secret = case.is_not_the_secret(ask).unless_shown("a token that the backend accepts only as it is");
    let altered = case.shows(Fault::JwtSecretAltered).unless_shown(ALTERED);
    case.fingerprints_differ().and(prefix_is_innocent).and(service).and(same_secret).and(altered)
}

fn no_mismatch(case: &Case<'_>) -> Proof {
    let verified = Proof::all([case.rest(), case.presented()].map(|ask| case.verifies(ask)));
    verified.or(case.fingerprints_differ().not())
}

fn tell_mismatch(case: &Case<'_>, cites: &Probes) -> Account {
    let fingerprints = case.fingerprints_differ().holds();
    let source = if fingerprints {
        Why::observed(
            "Why does it not hold?",
            "The fingerprints differ: auth and the backend hold different secrets.",
            cites,
        )
    } else {
        Why::observed(
            "Why does it not hold?",
            "The backend verifies with the secret that the suite was given, and auth does not sign with it.",
            cites,
        )
    };
    let whys = [
        Why::observed(
            "Why is it refused?",
            "A token that auth accepts is treated like a forged one: its signature does not hold there.",
            cites,
        ),
        source,
        provenance(case),
        Why::inferred("Why did nobody notice?", "Nothing compares the secrets of the services when they are deployed."),
    ];
    let comparison = "the backend refuses a token that auth accepts, in the words that a forged one gets and in others than \
                      none at all gets: it arrives, and its signature does not hold there.";
    let same = "give both services the same version of the secret, compare their fingerprints, and redeploy both.";
    let remedy = match fingerprints && !case.settings().service {
        true => format!("{same} If the backend asks auth, check the service credentials that it sends first."),
        false => same.to_owned(),
    };
    let account = Account::new(comparison, whys, remedy);
    // Blanks or a line break around the same secret show the same, and only signed variants of it could tell; so does a
    // backend that asks auth, whose own secret decides nothing, with service credentials other than those we know of.
    // The variants that were tried may have been refused for something else that is wrong there as well.
    if fingerprints { account.like(&[Fault::JwtSecretAltered, Fault::ServiceCredentialsRefused]) } else { account }
}

/// Why the services hold different secrets, as far as they say where theirs come from.
fn provenance(case: &Case<'_>) -> Why {
    const QUESTION: &str = "Why do they differ?";
    let shown: Probes = [Service::Auth, Service::Backend].map(Probe::Fingerprint).into();
    match case.evidence().same_provenance() {
        Some(false) => {
            Why::observed(QUESTION, "Each says where its secret comes from: two versions, or two sources.", &shown)
        }
        Some(true) => Why::inferred(
            QUESTION,
            "Both name the same version and source, so one of them still runs with what it loaded before a change.",
        ),
        None => Why::unknown(
            QUESTION,
            "The two services loaded their secrets from different versions or sources.",
            "the version and source of each secret",
        ),
    }
}

/// Auth refuses, in whatever form, what it has just issued, though the token is valid by its own claims.
fn self_mismatch(case: &Case<'_>) -> Proof {
    let raw = case.refuses(case.auth(Scheme::None));
    let prefixed = case.refuses(case.auth(Scheme::Bearer));
    let issued = if case.token() == TokenKind::Issued {
        Proof::given()
    } else {
        Proof::open("`login` in the target's file, and a token from it")
    };
    let service = if case.settings().service { case.refuses(case.as_backend()) } else { Proof::given() };
    let ask = case.auth(case.settings().auth_takes);
    issued
        .and(raw)
        .and(prefixed)
        .and(case.is_fresh())
        .and(service)
        .and(case.second_user_agrees(ask))
        .and(looks_at_it(case))
}

/// Auth tells a token from none, or accepts one that the suite has signed, or nobody else accepts the token either: else its
/// validation may refuse everybody for a reason of its own, such as lacking service credentials.
fn looks_at_it(case: &Case<'_>) -> Proof {
    let ask = case.auth(case.settings().auth_takes);
    let told_apart = case.unlike_missing(ask);
    let control = case.accepts(ask.changed(Change::Nothing));
    let nobody = Proof::all([case.rest(), case.presented()].map(|ask| case.refuses(ask)));
    told_apart.or(control).or(nobody)
}

fn no_self_mismatch(case: &Case<'_>) -> Proof {
    let forms = [Scheme::None, Scheme::Bearer].map(|prefix| case.verifies(case.auth(prefix)));
    let forged = case.refuses(case.auth(case.settings().auth_takes).forged());
    Proof::first(forms).or(case.accepts(case.as_backend()).and(forged))
}

fn tell_self_mismatch(case: &Case<'_>, cites: &Probes) -> Account {
    let control = case.accepts(case.auth(case.settings().auth_takes).changed(Change::Nothing));
    let proven = control.holds();
    let elsewhere =
        [case.rest(), case.gateway(HEADER), case.gateway(SUBPROTOCOL)].into_iter().any(|ask| case.accepts(ask).holds());
    let third = match elsewhere {
        true => Why::inferred(
            "Whose side is wrong?",
            "The backend accepts the token, so auth signs rightly and verifies with another secret.",
        ),
        false => Why::unknown(
            "Whose side is wrong?",
            "Auth signs with one secret and verifies with another.",
            "a service that verifies on its own, or `fingerprint`",
        ),
    };
    let whys = [
        Why::observed(
            "Why is it refused?",
            "Auth refuses the token that it has issued seconds before, raw and prefixed.",
            cites,
        ),
        third,
        Why::inferred(
            "Why are there two secrets in one service?",
            "Signing and verifying load the secret on different ways, or at different times.",
        ),
        Why::inferred("Why did nobody notice?", "Nothing validates a fresh token at auth itself after a deployment."),
    ];
    let comparison = "auth refuses its own fresh token whether it comes raw or prefixed, and its dates are in order.";
    let account = Account::new(
        comparison,
        whys,
        "make auth sign and verify with the same secret, and restart every instance of it.",
    );
    match proven {
        true => account,
        false => {
            account.like(&[Fault::AudienceMismatch, Fault::IssuerMismatch, Fault::ClaimMismatch, Fault::ClaimMissing])
        }
    }
}

/// Whether auth itself is known to take the prefixed form only.
pub(super) fn auth_wants_prefix(case: &Case<'_>) -> Proof {
    case.refuses(case.auth(Scheme::None)).and(case.accepts(case.auth(Scheme::Bearer)))
}
