//! What must be refused, few and after the positives: an open breaker or a poisoned cache must not spoil what came before.

use super::{
    HEADER, SUBPROTOCOL, backend_usual, controls, first, is_accepted, is_behind_decoy, is_in, is_mixed, is_refused,
    many_times, plain, present, usual, worth_counting,
};
use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::vocabulary::{Carrier, Change, Endpoint, Presentation, Probe, REPEATS, Scheme, TokenKind, User, Variation};

/// No credential, twice, and spoilt ones at every place that was reached.
pub fn negatives(evidence: &Evidence) -> Vec<Probe> {
    let settings = &evidence.settings;
    let is_reached = |ask: &Presentation| evidence.outcome(Probe::Present(*ask)) != Some(Outcome::Unreached);
    let reached = |place: &Endpoint| {
        let mut asks = plain(evidence).filter(|ask| ask.endpoint == *place).peekable();
        asks.peek().is_none() || asks.any(|ask| is_reached(&ask))
    };
    let places: Vec<Endpoint> =
        [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket].into_iter().filter(reached).collect();
    let missing = |place: Endpoint| Presentation::missing(place);
    // Twice, to measure what varies from one answer to the next.
    let mut asks: Vec<Presentation> =
        places.iter().flat_map(|place| [missing(*place), missing(*place).repeat(1)]).collect();
    let refused = |place: Endpoint| plain(evidence).any(|ask| ask.endpoint == place && is_refused(evidence, ask));
    if settings.direct && refused(Endpoint::Rest) {
        asks.push(missing(Endpoint::Rest).direct());
    }
    if settings.negatives && first(evidence).is_some() {
        let hidden = [Endpoint::Rest, Endpoint::WebSocket].into_iter().filter(|place| refused(*place));
        asks.extend(hidden.map(|place| missing(place).vary(Variation::LongHeader)));
        asks.extend(forgeries(evidence).into_iter().chain(unsigned(evidence)).chain(strictness(evidence)));
        asks.extend(controls::expired(evidence));
        asks.retain(|ask| places.contains(&ask.endpoint));
    }
    spaced(evidence, present(asks))
}

/// Bad tokens at the backend stand between good ones, so that a breaker which counts failures in a row is not opened by us.
fn spaced(evidence: &Evidence, probes: Vec<Probe>) -> Vec<Probe> {
    let first = first(evidence);
    let good = first.into_iter().flat_map(|first| backend_usual(&evidence.settings, first));
    let mut good = good
        .filter(|ask| is_accepted(evidence, *ask))
        .flat_map(|ask| REPEATS.map(|attempt| Probe::Present(ask.attempt(attempt))))
        .filter(|probe| evidence.of(*probe).is_none());
    let counts = |probe: &Probe| match probe {
        Probe::Present(ask) if ask.endpoint != Endpoint::Validation => {
            is_behind_decoy(*ask) || ask.token.is_invalid() && ask.token != TokenKind::Missing
        }
        _ => false,
    };
    let mut spaced = Vec::new();
    for probe in probes {
        let after = if counts(&probe) { good.next() } else { None };
        spaced.extend([probe].into_iter().chain(after));
    }
    spaced
}

/// As the client presents a token, and in each form in which the good one was refused, to compare the two; where the client's
/// own form is refused, in those that are accepted as well.
fn forgeries(evidence: &Evidence) -> Vec<Presentation> {
    let settings = &evidence.settings;
    let welcomed = plain(evidence).any(|ask| is_in(&ask, settings.presents) && !is_refused(evidence, ask));
    let is_usual = |ask: &Presentation| is_in(ask, HEADER) || is_in(ask, SUBPROTOCOL);
    let is_compared =
        |ask: &Presentation| is_refused(evidence, *ask) || !welcomed && ask.endpoint == Endpoint::WebSocket;
    let compared = plain(evidence).filter(is_usual).filter(is_compared).map(|ask| ask.with(TokenKind::Forged));
    compared.chain(usual(settings, TokenKind::Forged)).map(|ask| ask.by(User::First)).collect()
}

fn unsigned(evidence: &Evidence) -> [Presentation; 3] {
    usual(&evidence.settings, TokenKind::Unsigned).map(|ask| ask.by(User::First))
}

/// Whether what is accepted in one form is accepted in another that means the same.
pub fn strictness(evidence: &Evidence) -> Vec<Presentation> {
    let accepted: Vec<Presentation> =
        plain(evidence).filter(|ask| ask.user == User::First && is_accepted(evidence, *ask)).collect();
    let header = accepted.iter().filter(|ask| is_in(ask, HEADER));
    let lower_case = header.clone().map(|ask| ask.scheme(Scheme::LowerCase));
    let both_ways = accepted.iter().filter(|ask| is_in(ask, SUBPROTOCOL));
    lower_case.chain(both_ways.map(|ask| ask.vary(Variation::Decoy(Carrier::Header)))).collect()
}

/// Where a good token was refused for a while, a missing one once more: a breaker may have spoken for the service before. And
/// the good one, often enough to tell an instance from a moment.
pub fn missing_afterwards(evidence: &Evidence) -> Vec<Probe> {
    let refused = sometimes_refused(evidence);
    let missing = refused.map(|ask| Presentation::missing(ask.endpoint).repeat(2));
    // Who has shown that only among the bad tokens was not asked often enough before.
    let often = refused.filter(|_| evidence.settings.load).into_iter().flat_map(worth_counting).flat_map(many_times);
    present(missing.into_iter().chain(often.filter(|ask| evidence.of(Probe::Present(*ask)).is_none())))
}

/// And a bad one; the next would find the breaker open.
pub fn forged_afterwards(evidence: &Evidence) -> Vec<Probe> {
    present(sometimes_refused(evidence).map(|ask| ask.forged().repeat(2)))
}

/// The client's own ask that was both accepted and refused, the first one.
fn sometimes_refused(evidence: &Evidence) -> Option<Presentation> {
    let first = first(evidence).filter(|_| evidence.settings.negatives)?;
    backend_usual(&evidence.settings, first).into_iter().find(|ask| is_mixed(evidence, *ask))
}

/// Whatever bad was accepted once more, for a refusal may have been slow to come; and where none at all is accepted, whether
/// it is the service that does so or a cache in front of it.
pub fn doubts(evidence: &Evidence) -> Vec<Probe> {
    // Where there is no token to try, nothing has asked yet whether a gateway that is not reached answers anything.
    let missing = Probe::Present(Presentation::missing(Endpoint::WebSocket));
    let unreached = matches!(evidence.outcome(missing), Some(Outcome::Unreached | Outcome::Failed));
    if first(evidence).is_none() && unreached {
        return vec![Probe::PlainGet];
    }
    let missing = Presentation::missing(Endpoint::Rest);
    let cached = is_accepted(evidence, missing).then(|| missing.vary(Variation::NewUrl));
    let accepted = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.token.is_invalid() && ask.is_plain() => Some(ask),
        _ => None,
    });
    let again = accepted.filter(|ask| ask.token != TokenKind::Missing && is_accepted(evidence, *ask));
    let again = again.map(|ask| ask.repeat(1));
    present(again.chain(cached).chain(controls::accepted_once(evidence)).chain(of_one_instance(evidence)))
}

/// Where a later token fares better, the first one at auth a few times more: of two instances only one may know of it.
fn of_one_instance(evidence: &Evidence) -> Vec<Presentation> {
    let is_later = |ask: &Presentation| {
        matches!(ask.token, TokenKind::Second | TokenKind::Resigned(_, Change::UnknownClaim))
            && is_accepted(evidence, *ask)
    };
    let better = evidence.iter().any(|(probe, _)| matches!(probe, Probe::Present(ask) if is_later(&ask)));
    let auth = first(evidence);
    let repeated = auth.filter(|_| better).into_iter().flat_map(|ask| REPEATS.map(|attempt| ask.attempt(attempt)));
    repeated.filter(|ask| evidence.of(Probe::Present(*ask)).is_none()).collect()
}
