//! Which setting a report names where a probe could not be made.

use super::*;
use crate::evidence::Direct;
use crate::evidence::Evidence;
use crate::faults::record;
use crate::vocabulary::{Carriers, Change, Reading};

fn lacking(settings: Settings, probe: Probe) -> Option<&'static str> {
    Client::new(&Evidence::new(settings), record).lacking_setting(probe)
}

fn issued() -> Presentation {
    Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::SUBPROTOCOL)
}

#[test]
fn a_probe_lacks_its_setting_where_the_file_does_not_have_it() {
    let all = Settings::complete;
    let cases: [(Settings, Probe, &str); 13] = [
        (Settings { fingerprint: false, ..all() }, Probe::Fingerprint(Service::Auth), "fingerprint"),
        (Settings { users: 1, ..all() }, Probe::Login(User::Second), "a second user of login"),
        (Settings { login: false, ..all() }, Probe::Login(User::First), "login"),
        (Settings { login: false, ..all() }, Probe::SecondLogin(User::First), "login"),
        (Settings { login: false, mint: false, ..all() }, Probe::WatchWithPings, "login"),
        (Settings { negatives: false, ..all() }, issued().forged().into(), "negatives"),
        (Settings { load: false, ..all() }, issued().repeat(9).into(), "load"),
        (Settings { direct: Direct::default(), ..all() }, issued().direct().into(), "direct"),
        (Settings { service: false, ..all() }, issued().vary(Variation::ServiceCredentials).into(), "service"),
        (Settings { origin: false, ..all() }, issued().vary(Variation::NoOrigin).into(), "handshake.origin"),
        (Settings { signing: false, ..all() }, issued().changed(Change::Nothing).into(), "signing"),
        (Settings { mint: false, ..all() }, issued().with(TokenKind::SelfSigned).into(), "mint"),
        (Settings { login: false, mint: false, ..all() }, issued().forged().into(), "login"),
    ];
    for (settings, probe, setting) in cases {
        assert_eq!(lacking(settings, probe), Some(setting), "{probe:?}");
        assert_eq!(lacking(all(), probe), None, "{probe:?}");
    }
}

/// A target without that place; a token that is presented there, and the part of the file that describes it.
fn without(endpoint: Endpoint) -> (Settings, Presentation, &'static str) {
    let mut settings = Settings::complete();
    let (place, part) = match endpoint {
        Endpoint::Validation => (&mut settings.endpoints.validation, "validate"),
        Endpoint::Rest => (&mut settings.endpoints.rest, "protected"),
        Endpoint::WebSocket => (&mut settings.endpoints.websocket, "websocket"),
    };
    let usual = place.take().expect("a complete target has it");
    (settings, Presentation::new(endpoint, TokenKind::Issued, usual), part)
}

#[test]
fn what_is_sent_to_a_place_lacks_the_part_that_describes_the_place() {
    for endpoint in [Endpoint::Validation, Endpoint::Rest, Endpoint::WebSocket] {
        let (settings, presented, part) = without(endpoint);
        assert_eq!(lacking(settings, presented.into()), Some(part));
    }
    for probe in [Probe::Watch, Probe::WatchWithPings, Probe::PlainGet, Probe::UpgradeUnknownPath] {
        assert_eq!(lacking(without(Endpoint::WebSocket).0, probe), Some("websocket"), "{probe:?}");
        assert_eq!(lacking(Settings::complete(), probe), None, "{probe:?}");
    }
}

#[test]
fn a_document_or_a_health_path_lacks_its_own_setting() {
    let all = Settings::complete;
    let cases: [(Settings, Probe, &str); 8] = [
        (Settings { keys: None, ..all() }, Probe::Keys(Reading::First), "keys"),
        (Settings { keys: None, ..all() }, Probe::Discovery(Reading::First), "keys"),
        (Settings { health: [false, true], ..all() }, Probe::Health(Service::Auth), "auth"),
        (Settings { health: [true, false], ..all() }, Probe::Health(Service::Backend), "backend"),
        (Settings { welcome: false, ..all() }, Probe::Watch, "handshake.welcome"),
        (Settings { login: false, ..all() }, Probe::LoginUnknownPath, "login"),
        (Settings { login: false, ..all() }, Probe::LaterLogin(User::First, 3), "login"),
        (Settings { login: false, ..all() }, issued().with(TokenKind::Second).into(), "login"),
    ];
    for (settings, probe, setting) in cases {
        assert_eq!(lacking(settings, probe), Some(setting), "{probe:?}");
        assert_eq!(lacking(all(), probe), None, "{probe:?}");
    }
}

#[test]
fn a_carrier_that_the_handshake_has_not_lacks_its_setting() {
    let carriers = [
        (Carrier::Subprotocol, "handshake.subprotocols"),
        (Carrier::Cookie, "handshake.cookie"),
        (Carrier::Message, "handshake.message"),
    ];
    for (carrier, setting) in carriers {
        let presented = issued().in_carriers(Carriers::of(carrier));
        let with = |possible| Settings { possible, ..Settings::complete() };
        assert_eq!(lacking(with(Carriers::HEADER), presented.into()), Some(setting));
        assert_eq!(lacking(with(Carriers::HEADER.with(carrier)), presented.into()), None, "{setting}");
    }
}

#[test]
fn one_fingerprint_beside_that_of_auth_lacks_the_setting_of_the_other_service() {
    let shown =
        |fingerprint, gateway_fingerprint| Settings { fingerprint, gateway_fingerprint, ..Settings::complete() };
    let (backend, gateway) = (Probe::Fingerprint(Service::Backend), Probe::Fingerprint(Service::Gateway));
    assert_eq!(lacking(shown(true, false), gateway), Some("fingerprint.websocket"));
    assert_eq!(lacking(shown(false, true), backend), Some("backend"));
    assert_eq!(lacking(shown(false, false), backend), Some("fingerprint"));
    assert_eq!([backend, gateway].map(|probe| lacking(shown(true, true), probe)), [None, None]);
}

#[test]
fn a_token_can_be_forged_from_an_issued_one_or_from_a_signed_one() {
    for (login, mint) in [(true, false), (false, true)] {
        let settings = Settings { login, mint, ..Settings::complete() };
        assert_eq!(lacking(settings, issued().forged().into()), None, "login {login}, mint {mint}");
    }
}
