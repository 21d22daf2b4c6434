//! When a gateway accepts the token and fails after that. It is the only place of the target.

use super::*;
use crate::evidence::{Connection, End, Evidence, Frame, Observation, Response, Settings, TokenFacts};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Carriers, Endpoint, Presentation, TokenKind};

fn usual() -> Presentation {
    Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::HEADER)
}

fn ends(end: End, welcomed: bool, frames: &[&str]) -> Observation {
    let frames = frames.iter().map(|text| Frame::Text((*text).to_owned())).collect();
    Observation::of(Response::WebSocket(Connection { end, welcomed, frames, ..Connection::open() }))
}

/// The client's connection ends so, and that with a forged token is rejected.
fn seen(own: &Observation, forged: &Observation) -> Evidence {
    let settings = Settings::of_one_user([None, None, Some(Carriers::HEADER)]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    evidence.record_twice(usual(), own);
    evidence.record_twice(usual().forged(), forged);
    evidence.record_twice(Presentation::missing(Endpoint::WebSocket), &Observation::closed("no token"));
    evidence
}

fn fails(evidence: &Evidence) -> bool {
    is_confirmed(evidence, Fault::GatewayFailsAfterAuth)
}

#[test]
fn a_connection_that_ends_abnormally_fails_after_auth_where_a_forged_token_is_rejected_otherwise() {
    let (invalid, dropped) = (Observation::closed("invalid token"), ends(End::Dropped, false, &[]));
    assert!(fails(&seen(&dropped, &invalid)) && fails(&seen(&ends(End::Silent, false, &[]), &invalid)));
    assert!(!fails(&seen(&dropped, &dropped)), "it fails for every token");
    assert!(!fails(&seen(&invalid, &invalid)) && !fails(&seen(&Observation::closed("no right"), &invalid)));
    let another_welcome = ends(End::Silent, false, &["history"]);
    assert!(!fails(&seen(&another_welcome, &invalid)), "the target file may name another welcome");
}

/// The connection with a welcome ends so in silence, and so with pings.
fn watched(silent: End, with_pings: End) -> Evidence {
    let mut evidence = seen(&Observation::welcomed(), &Observation::closed("invalid token"));
    evidence.record(Probe::Watch, ends(silent, true, &[]));
    evidence.record(Probe::WatchWithPings, ends(with_pings, true, &[]));
    evidence
}

#[test]
fn a_welcomed_connection_that_ends_fails_after_auth_unless_pings_keep_it_open_or_a_forged_one_ends_so_too() {
    assert!(fails(&watched(End::Dropped, End::Dropped)));
    assert!(!fails(&watched(End::Dropped, End::Open)) && !fails(&watched(End::Open, End::Dropped)));
    let mut rejected_after_it = watched(End::Dropped, End::Dropped);
    let end = End::Closed { code: 1008, reason: "invalid token".to_owned() };
    for probe in [Probe::Watch, Probe::WatchWithPings, usual().forged().into(), usual().forged().repeat(1).into()] {
        rejected_after_it.record(probe, ends(end.clone(), true, &[]));
    }
    assert!(!fails(&rejected_after_it));
}

#[test]
fn a_connection_that_lasts_rules_it_out_only_where_a_forged_token_is_rejected() {
    let lasts = watched(End::Open, End::Open);
    assert!(is_ruled_out(&lasts, Fault::GatewayFailsAfterAuth));
    let unwatched = lasts.without(|probe| probe == Probe::Watch);
    assert!(!is_ruled_out(&unwatched, Fault::GatewayFailsAfterAuth));
    let mut accepts_all = lasts;
    accepts_all.record_twice(usual().forged(), &Observation::welcomed());
    assert!(!is_ruled_out(&accepts_all, Fault::GatewayFailsAfterAuth));
}
