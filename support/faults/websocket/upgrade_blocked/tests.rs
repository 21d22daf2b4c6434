//! What a proxy does that lets no upgrade through. The target has a gateway, and the gateway's own address.

use super::*;
use crate::evidence::{Evidence, HttpResponse, Observation, Response, Settings, TokenFacts};
use crate::faults::diagnose;
use crate::vocabulary::{Carriers, Endpoint, Presentation, Route, TokenKind, Variation};

fn status(status: u16) -> Observation {
    let extracted = crate::evidence::Extracted::NotLookedFor;
    let response = HttpResponse { status, headers: Default::default(), body: String::new(), extracted };
    Observation::of(Response::Http(response))
}

/// Of each upgrade, the proxy's response is this, and of a plain GET that; without the proxy, an upgrade opens. What fits that, beside a
/// lost upgrade, if it is named.
fn not_excluded(upgrade: u16, plain: u16) -> Option<Vec<Fault>> {
    let settings = Settings::of_one_user([None, None, Some(Carriers::HEADER)]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    let usual = Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::HEADER);
    let subprotocol = usual.in_carriers(Carriers::SUBPROTOCOL);
    let elsewhere = [Route::Slash, Route::UsualPath].map(|route| usual.vary(Variation::Route(route)));
    let here = [usual, subprotocol, usual.forged(), Presentation::missing(Endpoint::WebSocket)];
    for presented in here.into_iter().chain(elsewhere) {
        evidence.record_twice(presented, &status(upgrade));
    }
    evidence.record(Probe::PlainGet, status(plain));
    evidence.record_twice(usual.direct(), &Observation::welcomed());
    let finding = diagnose(&evidence).findings.into_iter().find(|finding| finding.fault == Fault::UpgradeBlocked);
    finding.map(|finding| finding.not_separable_from)
}

#[test]
fn a_response_that_asks_for_the_upgrade_shows_that_it_was_lost() {
    assert_eq!(not_excluded(426, 426), Some(Vec::new()));
}

/// A proxy that strips a prefix of the path forwards the upgrade, to where no gateway is.
#[test]
fn with_any_other_response_the_upgrade_may_have_come_to_another_path() {
    for (upgrade, plain) in [(404, 404), (400, 426), (400, 400)] {
        assert_eq!(not_excluded(upgrade, plain), Some(vec![Fault::WebsocketPathWrong]), "{upgrade}, plain {plain}");
    }
}
