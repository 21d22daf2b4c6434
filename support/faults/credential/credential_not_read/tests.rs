//! When a proxy drops the query or the cookie that holds the token. The gateway is the only place of the target.

use super::*;
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::diagnose;
use crate::vocabulary::TokenKind;

fn presented(carrier: Carrier) -> Presentation {
    Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::of(carrier))
}

/// The gateway rejects the token in that carrier as if there were none, and accepts it without the proxy.
fn accepted_directly(carrier: Carrier) -> Evidence {
    let mut settings = Settings::of_one_user([None, None, Some(Carriers::of(carrier))]);
    settings.direct.websocket = true;
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    let missing = Presentation::missing(Endpoint::WebSocket);
    let usual = presented(carrier);
    for rejected in [usual, usual.forged(), usual.with(TokenKind::Second), missing, missing.direct()] {
        evidence.record_twice(rejected, &Observation::closed("no token"));
    }
    evidence.record_twice(usual.direct(), &Observation::welcomed());
    evidence
}

/// The headline, where the fault is confirmed.
fn headline(evidence: &Evidence) -> Option<String> {
    let mut findings = diagnose(evidence).findings.into_iter();
    findings.find(|finding| finding.fault == Fault::CredentialNotRead).map(|finding| finding.headline)
}

#[test]
fn a_query_or_a_cookie_is_lost_where_the_token_in_it_is_accepted_without_the_proxy() {
    for (carrier, name) in [(Carrier::Query, "query"), (Carrier::Cookie, "cookie")] {
        let headline = headline(&accepted_directly(carrier)).expect("confirmed");
        assert_eq!(headline, format!("the proxy drops the {name} in which the gateway reads the token"));
    }
}

#[test]
fn a_query_is_not_lost_where_a_response_may_be_of_something_before_the_service() {
    let usual = presented(Carrier::Query);
    let missing = Presentation::missing(Endpoint::WebSocket);
    let changes: [(Presentation, Observation, &str); 3] = [
        (missing.direct(), Observation::closed("another reason"), "something else rejects through the proxy"),
        (usual, Observation::closed("invalid token"), "it arrives"),
        (usual.direct(), Observation::closed("no token"), "it is not read without the proxy either"),
    ];
    for (one, seen, why) in changes {
        let mut evidence = accepted_directly(Carrier::Query);
        evidence.record_twice(one, &seen);
        assert_eq!(headline(&evidence), None, "{why}");
    }
}

/// A reverse proxy that rejects by itself has no words of the service.
#[test]
fn a_query_is_not_lost_where_the_rejection_has_no_words() {
    let mut evidence = accepted_directly(Carrier::Query);
    let missing = Presentation::missing(Endpoint::WebSocket);
    let usual = presented(Carrier::Query);
    for rejected in [usual, usual.forged(), usual.with(TokenKind::Second), missing, missing.direct()] {
        evidence.record_twice(rejected, &Observation::rejected(""));
    }
    assert_eq!(headline(&evidence), None);
}
