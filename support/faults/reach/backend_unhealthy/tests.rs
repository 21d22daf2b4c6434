//! What rules out that the backend is unhealthy. REST is the only place of the target.

use super::*;
use crate::evidence::{Evidence, Extracted, Observation, Settings, TokenFacts};
use crate::faults::concluded::is_ruled_out;
use crate::vocabulary::{Carriers, TokenKind};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

/// The backend says that it is well, accepts the token twice, and gives that response to it at another attempt.
fn with(attempt: Presentation, seen: Observation) -> Evidence {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    evidence.record(HEALTH, Observation::accepted());
    evidence.record_twice(usual(), &Observation::accepted());
    evidence.record(attempt.into(), seen);
    evidence
}

#[test]
fn a_backend_that_fails_at_one_attempt_may_have_an_unhealthy_replica() {
    let failed = Observation::http(500, Extracted::NotLookedFor);
    for number in [2, 23, 40] {
        let attempt = usual().repeat(number);
        assert!(is_ruled_out(&with(attempt, Observation::accepted()), Fault::BackendUnhealthy), "{number}");
        assert!(!is_ruled_out(&with(attempt, failed.clone()), Fault::BackendUnhealthy), "{number}");
    }
}
