//! What the dates of a token show, to the second. The evidence is written here, so no clock decides a test.

use crate::evidence::{Evidence, Extracted, Observation, Offset, Settings, TokenFacts};
use crate::faults::diagnose;
use crate::vocabulary::{Carriers, Endpoint, Fault, Presentation, Probe, Service, TokenKind, User};

/// Two logins of the first user, and the dates of the first token.
struct Issued {
    issued_ago: Option<i64>,
    not_before: Option<i64>,
    expires_in: i64,
    /// Of the token of each login: two marks that differ are of two tokens.
    marks: [u64; 2],
}

/// Issued just now, for half an hour.
const FRESH: Issued = Issued { issued_ago: Some(0), not_before: None, expires_in: 1_800, marks: [1, 2] };

impl Issued {
    fn faults(&self) -> Vec<Fault> {
        diagnose(&self.evidence()).findings.iter().map(|finding| finding.fault).collect()
    }

    fn facts(&self) -> TokenFacts {
        TokenFacts {
            description: "jwt".into(),
            chars: 373,
            expires_in: Some(self.expires_in),
            issued_ago: self.issued_ago,
            issued_for: None,
            not_before: self.not_before,
            claims: Vec::new(),
            malformed: Vec::new(),
            other_kind: Vec::new(),
            algorithm: None,
            issuer: None,
            audience: None,
            kid: None,
            signed_as_known: None,
            signed_by: [None, None],
            has_published_issuer: None,
        }
    }

    fn evidence(&self) -> Evidence {
        // `min-lifetime` is 300 s, and `max-skew` is 30 s.
        let mut evidence = Evidence::new(Settings::complete());
        evidence.describe_token(TokenKind::Issued, User::First, self.facts());
        let logins = [Probe::Login(User::First), Probe::SecondLogin(User::First)];
        for (probe, mark) in logins.into_iter().zip(self.marks) {
            let extracted = Extracted::Text { mark: Some(mark), provenance: None, token_type: None };
            evidence.record(probe, Observation::http(200, extracted));
        }
        evidence
    }
}

/// Allowed are 30 s of `max-skew`, 60 s by which issuers write an earlier `iat`, and 1 s because claims are in whole seconds.
#[test]
fn a_new_token_dated_more_than_91_seconds_back_shows_clock_skew() {
    let issued = |ago| Issued { issued_ago: Some(ago), ..FRESH };
    assert_eq!(issued(91).faults(), []);
    assert_eq!(issued(92).faults(), [Fault::ClockSkew]);
}

/// Ahead of its time no issuer writes a token on purpose: allowed are the 30 s, and 1 s because claims are in whole seconds.
#[test]
fn a_new_token_dated_more_than_31_seconds_ahead_shows_clock_skew() {
    let issued = |ago| Issued { issued_ago: Some(ago), ..FRESH };
    assert_eq!(issued(-31).faults(), []);
    assert_eq!(issued(-32).faults(), [Fault::ClockSkew]);
}

/// An issuer may want a token to be valid later; only where nothing says when it was issued does that date tell.
#[test]
fn the_begin_of_a_token_shows_a_clock_only_where_it_has_no_other_date() {
    let begins = |issued_ago, not_before| Issued { issued_ago, not_before: Some(not_before), ..FRESH };
    assert_eq!(begins(None, 31).faults(), []);
    assert_eq!(begins(None, 32).faults(), [Fault::ClockSkew]);
    assert_eq!(begins(Some(0), 32).faults(), []);
}

/// Then the issuer writes the date wrongly, and no clock is to be corrected.
#[test]
fn a_token_dated_ahead_by_an_auth_whose_own_date_is_right_shows_no_clock_skew() {
    let mut evidence = Issued { issued_ago: Some(-3_600), expires_in: 5_400, ..FRESH }.evidence();
    let clock = Some(Offset { least: -500, most: 600 });
    let seen = Observation { clock, ..Observation::http(200, Extracted::NotLookedFor) };
    evidence.record(Probe::Health(Service::Auth), seen);
    assert_eq!(diagnose(&evidence).findings, []);
}

#[test]
fn a_token_that_login_issues_twice_shows_no_clock_skew() {
    let issued = |marks| Issued { issued_ago: Some(600), marks, ..FRESH };
    assert_eq!(issued([1, 1]).faults(), []);
    assert_eq!(issued([1, 2]).faults(), [Fault::ClockSkew]);
}

/// Claims are in whole seconds.
#[test]
fn a_lifetime_may_be_one_second_short() {
    let issued = |expires_in| Issued { issued_ago: Some(9), expires_in, ..FRESH };
    assert_eq!(issued(290).faults(), []);
    assert_eq!(issued(289).faults(), [Fault::TokenExpiresTooSoon]);
}

#[test]
fn a_token_has_expired_in_the_second_of_its_end_and_begins_late_two_seconds_after_it_was_issued() {
    let expires = |expires_in| Issued { expires_in, ..FRESH }.facts().has_expired();
    assert_eq!([-1, 0, 1].map(expires), [true, true, false]);
    let begins = |begin| Issued { not_before: Some(begin), ..FRESH }.facts().begins_late();
    assert_eq!([-5, 1, 2].map(begins), [None, None, Some(2)]);
    assert_eq!(Issued { issued_ago: Some(20), ..FRESH }.facts().lifetime(), Some(1_820));
}

/// The service has seen that the signature is right, and rejects the token for what it says.
#[test]
fn a_token_that_is_rejected_unlike_a_forged_one_may_be_rejected_for_each_claim() {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub", "aud", "iss", "iat", "exp"]));
    let usual = Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER);
    let forged = (usual.forged(), "bad signature");
    for (one, words) in [(usual, "issued at future"), forged, (Presentation::missing(Endpoint::Rest), "no token")] {
        evidence.record_twice(one, &Observation::rejected(words));
    }
    let open = diagnose(&evidence).undetermined;
    for fault in [
        Fault::AlgorithmMismatch,
        Fault::AudienceMismatch,
        Fault::ClaimMismatch,
        Fault::ClaimMissing,
        Fault::ClockSkew,
        Fault::IssuerMismatch,
    ] {
        let fits = open.get(&fault).is_some_and(|open| !open.not_separable_from.is_empty());
        assert!(fits, "{fault}: {:?}", open.get(&fault));
    }
}
