//! Which probes are made, and when: positives first, then what a refusal gives reason to, then the few negatives, then a
//! positive again. Every list is a function of the evidence so far, and none draws a conclusion from it.

mod controls;
mod negatives;
mod reasons;

use std::time::Duration;

use crate::evidence::{
    Ask, Credential, End, Evidence, Form, LAST_REPETITION, Place, Prefix, Probe, Reading, Seen, Service, Settings,
    Twist, User,
};

const HEADER: Form = Form::HEADER;
const SUBPROTOCOL: Form = Form::SUBPROTOCOL;

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
pub const ROUNDS: [Round; 10] = [
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
];

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
    let mut asks: Vec<Ask> =
        evidence.tokens().flat_map(|(credential, user)| usual(settings, credential).map(|ask| ask.by(user))).collect();
    if let Some(first) = first(evidence) {
        asks.extend([HEADER, SUBPROTOCOL].map(|form| Ask { place: Place::Gateway, form, ..first }));
        let auth = Ask { place: Place::Auth, form: Form::Body(settings.auth_takes), ..first };
        asks.extend(settings.service.then(|| auth.twisted(Twist::AsBackend)));
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

fn usual(settings: &Settings, credential: Credential) -> [Ask; 3] {
    [(Place::Auth, Form::Body(settings.auth_takes)), (Place::Rest, HEADER), (Place::Gateway, settings.presents)]
        .map(|(place, form)| Ask::new(place, credential, form))
}

/// As the client presents its token to REST and to the gateway.
fn backend_usual(settings: &Settings, first: Ask) -> [Ask; 2] {
    let [_, rest, gateway] = usual(settings, first.credential);
    [rest.by(first.user), gateway.by(first.user)]
}

/// Enough to meet one replica of eight.
fn many_times(ask: Ask) -> impl Iterator<Item = Ask> {
    (2..=LAST_REPETITION).map(move |number| ask.twisted(Twist::Again(number)))
}

/// The client's own way once more: breakers and caches show only now.
fn again(evidence: &Evidence) -> Vec<Probe> {
    let Some(first) = first(evidence) else { return Vec::new() };
    let answered = |ask: &Ask| !matches!(evidence.reading(Probe::Present(*ask)), None | Some(Reading::Unreached));
    let repeated = backend_usual(&evidence.settings, first).into_iter().filter(answered);
    let repeated = repeated.map(|ask| ask.twisted(Twist::Again(1)));
    let strict = negatives::strictness(evidence).into_iter().filter(|ask| is_refused(evidence, *ask));
    let repeated = repeated.chain(strict.flat_map(|ask| {
        // A bad header counts as a failure with a breaker; one spelling of a good one may meet a stale instance.
        let often = if ask.form == Form::BehindBadHeader { 1 } else { 3 };
        (1..=often).map(move |number| ask.twisted(Twist::Again(number)))
    }));
    present(repeated.filter(|ask| evidence.of(Probe::Present(*ask)).is_none()))
}

/// After a pause, where a token that was accepted is refused by the end, or where everybody is refused alike: that may pass.
fn later(evidence: &Evidence) -> Vec<Probe> {
    let Some(first) = first(evidence) else { return Vec::new() };
    let reading = |ask: Ask| evidence.reading(Probe::Present(ask));
    let passes = |ask: &Ask| {
        let accepted = evidence.times(*ask).any(|ask| reading(ask) == Some(Reading::Accepted));
        let refused_at_last = reading(ask.twisted(Twist::Again(1))) == Some(Reading::Refused);
        let missing = Probe::Present(Ask::new(ask.place, Credential::Missing, Form::Nowhere));
        let alike = || evidence.comparison().same_words(Probe::Present(*ask), missing) == Some(true);
        refused_at_last && (accepted || alike())
    };
    let asks = backend_usual(&evidence.settings, first).into_iter().filter(passes);
    present(asks.flat_map(|ask| [1, 2, 3].map(|number| ask.twisted(Twist::Later(number)))))
}

fn busy(evidence: &Evidence) -> Vec<Probe> {
    let cut = evidence.met(Probe::Hold) == Some(false) || is_cut_in_silence(evidence);
    cut.then_some(Probe::HoldBusy).into_iter().collect()
}

/// Without a welcome every connection is watched from its beginning.
fn is_cut_in_silence(evidence: &Evidence) -> bool {
    let presented = first(evidence).map(|first| Probe::Present(backend_usual(&evidence.settings, first)[1]));
    let seen = presented.and_then(|probe| evidence.of(probe)).and_then(|observation| observation.seen.conversation());
    !evidence.settings.welcome && seen.is_some_and(|seen| seen.end == End::Dropped)
}

/// The first token that there is, as an ask without a place.
fn first(evidence: &Evidence) -> Option<Ask> {
    evidence
        .tokens()
        .next()
        .map(|(credential, user)| Ask::new(Place::Auth, credential, Form::Body(Prefix::None)).by(user))
}

/// The plain positives that were made.
fn plain(evidence: &Evidence) -> impl Iterator<Item = Ask> {
    evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.twist == Twist::Plain && ask.credential.is_the_clients() => Some(ask),
        _ => None,
    })
}

fn is_refused(evidence: &Evidence, ask: Ask) -> bool {
    let probe = Probe::Present(ask);
    let says_nothing =
        matches!(evidence.reading(probe), None | Some(Reading::Accepted | Reading::Unreached | Reading::Limited));
    evidence.is_cut_off(probe) || !says_nothing
}

fn is_accepted(evidence: &Evidence, ask: Ask) -> bool {
    evidence.reading(Probe::Present(ask)) == Some(Reading::Accepted)
}

/// One credential in one form was both accepted and refused.
fn is_mixed(evidence: &Evidence, ask: Ask) -> bool {
    let got = |reading| evidence.times(ask).any(|ask| evidence.reading(Probe::Present(ask)) == Some(reading));
    got(Reading::Accepted) && got(Reading::Refused)
}

/// One ask is enough to tell how many instances differ, and REST beside a handshake: a gateway that refuses all alike does
/// not say whether it was the token.
fn worth_counting(mixed: Ask) -> impl Iterator<Item = Ask> {
    let rest = (mixed.place == Place::Gateway).then_some(Ask { place: Place::Rest, form: HEADER, ..mixed });
    std::iter::once(mixed).chain(rest)
}

fn is_not_found(evidence: &Evidence, probe: Probe) -> bool {
    matches!(evidence.of(probe).map(|observation| &observation.seen), Some(Seen::Answered(answer)) if answer.status == 404)
}

fn present(asks: impl IntoIterator<Item = Ask>) -> Vec<Probe> {
    let mut probes: Vec<Probe> = asks.into_iter().map(Probe::Present).collect();
    probes.sort();
    probes.dedup();
    probes
}
