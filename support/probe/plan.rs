//! Which probes are made, and when: positives first, then what a refusal gives reason to, then the few negatives, then a
//! positive again. Every list is a function of the evidence so far, and none draws a conclusion from it.

use crate::evidence::{
    Ask, Credential, Evidence, Form, Place, Prefix, Probe, REPETITIONS, Reading, Seen, Service, Settings, Twist, User,
};

const HEADER: Form = Form::HEADER;
const SUBPROTOCOL: Form = Form::SUBPROTOCOL;

/// The rounds of a check, in their order; the probes of a round are made concurrently.
pub const ROUNDS: [fn(&Evidence) -> Vec<Probe>; 6] = [open, positives, reasons, negatives, doubts, again];

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
        if settings.service {
            asks.push(
                Ask { place: Place::Auth, form: Form::Body(settings.auth_takes), ..first }.twisted(Twist::AsBackend),
            );
        }
    }
    present(asks)
}

fn usual(settings: &Settings, credential: Credential) -> [Ask; 3] {
    [(Place::Auth, Form::Body(settings.auth_takes)), (Place::Rest, HEADER), (Place::Gateway, settings.presents)]
        .map(|(place, form)| Ask::new(place, credential, form))
}

/// The experiments that a refusal gives reason to: other forms of the same token, other ways to the same service, a control
/// that the suite has signed, and both users once more where one of them fared otherwise.
fn reasons(evidence: &Evidence) -> Vec<Probe> {
    let mut probes = Vec::new();
    if [User::First, User::Second].into_iter().any(|user| is_not_found(evidence, Probe::Login(user))) {
        probes.push(Probe::LoginNowhere);
    }
    let Some(first) = first(evidence) else {
        return probes;
    };
    let refused: Vec<Ask> = plain(evidence)
        .filter(|ask| ask.user == first.user && ask.credential == first.credential && is_refused(evidence, *ask))
        .collect();
    let mut asks: Vec<Ask> = refused.iter().flat_map(|ask| variations(&evidence.settings, *ask)).collect();
    asks.extend(
        refused
            .iter()
            .filter(|ask| ask.place != Place::Gateway || ask.form == evidence.settings.presents)
            .flat_map(|ask| signed(&evidence.settings, *ask)),
    );
    if !refused.is_empty() {
        let other = if evidence.settings.auth_takes == Prefix::None { Prefix::Bearer } else { Prefix::None };
        asks.push(Ask { place: Place::Auth, form: Form::Body(other), ..first });
    }
    asks.extend(disagreements(evidence));
    probes.extend(present(asks));
    if plain(evidence).any(|ask| ask.place == Place::Gateway && is_broken(evidence, ask)) {
        probes.push(Probe::PlainGet);
    }
    probes
}

fn variations(settings: &Settings, ask: Ask) -> Vec<Ask> {
    let mut asks = match ask.form {
        Form::Header(_) => vec![ask.in_form(Form::Header(Prefix::Twice)), ask.in_form(Form::Header(Prefix::None))],
        Form::Subprotocol(_) => vec![ask.in_form(Form::Subprotocol(Prefix::Bearer)), ask.in_form(Form::Both)],
        _ => Vec::new(),
    };
    if settings.direct && matches!(ask.form, HEADER | SUBPROTOCOL) {
        asks.push(ask.twisted(Twist::Direct));
    }
    asks
}

fn signed(settings: &Settings, ask: Ask) -> Option<Ask> {
    (settings.signing && settings.negatives).then(|| ask.with(Credential::Resigned))
}

/// The users that fared differently at one place, both a few times more: behind a balancer two users may differ by chance.
fn disagreements(evidence: &Evidence) -> Vec<Ask> {
    let differ = |ask: Ask| {
        let other = ask.by(ask.user.other());
        is_refused(evidence, ask) && evidence.reading(Probe::Present(other)) == Some(Reading::Accepted)
    };
    let both =
        plain(evidence).filter(|ask| differ(*ask)).flat_map(|ask| [User::First, User::Second].map(|user| ask.by(user)));
    both.flat_map(|ask| REPETITIONS.map(|twist| ask.twisted(twist))).collect()
}

/// As the client presents a token, and in each form in which the good one was refused, to compare the two; where the client's
/// own form is refused, in those that are accepted as well.
fn forgeries(evidence: &Evidence) -> Vec<Ask> {
    let settings = &evidence.settings;
    let welcomed = plain(evidence).any(|ask| ask.form == settings.presents && !is_refused(evidence, ask));
    let is_usual = |ask: &Ask| matches!(ask.form, HEADER | SUBPROTOCOL);
    let is_compared = |ask: &Ask| is_refused(evidence, *ask) || !welcomed && ask.place == Place::Gateway;
    let compared = plain(evidence).filter(is_usual).filter(is_compared).map(|ask| ask.with(Credential::Forged));
    compared.chain(usual(settings, Credential::Forged)).map(|ask| ask.by(User::First)).collect()
}

/// No credential, twice, and a forged one at every place that was reached.
fn negatives(evidence: &Evidence) -> Vec<Probe> {
    let settings = &evidence.settings;
    let is_reached = |ask: &Ask| evidence.reading(Probe::Present(*ask)) != Some(Reading::Unreached);
    let reached = |place: &Place| {
        let mut asks = plain(evidence).filter(|ask| ask.place == *place).peekable();
        asks.peek().is_none() || asks.any(|ask| is_reached(&ask))
    };
    let places: Vec<Place> = [Place::Auth, Place::Rest, Place::Gateway].into_iter().filter(reached).collect();
    let missing = places.iter().map(|place| Ask::new(*place, Credential::Missing, Form::Nowhere));
    // Twice, to measure what varies from one answer to the next.
    let mut asks: Vec<Ask> = missing.flat_map(|ask| [ask, ask.twisted(Twist::Again(1))]).collect();
    let rest_refused = plain(evidence).any(|ask| ask.place == Place::Rest && is_refused(evidence, ask));
    if settings.direct && rest_refused {
        asks.push(Ask::new(Place::Rest, Credential::Missing, Form::Nowhere).twisted(Twist::Direct));
    }
    if settings.negatives && first(evidence).is_some() {
        asks.extend(forgeries(evidence).into_iter().filter(|ask| places.contains(&ask.place)));
    }
    present(asks)
}

/// Where none at all is accepted, whether it is the service that does so or a cache in front of it.
fn doubts(evidence: &Evidence) -> Vec<Probe> {
    let missing = Ask::new(Place::Rest, Credential::Missing, Form::Nowhere);
    let accepted = evidence.reading(Probe::Present(missing)) == Some(Reading::Accepted);
    if accepted { present([missing.twisted(Twist::NeverSeen)]) } else { Vec::new() }
}

/// The client's own way once more: breakers and caches show only now.
fn again(evidence: &Evidence) -> Vec<Probe> {
    let Some(first) = first(evidence) else { return Vec::new() };
    let asks = usual(&evidence.settings, first.credential).map(|ask| ask.by(first.user));
    let answered = |ask: &Ask| {
        ask.place != Place::Auth && !matches!(evidence.reading(Probe::Present(*ask)), None | Some(Reading::Unreached))
    };
    let repeated = asks.into_iter().filter(answered).map(|ask| ask.twisted(Twist::Again(1)));
    present(repeated.filter(|ask| evidence.of(Probe::Present(*ask)).is_none()))
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
        Probe::Present(ask)
            if ask.twist == Twist::Plain && matches!(ask.credential, Credential::Issued | Credential::Own) =>
        {
            Some(ask)
        }
        _ => None,
    })
}

fn is_refused(evidence: &Evidence, ask: Ask) -> bool {
    let probe = Probe::Present(ask);
    let says_nothing =
        matches!(evidence.reading(probe), None | Some(Reading::Accepted | Reading::Unreached | Reading::Limited));
    evidence.is_cut_off(probe) || !says_nothing
}

fn is_broken(evidence: &Evidence, ask: Ask) -> bool {
    matches!(evidence.reading(Probe::Present(ask)), Some(Reading::Unreached | Reading::Failed | Reading::Unlike))
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
