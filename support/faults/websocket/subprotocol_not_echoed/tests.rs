//! When nothing is selected of an offer that holds no token. The gateway is the only place of the target.

use super::*;
use crate::evidence::{Connection, Evidence, Observation, Response, Settings, TokenFacts};
use crate::faults::concluded::is_ruled_out;
use crate::faults::diagnose;
use crate::vocabulary::{Endpoint, TokenKind};

fn in_query() -> Presentation {
    Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::QUERY)
}

/// A welcome after a 101 that names an offered subprotocol, or none.
fn welcomed(selects: bool) -> Observation {
    let connection = Connection::open();
    let selected = connection.selected.clone().filter(|_| selects);
    Observation::of(Response::WebSocket(Connection { selected, ..connection }))
}

/// What is named beside `subprotocol-not-echoed`, where it is confirmed. Each value tells whether the 101 names a subprotocol: at the usual
/// address, and at the gateway's own, where the target's file has it.
fn beside(selects: bool, directly: Option<bool>) -> Option<Vec<Fault>> {
    named_beside(&seen(selects, directly))
}

fn seen(selects: bool, directly: Option<bool>) -> Evidence {
    let mut settings = Settings::of_one_user([None, None, Some(Carriers::QUERY)]);
    settings.direct.websocket = directly.is_some();
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    for rejected in [Presentation::missing(Endpoint::WebSocket), in_query().forged()] {
        evidence.record_twice(rejected, &Observation::closed("no"));
    }
    evidence.record_twice(in_query(), &welcomed(selects));
    directly.into_iter().for_each(|selects| evidence.record_twice(in_query().direct(), &welcomed(selects)));
    evidence
}

fn named_beside(evidence: &Evidence) -> Option<Vec<Fault>> {
    let findings = diagnose(evidence).findings;
    let found = findings.into_iter().find(|finding| finding.fault == Fault::SubprotocolNotEchoed);
    found.map(|finding| finding.not_separable_from)
}

#[test]
fn nothing_is_selected_where_the_client_presents_its_token_elsewhere_too() {
    assert_eq!(beside(true, None), None);
    assert_eq!(beside(false, None), Some(vec![Fault::ProtocolHeaderStripped]), "the offer may be lost on the way");
    assert_eq!(beside(false, Some(false)), Some(vec![]), "the gateway itself selects none");
    assert_eq!(
        beside(false, Some(true)),
        Some(vec![Fault::ProtocolHeaderStripped]),
        "the proxy drops the offer, or the response"
    );
}

/// An address in the target's file that does not work tells nothing.
#[test]
fn nothing_is_selected_whatever_an_address_says_that_accepts_nothing() {
    for useless in [Observation::refused(), Observation::rejected("no")] {
        let mut evidence = seen(false, None);
        evidence.settings.direct.websocket = true;
        assert_eq!(named_beside(&evidence), None, "it was not asked");
        evidence.record_twice(in_query().direct(), &useless);
        assert_eq!(named_beside(&evidence), Some(vec![Fault::ProtocolHeaderStripped]), "{useless:?}");
    }
}

/// Of several replicas one may select none.
#[test]
fn it_is_ruled_out_only_where_each_101_selects_a_subprotocol() {
    let mut evidence = seen(true, None);
    assert!(is_ruled_out(&evidence, Fault::SubprotocolNotEchoed));
    evidence.record(in_query().repeat(2).into(), welcomed(false));
    assert!(!is_ruled_out(&evidence, Fault::SubprotocolNotEchoed));
}

#[test]
fn the_gateways_own_address_is_asked_too() {
    let mut evidence = Evidence::new(Settings::of_one_user([None, None, Some(Carriers::QUERY)]));
    evidence.settings.direct.websocket = true;
    assert!(
        crate::faults::tests(&evidence, Fault::SubprotocolNotEchoed)[0].probes().contains(&in_query().direct().into())
    );
}
