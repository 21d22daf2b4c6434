//! When a token that is accepted and rejected has met two replicas, and when a circuit breaker. REST is the only place of the target,
//! unless a test says otherwise.

use super::*;
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::concluded;
use crate::vocabulary::{Carriers, Change, TokenKind};

const FORGED: &str = "invalid token";
const MISSING: &str = "no token";

fn at(endpoint: Endpoint) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER)
}

fn usual() -> Presentation {
    at(Endpoint::Rest)
}

fn settings() -> Settings {
    Settings::of_one_user([None, Some(Carriers::HEADER), None])
}

/// What the attempts of one check got, each `true` where it was accepted.
struct Attempts {
    first: bool,
    /// Sent at once, after the first invalid tokens.
    at_once: [bool; 4],
    /// After one pause each, and then at the end.
    after_pauses: [bool; 3],
    last: bool,
}

/// A replica rejects it now and then.
const IN_TURN: Attempts =
    Attempts { first: false, at_once: [true, false, true, false], after_pauses: [true; 3], last: true };

impl Attempts {
    /// Where forged, missing and valid tokens are rejected for these reasons.
    fn seen(&self, settings: Settings, reasons: [&str; 3]) -> Evidence {
        self.seen_of(&["sub"], settings, reasons)
    }

    /// The same of a token with these claims.
    fn seen_of(&self, claims: &[&str], settings: Settings, [forged, missing, valid]: [&str; 3]) -> Evidence {
        let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(claims));
        for (invalid, why) in [(usual().forged(), forged), (Presentation::missing(usual().endpoint), missing)] {
            evidence.record_twice(invalid, &Observation::rejected(why));
            evidence.record(invalid.after_pause(0).into(), Observation::rejected(why));
        }
        let at_once = REPEATS.into_iter().zip(self.at_once);
        let pauses = [1, 2, 3].map(Attempt::AfterPause).into_iter().zip(self.after_pauses);
        let ends = [(Attempt::First, self.first), (Attempt::Repeat(1), self.last)];
        for (attempt, accepted) in ends.into_iter().chain(at_once).chain(pauses) {
            let seen = if accepted { Observation::accepted() } else { Observation::rejected(valid) };
            evidence.record(usual().attempt(attempt).into(), seen);
        }
        evidence
    }

    /// Whether they show a stale replica, where an invalid token gets another response than a missing one.
    fn show_it(&self) -> bool {
        is_confirmed(&self.seen(settings(), [FORGED, MISSING, FORGED]))
    }

    /// Whether they do, where every rejection is the same.
    fn show_it_without_words(&self) -> bool {
        is_confirmed(&self.seen(settings(), [FORGED; 3]))
    }
}

fn is_confirmed(evidence: &Evidence) -> bool {
    concluded::is_confirmed(evidence, Fault::JwtSecretStaleReplica)
}

#[test]
fn a_replica_is_stale_where_one_token_is_accepted_and_rejected_at_once_like_a_forged_one() {
    assert!(IN_TURN.show_it());
    assert!(!Attempts { at_once: [true; 4], last: false, ..IN_TURN }.show_it(), "never rejected at once");
    assert!(!Attempts { at_once: [false; 4], ..IN_TURN }.show_it(), "never accepted at once");
    assert!(!is_confirmed(&IN_TURN.seen(settings(), [FORGED, MISSING, "another reason"])));
    assert!(!is_confirmed(&IN_TURN.seen(settings(), [FORGED, MISSING, MISSING])), "it may not arrive");
}

/// A circuit breaker opens once, and may stay open for longer than a check waits.
#[test]
fn a_token_that_is_rejected_from_some_moment_on_shows_no_stale_replica() {
    let opened = Attempts { first: true, after_pauses: [false; 3], last: false, ..IN_TURN };
    assert!(!opened.show_it());
    assert!(Attempts { first: false, ..opened }.show_it(), "it was rejected before anything else was sent");
    assert!(Attempts { last: true, ..opened }.show_it(), "it is accepted again");
    for place in 0..3 {
        let mut after_pauses = [false; 3];
        after_pauses[place] = true;
        assert!(Attempts { after_pauses, ..opened }.show_it(), "it is accepted again after pause {place}");
    }
}

/// While invalid tokens are sent, an open circuit breaker may respond to the forged one too: the last one tells.
#[test]
fn what_is_accepted_at_first_is_compared_with_a_forged_token_after_the_pauses_too() {
    let accepted_first = Attempts { first: true, ..IN_TURN };
    assert!(accepted_first.show_it());
    let last_forged = usual().forged().after_pause(0);
    let another = Observation::rejected("another reason");
    let seen = |attempts: &Attempts, last: Option<&Observation>| {
        let mut evidence = attempts.seen(settings(), [FORGED, MISSING, FORGED]);
        evidence = evidence.without(|probe| probe == last_forged.into());
        last.into_iter().for_each(|last| evidence.record(last_forged.into(), last.clone()));
        is_confirmed(&evidence)
    };
    assert!(!seen(&accepted_first, None) && !seen(&accepted_first, Some(&another)));
    assert!(seen(&IN_TURN, None), "nothing invalid came before the first rejection");
}

#[test]
fn where_every_rejection_is_the_same_it_was_rejected_before_invalid_tokens_or_again_after_a_pause() {
    assert!(IN_TURN.show_it_without_words());
    let accepted_first = Attempts { first: true, ..IN_TURN };
    assert!(!accepted_first.show_it_without_words(), "a circuit breaker may have opened, and closed again");
    assert!(!Attempts { after_pauses: [false, false, true], ..accepted_first }.show_it_without_words());
    assert!(Attempts { after_pauses: [true, false, true], ..accepted_first }.show_it_without_words());
    let without_pause = Attempts { after_pauses: [true, false, true], ..accepted_first }
        .seen(settings(), [FORGED; 3])
        .without(|probe| probe == usual().after_pause(3).into());
    assert!(!is_confirmed(&without_pause));
}

#[test]
fn where_every_rejection_is_the_same_an_invalid_token_is_never_accepted() {
    for invalid in [usual().forged(), Presentation::missing(Endpoint::Rest)] {
        let mut evidence = IN_TURN.seen(settings(), [FORGED; 3]);
        evidence.record(invalid.repeat(2).into(), Observation::accepted());
        assert!(!is_confirmed(&evidence));
    }
}

/// A process that tells at REST why it rejects would tell the same of a secret at the gateway.
#[test]
fn where_every_rejection_is_the_same_a_token_is_rejected_like_a_forged_one_at_the_other_endpoint_too() {
    let settings = Settings::of_one_user([Some(Carriers::HEADER), Some(Carriers::HEADER), Some(Carriers::HEADER)]);
    let with = |endpoint: Endpoint, rejected: fn(&str) -> Observation| {
        let mut evidence = IN_TURN.seen(settings.clone(), [FORGED; 3]);
        evidence.record_twice(at(endpoint), &rejected("another reason"));
        evidence.record_twice(at(endpoint).forged(), &rejected(FORGED));
        is_confirmed(&evidence)
    };
    assert!(!with(Endpoint::WebSocket, Observation::closed));
    assert!(with(Endpoint::Validation, Observation::rejected), "auth is another process");
}

#[test]
fn a_stale_replica_is_ruled_out_by_enough_attempts_that_are_all_accepted() {
    let is_ruled_out = |thorough, attempts| {
        let mut evidence = Evidence::of_login(Settings { thorough, ..settings() }, TokenFacts::of_secret(&["sub"]));
        evidence.record_twice(usual(), &Observation::accepted());
        for number in 2..=attempts {
            evidence.record(usual().repeat(number).into(), Observation::accepted());
        }
        concluded::is_ruled_out(&evidence, Fault::JwtSecretStaleReplica)
    };
    assert!(is_ruled_out(true, LAST_REPEAT));
    assert!(!is_ruled_out(true, LAST_REPEAT - 1), "one replica of eight may not have been met");
    assert!(!is_ruled_out(false, LAST_REPEAT));
}

/// What the finding says that it cannot be told apart from.
fn not_excluded(evidence: &Evidence) -> Vec<Fault> {
    let findings = crate::faults::diagnose(evidence).findings;
    let found = findings.into_iter().find(|finding| finding.fault == Fault::JwtSecretStaleReplica);
    found.expect("a stale replica").not_separable_from
}

/// A replica may have another clock, audience or issuer, and reject in the same words.
#[test]
fn settings_of_one_replica_are_not_excluded_where_the_token_has_the_claim_and_no_rejection_tells_it_from_a_signature() {
    let of = |claims: &[&str]| IN_TURN.seen_of(claims, settings(), [FORGED, MISSING, FORGED]);
    assert_eq!(not_excluded(&of(&["sub"])), []);
    assert_eq!(not_excluded(&of(&["sub", "iss"])), [Fault::IssuerMismatch]);
    let mut evidence = of(&["sub", "exp", "aud"]);
    let both = [Fault::AudienceMismatch, Fault::ClockSkew];
    assert_eq!(not_excluded(&evidence), both);
    let expired = usual().changed(Change::Expired);
    evidence.record(expired.into(), Observation::rejected(FORGED));
    assert_eq!(not_excluded(&evidence), both, "in the words of a forged one");
    evidence.record(expired.into(), Observation::rejected("expired"));
    assert_eq!(not_excluded(&evidence), [Fault::AudienceMismatch]);
}

/// A replica may read no token at all.
#[test]
fn where_every_rejection_is_the_same_a_replica_that_reads_no_token_is_not_excluded() {
    let evidence = IN_TURN.seen(settings(), [FORGED; 3]);
    assert_eq!(not_excluded(&evidence), [Fault::CredentialNotRead, Fault::CircuitBreakerOpen]);
}
