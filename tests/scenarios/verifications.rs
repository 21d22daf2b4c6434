//! The verifications by which a team speaks of authentication across services: pass, fail, or not possible and why.

use fivewhys::check::check;
use fivewhys::diagnosis::{Verification, Verified};
use fivewhys::mock;
use fivewhys::scenario::Scenario;
use rstest::rstest;
use strum::VariantArray;

/// In the order of [`Verification`]: `pass`, `fail`, or a part of why it is not possible.
#[rstest]
#[case::healthy("healthy", ["pass", "pass", "pass", "pass"])]
#[case::mismatch("secret/jwt-secret-mismatch", ["pass", "fail", "fail", "fail"])]
#[case::itself("secret/jwt-secret-self-mismatch", ["fail", "fail", "fail", "pass"])]
#[case::replica("secret/jwt-secret-stale-replica", ["pass", "fail", "fail", "fail"])]
#[case::audience("claims/audience-mismatch", ["pass", "fail", "fail", "pass"])]
#[case::own_token("claims/claim-missing", ["needs `login`", "needs `login`", "pass", "pass"])]
#[case::false_green("trust/forged-token-accepted", ["pass", "fail", "fail", "pass"])]
#[case::subprotocol("websocket/subprotocol-not-echoed", ["pass", "pass", "fail", "pass"])]
#[case::credentials("reach/service-credentials-refused", ["pass", "fail", "fail", "pass"])]
#[case::services_only("healthy/auth-for-services-only", ["pass", "pass", "pass", "pass"])]
#[case::unused_secret("healthy/unused-secret", ["pass", "pass", "pass", "uses its own secret"])]
#[case::no_auth("reach/auth-unreachable", ["login issued no token", "login issued no token", "login issued no token", "from both"])]
#[case::no_backend("reach/backend-unreachable", ["pass", "backend accepts an issued token", "gateway accepts an issued token", "from both"])]
#[tokio::test]
async fn each_is_told_as_it_is(#[case] id: &str, #[case] expected: [&str; 4]) {
    let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    let checked = check(&target).await.expect("the suite does its job");
    for (verification, expected) in Verification::VARIANTS.iter().zip(expected) {
        match verification.outcome(&checked.evidence, &checked.diagnosis) {
            Verified::Pass(probes) => assert!(expected == "pass" && !probes.is_empty(), "{verification} passes"),
            Verified::Fail(probes) => {
                assert!(expected == "fail" && !probes.is_empty(), "{verification} fails: {probes:?}")
            }
            Verified::NotPossible(why) => assert!(why.contains(expected), "{verification}: {why}"),
        }
    }
}
