//! What is sent again before anything is concluded from it: behind a load balancer a single rejection may be that of one
//! replica, and a single failure may be transient.

use crate::evidence::Evidence;
use crate::outcome::{Expectation, Outcome};
use crate::vocabulary::{Endpoint, Presentation, Probe, REPEATS, User, Variation};

/// So often at each place.
const FORGED_AGAIN: u8 = 4;

/// Where a valid token is rejected, every carrier of the same process four times more; what failed, once more.
pub(super) fn of_the_rejected(evidence: &Evidence) -> Vec<Probe> {
    let Some((token, user)) = evidence.tokens().next() else { return Vec::new() };
    let outcome = |one: &Presentation| evidence.outcome(*one);
    let clients: Vec<Presentation> =
        as_presented(evidence).filter(|one| (one.token, one.user) == (token, user)).collect();
    let is_rejected = |one: &&Presentation| evidence.repeats(**one).any(|one| outcome(&one) == Some(Outcome::Rejected));
    // In a carrier that the client does not use, a rejection is no failure.
    let is_usual = |one: &&Presentation| evidence.expectation(Probe::Present(**one)) == Expectation::Accept;
    let rejected: Vec<&Presentation> = clients
        .iter()
        .filter(is_usual)
        .filter(|one| is_rejected(one) || evidence.is_turned_away((**one).into()))
        .collect();
    let is_affected = |one: &&Presentation| {
        rejected
            .iter()
            .any(|rejected| evidence.settings.verifier(rejected.endpoint) == evidence.settings.verifier(one.endpoint))
            && outcome(one) != Some(Outcome::Unreached)
    };
    let affected = clients.iter().filter(is_affected).flat_map(|one| REPEATS.map(|attempt| one.attempt(attempt)));
    let failed = |one: &&Presentation| matches!(outcome(one), Some(Outcome::Failed | Outcome::Unexpected));
    let failed = clients.iter().filter(failed).map(|one| one.attempt(REPEATS[0]));
    let repeats = affected.chain(failed).chain(of_differing_users(evidence));
    repeats.map(Probe::Present).collect()
}

/// Where one user is accepted and another is not, both, and both at auth: replicas of auth that sign with different secrets
/// make two users look different.
fn of_differing_users(evidence: &Evidence) -> impl Iterator<Item = Presentation> + '_ {
    let differs = |one: &Presentation| {
        let accepted = |one: Presentation| evidence.outcome(one) == Some(Outcome::Accepted);
        !accepted(*one) && evidence.of((*one).into()).is_some() && accepted(one.by(one.user.other()))
    };
    let at_auth = |one: Presentation| {
        as_presented(evidence)
            .find(move |auth| auth.endpoint == Endpoint::Validation && (auth.token, auth.user) == (one.token, one.user))
    };
    let both = as_presented(evidence).filter(differs).flat_map(move |one| {
        let places = [Some(one), at_auth(one)].into_iter().flatten();
        places.flat_map(|one| [User::First, User::Second].map(|user| one.by(user))).collect::<Vec<_>>()
    });
    both.flat_map(|one| REPEATS.map(|attempt| one.attempt(attempt)))
}

/// The forged token as the client presents its own, several times where a check is thorough: one replica of several may verify nothing.
pub(super) fn of_the_forged(evidence: &Evidence) -> Vec<Probe> {
    let settings = &evidence.settings;
    let Some((token, user)) = evidence.tokens().next().filter(|_| settings.thorough) else { return Vec::new() };
    let places = [Endpoint::Rest, Endpoint::WebSocket].into_iter().filter(|endpoint| settings.has(*endpoint));
    let forged = places.map(|place| Presentation::new(place, token, settings.usual(place)).by(user).forged());
    forged.flat_map(|one| (1..=FORGED_AGAIN).map(move |number| Probe::Present(one.repeat(number)))).collect()
}

/// The client's tokens as it presents them.
fn as_presented(evidence: &Evidence) -> impl Iterator<Item = Presentation> + '_ {
    let plain = evidence.presentations().filter(|one| one.is_plain() && one.variation == Variation::None);
    plain.filter(|one| one.token.is_the_clients())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Settings, TokenFacts};

    #[test]
    fn a_thorough_check_sends_the_forged_token_several_times_to_each_place() {
        let forged = |thorough| {
            let settings = Settings { thorough, ..Settings::complete() };
            of_the_forged(&Evidence::of_login(settings, TokenFacts::of_secret(&["sub"])))
        };
        assert_eq!(forged(false), []);
        let there = |endpoint| {
            forged(true).iter().filter(|probe| probe.presented().is_some_and(|one| one.endpoint == endpoint)).count()
        };
        assert_eq!([Endpoint::Rest, Endpoint::WebSocket].map(there), [usize::from(FORGED_AGAIN); 2]);
    }
}
