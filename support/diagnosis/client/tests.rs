use super::*;
use crate::diagnosis::test::rejects;
use crate::evidence::{Extracted, Observation};
use Endpoint::{Rest, Validation, WebSocket};

fn http(status: u16, accepted: bool) -> Observation {
    Observation::http(status, Extracted::Bool(accepted))
}

/// The endpoints where no single response decides, once this one has accepted and rejected the same token.
fn unsteady_with(endpoint: Endpoint) -> Vec<Endpoint> {
    let usual = Presentation::new(endpoint, TokenKind::Issued, Carriers::HEADER);
    let mut evidence = Evidence::new(Settings::complete());
    evidence.record(usual.into(), http(200, true));
    evidence.record(usual.repeat(1).into(), http(401, false));
    unsteady(&evidence)
}

#[test]
fn rest_and_the_websocket_are_unsteady_together_and_auth_alone() {
    assert_eq!(unsteady_with(Rest), [Rest, WebSocket]);
    assert_eq!(unsteady_with(Validation), [Validation]);
}

#[test]
fn where_one_token_was_accepted_and_rejected_no_single_response_shows_acceptance() {
    let usual = Presentation::new(Rest, TokenKind::Issued, Carriers::HEADER);
    let mut evidence = Evidence::new(Settings::complete());
    for endpoint in [Rest, Validation] {
        evidence.record(Presentation::missing(endpoint).into(), http(401, false));
    }
    let rejects_missing = |evidence: &Evidence, endpoint| {
        let client = Client::new(evidence, crate::faults::record);
        rejects(Presentation::missing(endpoint)).prove(&client).holds()
    };
    evidence.record(usual.into(), http(200, true));
    assert!(rejects_missing(&evidence, Rest));
    evidence.record(usual.repeat(1).into(), http(401, false));
    assert!(!rejects_missing(&evidence, Rest), "another replica may have responded");
    assert!(rejects_missing(&evidence, Validation), "auth is another service");
}
