//! When a rejection that calls a token expired misleads. REST and the gateway are the places of the target.

use std::time::Duration;

use super::*;
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::faults::concluded::is_confirmed;
use crate::vocabulary::{Carriers, Change, Fault};

const EXPIRED: &str = "the token has expired";

fn at(endpoint: Endpoint) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER)
}

/// Everything is rejected for another reason. The token expires so many seconds from now.
fn rejected(expires_in: i64) -> Evidence {
    let facts = TokenFacts { expires_in: Some(expires_in), ..TokenFacts::of_secret(&["sub", "exp"]) };
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), Some(Carriers::HEADER)]);
    let mut evidence = Evidence::of_login(settings, facts);
    for presented in [at(Endpoint::Rest), at(Endpoint::Rest).forged(), Presentation::missing(Endpoint::Rest)] {
        evidence.record_twice(presented, &Observation::rejected("no"));
    }
    for presented in [at(Endpoint::WebSocket), at(Endpoint::WebSocket).forged()] {
        evidence.record_twice(presented, &Observation::closed("no"));
    }
    evidence
}

fn misleads(evidence: &Evidence) -> bool {
    is_confirmed(evidence, Fault::MisleadingError)
}

/// That token is called expired where it is presented.
fn with(presented: Presentation, seen: &Observation) -> Evidence {
    let mut evidence = rejected(3_600);
    evidence.record_twice(presented, seen);
    evidence
}

#[test]
fn a_token_that_lasts_is_not_expired_wherever_that_is_said() {
    assert!(!misleads(&rejected(3_600)), "nothing says it");
    for presented in [at(Endpoint::Rest), at(Endpoint::Rest).forged(), Presentation::missing(Endpoint::Rest)] {
        assert!(misleads(&with(presented, &Observation::rejected(EXPIRED))), "{presented:?}");
    }
    assert!(misleads(&with(at(Endpoint::WebSocket), &Observation::closed(EXPIRED))), "in the reason of a close frame");
    assert!(!misleads(&with(at(Endpoint::Rest), &Observation::http(200, Extracted::Bool(true)))));
}

/// Clocks may differ by that much.
#[test]
fn a_token_that_is_about_to_expire_may_have() {
    for (expires_in, expected) in [(-1, false), (0, false), (60, false), (61, true)] {
        let mut evidence = rejected(expires_in);
        evidence.settings.skew = Duration::from_secs(60);
        evidence.record_twice(at(Endpoint::Rest), &Observation::rejected(EXPIRED));
        assert_eq!(misleads(&evidence), expected, "in {expires_in} s");
    }
}

#[test]
fn a_token_that_is_sent_because_it_has_expired_is_called_so_rightly() {
    let expired = at(Endpoint::Rest).changed(Change::Expired);
    assert!(!misleads(&with(expired, &Observation::rejected(EXPIRED))));
}

#[test]
fn a_response_that_accepts_says_nothing_of_a_rejection() {
    let mut accepted = Observation::accepted();
    if let Response::Http(response) = &mut accepted.response {
        response.body = EXPIRED.to_owned();
    }
    assert!(!misleads(&with(at(Endpoint::Rest), &accepted)));
}

#[test]
fn reads_codes_and_english_and_nothing_else() {
    for text in [
        r#"{"error":"TOKEN_EXPIRED"}"#,
        "the token has expired",
        r#"{"code":"jwt.expired"}"#,
        r#"{"error":"invalid_token","error_description":"The access token expired"}"#,
        "TokenExpiredError: jwt expired",
        "Error: log in again. Session expired.",
    ] {
        assert!(names_expiry(text), "{text}");
    }
    for text in [
        "invalid or expired token",
        "Token is missing, expired or revoked",
        "invalid/expired token",
        "expired/invalid",
        r#"{"error":"expired_or_invalid"}"#,
        r#"{"expires_in":1800}"#,
        "Das Token ist abgelaufen",
    ] {
        assert!(!names_expiry(text), "{text}");
    }
}
