//! Whether the parts can talk to one another. What was not reached proves nothing about what stands behind it.

mod condition;
mod gate;
mod pace;
mod unlike;

use super::case::Case;
use super::finding::{Account, Why};
use super::{Fault, Probes, Proof, Rule};
use crate::evidence::Observation;
use crate::outcome::Outcome;
use crate::vocabulary::{Endpoint, Presentation, Probe, REPEATS, Service, User, Variation};
use crate::wording::sentence;

pub const RULES: &[Rule] = &[
    Rule {
        fault: Fault::AuthUnreachable,
        confirm: auth,
        rule_out: auth_answers,
        account: |case, cites| tell(case, cites, Service::Auth),
    },
    Rule {
        fault: Fault::BackendUnreachable,
        confirm: backend,
        rule_out: backend_answers,
        account: |case, cites| tell(case, cites, Service::Backend),
    },
    Rule {
        fault: Fault::WebsocketUnreachable,
        confirm: websocket,
        rule_out: websocket_answers,
        account: |case, cites| tell(case, cites, Service::Gateway),
    },
    Rule {
        fault: Fault::BackendCannotReachAuth,
        confirm: cannot_reach_auth,
        rule_out: reaches_auth,
        account: tell_cannot_reach_auth,
    },
    Rule {
        fault: Fault::ServiceCredentialsRefused,
        confirm: service_refused,
        rule_out: |_| {
            Proof::open("the credentials that the backend really sends: those of `service` are what is believed")
        },
        account: tell_service_refused,
    },
    Rule {
        fault: Fault::AuthUnhealthy,
        confirm: |case| condition::ill(case, Service::Auth),
        rule_out: |case| condition::well(case, Service::Auth),
        account: |case, cites| condition::tell_ill(case, cites, Service::Auth),
    },
    Rule {
        fault: Fault::BackendUnhealthy,
        confirm: |case| condition::ill(case, Service::Backend),
        rule_out: |case| condition::well(case, Service::Backend),
        account: |case, cites| condition::tell_ill(case, cites, Service::Backend),
    },
    Rule {
        fault: Fault::TlsUntrusted,
        confirm: condition::untrusted,
        rule_out: condition::trusted,
        account: condition::tell_untrusted,
    },
    Rule {
        fault: Fault::AccessGateInFront,
        confirm: gate::gated,
        rule_out: gate::not_gated,
        account: gate::tell_gated,
    },
    Rule {
        fault: Fault::AnswerUnlikeContract,
        confirm: unlike::unlike,
        rule_out: unlike::as_written,
        account: unlike::tell_unlike,
    },
    Rule { fault: Fault::RateLimited, confirm: pace::limited, rule_out: pace::unlimited, account: pace::tell_limited },
    Rule {
        fault: Fault::CircuitBreakerOpen,
        confirm: pace::breaker,
        rule_out: pace::no_breaker,
        account: pace::tell_breaker,
    },
    Rule { fault: Fault::SlowAuthentication, confirm: pace::slow, rule_out: pace::quick, account: pace::tell_slow },
];

fn auth(case: &Case<'_>) -> Proof {
    let second = match (case.settings().login, case.settings().mint) {
        (true, _) => Probe::Login(User::First),
        (false, true) => Probe::Present(case.auth(case.settings().auth_takes)),
        (false, false) => Probe::Present(case.missing(Endpoint::Validation).repeat(1)),
    };
    // Where nothing else is reached, nobody asks any more.
    let missing =
        Some(Probe::Present(case.missing(Endpoint::Validation))).filter(|probe| case.evidence().of(*probe).is_some());
    Proof::all([Probe::Health(Service::Auth), second].into_iter().chain(missing).map(|probe| case.unreached(probe)))
        .and(never_answers(case, Endpoint::Validation))
}

/// Of all that was presented there nothing got an answer of the service's own: one that did shows that it is reached.
fn never_answers(case: &Case<'_>, place: Endpoint) -> Proof {
    let made = case.evidence().iter().map(|(probe, _)| probe);
    let presented = made.filter(|probe| match probe {
        Probe::Present(ask) => ask.endpoint == place && !matches!(ask.variation, Variation::Route(_)),
        _ => false,
    });
    let answered: Probes =
        presented.filter(|probe| matches!(case.unreached(*probe), Proof::Fails(_))).take(1).collect();
    if answered.is_empty() { Proof::given() } else { Proof::Fails(answered) }
}

fn auth_answers(case: &Case<'_>) -> Proof {
    let probes = [
        Probe::Health(Service::Auth),
        Probe::Login(User::First),
        Probe::Present(case.auth(case.settings().auth_takes)),
    ];
    Proof::first(probes.map(|probe| case.unreached(probe).not()))
}

fn backend(case: &Case<'_>) -> Proof {
    case.unreached(Probe::Health(Service::Backend))
        .and(case.unreached(with_or_without_token(case, case.rest())))
        .and(never_answers(case, Endpoint::Rest))
}

fn backend_answers(case: &Case<'_>) -> Proof {
    let probes = [case.rest(), case.missing(Endpoint::Rest)].map(Probe::Present);
    Proof::first(probes.into_iter().chain([Probe::Health(Service::Backend)]).map(|probe| case.unreached(probe).not()))
}

/// Neither an upgrade nor a plain request reaches it, though the backend, where it stands on the same origin, answers.
fn websocket(case: &Case<'_>) -> Proof {
    let rest = with_or_without_token(case, case.rest());
    let same = if case.settings().one_origin { case.unreached(rest).not() } else { Proof::given() };
    // Where the backend is reached only at times, a front has reasons of its own.
    let front =
        |(probe, seen): (Probe, &Observation)| probe.service() == Service::Backend && seen.response.is_gateway_error();
    let at_times = case.settings().one_origin && case.evidence().iter().any(front);
    let same = if at_times { same.and(Proof::open("a backend that is reached each time")) } else { same };
    case.unreached(with_or_without_token(case, case.presented()))
        .and(case.unreached(Probe::PlainGet))
        .and(same)
        .and(never_answers(case, Endpoint::WebSocket))
}

fn websocket_answers(case: &Case<'_>) -> Proof {
    let asks = case
        .backend_asks()
        .into_iter()
        .chain([case.missing(Endpoint::WebSocket)])
        .filter(|ask| ask.endpoint == Endpoint::WebSocket);
    Proof::first(asks.map(|ask| case.unreached(Probe::Present(ask)).not()))
}

/// The probe that was made where there was no token to make the other.
fn with_or_without_token(case: &Case<'_>, ask: Presentation) -> Probe {
    let probe = Probe::Present(ask);
    if case.evidence().of(probe).is_some() { probe } else { Probe::Present(case.missing(ask.endpoint)) }
}

fn tell(case: &Case<'_>, cites: &Probes, service: Service) -> Account {
    let of_service = cites.iter().find(|probe| probe.service() == service);
    let how = of_service.map(|probe| case.evidence().summary(*probe)).unwrap_or_default();
    let name = service.title();
    let from_front = of_service
        .and_then(|probe| case.evidence().of(*probe))
        .is_some_and(|observation| observation.response.is_gateway_error());
    let meaning = match from_front {
        true => format!("Something in front answers for {name}, which it does not reach."),
        false => format!("Nothing answers for {name} at the address in the target's file."),
    };
    let whys = [
        Why::observed("Why do they fail?", format!("No probe of {name} gets an answer from it: {how}."), cites),
        Why::observed("What does that say?", meaning, cites),
        Why::unknown(
            "Why is it not reached?",
            format!("{} is not running, its address is wrong, or a network rule is in the way.", sentence(name)),
            "the platform's view of the service",
        ),
        Why::inferred("Why did nobody notice?", format!("Nothing watches {name} from where its users are.")),
    ];
    let comparison = format!("every probe of {name} ends without an answer of its own: {how}.");
    let remedy = format!("start {name}, or put its right address into the front and into the target's file.");
    Account::new(comparison, whys, remedy).detail("how", how)
}

/// We validate at auth at once; the backend breaks down or waits for issued and forged alike, and refuses a missing
/// credential, for which it need not ask.
fn cannot_reach_auth(case: &Case<'_>) -> Proof {
    let at = |ask: Presentation| {
        let forged = case.breaks(ask.forged());
        case.breaks(ask)
            .and(case.breaks(ask.repeat(1)))
            .and(forged)
            .and(case.refuses(case.missing(ask.endpoint)))
            .and(case.breaks(case.missing(ask.endpoint)).not())
    };
    let healthy = case.reads(Probe::Health(Service::Backend), Outcome::Accepted, &[Outcome::Failed]);
    // One backend judges for REST and for the gateway: where one of them takes the token, auth was reached.
    let elsewhere = case
        .accepts(case.rest())
        .or(case.accepts(case.presented()))
        .unless_shown("a place where every token fares alike");
    case.auth_accepts().and(healthy).and(at(case.rest()).or(at(case.presented()))).and(elsewhere)
}

fn reaches_auth(case: &Case<'_>) -> Proof {
    case.verifies(case.rest()).and(case.verifies(case.presented()))
}

fn tell_cannot_reach_auth(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why do they fail?",
            "The backend breaks down over every token, good or forged, and only over tokens.",
            cites,
        ),
        Why::inferred(
            "What does it do with a token only?",
            "It asks somebody about a token; a missing credential it refuses on its own.",
        ),
        Why::observed("Is auth down?", "Auth is not down: from here it validates the same token at once.", cites),
        Why::unknown(
            "Why does the backend not reach it?",
            "Its address of auth, its name resolution or a network rule differs from ours.",
            "the backend's log and settings",
        ),
    ];
    let comparison = "auth accepts the token from here; the backend breaks down over an issued and a forged token alike, and refuses a missing one at once.";
    Account::new(
        comparison,
        whys,
        "correct the address of auth in the backend's settings, or the network rule between the two.",
    )
}

/// Auth accepts the token from anybody, each time, and refuses it from the backend. What the target's file says of the backend's
/// credentials is what its operator believes, so this confirms and never rules out.
fn service_refused(case: &Case<'_>) -> Proof {
    let alone = case.auth(case.settings().auth_takes);
    let always = Proof::all(REPEATS.map(|attempt| case.accepts(alone.attempt(attempt))));
    // A connection that is cut may be weather.
    let refused = case.reads(Probe::Present(case.as_backend()), Outcome::Rejected, &[Outcome::Accepted]);
    case.accepts(alone).and(always).and(refused)
}

fn tell_service_refused(_: &Case<'_>, cites: &Probes) -> Account {
    let whys = [
        Why::observed(
            "Why do they fail?",
            "Auth refuses the backend's own credentials before it looks at any token.",
            cites,
        ),
        Why::inferred(
            "Why does the backend blame the token?",
            "It throws auth's reason away, and every refusal reads alike.",
        ),
        Why::unknown(
            "Why are they refused?",
            "The service secret was changed on one side only, or auth does not know the service.",
            "auth's settings",
        ),
        Why::inferred("Why did nobody notice?", "Nothing tries the services' credentials after a deployment."),
    ];
    let comparison = "auth accepts the very token that it refuses when the backend's credentials come with it.";
    Account::new(comparison, whys, "give the backend the service secret that auth holds, and restart it.")
}
