//! What of the handshake rules a fault out, and when an `Origin` is rejected. The gateway is the only place of the target.

use super::*;
use crate::evidence::{Evidence, Extracted, HttpResponse, Observation, Response, Settings, TokenFacts};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Fault, TokenKind};

/// As the client opens its connection.
fn usual() -> Presentation {
    Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::HEADER)
}

/// The client has logged in.
fn logged_in() -> Evidence {
    let settings = Settings::of_one_user([None, None, Some(Carriers::HEADER)]);
    Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]))
}

/// An HTTP response to the upgrade.
fn status(status: u16) -> Observation {
    let (headers, extracted) = (Default::default(), Extracted::NotLookedFor);
    Observation::of(Response::Http(HttpResponse { status, headers, body: String::new(), extracted }))
}

/// The gateway responds with 404, and that one got 101.
fn one_opened(opened: Presentation) -> Evidence {
    let mut evidence = logged_in();
    evidence.record_twice(usual(), &status(404));
    evidence.record(opened.into(), Observation::closed("invalid token"));
    evidence
}

#[test]
fn one_open_handshake_at_the_gateways_own_address_rules_out_what_lets_none_open() {
    for opened in [usual().repeat(2), usual().forged(), usual().in_carriers(Carriers::SUBPROTOCOL), missing()] {
        for fault in [Fault::OriginRefused, Fault::UpgradeBlocked] {
            assert!(is_ruled_out(&one_opened(opened), fault), "{fault}: {opened:?}");
        }
    }
    let elsewhere = [usual().direct(), usual().vary(Variation::Route(Route::Slash)), usual().vary(Variation::NoOrigin)];
    for opened in elsewhere {
        for fault in [Fault::OriginRefused, Fault::UpgradeBlocked] {
            assert!(!is_ruled_out(&one_opened(opened), fault), "{fault}: {opened:?}");
        }
    }
}

#[test]
fn an_accepted_handshake_rules_out_that_the_gateway_fails_and_a_rejected_one_does_not() {
    let is_ruled_out = |presented: Presentation, seen: &Observation| {
        let mut evidence = logged_in();
        evidence.record_twice(presented, seen);
        is_ruled_out(&evidence, Fault::GatewayFails)
    };
    assert!(is_ruled_out(usual(), &Observation::welcomed()));
    assert!(is_ruled_out(usual().forged(), &Observation::welcomed()), "whichever token it is");
    assert!(!is_ruled_out(usual(), &Observation::closed("invalid token")));
    assert!(!is_ruled_out(usual().direct(), &Observation::welcomed()), "that is another address");
}

/// With the `Origin` of the target file, and without one.
fn is_origin_rejected(with: Observation, without: Option<Observation>) -> bool {
    let mut evidence = logged_in();
    evidence.record_twice(usual(), &with);
    without.into_iter().for_each(|seen| evidence.record_twice(usual().vary(Variation::NoOrigin), &seen));
    is_confirmed(&evidence, Fault::OriginRefused)
}

#[test]
fn an_origin_is_rejected_where_the_handshake_without_it_is_accepted_or_gets_another_status() {
    let closed = || Observation::closed("invalid token");
    assert!(is_origin_rejected(status(403), Some(Observation::welcomed())));
    assert!(is_origin_rejected(status(403), Some(closed())), "rejected after a 101");
    assert!(is_origin_rejected(status(403), Some(status(401))));
    assert!(!is_origin_rejected(status(403), Some(status(403))), "the same status");
    assert!(!is_origin_rejected(closed(), Some(closed())), "both after a 101");
    assert!(!is_origin_rejected(status(403), Some(Observation::refused())), "nothing came back");
    assert!(!is_origin_rejected(status(403), None), "it was not tried");
    assert!(!is_origin_rejected(Observation::welcomed(), Some(status(403))), "it is accepted");
}

/// Whether nothing listens at the path, where that comes everywhere: to each token, to a plain GET, at a path that cannot exist and
/// without the proxy.
fn is_wrong_path(everywhere: &Observation, at_unknown_path: &Observation) -> bool {
    let mut evidence = logged_in();
    let in_subprotocol = usual().in_carriers(Carriers::SUBPROTOCOL);
    let handshakes = [usual(), in_subprotocol, usual().forged(), missing(), usual().direct()];
    handshakes.into_iter().for_each(|one| evidence.record_twice(one, everywhere));
    for route in [Route::Slash, Route::UsualPath] {
        evidence.record(usual().vary(Variation::Route(route)).into(), at_unknown_path.clone());
    }
    evidence.record(Probe::PlainGet, everywhere.clone());
    evidence.record(Probe::UpgradeUnknownPath, at_unknown_path.clone());
    is_confirmed(&evidence, Fault::WebsocketPathWrong)
}

#[test]
fn a_page_of_every_path_is_no_sign_in() {
    let page = |status| {
        let body = "<!doctype html><p>the application".to_owned();
        let (headers, extracted) = (Default::default(), Extracted::NotLookedFor);
        Observation::of(Response::Http(HttpResponse { status, headers, body, extracted }))
    };
    assert!(is_wrong_path(&page(200), &page(200)));
    assert!(!is_wrong_path(&page(200), &status(404)), "what is only there may ask for a sign-in");
    assert!(!is_wrong_path(&page(403), &page(403)), "it may ask for a sign-in everywhere");
}
