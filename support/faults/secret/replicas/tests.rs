//! What the rejections of one token go with.

use super::*;
use crate::evidence::{Evidence, Observation, Settings};
use crate::faults::record;
use crate::vocabulary::{Carriers, Endpoint, Presentation, TokenKind};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

/// A response by that replica, if it names one.
fn by(replica: Option<&str>, accepted: bool) -> Observation {
    let seen = if accepted { Observation::accepted() } else { Observation::rejected("invalid token") };
    Observation { replica: replica.map(str::to_owned), ..seen }
}

/// The replicas that always reject, where these responded one after the other.
fn rejecting(seen: &[(Presentation, Observation)]) -> Option<String> {
    let mut evidence = Evidence::new(Settings::complete());
    seen.iter().for_each(|(presented, seen)| evidence.record((*presented).into(), seen.clone()));
    rejecting_replicas(&Client::new(&evidence, record)).map(|(replicas, _)| replicas)
}

#[test]
fn rejections_go_with_a_replica_where_none_that_is_named_does_both() {
    let attempts = |seen: [Observation; 3]| {
        let presented = [usual(), usual().repeat(1), usual().repeat(2)];
        rejecting(&presented.into_iter().zip(seen).collect::<Vec<_>>())
    };
    let names = |seen: Option<String>| seen.unwrap_or_default();
    assert_eq!(names(attempts([by(Some("a"), true), by(Some("b"), false), by(Some("a"), true)])), "b");
    assert_eq!(names(attempts([by(Some("a"), true), by(Some("c"), false), by(Some("b"), false)])), "b, c");
    assert_eq!(attempts([by(Some("a"), true), by(Some("b"), false), by(Some("b"), true)]), None, "b does both");
    assert_eq!(attempts([by(Some("a"), true), by(None, false), by(Some("a"), true)]), None, "one has no name");
}

/// Every replica rejects an invalid token.
#[test]
fn the_rejection_of_an_invalid_token_says_nothing_of_its_replica() {
    let accepted = (usual(), by(Some("a"), true));
    assert_eq!(rejecting(&[accepted.clone(), (usual().forged(), by(Some("b"), false))]), None);
    assert!(rejecting(&[accepted, (usual().repeat(1), by(Some("b"), false))]).is_some());
}

/// What the responses on one connection, accepted or rejected, say.
fn on_one_connection(accepted: &[bool]) -> Proof {
    let mut evidence = Evidence::new(Settings::complete());
    for (number, accepted) in (1..).zip(accepted) {
        evidence.record(usual().attempt(Attempt::SameConnection(number)).into(), by(None, *accepted));
    }
    let client = Client::new(&evidence, record);
    tied_to_connection(&client).prove(&client)
}

#[test]
fn rejections_go_with_a_connection_where_several_requests_on_one_got_one_response() {
    assert!(on_one_connection(&[true, true]).holds() && on_one_connection(&[false; 4]).holds());
    assert!(matches!(on_one_connection(&[true, false, true]), Proof::Fails(_)));
    assert!(matches!(on_one_connection(&[true]), Proof::Open(_)) && matches!(on_one_connection(&[]), Proof::Open(_)));
}
