//! Which end of a silent connection is that of a limit on silence. The gateway is the only place of the target.

use super::*;
use crate::evidence::{Connection, Evidence, Response, Settings, TokenFacts};
use crate::faults::concluded::{is_confirmed, is_ruled_out};
use crate::vocabulary::{Carriers, Endpoint, Presentation, TokenKind};

fn ends(end: End) -> Observation {
    Observation::of(Response::WebSocket(Connection { end, ..Connection::open() }))
}

fn closed(code: u16) -> End {
    End::Closed { code, reason: String::new() }
}

/// A welcomed connection ends so in silence, and so with pings.
fn watched(silent: End, with_pings: End) -> Evidence {
    let settings = Settings::of_one_user([None, None, Some(Carriers::HEADER)]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    let usual = Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::HEADER);
    evidence.record_twice(usual, &Observation::welcomed());
    evidence.record(Probe::Watch, ends(silent));
    evidence.record(Probe::WatchWithPings, ends(with_pings));
    evidence
}

fn is_cut(silent: End, with_pings: End) -> bool {
    is_confirmed(&watched(silent, with_pings), Fault::IdleConnectionCut)
}

#[test]
fn a_silent_connection_is_cut_where_pings_keep_it_open() {
    for end in [End::Dropped, closed(1000), closed(1006), closed(1011)] {
        assert!(is_cut(end.clone(), End::Open), "{end:?}");
        assert!(!is_cut(end.clone(), end.clone()), "{end:?}: pings do not help");
    }
    assert!(!is_cut(End::Open, End::Open));
    assert!(is_ruled_out(&watched(End::Open, End::Open), Fault::IdleConnectionCut));
}

/// Such a close needs no silence: it rejects, or a replica goes away.
#[test]
fn a_close_that_rejects_or_announces_a_restart_is_no_limit_on_silence() {
    for code in [1001, 1008, 1012, 3000, 4408, 4999] {
        assert!(!is_cut(closed(code), End::Open), "{code}");
    }
}
