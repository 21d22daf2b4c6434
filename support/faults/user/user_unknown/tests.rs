//! When one user is rejected for being that user. REST is the only place of the target.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation, Settings};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::faults::diagnose;
use crate::vocabulary::Carriers;

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

fn facts() -> TokenFacts {
    TokenFacts { expires_in: Some(1_800), ..TokenFacts::of_secret(&["sub"]) }
}

/// REST rejects each token of the second user, whose first one is such, and accepts that of the first one.
fn second_rejected(second: TokenFacts) -> Evidence {
    let settings = Settings { users: 2, ..Settings::of_one_user([None, Some(Carriers::HEADER), None]) };
    let mut evidence = Evidence::of_login(settings, facts());
    evidence.describe_token(TokenKind::Issued, User::Second, second);
    for token in [TokenKind::Issued, TokenKind::Second, TokenKind::Later(3)] {
        evidence.record_twice(usual().with(token), &Observation::accepted());
        evidence.record_twice(usual().by(User::Second).with(token), &Observation::rejected("unknown user"));
    }
    evidence
}

#[test]
fn a_user_is_unknown_where_each_of_its_tokens_is_rejected_and_differs_only_in_the_user() {
    assert!(is_confirmed(&second_rejected(facts()), Fault::UserUnknown));
    let expired = TokenFacts { expires_in: Some(0), ..facts() };
    assert!(!is_confirmed(&second_rejected(expired), Fault::UserUnknown), "its token has expired");
    let other = TokenFacts { audience: Some("another".to_owned()), ..facts() };
    assert!(!is_confirmed(&second_rejected(other), Fault::UserUnknown), "its token has another audience");
    let longer = TokenFacts { chars: facts().chars + TokenFacts::MUCH_LONGER + 1, ..facts() };
    assert!(!is_confirmed(&second_rejected(longer), Fault::UserUnknown), "its token may be too long");
    for token in [TokenKind::Second, TokenKind::Later(3)] {
        let mut later = second_rejected(facts());
        later.record_twice(usual().by(User::Second).with(token), &Observation::accepted());
        assert!(!is_confirmed(&later, Fault::UserUnknown), "a later token of that user is accepted");
        let mut later = second_rejected(facts());
        later.record_twice(usual().with(token), &Observation::rejected("unknown user"));
        assert!(!is_confirmed(&later, Fault::UserUnknown), "a later token of the other user is rejected");
    }
}

/// Of two replicas of auth with different secrets, each may have issued the token of one user.
#[test]
fn no_user_is_unknown_where_auth_accepts_and_rejects_one_token() {
    let mut evidence = second_rejected(facts());
    evidence.settings.endpoints.validation = Some(Carriers::BODY);
    let validation = Presentation::new(Endpoint::Validation, TokenKind::Issued, Carriers::BODY);
    evidence.record(validation.into(), Observation::accepted());
    evidence.record(validation.repeat(1).into(), Observation::accepted());
    assert!(is_confirmed(&evidence, Fault::UserUnknown));
    evidence.record(validation.repeat(1).into(), Observation::rejected("invalid token"));
    assert!(!is_confirmed(&evidence, Fault::UserUnknown));
}

#[test]
fn a_target_with_one_user_is_asked_for_nothing_of_another() {
    let evidence = Evidence::new(Settings::of_one_user([Some(Carriers::HEADER); 3]));
    for test in crate::faults::tests(&evidence, Fault::UserUnknown) {
        assert!(test.probes().is_empty());
    }
}

/// The headline, where these logins got those statuses.
fn login_split(statuses: [u16; 2]) -> Option<String> {
    let mut evidence = Evidence::new(Settings { users: 2, ..Settings::of_one_user([None; 3]) });
    for (user, status) in BOTH.into_iter().zip(statuses) {
        let token = Extracted::Text { mark: Some(1), provenance: None, token_type: None };
        let extracted = if status == 200 { token } else { Extracted::NotLookedFor };
        evidence.record(Probe::Login(user), Observation::http(status, extracted));
    }
    let found = diagnose(&evidence).findings.into_iter().find(|finding| finding.fault == Fault::UserUnknown);
    found.map(|finding| finding.headline)
}

#[test]
fn a_login_that_is_rejected_beside_an_accepted_one_names_its_user() {
    for status in [400, 401, 403, 404, 422] {
        let first = login_split([status, 200]).expect("a finding");
        assert!(first.contains("rejects the first user"), "{first}");
        let second = login_split([200, status]).expect("a finding");
        assert!(second.contains("rejects the second user"), "{second}");
    }
    assert_eq!(login_split([500, 200]), None, "a server error says nothing of the user");
    assert_eq!(login_split([401, 401]), None);
}

#[test]
fn no_user_is_unknown_where_both_are_accepted_at_every_endpoint() {
    let mut evidence = second_rejected(facts());
    evidence.settings = Settings { users: 2, ..Settings::of_one_user([Some(Carriers::HEADER); 3]) };
    let at = |endpoint| Presentation { endpoint, ..usual() };
    for endpoint in [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket] {
        let accepted = if endpoint == Endpoint::WebSocket { Observation::welcomed() } else { Observation::accepted() };
        BOTH.into_iter().for_each(|user| evidence.record_twice(at(endpoint).by(user), &accepted));
        evidence.record_twice(Presentation::missing(endpoint), &Observation::rejected("no token"));
    }
    assert!(is_ruled_out(&evidence, Fault::UserUnknown));
    evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::accepted());
    assert!(!is_ruled_out(&evidence, Fault::UserUnknown), "REST accepts whatever is presented");
}
