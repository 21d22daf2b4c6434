use super::*;
use crate::evidence::{Extracted, HttpResponse, Observation, Response};
use Endpoint::{Rest, Validation, WebSocket};

/// The endpoints where no single response decides, once this one has accepted and rejected the same token.
fn unsteady_with(endpoint: Endpoint) -> Vec<Endpoint> {
    let response = |status, accepted| {
        let extracted = Extracted::Bool(accepted);
        Response::Http(HttpResponse { status, headers: BTreeMap::new(), body: String::new(), extracted })
    };
    let usual = Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER);
    let mut evidence = Evidence::new(Settings::complete());
    evidence.record(usual.into(), Observation::of(response(200, true)));
    evidence.record(usual.repeat(1).into(), Observation::of(response(401, false)));
    unsteady(&evidence)
}

#[test]
fn rest_and_the_websocket_are_unsteady_together_and_auth_alone() {
    assert_eq!(unsteady_with(Rest), [Rest, WebSocket]);
    assert_eq!(unsteady_with(Validation), [Validation]);
}
