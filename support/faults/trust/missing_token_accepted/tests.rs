//! When 200 for a missing token lets somebody in. REST is the only place of the target.

use super::*;
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::concluded::is_confirmed;
use crate::vocabulary::Carriers;

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

fn says(body: &str) -> Observation {
    let mut seen = Observation::accepted();
    if let Response::Http(response) = &mut seen.response {
        response.body = body.to_owned();
    }
    seen
}

/// REST says that of a valid, of a forged and of a missing token.
fn is_open([valid, forged, without]: [&str; 3]) -> bool {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    let missing = missing(Endpoint::Rest);
    for (presented, body) in
        [(usual(), valid), (usual().forged(), forged), (missing, without), (missing.vary(Variation::NewUrl), without)]
    {
        evidence.record_twice(presented, &says(body));
    }
    is_confirmed(&evidence, Fault::MissingTokenAccepted)
}

#[test]
fn an_endpoint_that_treats_all_alike_is_open() {
    assert!(is_open([r#"{"threads":["a"]}"#; 3]));
    assert!(is_open([r#"{"threads":["own"]}"#, r#"{"threads":["all"]}"#, r#"{"threads":["all"]}"#]));
}

/// Nobody gets in where each response with 200 says why not.
#[test]
fn an_endpoint_that_says_of_a_token_what_it_says_of_a_forged_one_is_not_shown_to_be_open() {
    let [invalid, missing] = [r#"{"error":"the signature is wrong"}"#, r#"{"error":"no token"}"#];
    assert!(!is_open([invalid, invalid, missing]));
}

/// Where no token is accepted, a valid one gets the same as none.
#[test]
fn an_endpoint_that_responds_to_all_with_an_error_is_not_shown_to_be_open() {
    for error in
        [r#"{"success":false}"#, r#"{"ok":false}"#, r#"{"data":null,"errors":[{"message":"no"}]}"#, r#"{"error":"no"}"#]
    {
        assert!(!is_open([error; 3]), "{error}");
    }
    let none = ["null", "false", "0", "\"\"", "[]", "{}"]
        .map(|none| format!(r#"{{"threads":["a"],"errors":{none},"error":{none}}}"#));
    for fine in [r#"{"success":true}"#, "[]", "threads"].into_iter().chain(none.iter().map(String::as_str)) {
        assert!(is_open([fine; 3]), "{fine}");
    }
}

/// A token that is too long, say, is rejected in earnest.
#[test]
fn an_endpoint_that_rejects_tokens_with_401_and_accepts_a_missing_one_is_open() {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    for presented in [usual(), usual().forged()] {
        evidence.record_twice(presented, &Observation::rejected("invalid token"));
    }
    let missing = missing(Endpoint::Rest);
    for presented in [missing, missing.vary(Variation::NewUrl)] {
        evidence.record_twice(presented, &says(r#"{"threads":[]}"#));
    }
    assert!(is_confirmed(&evidence, Fault::MissingTokenAccepted));
}
