//! The success rate of embedded deployments, measured over real sockets.

mod cost;
mod order;
mod parts;
mod renewal;
mod server;
mod servers;
mod times;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::Duration;

use fivewhys::deployment::{Deployment, VisibleSettings};
use fivewhys::mock;
use fivewhys::rate::{Decision, Document, Factor, Leg, Measured, Options, Rate, Shard, Unreached, measure};
use fivewhys::scenario::Scenario;
use fivewhys::target::Target;
use rstest::rstest;
use tokio::sync::watch;

fn options(legs: &[Leg]) -> Options {
    Options {
        legs: legs.to_vec(),
        objective: 0.95,
        samples: None,
        at_most: u64::MAX,
        concurrency: 4,
        spread: None,
        hold: Some(Duration::from_millis(5)),
        forbidden: BTreeSet::new(),
        shard: Shard::WHOLE,
        run_key: None,
    }
}

async fn rate_of(target: &Target, options: &Options) -> Rate {
    let (_end, interrupt) = watch::channel(false);
    let observer = fivewhys::rate::Observer { progress: &|_, _, _| {}, interrupt };
    measure(target, options, observer).await.expect("the suite does its job")
}

async fn rate(deployment: &Deployment, options: &Options) -> Rate {
    let running = mock::start(deployment, &VisibleSettings::default()).await.expect("loopback sockets");
    rate_of(&running.target().expect("a target"), options).await
}

/// So many of eight replicas, or of twenty, hold an older secret.
fn stale(stale: u32, count: u32, replica_header: bool) -> Deployment {
    let mut deployment = Deployment::default();
    let replicas = &mut deployment.backend.replicas;
    (replicas.count, replicas.stale, replicas.replica_header) = (count, stale, replica_header);
    deployment
}

/// Once in a thousand runs users or halves seem to differ, and never by much.
fn is_luck(tie: &fivewhys::rate::Tie) -> bool {
    matches!(tie.by, Factor::User | Factor::Time) && tie.p > 1e-6
}

fn only(rate: &Rate) -> &Measured {
    assert_eq!(rate.legs.len(), 1);
    &rate.legs[0]
}

#[tokio::test]
async fn a_healthy_service_passes_after_as_few_samples_as_decide() {
    let found = rate(&Deployment::default(), &options(&[Leg::Auth, Leg::Backend, Leg::Websocket])).await;
    assert_eq!(found.decision(), Decision::Pass);
    let counts: Vec<_> = found.legs.iter().map(|leg| (leg.tally.attempts(), leg.tally.accepted)).collect();
    assert_eq!(counts, [(73, 73); 3]);
    let found = rate(&Deployment::default(), &options(&[Leg::Websocket])).await;
    assert_eq!(only(&found).tally.attempts(), 72);
    assert!(only(&found).latency.total().p50 > 0.0 && only(&found).slowed.samples == 0);
}

#[rstest]
#[case::one_of_eight(1, 8)]
#[case::three_of_eight(3, 8)]
#[case::one_of_twenty(1, 20)]
#[tokio::test]
async fn a_stale_replica_fails_and_is_named_where_responses_name_it(#[case] old: u32, #[case] count: u32) {
    let found = rate(&stale(old, count, true), &options(&[Leg::Websocket])).await;
    let leg = only(&found);
    assert_eq!(found.decision(), Decision::Fail, "{:?}", leg.tally);
    assert_eq!(leg.tally.closes.get(&1008), Some(&leg.tally.rejected));
    let rejects_always = |tie: &fivewhys::rate::Tie| tie.by == Factor::Replica && tie.these.0 == 0;
    let ties = leg.groups.ties();
    assert!(leg.tally.rejected < 3 || ties.iter().any(rejects_always), "{:?}", leg.groups.all());
    assert!(ties.iter().all(|tie| tie.by == Factor::Replica || is_luck(tie)), "{ties:?}");
}

#[tokio::test]
async fn a_share_of_rejections_names_no_replica() {
    let found = rate(&stale(3, 8, false), &options(&[Leg::Backend])).await;
    let ties = only(&found).groups.ties();
    assert_eq!((found.decision(), ties.iter().all(is_luck)), (Decision::Fail, true), "{ties:?}");
}

#[tokio::test]
async fn a_service_that_rejects_everybody_gets_few_requests_and_slower_ones() {
    let deployment = Scenario::find("secret/jwt-secret-mismatch").expect("a scenario").deployment();
    let found = rate(&deployment, &options(&[Leg::Backend])).await;
    let leg = only(&found);
    assert_eq!(found.decision(), Decision::Fail);
    assert!(leg.tally.attempts() <= 20 && leg.slowed.samples > 5, "{:?} {:?}", leg.tally, leg.slowed);
}

#[tokio::test]
async fn a_close_that_is_forbidden_fails_whatever_the_rate() {
    let deployment = stale(1, 20, false);
    let lenient = Options { objective: 0.5, samples: Some(60), ..options(&[Leg::Websocket]) };
    assert_eq!(rate(&deployment, &lenient).await.decision(), Decision::Pass);
    let strict = Options { forbidden: [1008].into(), ..lenient };
    assert_eq!(rate(&deployment, &strict).await.decision(), Decision::Fail);
}

/// Where nothing gets through, nothing is decided, and little is sent.
#[tokio::test]
async fn what_is_not_reached_neither_passes_nor_fails() {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let mut target = running.target().expect("a target");
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("an address");
    target.backend = format!("http://{closed}").parse().ok();
    let found = rate_of(&target, &options(&[Leg::Backend])).await;
    assert_eq!(found.decision(), Decision::Inconclusive);
    assert_eq!(only(&found).tally.apart, [(Unreached::Network, 20)].into());
}

#[tokio::test]
async fn without_a_token_nothing_is_decided() {
    let deployment = Scenario::find("user/login-refused").expect("a scenario").deployment();
    let found = rate(&deployment, &options(&[Leg::Backend, Leg::Websocket])).await;
    assert_eq!((found.decision(), found.login.is_some()), (Decision::Inconclusive, true));
    assert!(found.legs.iter().all(|leg| leg.tally.attempts() == 0));
}

/// What is known when it is interrupted, marked as such; what is open is ended in good order.
#[tokio::test]
async fn an_interruption_ends_a_run_with_what_is_known() {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().expect("a target");
    let (end, interrupt) = watch::channel(false);
    let progress = |_: Leg, tally: &fivewhys::rate::Tally, _: &fivewhys::rate::Design| {
        if tally.attempts() == 10 {
            _ = end.send(true);
        }
    };
    let observer = fivewhys::rate::Observer { progress: &progress, interrupt };
    let found = measure(&target, &options(&[Leg::Auth, Leg::Backend]), observer).await.expect("the suite does its job");
    assert!(found.run.interrupted);
    assert_eq!(found.decision(), Decision::Inconclusive);
    assert_eq!(found.legs.len(), 2);
    assert!((10..14).contains(&found.legs[0].tally.attempts()), "{:?}", found.legs[0].tally);
    assert_eq!(found.legs[1].tally.attempts(), 0);
}

/// Memory and reports do not grow with the samples.
#[tokio::test]
async fn many_samples_at_once_lose_none() {
    let many = Options { samples: Some(1_000), concurrency: 64, ..options(&[Leg::Websocket]) };
    let found = rate(&Deployment::default(), &many).await;
    assert_eq!((found.decision(), only(&found).tally.accepted), (Decision::Pass, 1_000));
    assert!(Document::of(&found).json().len() < 200_000);
}

/// Who cannot log in is rejected too: the others' samples are counted, and do not pass for both.
#[tokio::test]
async fn a_user_without_a_token_is_no_pass() {
    let mut deployment = Deployment::default();
    deployment.auth.unknown_users = deployment.client.users[1..2].to_vec();
    let found = rate(&deployment, &options(&[Leg::Backend])).await;
    let leg = only(&found);
    assert_eq!((leg.tally.accepted, found.decision_of(leg)), (72, Decision::Pass));
    assert_eq!((found.decision(), found.login.is_some()), (Decision::Inconclusive, true));
}

/// Half of a run proves less than it was planned to.
#[tokio::test]
async fn an_interrupted_run_is_no_pass() {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().expect("a target");
    let (end, interrupt) = watch::channel(false);
    let progress = |_: Leg, tally: &fivewhys::rate::Tally, _: &fivewhys::rate::Design| {
        if tally.attempts() == 100 {
            _ = end.send(true);
        }
    };
    let observer = fivewhys::rate::Observer { progress: &progress, interrupt };
    let many = Options { samples: Some(10_000), ..options(&[Leg::Auth]) };
    let found = measure(&target, &many, observer).await.expect("the suite does its job");
    assert_eq!((found.decision(), found.run.interrupted), (Decision::Inconclusive, true));
    assert_eq!(found.decision_of(only(&found)), Decision::Inconclusive);
}

/// Rejections that come late are not those of the second half.
#[tokio::test]
async fn samples_are_in_the_order_in_which_they_began() {
    let mut deployment = stale(2, 8, false);
    deployment.backend.delay = Duration::from_millis(1);
    let many = Options { samples: Some(200), concurrency: 32, ..options(&[Leg::Backend]) };
    let found = rate(&deployment, &many).await;
    assert!(only(&found).groups.ties().iter().all(is_luck), "{:?}", only(&found).groups.all());
}

/// A connection counts as accepted where it serves a client: as its own user, and with a subprotocol that it has offered.
#[rstest]
#[case("trust/wrong-user-welcomed", Decision::Fail)]
#[case("websocket/subprotocol-not-echoed", Decision::Inconclusive)]
#[case("websocket/subprotocol-not-echoed-unhurt", Decision::Pass)]
#[case("websocket/subprotocol-not-offered-unhurt", Decision::Pass)]
#[tokio::test]
async fn a_connection_that_serves_no_client_is_not_accepted(#[case] id: &str, #[case] decision: Decision) {
    let scenario = Scenario::find(id).expect("a scenario");
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let found = rate_of(&running.target().expect("a target"), &options(&[Leg::Websocket])).await;
    assert_eq!(found.decision(), decision, "{:?}", only(&found).tally);
}
