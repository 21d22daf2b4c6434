//! When nothing is selected of an offer that holds no token. The gateway is the only place of the target.

use super::*;
use crate::evidence::{Connection, Evidence, Observation, Response, Settings, TokenFacts};
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
    let mut settings = Settings::of_one_user([None, None, Some(Carriers::QUERY)]);
    settings.direct.websocket = directly.is_some();
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    for rejected in [Presentation::missing(Endpoint::WebSocket), in_query().forged()] {
        evidence.record_twice(rejected, &Observation::closed("no"));
    }
    evidence.record_twice(in_query(), &welcomed(selects));
    directly.into_iter().for_each(|selects| evidence.record_twice(in_query().direct(), &welcomed(selects)));
    let findings = diagnose(&evidence).findings;
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

#[test]
fn the_gateways_own_address_is_asked_too() {
    let mut evidence = Evidence::new(Settings::of_one_user([None, None, Some(Carriers::QUERY)]));
    evidence.settings.direct.websocket = true;
    assert!(
        crate::faults::tests(&evidence, Fault::SubprotocolNotEchoed)[0].probes().contains(&in_query().direct().into())
    );
}
