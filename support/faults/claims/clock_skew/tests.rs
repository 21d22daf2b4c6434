//! What a `Date` and the dates of a token show of a clock, to the millisecond and to the second. `max-skew` is 30 s.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation};
use crate::faults::diagnose;
use crate::token::Token;
use crate::vocabulary::{Carriers, Endpoint, Presentation, TokenKind, User};

/// The first response of auth, and the second one, each with the bounds of its clock in milliseconds.
fn dated(bounds: &[(i64, i64)]) -> Evidence {
    let mut evidence = Evidence::new(Settings::complete());
    for (probe, (least, most)) in [Probe::Health(Service::Auth), Probe::LoginGet].into_iter().zip(bounds) {
        let clock = Some(Offset { least: *least, most: *most });
        evidence.record(probe, Observation { clock, ..Observation::http(200, Extracted::NotLookedFor) });
    }
    evidence
}

/// The clock that is wrong, as the headline says it.
fn told(evidence: &Evidence) -> Option<String> {
    let findings = diagnose(evidence).findings;
    findings.into_iter().find(|finding| finding.fault == Fault::ClockSkew).map(|finding| finding.headline)
}

#[test]
fn a_clock_may_differ_by_as_much_as_the_target_allows() {
    for allowed in [(30_000, 31_000), (-31_000, -30_000), (-40_000, 40_000)] {
        assert_eq!(told(&dated(&[allowed])), None, "{allowed:?}");
    }
    let ahead = told(&dated(&[(30_001, 31_001)]));
    assert_eq!(ahead.as_deref(), Some("the clock of auth is ahead by 30 to 32 s"));
    let behind = told(&dated(&[(-31_001, -30_001)]));
    assert_eq!(behind.as_deref(), Some("the clock of auth is behind by 30 to 32 s"));
}

#[test]
fn each_response_narrows_the_interval_and_two_that_contradict_one_another_show_nothing() {
    let narrower = told(&dated(&[(20_000, 40_000), (31_000, 50_000)]));
    assert_eq!(narrower.as_deref(), Some("the clock of auth is ahead by 31 to 40 s"));
    let of_one_instant = told(&dated(&[(20_000, 31_000), (31_000, 50_000)]));
    assert_eq!(of_one_instant.as_deref(), Some("the clock of auth is ahead by 31 to 31 s"));
    // Two machines, of which one writes the right time.
    assert_eq!(told(&dated(&[(0, 1_000), (40_000, 41_000)])), None);
}

/// Auth and the backend write the right time, and a token is accepted that says that it was issued so many seconds ago.
fn is_ruled_out(issued_ago: i64) -> bool {
    let mut settings = Settings::complete();
    (settings.endpoints.validation, settings.endpoints.websocket) = (None, None);
    let mut evidence = Evidence::new(settings);
    let facts = Token::new("a.b.c").facts(0, &str::to_owned);
    let facts = TokenFacts { issued_ago: Some(issued_ago), expires_in: Some(1_800), ..facts };
    evidence.describe_token(TokenKind::Issued, User::First, facts);
    let rest = Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER);
    let extracted = Extracted::Text { mark: Some(1), provenance: None, token_type: None };
    for probe in [Probe::Login(User::First), Probe::Health(Service::Backend), rest.into()] {
        let clock = Some(Offset { least: -500, most: 1_500 });
        evidence.record(probe, Observation { clock, ..Observation::http(200, extracted.clone()) });
    }
    diagnose(&evidence).ruled_out.contains_key(&Fault::ClockSkew)
}

/// A reverse proxy may write the `Date`; then a new token that says that it is old tells of a clock behind it.
#[test]
fn a_clock_is_ruled_out_by_the_right_time_unless_a_new_token_says_that_it_is_old() {
    assert_eq!([0, 31, 32].map(is_ruled_out), [true, true, false]);
}

/// Claims are in whole seconds, so a second is taken off.
#[test]
fn a_token_that_is_dated_ahead_tells_by_how_much_at_least() {
    let mut evidence = Evidence::new(Settings::complete());
    let facts = Token::new("a.b.c").facts(0, &str::to_owned);
    let facts = TokenFacts { issued_ago: Some(-40), expires_in: Some(1_800), ..facts };
    evidence.describe_token(TokenKind::Issued, User::First, facts);
    let extracted = Extracted::Text { mark: Some(1), provenance: None, token_type: None };
    evidence.record(Probe::Login(User::First), Observation::http(200, extracted));
    assert_eq!(told(&evidence).as_deref(), Some("the clock of auth is ahead by at least 39 s"));
}
