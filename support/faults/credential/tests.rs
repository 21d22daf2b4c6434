//! What of one endpoint rules out a fault of the header. REST and the gateway are the places of the target.

use super::*;
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::concluded::{self, is_ruled_out};
use crate::faults::diagnose;
use crate::vocabulary::{Fault, OtherScheme, Scheme, TokenKind, User};

fn at(endpoint: Endpoint, carriers: Carriers) -> Presentation {
    Presentation::new(endpoint, TokenKind::Issued, carriers)
}

/// With no scheme and with any, a header is rejected there. REST accepts the token in a header, if the gateway is that place.
fn no_scheme_helps(endpoint: Endpoint) -> Evidence {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), Some(Carriers::HEADER_AND_SUBPROTOCOL)]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    for (place, rejected) in
        [(Endpoint::Rest, Observation::rejected("no")), (Endpoint::WebSocket, Observation::closed("no"))]
    {
        evidence.record_twice(Presentation::missing(place), &rejected);
        let header = at(place, Carriers::HEADER);
        let schemes = [header, header.scheme(Scheme::None), header.scheme(Scheme::Twice)];
        schemes.into_iter().filter(|_| place == endpoint).for_each(|one| evidence.record_twice(one, &rejected));
    }
    evidence
}

const PREFIXES: [Fault; 2] = [Fault::BearerPrefixDoubled, Fault::BearerPrefixStripped];

/// A token that is accepted elsewhere does not say that this service accepts it with any prefix.
#[test]
fn where_no_scheme_helps_another_carrier_of_the_same_endpoint_rules_out_a_lost_prefix() {
    for fault in PREFIXES {
        let mut gateway = no_scheme_helps(Endpoint::WebSocket);
        gateway.record_twice(at(Endpoint::Rest, Carriers::HEADER), &Observation::accepted());
        assert!(!is_ruled_out(&gateway, fault), "{fault}: only REST accepts the token");
        gateway.record_twice(at(Endpoint::WebSocket, Carriers::SUBPROTOCOL), &Observation::welcomed());
        assert!(is_ruled_out(&gateway, fault), "{fault}: the gateway accepts it in the subprotocol");
        let mut rest = no_scheme_helps(Endpoint::Rest);
        rest.record_twice(at(Endpoint::WebSocket, Carriers::HEADER), &Observation::welcomed());
        assert!(!is_ruled_out(&rest, fault), "{fault}: only the gateway accepts the token");
    }
}

/// Such an endpoint accepts whatever is presented.
#[test]
fn an_endpoint_that_accepts_a_missing_token_rules_no_lost_prefix_out() {
    for fault in PREFIXES {
        let mut evidence = no_scheme_helps(Endpoint::WebSocket);
        evidence.record_twice(at(Endpoint::Rest, Carriers::HEADER), &Observation::accepted());
        evidence.record_twice(at(Endpoint::WebSocket, Carriers::SUBPROTOCOL), &Observation::welcomed());
        evidence.record_twice(Presentation::missing(Endpoint::Rest), &Observation::accepted());
        assert!(!is_ruled_out(&evidence, fault), "{fault}");
    }
}

/// REST and the gateway read the token in a header, and so does auth where it is sent one.
fn read_everywhere_but_at_auth(auth: Carriers) -> Evidence {
    let settings = Settings::of_one_user([Some(auth), Some(Carriers::HEADER), Some(Carriers::HEADER)]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    for (place, accepted) in [(Endpoint::Rest, Observation::accepted()), (Endpoint::WebSocket, Observation::welcomed())]
    {
        evidence.record_twice(at(place, Carriers::HEADER), &accepted);
        evidence.record_twice(Presentation::missing(place), &Observation::rejected("no token"));
    }
    evidence
}

#[test]
fn no_header_is_lost_once_it_was_read_at_every_place_where_the_client_sends_one() {
    let fault = Fault::AuthorizationHeaderStripped;
    assert!(is_ruled_out(&read_everywhere_but_at_auth(Carriers::BODY), fault), "auth gets no header");
    let mut evidence = read_everywhere_but_at_auth(Carriers::HEADER);
    assert!(!is_ruled_out(&evidence, fault), "auth was not asked");
    evidence.record_twice(at(Endpoint::Validation, Carriers::HEADER), &Observation::accepted());
    evidence.record_twice(Presentation::missing(Endpoint::Validation), &Observation::rejected("no token"));
    assert!(is_ruled_out(&evidence, fault));
    let mut unread = read_everywhere_but_at_auth(Carriers::BODY);
    unread.record_twice(Presentation::missing(Endpoint::Rest), &Observation::accepted());
    assert!(!is_ruled_out(&unread, fault), "REST accepts whatever is presented");
}

/// The headline of a prefix that is lost at REST, where that response comes without the proxy.
fn prefix_is_lost(directly: Option<Observation>) -> String {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    let usual = at(Endpoint::Rest, Carriers::HEADER);
    evidence.record_twice(usual, &Observation::rejected("invalid token"));
    evidence.record_twice(usual.forged(), &Observation::rejected("invalid token"));
    evidence.record_twice(usual.scheme(Scheme::Twice), &Observation::accepted());
    directly.into_iter().for_each(|seen| evidence.record_twice(usual.direct(), &seen));
    let found = diagnose(&evidence).findings.into_iter().find(|finding| finding.fault == Fault::BearerPrefixStripped);
    found.expect("a finding").headline
}

#[test]
fn the_proxy_or_the_backend_removes_a_prefix_as_the_same_token_without_the_proxy_tells() {
    let removes = |by: &str| format!("{by} removes the `Bearer` prefix");
    assert!(prefix_is_lost(None).starts_with(&removes("a proxy or the backend")));
    assert!(prefix_is_lost(Some(Observation::accepted())).starts_with(&removes("a proxy")));
    let by_backend = prefix_is_lost(Some(Observation::rejected("invalid token")));
    assert!(by_backend.starts_with(&removes("the backend")), "{by_backend}");
}

/// REST accepts the token of each user, and rejects the first one's after `bearer`.
fn rejected_in_small_letters() -> Evidence {
    let settings = Settings { users: 2, ..Settings::of_one_user([None, Some(Carriers::HEADER), None]) };
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    evidence.describe_token(TokenKind::Issued, User::Second, TokenFacts::of_secret(&["sub"]));
    let usual = at(Endpoint::Rest, Carriers::HEADER);
    evidence.record_twice(usual, &Observation::accepted());
    for rejected in [Presentation::missing(Endpoint::Rest), usual.scheme(Scheme::LowerCase)] {
        evidence.record_twice(rejected, &Observation::rejected("no"));
    }
    evidence
}

/// A load balancer may choose a replica by the letters of the header.
#[test]
fn where_another_token_is_accepted_after_bearer_its_small_letters_decide_nothing() {
    let is_confirmed = |evidence: &Evidence| concluded::is_confirmed(evidence, Fault::BearerSchemeCaseSensitive);
    let small = at(Endpoint::Rest, Carriers::HEADER).scheme(Scheme::LowerCase);
    let others = [small.by(User::Second), small.with(TokenKind::Second)];
    let mut evidence = rejected_in_small_letters();
    assert!(!is_confirmed(&evidence), "no other token was tried");
    others.iter().for_each(|other| evidence.record_twice(*other, &Observation::rejected("no")));
    assert!(is_confirmed(&evidence));
    for other in others {
        let mut evidence = evidence.clone();
        evidence.record_twice(other, &Observation::accepted());
        assert!(!is_confirmed(&evidence), "{other:?}");
    }
    evidence.settings.other_schemes = vec![OtherScheme::Bearer];
    assert!(!is_confirmed(&evidence), "the client writes another scheme, and `Bearer` was not tried");
}

/// REST gets the token through a proxy, where each token gets one response. Without the proxy a valid one is accepted, and the others are
/// told apart.
#[test]
fn a_header_is_lost_where_the_proxy_puts_a_token_of_its_own_in_its_place() {
    let usual = at(Endpoint::Rest, Carriers::HEADER);
    let missing = Presentation::missing(Endpoint::Rest);
    let is_lost = |through_the_proxy: &str| {
        let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
        let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
        let schemes = [usual, usual.scheme(Scheme::None), usual.scheme(Scheme::Twice), usual.forged(), missing];
        schemes.into_iter().for_each(|one| evidence.record_twice(one, &Observation::rejected(through_the_proxy)));
        evidence.record_twice(usual.direct(), &Observation::accepted());
        evidence.record_twice(usual.forged().direct(), &Observation::rejected("invalid token"));
        evidence.record_twice(missing.direct(), &Observation::rejected("no token"));
        concluded::is_confirmed(&evidence, Fault::AuthorizationHeaderStripped)
    };
    assert!(is_lost("invalid token"), "each gets the response to a forged token");
    assert!(is_lost("no token"), "each gets the response to a missing one");
    assert!(!is_lost("forbidden"), "a proxy rejects by itself");
}
