//! The success rate of embedded deployments, measured over real sockets.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use fivewhys::deployment::{Deployment, VisibleSettings};
use fivewhys::mock;
use fivewhys::rate::{Decision, Document, Factor, Leg, Measured, Options, Rate, Shard, Unreached, measure, merge};
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

/// Three parts, added up, decide as one run of the same samples.
#[rstest]
#[case::healthy(0)]
#[case::stale(3)]
#[tokio::test]
async fn parts_add_up_to_one_run(#[case] old: u32) {
    let deployment = stale(old, 8, true);
    let running = mock::start(&deployment, &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().expect("a target");
    let whole =
        Options { samples: Some(96), run_key: Some(b"key".to_vec()), ..options(&[Leg::Backend, Leg::Websocket]) };
    let mut parts = Vec::new();
    for number in 1..=3 {
        let part = rate_of(&target, &Options { shard: Shard { number, of: 3 }, ..whole.clone() }).await;
        assert!(part.legs.iter().all(|leg| leg.tally.attempts() == 32));
        parts.push(Document::of(&part));
    }
    let parts: Vec<Document> =
        parts.iter().map(|part| serde_json::from_str(&part.json()).expect("what was written is read")).collect();
    let (merged, one) = (merge(parts).expect("parts of one run"), rate_of(&target, &whole).await);
    let told = |rate: &Rate| {
        let leg = |leg: &Measured| (leg.leg, leg.tally.clone(), leg.design, rate.decision_of(leg), marks(leg));
        rate.legs.iter().map(leg).collect::<Vec<_>>()
    };
    assert_eq!(told(&merged), told(&one));
    let counted = |leg: &Measured| leg.latency.buckets().map(|(_, all)| all.iter().map(|(_, n)| n).sum::<u32>()).max();
    assert_eq!(merged.legs.iter().map(counted).collect::<Vec<_>>(), one.legs.iter().map(counted).collect::<Vec<_>>());
}

/// The replicas by their marks.
fn marks(leg: &Measured) -> BTreeSet<(String, u64, u64)> {
    let replicas = leg.groups.all().into_iter().filter(|group| group.by == Factor::Replica);
    replicas.map(|group| (group.mark, group.accepted, group.rejected)).collect()
}

#[tokio::test]
async fn runs_of_two_designs_do_not_add_up() {
    let run = |samples| Options { samples: Some(samples), ..options(&[Leg::Auth]) };
    let one = Document::of(&rate(&Deployment::default(), &run(5)).await);
    let other = Document::of(&rate(&Deployment::default(), &Options { objective: 0.9, ..run(5) }).await);
    let error = merge(vec![one, other]).expect_err("two objectives");
    assert_eq!(error.to_string(), "the runs decide differently: the objective is not the same");
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

/// 429 is counted apart, and a service that says it three times in a row is left alone.
#[rstest]
#[case::limited("429 Too Many Requests", Unreached::RateLimited, 7)]
#[case::failed("500 Internal Server Error", Unreached::ServerError, 20)]
#[case::moved("302 Found", Unreached::Unexpected, 20)]
#[tokio::test]
async fn other_responses_are_counted_apart(#[case] status: &str, #[case] why: Unreached, #[case] most: u64) {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let mut target = running.target().expect("a target");
    let server = TcpListener::bind("127.0.0.1:0").expect("a socket");
    target.backend = format!("http://{}", server.local_addr().expect("an address")).parse().ok();
    let response = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    std::thread::spawn(move || {
        for stream in server.incoming().flatten() {
            let (mut stream, mut request) = (stream, [0; 4_096]);
            _ = stream.read(&mut request).and_then(|_| stream.write_all(response.as_bytes()));
        }
    });
    let found = rate_of(&target, &options(&[Leg::Backend])).await;
    let leg = only(&found);
    assert_eq!((found.decision(), leg.tally.judged()), (Decision::Inconclusive, 0));
    assert_eq!(leg.tally.apart.keys().collect::<Vec<_>>(), [&why]);
    assert!(leg.tally.attempts() <= most, "{:?}", leg.tally);
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
}

/// A server that responds to each connection with what this gives for its number, from 0, and counts them.
fn server(
    respond: impl Fn(usize) -> String + Send + 'static,
) -> (String, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let server = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = format!("http://{}", server.local_addr().expect("an address"));
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in server.incoming().flatten() {
            let (mut stream, mut request) = (stream, [0; 8_192]);
            let number = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            _ = stream.read(&mut request).and_then(|_| stream.write_all(respond(number).as_bytes()));
        }
    });
    (address, count)
}

async fn rate_of_backend(respond: impl Fn(usize) -> String + Send + 'static, options: &Options) -> (Rate, usize) {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let mut target = running.target().expect("a target");
    let (address, count) = server(respond);
    target.backend = address.parse().ok();
    let rate = rate_of(&target, options).await;
    (rate, count.load(std::sync::atomic::Ordering::SeqCst))
}

const OK: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]";

/// Clients fail a body that is cut.
#[tokio::test]
async fn a_body_that_is_cut_is_not_accepted() {
    let cut = |_| OK.replace("Content-Length: 2", "Content-Length: 5000");
    let (found, _) = rate_of_backend(cut, &options(&[Leg::Backend])).await;
    assert_eq!((found.decision(), only(&found).tally.accepted), (Decision::Inconclusive, 0));
}

/// Who asks to be left alone for longer than anybody waits gets no more.
#[tokio::test]
async fn retry_after_is_heeded() {
    let limits = |number| match number {
        4 => "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .into(),
        _ => OK.to_owned(),
    };
    let one_at_a_time = Options { concurrency: 1, ..options(&[Leg::Backend]) };
    let (found, requests) = rate_of_backend(limits, &one_at_a_time).await;
    assert_eq!((found.decision(), requests), (Decision::Inconclusive, 5));
}

/// A header that measures a time names no replica, and of two headers the one that tells is found.
#[tokio::test]
async fn the_header_that_tells_is_found() {
    let responds = |number: usize| {
        let status = if number.is_multiple_of(3) { "401 Unauthorized" } else { "200 OK" };
        let pod = number % 3;
        let time = fastrand::u8(..2);
        OK.replace("200 OK", status).replace(
            "Content-Length",
            &format!("X-Envoy-Upstream-Service-Time: {time}\r\nX-Backend: same\r\nX-Pod: pod-{pod}\r\nContent-Length"),
        )
    };
    let many = Options { samples: Some(120), concurrency: 1, ..options(&[Leg::Backend]) };
    let (found, _) = rate_of_backend(responds, &many).await;
    let ties = only(&found).groups.ties();
    let names: Vec<_> = ties.iter().filter(|tie| !is_luck(tie)).map(|tie| tie.groups[0].name.clone()).collect();
    assert_eq!(names, [Some("x-pod: pod-0".to_owned())], "{ties:?}");
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

/// Each part counts once, and all are needed.
#[tokio::test]
async fn a_part_is_merged_once_and_none_may_be_missing() {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().expect("a target");
    let part = |number| Options { samples: Some(200), shard: Shard { number, of: 2 }, ..options(&[Leg::Auth]) };
    let (one, two) = (rate_of(&target, &part(1)).await, rate_of(&target, &part(2)).await);
    let document = Document::of;
    assert_eq!(one.decision(), Decision::Inconclusive, "half of the parts");
    let merged = merge(vec![document(&one), document(&two)]).expect("parts of one run");
    assert_eq!((merged.decision(), merged.missing_parts()), (Decision::Pass, 0));
    let again = merge(vec![document(&one), document(&one)]).expect_err("one part twice");
    assert_eq!(again.to_string(), "part 1 of 2 is there twice");
}

/// What no run can have written is refused, without a crash.
#[tokio::test]
async fn a_document_that_cannot_be_is_refused() {
    let found = rate(&Deployment::default(), &Options { samples: Some(5), ..options(&[Leg::Auth]) }).await;
    let right: serde_json::Value = serde_json::from_str(&Document::of(&found).json()).expect("JSON");
    let wrong = [
        ("/legs/0/design/objective", serde_json::json!(5.0)),
        ("/legs/0/design/beta", serde_json::json!(1.0)),
        ("/legs/0/design/alpha", serde_json::json!(-1.0)),
        ("/legs/0/design/most", serde_json::json!(0)),
        ("/legs/0/attempts", serde_json::json!(6)),
        ("/legs/0/groups/0/accepted", serde_json::json!(u64::MAX)),
        ("/schema", serde_json::json!("fivewhys.rate/9")),
    ];
    for (pointer, value) in wrong {
        let mut changed = right.clone();
        *changed.pointer_mut(pointer).expect(pointer) = value;
        let document: Document = serde_json::from_value(changed).expect("a document");
        assert!(merge(vec![document]).is_err(), "{pointer}");
    }
    let mut huge = right.clone();
    for (pointer, count) in [("/legs/0/accepted", 999_999_990), ("/legs/0/attempts", 999_999_990)] {
        *huge.pointer_mut(pointer).expect(pointer) = count.into();
    }
    *huge.pointer_mut("/legs/0/slowed/seconds").expect("a number") = serde_json::json!(1.8e19);
    let huge: Document = serde_json::from_value(huge).expect("a document");
    assert!(merge(vec![huge]).is_ok_and(|rate| rate.decision_of(&rate.legs[0]) == Decision::Pass));
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
