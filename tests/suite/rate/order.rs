//! A decision sees samples in the order in which they began, and what is open by then ends soon.

use std::io::Write;
use std::thread::sleep;
use std::time::{Duration, Instant};

use fivewhys::rate::{Decision, Document, Leg, Options, merge};
use tokio::sync::watch;

use super::server::{OK, Server, rate_with};
use super::{only, options, rate_of};

fn status(is_accepted: bool) -> String {
    if is_accepted { OK.to_owned() } else { OK.replace("200 OK", "401 Unauthorized") }
}

/// 3 of 64 samples are rejected at once, and the others are accepted later: in the order in which they end, the rejections are three
/// of the first twenty.
#[tokio::test]
async fn fast_rejections_do_not_fail_a_service_that_accepts_slowly() {
    let responds = |number| {
        let is_accepted = ![24, 44, 62].contains(&number);
        if is_accepted {
            sleep(Duration::from_millis(200 + 5 * number as u64));
        }
        status(is_accepted)
    };
    let at_once = Options { concurrency: 64, ..options(&[Leg::Backend]) };
    let found = rate_with(&Server::responding(responds), &at_once).await;
    assert_ne!(found.decision(), Decision::Fail, "{:?}", only(&found).decided);
    assert_eq!(only(&found).tally.rejected, 3);
}

/// Whatever was accepted after the decision, by samples that had begun before.
#[tokio::test]
async fn a_file_says_what_its_run_said() {
    let responds = |number| {
        if number >= 24 {
            sleep(Duration::from_millis(300));
        }
        status(number >= 24)
    };
    let at_once = Options { concurrency: 128, ..options(&[Leg::Backend]) };
    let found = rate_with(&Server::responding(responds), &at_once).await;
    let leg = only(&found);
    let decided = leg.decided.expect("a decision");
    assert_eq!((found.decision(), decided.decision, decided.accepted), (Decision::Fail, Decision::Fail, 0));
    assert!(leg.tally.accepted > 80, "{:?}", leg.tally);
    let document: Document = serde_json::from_str(&Document::of(&found).json()).expect("what was written is read");
    let merged = merge([document]).expect("a run");
    assert_eq!((merged.decision(), merged.legs[0].decided), (Decision::Fail, Some(decided)));
}

/// After a decision, too.
#[tokio::test]
async fn an_interruption_does_not_wait_for_connections_that_are_watched() {
    // Welcomed in the words of the embedded deployment, and left open.
    let server = Server::welcoming(|number, stream| match number {
        0..24 => stream.write_all(&[0x88, 2, 0x03, 0xf0]),
        _ => {
            sleep(Duration::from_secs(60));
            Ok(())
        }
    });
    let running = fivewhys::mock::start(&Default::default(), &Default::default()).await.expect("loopback sockets");
    let mut target = running.target().expect("a target");
    target.websocket = format!("http://{}/ws", server.address).parse().ok();
    target.timeout = Duration::from_secs(30);
    let (end, interrupt) = watch::channel(false);
    let ended = std::cell::Cell::new(None);
    let progress = |_: Leg, tally: &fivewhys::rate::Tally, _: &fivewhys::rate::Design| {
        if tally.rejected == 24 && ended.get().is_none() {
            _ = end.send(true);
            ended.set(Some(Instant::now()));
        }
    };
    let observer = fivewhys::rate::Observer { progress: &progress, interrupt };
    let at_once = Options { concurrency: 64, ..options(&[Leg::Websocket]) };
    let found = fivewhys::rate::measure(&target, &at_once, observer).await.expect("the suite does its job");
    let waited = ended.get().expect("rejections").elapsed();
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    assert!(found.run.interrupted && only(&found).tally.rejected == 24);
}

/// A part decides nothing for all, unless a close comes that must not.
#[tokio::test]
async fn a_part_decides_nothing_for_all() {
    let rejects = Server::responding(|_| status(false));
    let shard = fivewhys::rate::Shard { number: 1, of: 2 };
    let part = Options { samples: Some(40), shard, ..options(&[Leg::Backend]) };
    let found = rate_with(&rejects, &part).await;
    assert_eq!((found.decision(), found.decision_of(only(&found))), (Decision::Inconclusive, Decision::Inconclusive));
    let deployment = super::stale(8, 8, false);
    let running = fivewhys::mock::start(&deployment, &Default::default()).await.expect("loopback sockets");
    let strict = Options { forbidden: [1008].into(), legs: vec![Leg::Websocket], ..part };
    let found = rate_of(&running.target().expect("a target"), &strict).await;
    assert_eq!(found.decision(), Decision::Fail);
}
