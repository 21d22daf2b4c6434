//! The experiments that a refusal gives reason to: other forms of the same token, other ways to the same service, controls
//! that the suite signs, and the same again, where an answer may be chance.

use strum::VariantArray;

use super::{
    HEADER, SUBPROTOCOL, controls, first, is_accepted, is_in, is_mixed, is_not_found, is_refused, plain, present,
    worth_counting,
};
use crate::evidence::{Evidence, Settings};
use crate::outcome::Outcome;
use crate::vocabulary::{
    Attempt, Carriers, Encoding, Endpoint, LAST_REPEAT, Presentation, Probe, REPEATS, Route, Scheme, TokenKind, User,
    Variation,
};

pub fn reasons(evidence: &Evidence) -> Vec<Probe> {
    let mut probes = Vec::new();
    if [User::First, User::Second].into_iter().any(|user| is_not_found(evidence, Probe::Login(user))) {
        probes.extend([Probe::LoginUnknownPath, Probe::LoginGet]);
    }
    let breaks = |probe: Probe| evidence.outcome(probe) == Some(Outcome::Failed);
    let Some(first) = first(evidence) else {
        probes.extend([Probe::SecondLogin].into_iter().filter(|_| breaks(Probe::Login(User::First))));
        return probes;
    };
    let settings = &evidence.settings;
    let refused: Vec<Presentation> = plain(evidence)
        .filter(|ask| ask.user == first.user && ask.token == first.token && is_refused(evidence, *ask))
        .collect();
    let mut asks: Vec<Presentation> = refused.iter().flat_map(|ask| variations(&evidence.settings, *ask)).collect();
    asks.extend(controls::after_a_refusal(evidence, &refused));
    asks.extend(controls::of_the_other_token(evidence, first));
    if !refused.is_empty() {
        let other = if evidence.settings.auth_takes == Scheme::None { Scheme::Bearer } else { Scheme::None };
        asks.push(first.scheme(other));
    }
    asks.extend(repetitions(evidence, first, &refused));
    asks.extend(disagreements(evidence));
    asks.extend(beside_the_backends(evidence, first));
    probes.extend(present(asks));
    if plain(evidence).any(|ask| ask.endpoint == Endpoint::WebSocket && is_refused_upgrade(evidence, ask)) {
        probes.extend([Probe::PlainGet, Probe::UpgradeUnknownPath]);
    }
    let facts = evidence.token(first.token, first.user);
    let skew = i64::try_from(settings.skew.as_secs()).unwrap_or(i64::MAX);
    // Whether a token that says it is old was kept, or its issuer's clock is behind.
    let old = facts.and_then(|facts| facts.issued_ago).is_some_and(|ago| ago > skew);
    // Whether an auth that judges nobody still issues.
    let issues_only = refused.iter().any(|ask| ask.endpoint == Endpoint::Validation && breaks(Probe::Present(*ask)));
    let elsewhere = refused.iter().any(|ask| ask.endpoint != Endpoint::Validation);
    if (old || elsewhere || issues_only) && first.token == TokenKind::Issued {
        probes.push(Probe::SecondLogin);
    }
    probes
}

fn variations(settings: &Settings, ask: Presentation) -> Vec<Presentation> {
    let mut asks = match ask.carriers {
        HEADER if ask.variation == Variation::None => vec![ask.scheme(Scheme::Twice), ask.scheme(Scheme::None)],
        SUBPROTOCOL if ask.variation == Variation::None => {
            let encoded = Encoding::VARIANTS.iter().map(|encoding| ask.vary(Variation::Encoding(*encoding)));
            encoded.chain([ask.scheme(Scheme::Bearer), ask.in_carriers(Carriers::HEADER_AND_SUBPROTOCOL)]).collect()
        }
        _ => Vec::new(),
    };
    asks.extend((ask.endpoint == Endpoint::Rest).then(|| ask.vary(Variation::NewUrl)));
    if settings.direct && (is_in(&ask, HEADER) || is_in(&ask, SUBPROTOCOL)) {
        asks.push(ask.direct());
    }
    if ask.endpoint == Endpoint::WebSocket && is_in(&ask, settings.presents) {
        asks.extend([Route::Slash, Route::UsualPath].map(|route| ask.vary(Variation::Route(route))));
        asks.extend(settings.origin.then(|| ask.vary(Variation::NoOrigin)));
    }
    asks
}

/// Where a place refuses, every form that was tried there a few times more: behind a balancer any answer may be chance.
fn repetitions(evidence: &Evidence, first: Presentation, refused: &[Presentation]) -> Vec<Presentation> {
    let is_shared = |one: Endpoint, other: Endpoint| (one == Endpoint::Validation) == (other == Endpoint::Validation);
    let is_affected = |ask: &Presentation| {
        refused.iter().any(|refused| {
            is_shared(refused.endpoint, ask.endpoint)
                && evidence.outcome(Probe::Present(*refused)) == Some(Outcome::Rejected)
        })
    };
    let clients = || plain(evidence).filter(|ask| (ask.user, ask.token) == (first.user, first.token));
    let reading = |ask: &Presentation| evidence.outcome(Probe::Present(*ask));
    let asks = clients().filter(|ask| is_affected(ask) && reading(ask) != Some(Outcome::Unreached));
    let repeated = asks.flat_map(|ask| REPEATS.map(|attempt| ask.attempt(attempt)));
    // What breaks down, once more: it may be weather.
    let broken = clients().filter(|ask| matches!(reading(ask), Some(Outcome::Failed | Outcome::Unexpected)));
    repeated.chain(broken.map(|ask| ask.attempt(REPEATS[0]))).collect()
}

/// The users that fared differently at one place, both a few times more, and at auth too: instances of auth that sign with
/// different secrets make two users look different.
fn disagreements(evidence: &Evidence) -> Vec<Presentation> {
    let differ = |ask: Presentation| is_refused(evidence, ask) && is_accepted(evidence, ask.by(ask.user.other()));
    let places = plain(evidence).filter(|ask| differ(*ask)).flat_map(|ask| {
        [ask, Presentation { endpoint: Endpoint::Validation, carriers: Carriers::BODY, ..ask }]
            .into_iter()
            .filter(move |other| *other == ask || ask.endpoint != Endpoint::Validation)
    });
    let both = places.flat_map(|ask| [User::First, User::Second].map(|user| ask.by(user)));
    both.flat_map(|ask| REPEATS.map(|attempt| ask.attempt(attempt))).collect()
}

/// Without the backend's credentials a few times more, where those are refused: of two instances of auth one may refuse the token.
fn beside_the_backends(evidence: &Evidence, first: Presentation) -> Vec<Presentation> {
    let alone = first;
    let differs = is_accepted(evidence, alone) && is_refused(evidence, alone.vary(Variation::ServiceCredentials));
    REPEATS.iter().filter(|_| differs).map(|attempt| alone.attempt(*attempt)).collect()
}

/// No 101 came.
fn is_refused_upgrade(evidence: &Evidence, ask: Presentation) -> bool {
    let opened = evidence.of(Probe::Present(ask)).is_some_and(|seen| seen.response.connection().is_some());
    !opened && !is_accepted(evidence, ask)
}

/// What the first reasons give reason to: mixed answers to the end, single claims where a whole set of them helped, and a
/// fresh token where the first one is refused.
pub fn details(evidence: &Evidence) -> Vec<Probe> {
    let Some(first) = first(evidence) else { return Vec::new() };
    let mixed = plain(evidence).find(|ask| is_mixed(evidence, *ask)).filter(|_| evidence.settings.load);
    let mut asks: Vec<Presentation> = mixed.into_iter().flat_map(worth_counting).flat_map(to_the_end).collect();
    asks.extend(controls::in_detail(evidence));
    if evidence.outcome(Probe::SecondLogin) == Some(Outcome::Accepted) {
        let refused =
            super::backend_usual(&evidence.settings, first).into_iter().filter(|ask| is_refused(evidence, *ask));
        let fresh = refused.map(|ask| ask.with(TokenKind::Second));
        asks.extend(fresh.flat_map(|ask| {
            [Attempt::First, Attempt::Repeat(2), Attempt::Repeat(3)].map(|attempt| ask.attempt(attempt))
        }));
    }
    present(asks)
}

fn to_the_end(ask: Presentation) -> impl Iterator<Item = Presentation> {
    let after = (2 + REPEATS.len() as u8)..=LAST_REPEAT;
    let kept = (1..=4).filter(move |_| ask.endpoint == Endpoint::Rest).map(Attempt::SameConnection);
    after.map(Attempt::Repeat).chain(kept).map(move |attempt| ask.attempt(attempt))
}
