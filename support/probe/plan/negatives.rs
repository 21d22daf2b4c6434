//! What must be refused, few and after the positives: an open breaker or a poisoned cache must not spoil what came before.

use super::{
    HEADER, SUBPROTOCOL, backend_usual, controls, first, is_accepted, is_mixed, is_refused, many_times, plain, present,
    usual, worth_counting,
};
use crate::evidence::{
    Ask, Change, Credential, Evidence, Form, Place, Prefix, Probe, REPETITIONS, Reading, Twist, User,
};

/// No credential, twice, and spoilt ones at every place that was reached.
pub fn negatives(evidence: &Evidence) -> Vec<Probe> {
    let settings = &evidence.settings;
    let is_reached = |ask: &Ask| evidence.reading(Probe::Present(*ask)) != Some(Reading::Unreached);
    let reached = |place: &Place| {
        let mut asks = plain(evidence).filter(|ask| ask.place == *place).peekable();
        asks.peek().is_none() || asks.any(|ask| is_reached(&ask))
    };
    let places: Vec<Place> = [Place::Auth, Place::Rest, Place::Gateway].into_iter().filter(reached).collect();
    let missing = |place: Place| Ask::new(place, Credential::Missing, Form::Nowhere);
    // Twice, to measure what varies from one answer to the next.
    let mut asks: Vec<Ask> =
        places.iter().flat_map(|place| [missing(*place), missing(*place).twisted(Twist::Again(1))]).collect();
    let refused = |place: Place| plain(evidence).any(|ask| ask.place == place && is_refused(evidence, ask));
    if settings.direct && refused(Place::Rest) {
        asks.push(missing(Place::Rest).twisted(Twist::Direct));
    }
    if settings.negatives && first(evidence).is_some() {
        let hidden = [Place::Rest, Place::Gateway].into_iter().filter(|place| refused(*place));
        asks.extend(hidden.map(|place| missing(place).twisted(Twist::LongHeader)));
        asks.extend(forgeries(evidence).into_iter().chain(unsigned(evidence)).chain(strictness(evidence)));
        asks.extend(controls::expired(evidence));
        asks.retain(|ask| places.contains(&ask.place));
    }
    spaced(evidence, present(asks))
}

/// Bad tokens at the backend stand between good ones, so that a breaker which counts failures in a row is not opened by us.
fn spaced(evidence: &Evidence, probes: Vec<Probe>) -> Vec<Probe> {
    let first = first(evidence);
    let good = first.into_iter().flat_map(|first| backend_usual(&evidence.settings, first));
    let mut good = good
        .filter(|ask| is_accepted(evidence, *ask))
        .flat_map(|ask| REPETITIONS.map(|twist| Probe::Present(ask.twisted(twist))))
        .filter(|probe| evidence.of(*probe).is_none());
    let counts = |probe: &Probe| match probe {
        Probe::Present(ask) if ask.place != Place::Auth => {
            ask.form == Form::BehindBadHeader || ask.credential.is_bad() && ask.credential != Credential::Missing
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
fn forgeries(evidence: &Evidence) -> Vec<Ask> {
    let settings = &evidence.settings;
    let welcomed = plain(evidence).any(|ask| ask.form == settings.presents && !is_refused(evidence, ask));
    let is_usual = |ask: &Ask| matches!(ask.form, HEADER | SUBPROTOCOL);
    let is_compared = |ask: &Ask| is_refused(evidence, *ask) || !welcomed && ask.place == Place::Gateway;
    let compared = plain(evidence).filter(is_usual).filter(is_compared).map(|ask| ask.with(Credential::Forged));
    compared.chain(usual(settings, Credential::Forged)).map(|ask| ask.by(User::First)).collect()
}

fn unsigned(evidence: &Evidence) -> [Ask; 3] {
    usual(&evidence.settings, Credential::Unsigned).map(|ask| ask.by(User::First))
}

/// Whether what is accepted in one form is accepted in another that means the same.
pub fn strictness(evidence: &Evidence) -> Vec<Ask> {
    let accepted: Vec<Ask> =
        plain(evidence).filter(|ask| ask.user == User::First && is_accepted(evidence, *ask)).collect();
    let header = accepted.iter().filter(|ask| ask.form == HEADER);
    let lower_case = header.clone().map(|ask| ask.in_form(Form::Header(Prefix::LowerCase)));
    let both_ways = accepted.iter().filter(|ask| ask.form == SUBPROTOCOL);
    lower_case.chain(both_ways.map(|ask| ask.in_form(Form::BehindBadHeader))).collect()
}

/// Where a good token was refused for a while, a missing one once more: a breaker may have spoken for the service before. And
/// the good one, often enough to tell an instance from a moment.
pub fn missing_afterwards(evidence: &Evidence) -> Vec<Probe> {
    let refused = sometimes_refused(evidence);
    let missing = refused.map(|ask| Ask::new(ask.place, Credential::Missing, Form::Nowhere).twisted(Twist::Again(2)));
    // Who has shown that only among the bad tokens was not asked often enough before.
    let often = refused.filter(|_| evidence.settings.load).into_iter().flat_map(worth_counting).flat_map(many_times);
    present(missing.into_iter().chain(often.filter(|ask| evidence.of(Probe::Present(*ask)).is_none())))
}

/// And a bad one; the next would find the breaker open.
pub fn forged_afterwards(evidence: &Evidence) -> Vec<Probe> {
    present(
        sometimes_refused(evidence).map(|ask| ask.with(Credential::Forged).by(User::First).twisted(Twist::Again(2))),
    )
}

/// The client's own ask that was both accepted and refused, the first one.
fn sometimes_refused(evidence: &Evidence) -> Option<Ask> {
    let first = first(evidence).filter(|_| evidence.settings.negatives)?;
    backend_usual(&evidence.settings, first).into_iter().find(|ask| is_mixed(evidence, *ask))
}

/// Whatever bad was accepted once more, for a refusal may have been slow to come; and where none at all is accepted, whether
/// it is the service that does so or a cache in front of it.
pub fn doubts(evidence: &Evidence) -> Vec<Probe> {
    // Where there is no token to try, nothing has asked yet whether a gateway that is not reached answers anything.
    let missing = Probe::Present(Ask::new(Place::Gateway, Credential::Missing, Form::Nowhere));
    let unreached = matches!(evidence.reading(missing), Some(Reading::Unreached | Reading::Failed));
    if first(evidence).is_none() && unreached {
        return vec![Probe::PlainGet];
    }
    let missing = Ask::new(Place::Rest, Credential::Missing, Form::Nowhere);
    let cached = is_accepted(evidence, missing).then(|| missing.twisted(Twist::NeverSeen));
    let accepted = evidence.iter().filter_map(|(probe, _)| match probe {
        Probe::Present(ask) if ask.credential.is_bad() && ask.twist == Twist::Plain => Some(ask),
        _ => None,
    });
    let again = accepted.filter(|ask| ask.credential != Credential::Missing && is_accepted(evidence, *ask));
    let again = again.map(|ask| ask.twisted(Twist::Again(1)));
    present(again.chain(cached).chain(controls::accepted_once(evidence)).chain(of_one_instance(evidence)))
}

/// Where a later token fares better, the first one at auth a few times more: of two instances only one may know of it.
fn of_one_instance(evidence: &Evidence) -> Vec<Ask> {
    let is_later = |ask: &Ask| {
        matches!(ask.credential, Credential::Fresh | Credential::Minted(_, Change::Anew)) && is_accepted(evidence, *ask)
    };
    let better = evidence.iter().any(|(probe, _)| matches!(probe, Probe::Present(ask) if is_later(&ask)));
    let auth = first(evidence).map(|first| Ask { form: Form::Body(evidence.settings.auth_takes), ..first });
    let repeated = auth.filter(|_| better).into_iter().flat_map(|ask| REPETITIONS.map(|twist| ask.twisted(twist)));
    repeated.filter(|ask| evidence.of(Probe::Present(*ask)).is_none()).collect()
}
