//! Which probes are made, and when: positives first, then what a refusal gives reason to, then the few negatives, then a
//! positive again. Every list is a function of the evidence so far, and none draws a conclusion from it.

mod controls;
mod negatives;
mod reasons;

use std::time::Duration;

use crate::evidence::{End, Evidence, Response, Settings};
use crate::outcome::Outcome;
use crate::vocabulary::{Carriers, Endpoint, LAST_REPEAT, Presentation, Probe, Service, TokenKind, User, Variation};

const HEADER: Carriers = Carriers::HEADER;
const SUBPROTOCOL: Carriers = Carriers::SUBPROTOCOL;

/// Probes that are made concurrently.
#[derive(Clone, Copy)]
pub struct Round {
    /// What for.
    pub title: &'static str,
    pub probes: fn(&Evidence) -> Vec<Probe>,
    /// Between the beginnings of its exchanges, so that they arrive in their order.
    pub pace: Duration,
}

const fn round(title: &'static str, probes: fn(&Evidence) -> Vec<Probe>) -> Round {
    Round { title, probes, pace: Duration::ZERO }
}

/// The rounds of a check, in their order.
pub const ROUNDS: [Round; 11] = [
    round("what needs no token, and the tokens", open),
    round("what should be accepted", positives),
    round("why something was refused", reasons::reasons),
    round("which part of it was", reasons::details),
    Round { pace: Duration::from_millis(1), ..round("what should be refused", negatives::negatives) },
    round("whether that was so by chance", negatives::doubts),
    round("what should be accepted, once more", again),
    round("what a pause changes", later),
    round("what none at all gets after it", negatives::missing_afterwards),
    round("what a bad one gets after it", negatives::forged_afterwards),
    DECISIVE,
];

/// Once more after the watched connection too: whether that lasted decides as well.
pub const DECISIVE: Round =
    round("what decides, once more", |evidence| crate::diagnosis::to_repeat(evidence, crate::faults::record));

/// Where the watched connection was cut.
pub const BUSY: Round = round("whether keeping busy helps", busy);

/// Beside this round and those after it one welcomed connection is watched.
pub const WATCHED: usize = 2;

/// What needs no token, and the tokens.
fn open(evidence: &Evidence) -> Vec<Probe> {
    let settings = &evidence.settings;
    let mut probes = vec![Probe::Health(Service::Auth), Probe::Health(Service::Backend)];
    if settings.fingerprint {
        probes.extend([Probe::Fingerprint(Service::Auth), Probe::Fingerprint(Service::Backend)]);
    }
    if settings.login {
        probes.extend([Probe::Login(User::First), Probe::Login(User::Second)].into_iter().take(settings.users));
    }
    probes
}

/// Every token in the forms in which it should be accepted.
fn positives(evidence: &Evidence) -> Vec<Probe> {
    let settings = &evidence.settings;
    let mut asks: Vec<Presentation> =
        evidence.tokens().flat_map(|(credential, user)| usual(settings, credential).map(|ask| ask.by(user))).collect();
    if let Some(first) = first(evidence) {
        asks.extend([HEADER, SUBPROTOCOL].map(|carriers| Presentation {
            endpoint: Endpoint::WebSocket,
            carriers,
            ..first
        }));
        let auth = first;
        asks.extend(settings.service.then(|| auth.vary(Variation::ServiceCredentials)));
        asks.extend(controls::whether_the_secret_is_known(evidence, first));
    }
    if settings.thorough {
        asks.extend(
            first(evidence)
                .into_iter()
                .flat_map(|first| backend_usual(settings, first).into_iter().flat_map(many_times)),
        );
    }
    present(asks)
}

fn usual(settings: &Settings, token: TokenKind) -> [Presentation; 3] {
    [(Endpoint::Validation, Carriers::BODY), (Endpoint::Rest, HEADER), (Endpoint::WebSocket, settings.presents)]
        .map(|(endpoint, carriers)| Presentation::new(endpoint, token, carriers))
}

/// As the client presents its token to REST and to the gateway.
fn backend_usual(settings: &Settings, first: Presentation) -> [Presentation; 2] {
    let [_, rest, gateway] = usual(settings, first.token);
    [rest.by(first.user), gateway.by(first.user)]
}

/// Enough to meet one replica of eight.
fn many_times(ask: Presentation) -> impl Iterator<Item = Presentation> {
    (2..=LAST_REPEAT).map(move |number| ask.repeat(number))
}

/// The client's own way once more: breakers and caches show only now.
fn again(evidence: &Evidence) -> Vec<Probe> {
    let Some(first) = first(evidence) else { return Vec::new() };
    let answered =
        |ask: &Presentation| !matches!(evidence.outcome(Probe::Present(*ask)), None | Some(Outcome::Unreached));
    let repeated = backend_usual(&evidence.settings, first).into_iter().filter(answered);
    let repeated = repeated.map(|ask| ask.repeat(1));
    let strict = negatives::strictness(evidence).into_iter().filter(|ask| is_refused(evidence, *ask));
    let repeated = repeated.chain(strict.flat_map(|ask| {
        // A bad header counts as a failure with a breaker; one spelling of a good one may meet a stale instance.
        let often = if is_behind_decoy(ask) { 1 } else { 3 };
        (1..=often).map(move |number| ask.repeat(number))
    }));
    present(repeated.filter(|ask| evidence.of(Probe::Present(*ask)).is_none()))
}

/// After a pause, where a token that was accepted is refused by the end, or where everybody is refused alike: that may pass.
fn later(evidence: &Evidence) -> Vec<Probe> {
    let Some(first) = first(evidence) else { return Vec::new() };
    let reading = |ask: Presentation| evidence.outcome(Probe::Present(ask));
    let passes = |ask: &Presentation| {
        let accepted = evidence.attempts(*ask).any(|ask| reading(ask) == Some(Outcome::Accepted));
        let refused_at_last = reading(ask.repeat(1)) == Some(Outcome::Rejected);
        let missing = Probe::Present(Presentation::missing(ask.endpoint));
        let alike = || evidence.same_response(Probe::Present(*ask), missing) == Some(true);
        refused_at_last && (accepted || alike())
    };
    let asks = backend_usual(&evidence.settings, first).into_iter().filter(passes);
    present(asks.flat_map(|ask| [1, 2, 3].map(|number| ask.after_pause(number))))
}

fn busy(evidence: &Evidence) -> Vec<Probe> {
    let cut = evidence.is_as_expected(Probe::Watch) == Some(false) || is_cut_in_silence(evidence);
    cut.then_some(Probe::WatchWithPings).into_iter().collect()
}

/// Without a welcome every connection is watched from its beginning.
fn is_cut_in_silence(evidence: &Evidence) -> bool {
    let presented = first(evidence).map(|first| Probe::Present(backend_usual(&evidence.settings, first)[1]));
    let seen = presented.and_then(|probe| evidence.of(probe)).and_then(|observation| observation.response.connection());
    !evidence.settings.welcome && seen.is_some_and(|seen| seen.end == End::Dropped)
}

/// The first token that there is, as an ask without a place.
fn first(evidence: &Evidence) -> Option<Presentation> {
    evidence
        .tokens()
        .next()
        .map(|(token, user)| Presentation::new(Endpoint::Validation, token, Carriers::BODY).by(user))
}

/// The plain positives that were made.
fn plain(evidence: &Evidence) -> impl Iterator<Item = Presentation> {
    evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.is_plain() && ask.token.is_the_clients() => Some(ask),
        _ => None,
    })
}

fn is_refused(evidence: &Evidence, ask: Presentation) -> bool {
    let probe = Probe::Present(ask);
    let says_nothing =
        matches!(evidence.outcome(probe), None | Some(Outcome::Accepted | Outcome::Unreached | Outcome::RateLimited));
    evidence.is_cut_off(probe) || !says_nothing
}

fn is_accepted(evidence: &Evidence, ask: Presentation) -> bool {
    evidence.outcome(Probe::Present(ask)) == Some(Outcome::Accepted)
}

/// One credential in one form was both accepted and refused.
fn is_mixed(evidence: &Evidence, ask: Presentation) -> bool {
    let got = |reading| evidence.attempts(ask).any(|ask| evidence.outcome(Probe::Present(ask)) == Some(reading));
    got(Outcome::Accepted) && got(Outcome::Rejected)
}

/// One ask is enough to tell how many instances differ, and REST beside a handshake: a gateway that refuses all alike does
/// not say whether it was the token.
fn worth_counting(mixed: Presentation) -> impl Iterator<Item = Presentation> {
    let rest = (mixed.endpoint == Endpoint::WebSocket).then_some(Presentation {
        endpoint: Endpoint::Rest,
        carriers: HEADER,
        variation: Variation::None,
        ..mixed
    });
    std::iter::once(mixed).chain(rest)
}

/// As the client sends a token in these carriers.
fn is_in(presented: &Presentation, carriers: Carriers) -> bool {
    presented.carriers == carriers && presented.variation == Variation::None
}

fn is_behind_decoy(presented: Presentation) -> bool {
    matches!(presented.variation, Variation::Decoy(_))
}

fn is_not_found(evidence: &Evidence, probe: Probe) -> bool {
    matches!(evidence.of(probe).map(|observation| &observation.response), Some(Response::Http(answer)) if answer.status == 404)
}

fn present(asks: impl IntoIterator<Item = Presentation>) -> Vec<Probe> {
    let mut probes: Vec<Probe> = asks.into_iter().map(Probe::Present).collect();
    probes.sort();
    probes.dedup();
    probes
}
