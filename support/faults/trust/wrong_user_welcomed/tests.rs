//! Which welcomes count. The gateway is the only place of the target, and rejects a missing token.

use super::*;
use crate::evidence::{Connection, End, Evidence, NamedUser, Observation, Response, Settings};
use crate::faults::diagnose;
use crate::vocabulary::{Carriers, Endpoint, TokenKind};

fn usual() -> Presentation {
    Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::HEADER_AND_SUBPROTOCOL)
}

fn closed() -> End {
    End::Closed { code: 1008, reason: "invalid token".to_owned() }
}

/// A connection with that end, and with a welcome that names its user or another one.
fn opened(names_the_user: Option<bool>, end: End) -> Response {
    let welcomed = names_the_user.is_some();
    let named = names_the_user.map(|own| if own { NamedUser::Own } else { NamedUser::Other });
    Response::WebSocket(Connection { named, welcomed, end, ..Connection::open() })
}

/// Whether a user is welcomed as another one, where these connections were seen, each twice.
fn is_shown(connections: &[(Presentation, Response)]) -> bool {
    let mut settings = Settings::complete();
    (settings.endpoints.validation, settings.endpoints.rest) = (None, None);
    let mut evidence = Evidence::new(settings);
    let missing = (Presentation::missing(Endpoint::WebSocket), opened(None, closed()));
    for (presented, response) in connections.iter().chain([&missing]) {
        evidence.record((*presented).into(), Observation::of(response.clone()));
        evidence.record(presented.repeat(1).into(), Observation::of(response.clone()));
    }
    diagnose(&evidence).findings.iter().any(|finding| finding.fault == Fault::WrongUserWelcomed)
}

#[test]
fn a_welcome_of_the_clients_token_that_names_another_user_shows_it() {
    assert!(is_shown(&[(usual(), opened(Some(false), End::Open))]));
    assert!(!is_shown(&[(usual(), opened(Some(true), End::Open))]));
}

#[test]
fn a_welcome_shows_nothing_where_a_rejection_may_follow_or_the_token_is_invalid() {
    let premature = (usual().forged(), opened(Some(true), closed()));
    assert!(!is_shown(&[(usual(), opened(Some(false), End::Open)), premature]));
    let accepted = (usual().forged(), opened(Some(false), End::Open));
    assert!(!is_shown(&[(usual(), opened(Some(true), End::Open)), accepted]));
}
