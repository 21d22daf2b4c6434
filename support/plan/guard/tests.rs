//! What one service is sent, given what it has accepted and rejected so far.

use super::*;
use crate::evidence::{Extracted, Observation, Settings};
use crate::token::Token;
use crate::vocabulary::{Carriers, Change, TokenKind};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

fn invalid() -> [Presentation; 4] {
    let tokens = [TokenKind::Forged, TokenKind::Unsigned, TokenKind::OtherKey];
    let [forged, unsigned, other_key] = tokens.map(|token| usual().with(token));
    [forged, unsigned, other_key, usual().changed(Change::Expired)]
}

/// A check of one service: its guard, and what was seen.
struct Checked {
    guard: Guard,
    evidence: Evidence,
}

impl Checked {
    /// The client's token got that status.
    fn after(stage: Stage, status: u16) -> Self {
        let mut evidence = Evidence::new(Settings { stage, ..Settings::complete() });
        evidence.describe_token(TokenKind::Issued, User::First, Token::new("opaque").facts(0, &str::to_owned));
        let mut checked = Checked { guard: Guard::new(Service::Backend), evidence };
        checked.responds(&[usual().into()], |_| status);
        checked
    }

    fn responds(&mut self, round: &[Probe], status: impl Fn(Presentation) -> u16) {
        for presented in round.iter().filter_map(|probe| probe.presented()) {
            // Auth says in its body what it accepts.
            let seen = match (presented.endpoint, status(presented)) {
                (Endpoint::Validation, 200) => Observation::accepted(),
                (_, status) => Observation::http(status, Extracted::NotLookedFor),
            };
            self.evidence.record(presented.into(), seen);
        }
    }

    /// What is sent next of what waits.
    fn round(&mut self, waiting: &[Presentation], turn: Turn) -> Vec<Probe> {
        self.guard.owes(&self.evidence);
        let sent = self.evidence.iter().map(|(probe, _)| probe).collect();
        let waiting = waiting.iter().copied().map(Probe::Present).filter(|one| self.evidence.of(*one).is_none());
        self.guard.pass(&self.evidence, &sent, waiting.collect(), turn)
    }
}

const ALONE: Turn = Turn { left: IN_A_ROW, room: usize::MAX, others_wait: false, watched: None };

fn rejects_invalid(presented: Presentation) -> u16 {
    if presented.token.is_invalid() { 401 } else { 200 }
}

fn count(round: &[Probe], is: impl Fn(Presentation) -> bool) -> usize {
    round.iter().filter_map(|probe| probe.presented()).filter(|one| is(*one)).count()
}

#[test]
fn two_invalid_tokens_are_sent_at_once_and_then_a_valid_one_before_the_next_two() {
    let mut checked = Checked::after(Stage::Staging, 200);
    for _ in 0..2 {
        let round = checked.round(&invalid(), ALONE);
        assert_eq!(count(&round, |one| one.token.is_invalid()), 2, "{round:?}");
        checked.responds(&round, rejects_invalid);
        let valid = checked.round(&invalid(), Turn { others_wait: true, ..ALONE });
        assert_eq!((valid.len(), count(&valid, |one| one.token.is_invalid())), (1, 0), "{valid:?}");
        checked.responds(&valid, rejects_invalid);
    }
}

#[test]
fn no_more_invalid_tokens_are_sent_than_are_left_for_all_services() {
    for (left, sent) in [(0, 0), (1, 1), (2, 2), (3, 2)] {
        let round = Checked::after(Stage::Staging, 200).round(&invalid(), Turn { left, others_wait: true, ..ALONE });
        assert_eq!(count(&round, |one| one.token.is_invalid()), sent, "{left} left: {round:?}");
    }
}

/// The service may have opened a circuit breaker: only the client's own request shows when it closes.
#[test]
fn where_the_valid_token_is_rejected_afterwards_only_the_clients_own_request_is_sent() {
    let mut checked = Checked::after(Stage::Staging, 200);
    let round = checked.round(&invalid(), ALONE);
    checked.responds(&round, rejects_invalid);
    let control = checked.round(&invalid(), ALONE);
    checked.responds(&control, |_| 401);
    let waiting = [usual().forged(), usual().with(TokenKind::Unsigned), invalid()[3], usual().repeat(2)];
    let round = checked.round(&waiting, ALONE);
    assert_eq!(round, [Probe::Present(usual().repeat(2))]);
    checked.responds(&round, |_| 200);
    assert_eq!(checked.round(&invalid(), ALONE), [], "accepted again, and nothing new is tried");
}

#[test]
fn a_service_that_accepts_no_valid_token_rejects_no_more_than_its_budget() {
    let waiting: Vec<Presentation> = (1..=20).map(|number| usual().repeat(number)).collect();
    for (stage, sent) in [(Stage::Production, 7), (Stage::Staging, 20), (Stage::Local, 20)] {
        assert_eq!(Checked::after(stage, 401).round(&waiting, ALONE).len(), sent, "{stage}");
    }
}

/// One of the first may be accepted. What waited for a connection would be rejected after it, however many that are.
#[test]
fn where_no_valid_token_is_accepted_no_more_are_sent_than_connections_are_free() {
    let waiting: Vec<Presentation> = (1..=20).map(|number| usual().repeat(number)).collect();
    for room in [0, 1, 16] {
        assert_eq!(Checked::after(Stage::Staging, 401).round(&waiting, Turn { room, ..ALONE }).len(), room);
    }
}

#[test]
fn a_valid_token_is_sent_for_other_services_only_where_something_was_rejected() {
    let others_wait = Turn { others_wait: true, ..ALONE };
    assert_eq!(Checked::after(Stage::Staging, 200).round(&[], others_wait), []);
    let mut checked = Checked::after(Stage::Staging, 200);
    let round = checked.round(&invalid()[..2], ALONE);
    checked.responds(&round, rejects_invalid);
    assert_eq!(checked.round(&[], ALONE), []);
    assert_eq!(count(&checked.round(&[], others_wait), |one| one.token == TokenKind::Issued), 1);
}

/// For a circuit breaker that opens at the second failure. A missing token is none: nothing is verified.
#[test]
fn a_valid_token_stands_between_two_that_fail_to_verify() {
    let control = || [usual().repeat(LAST_REPEAT + 1)].map(Probe::Present);
    let [forged, unsigned, ..] = invalid().map(Probe::Present);
    let missing = Probe::Present(Presentation::missing(Endpoint::Rest));
    let round = |risky: [Probe; 2]| between(control().into_iter(), risky.into_iter());
    assert_eq!(round([forged, unsigned]), [forged, control()[0], unsigned]);
    assert_eq!(round([missing, forged]), [missing, forged]);
    assert_eq!(round([forged, missing]), [forged, missing]);
}

/// At one address, a circuit breaker of REST is not closed by what auth accepts.
#[test]
fn where_auth_and_the_backend_share_an_address_the_one_that_rejected_accepts_a_valid_token_first() {
    let mut checked = Checked::after(Stage::Staging, 200);
    checked.evidence.settings.auth_at_backend = true;
    let validation = Presentation::new(Endpoint::Validation, TokenKind::Issued, Carriers::BODY);
    checked.evidence.record(validation.into(), Observation::accepted());
    for (endpoint, other) in [(Endpoint::Rest, Endpoint::Validation), (Endpoint::Validation, Endpoint::Rest)] {
        let invalid = invalid().map(|one| Presentation { endpoint, ..one });
        let round = checked.round(&invalid, ALONE);
        assert!(count(&round, |one| one.token.is_invalid()) > 0, "{round:?}");
        checked.responds(&round, rejects_invalid);
        let valid = checked.round(&invalid, Turn { others_wait: true, ..ALONE });
        let at = |wanted| count(&valid, |one| one.endpoint == wanted && !one.token.is_invalid());
        assert_eq!((at(endpoint), at(other)), (1, 0), "{valid:?}");
        checked.responds(&valid, rejects_invalid);
    }
}
