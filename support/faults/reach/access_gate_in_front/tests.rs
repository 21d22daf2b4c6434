//! When a proxy rejects by itself. REST is the only place of the target, and `direct` bypasses the proxy.

use super::*;
use crate::evidence::{Evidence, Observation, Settings, TokenFacts};
use crate::faults::concluded::is_confirmed;
use crate::vocabulary::{Carriers, TokenKind};

fn usual() -> Presentation {
    Presentation::new(Endpoint::Rest, TokenKind::Issued, Carriers::HEADER)
}

/// Through the proxy every token gets one response. Without it, these are those to a valid token, a forged one and none.
fn seen(through_the_proxy: &Observation, directly: [&Observation; 3]) -> Evidence {
    let settings = Settings::of_one_user([None, Some(Carriers::HEADER), None]);
    let mut evidence = Evidence::of_login(settings, TokenFacts::of_secret(&["sub"]));
    for (one, directly) in [usual(), usual().forged(), missing(Endpoint::Rest)].into_iter().zip(directly) {
        evidence.record_twice(one, through_the_proxy);
        evidence.record_twice(one.direct(), directly);
    }
    evidence
}

#[test]
fn a_response_that_the_service_never_has_is_that_of_a_proxy() {
    let [accepted, invalid, lacking] =
        [Observation::accepted(), Observation::rejected("invalid token"), Observation::rejected("no token")];
    let is_gate = |through: &str, directly| {
        is_confirmed(&seen(&Observation::rejected(through), directly), Fault::AccessGateInFront)
    };
    assert!(is_gate("forbidden", [&accepted, &invalid, &lacking]));
    assert!(!is_gate("no token", [&accepted, &invalid, &lacking]), "the token is lost on the way");
    assert!(!is_gate("invalid token", [&accepted, &invalid, &lacking]), "another token is put in its place");
    assert!(!is_gate("forbidden", [&invalid, &invalid, &lacking]), "the service rejects it too");
    let healthy = seen(&accepted, [&accepted, &invalid, &lacking]);
    assert!(!is_confirmed(&healthy, Fault::AccessGateInFront));
}
