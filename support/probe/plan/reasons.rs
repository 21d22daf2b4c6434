//! The experiments that a refusal gives reason to: other forms of the same token, other ways to the same service, controls
//! that the suite signs, and the same again, where an answer may be chance.

use strum::VariantArray;

use super::{
    HEADER, SUBPROTOCOL, controls, first, is_accepted, is_mixed, is_not_found, is_refused, plain, present,
    worth_counting,
};
use crate::evidence::{
    Ask, Credential, Encoding, Evidence, Form, LAST_REPETITION, Path, Place, Prefix, Probe, REPETITIONS, Reading,
    Settings, Twist, User,
};

pub fn reasons(evidence: &Evidence) -> Vec<Probe> {
    let mut probes = Vec::new();
    if [User::First, User::Second].into_iter().any(|user| is_not_found(evidence, Probe::Login(user))) {
        probes.extend([Probe::LoginNowhere, Probe::LoginGet]);
    }
    let breaks = |probe: Probe| evidence.reading(probe) == Some(Reading::Failed);
    let Some(first) = first(evidence) else {
        probes.extend([Probe::LoginAgain].into_iter().filter(|_| breaks(Probe::Login(User::First))));
        return probes;
    };
    let settings = &evidence.settings;
    let refused: Vec<Ask> = plain(evidence)
        .filter(|ask| ask.user == first.user && ask.credential == first.credential && is_refused(evidence, *ask))
        .collect();
    let mut asks: Vec<Ask> = refused.iter().flat_map(|ask| variations(&evidence.settings, *ask)).collect();
    asks.extend(controls::after_a_refusal(evidence, &refused));
    asks.extend(controls::of_the_other_token(evidence, first));
    if !refused.is_empty() {
        let other = if evidence.settings.auth_takes == Prefix::None { Prefix::Bearer } else { Prefix::None };
        asks.push(Ask { place: Place::Auth, form: Form::Body(other), ..first });
    }
    asks.extend(repetitions(evidence, first, &refused));
    asks.extend(disagreements(evidence));
    asks.extend(beside_the_backends(evidence, first));
    probes.extend(present(asks));
    if plain(evidence).any(|ask| ask.place == Place::Gateway && is_refused_upgrade(evidence, ask)) {
        probes.extend([Probe::PlainGet, Probe::UpgradeNowhere]);
    }
    let facts = evidence.token(first.credential, first.user);
    let skew = i64::try_from(settings.skew.as_secs()).unwrap_or(i64::MAX);
    // Whether a token that says it is old was kept, or its issuer's clock is behind.
    let old = facts.and_then(|facts| facts.issued_ago).is_some_and(|ago| ago > skew);
    // Whether an auth that judges nobody still issues.
    let issues_only = refused.iter().any(|ask| ask.place == Place::Auth && breaks(Probe::Present(*ask)));
    let elsewhere = refused.iter().any(|ask| ask.place != Place::Auth);
    if (old || elsewhere || issues_only) && first.credential == Credential::Issued {
        probes.push(Probe::LoginAgain);
    }
    probes
}

fn variations(settings: &Settings, ask: Ask) -> Vec<Ask> {
    let mut asks = match ask.form {
        Form::Header(_) => vec![ask.in_form(Form::Header(Prefix::Twice)), ask.in_form(Form::Header(Prefix::None))],
        Form::Subprotocol(_) => {
            let encoded = Encoding::VARIANTS.iter().map(|encoding| ask.in_form(Form::Encoded(*encoding)));
            encoded.chain([ask.in_form(Form::Subprotocol(Prefix::Bearer)), ask.in_form(Form::Both)]).collect()
        }
        _ => Vec::new(),
    };
    asks.extend((ask.place == Place::Rest).then(|| ask.twisted(Twist::NeverSeen)));
    if settings.direct && matches!(ask.form, HEADER | SUBPROTOCOL) {
        asks.push(ask.twisted(Twist::Direct));
    }
    if ask.place == Place::Gateway && ask.form == settings.presents {
        asks.extend(Path::VARIANTS.iter().map(|path| ask.twisted(Twist::At(*path))));
        asks.extend(settings.origin.then(|| ask.twisted(Twist::NoOrigin)));
    }
    asks
}

/// Where a place refuses, every form that was tried there a few times more: behind a balancer any answer may be chance.
fn repetitions(evidence: &Evidence, first: Ask, refused: &[Ask]) -> Vec<Ask> {
    let is_shared = |one: Place, other: Place| (one == Place::Auth) == (other == Place::Auth);
    let is_affected = |ask: &Ask| {
        refused.iter().any(|refused| {
            is_shared(refused.place, ask.place) && evidence.reading(Probe::Present(*refused)) == Some(Reading::Refused)
        })
    };
    let clients = || plain(evidence).filter(|ask| (ask.user, ask.credential) == (first.user, first.credential));
    let reading = |ask: &Ask| evidence.reading(Probe::Present(*ask));
    let asks = clients().filter(|ask| is_affected(ask) && reading(ask) != Some(Reading::Unreached));
    let repeated = asks.flat_map(|ask| REPETITIONS.map(|twist| ask.twisted(twist)));
    // What breaks down, once more: it may be weather.
    let broken = clients().filter(|ask| matches!(reading(ask), Some(Reading::Failed | Reading::Unlike)));
    repeated.chain(broken.map(|ask| ask.twisted(REPETITIONS[0]))).collect()
}

/// The users that fared differently at one place, both a few times more, and at auth too: instances of auth that sign with
/// different secrets make two users look different.
fn disagreements(evidence: &Evidence) -> Vec<Ask> {
    let differ = |ask: Ask| is_refused(evidence, ask) && is_accepted(evidence, ask.by(ask.user.other()));
    let auth = Form::Body(evidence.settings.auth_takes);
    let places = plain(evidence).filter(|ask| differ(*ask)).flat_map(|ask| {
        [ask, Ask { place: Place::Auth, form: auth, ..ask }]
            .into_iter()
            .filter(move |other| *other == ask || ask.place != Place::Auth)
    });
    let both = places.flat_map(|ask| [User::First, User::Second].map(|user| ask.by(user)));
    both.flat_map(|ask| REPETITIONS.map(|twist| ask.twisted(twist))).collect()
}

/// Without the backend's credentials a few times more, where those are refused: of two instances of auth one may refuse the token.
fn beside_the_backends(evidence: &Evidence, first: Ask) -> Vec<Ask> {
    let alone = Ask { place: Place::Auth, form: Form::Body(evidence.settings.auth_takes), ..first };
    let differs = is_accepted(evidence, alone) && is_refused(evidence, alone.twisted(Twist::AsBackend));
    REPETITIONS.iter().filter(|_| differs).map(|twist| alone.twisted(*twist)).collect()
}

/// No 101 came.
fn is_refused_upgrade(evidence: &Evidence, ask: Ask) -> bool {
    let opened = evidence.of(Probe::Present(ask)).is_some_and(|seen| seen.seen.conversation().is_some());
    !opened && !is_accepted(evidence, ask)
}

/// What the first reasons give reason to: mixed answers to the end, single claims where a whole set of them helped, and a
/// fresh token where the first one is refused.
pub fn details(evidence: &Evidence) -> Vec<Probe> {
    let Some(first) = first(evidence) else { return Vec::new() };
    let mixed = plain(evidence).find(|ask| is_mixed(evidence, *ask)).filter(|_| evidence.settings.load);
    let mut asks: Vec<Ask> = mixed.into_iter().flat_map(worth_counting).flat_map(to_the_end).collect();
    asks.extend(controls::in_detail(evidence));
    if evidence.reading(Probe::LoginAgain) == Some(Reading::Accepted) {
        let refused =
            super::backend_usual(&evidence.settings, first).into_iter().filter(|ask| is_refused(evidence, *ask));
        let fresh = refused.map(|ask| ask.with(Credential::Fresh));
        asks.extend(
            fresh.flat_map(|ask| [Twist::Plain, Twist::Again(2), Twist::Again(3)].map(|twist| ask.twisted(twist))),
        );
    }
    present(asks)
}

fn to_the_end(ask: Ask) -> impl Iterator<Item = Ask> {
    let after = (2 + REPETITIONS.len() as u8)..=LAST_REPETITION;
    let kept = (1..=4).filter(move |_| ask.place == Place::Rest).map(Twist::Kept);
    after.map(Twist::Again).chain(kept).map(move |twist| ask.twisted(twist))
}
