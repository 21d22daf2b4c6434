//! What the dates of a token show, to the second. The evidence is written here, so no clock decides a test.

use std::collections::BTreeMap;

use crate::evidence::{Evidence, Extracted, HttpResponse, Observation, Response, Settings, TokenFacts};
use crate::faults::diagnose;
use crate::vocabulary::{Fault, Probe, TokenKind, User};

/// Two logins of the first user, and the dates of the first token.
struct Issued {
    issued_ago: i64,
    expires_in: i64,
    /// Of the token of each login: two marks that differ are of two tokens.
    marks: [u64; 2],
}

impl Issued {
    fn faults(&self) -> Vec<Fault> {
        // `min-lifetime` is 300 s, and `max-skew` is 30 s.
        let mut evidence = Evidence::new(Settings::complete());
        let facts = TokenFacts {
            description: "jwt".into(),
            chars: 373,
            expires_in: Some(self.expires_in),
            issued_ago: Some(self.issued_ago),
            issued_for: None,
            not_before: None,
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
        };
        evidence.describe_token(TokenKind::Issued, User::First, facts);
        let logins = [Probe::Login(User::First), Probe::SecondLogin(User::First)];
        for (probe, mark) in logins.into_iter().zip(self.marks) {
            let extracted = Extracted::Text { mark: Some(mark), provenance: None, token_type: None };
            let response = HttpResponse { status: 200, headers: BTreeMap::new(), body: String::new(), extracted };
            evidence.record(probe, Observation::of(Response::Http(response)));
        }
        diagnose(&evidence).findings.iter().map(|finding| finding.fault).collect()
    }
}

/// Allowed are 30 s of `max-skew`, 60 s by which issuers write an earlier `iat`, and 1 s because claims are in whole seconds.
#[test]
fn a_new_token_dated_more_than_91_seconds_back_shows_clock_skew() {
    let issued = |issued_ago| Issued { issued_ago, expires_in: 1_800, marks: [1, 2] };
    assert_eq!(issued(91).faults(), []);
    assert_eq!(issued(92).faults(), [Fault::ClockSkew]);
}

#[test]
fn a_token_that_login_issues_twice_shows_no_clock_skew() {
    let issued = |marks| Issued { issued_ago: 600, expires_in: 1_800, marks };
    assert_eq!(issued([1, 1]).faults(), []);
    assert_eq!(issued([1, 2]).faults(), [Fault::ClockSkew]);
}

/// Claims are in whole seconds.
#[test]
fn a_lifetime_may_be_one_second_short() {
    let issued = |expires_in| Issued { issued_ago: 9, expires_in, marks: [1, 2] };
    assert_eq!(issued(290).faults(), []);
    assert_eq!(issued(289).faults(), [Fault::TokenExpiresTooSoon]);
}
