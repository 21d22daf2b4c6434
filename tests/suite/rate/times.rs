//! How long samples take: from when one is due until it is decided, and nothing that this program waits for by itself.

use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use fivewhys::rate::{Leg, Options};

use super::server::{OK, Server, rate_with};
use super::{only, options};

/// A service that holds one request up holds up those that were due meanwhile: their times count from when they were due.
#[tokio::test]
async fn what_was_held_up_is_counted_from_when_it_was_due() {
    let stalls = |number| {
        if number == 2 {
            sleep(Duration::from_millis(600));
        }
        OK.to_owned()
    };
    let spread = Some(Duration::from_secs(1));
    let paced = Options { samples: Some(20), concurrency: 1, spread, ..options(&[Leg::Backend]) };
    let found = rate_with(&Server::responding(stalls), &paced).await;
    // One of twenty was slow, and a third of them waited for it.
    let total = only(&found).latency.total();
    assert!(total.p90 > 300.0, "{total:?}");
}

/// The head of a response decides nothing.
#[tokio::test]
async fn a_sample_takes_until_its_body_has_come() {
    let server = Server::new(|_, _, stream| {
        let (head, body) = OK.split_at(OK.len() - 2);
        stream.write_all(head.as_bytes())?;
        sleep(Duration::from_millis(300));
        stream.write_all(body.as_bytes())
    });
    let found = rate_with(&server, &Options { samples: Some(4), ..options(&[Leg::Backend]) }).await;
    assert!(only(&found).latency.total().p50 >= 300.0, "{:?}", only(&found).latency.total());
}

/// Nor does the 101.
#[tokio::test]
async fn a_sample_takes_until_the_close_that_rejects_it() {
    let server = Server::welcoming(|_, stream| {
        sleep(Duration::from_millis(300));
        stream.write_all(&[0x88, 2, 0x03, 0xf0])
    });
    let found = rate_with(&server, &Options { samples: Some(4), ..options(&[Leg::Websocket]) }).await;
    let leg = only(&found);
    assert!(leg.latency.total().p50 >= 300.0 && leg.tally.closes.contains_key(&1008), "{:?}", leg.latency.total());
}

/// The silence after a welcome is watched, and is no delay.
#[tokio::test]
async fn the_time_for_which_a_welcomed_connection_is_watched_is_not_counted() {
    let hold = Some(Duration::from_millis(300));
    let deployment = fivewhys::deployment::Deployment::default();
    let watched = Options { samples: Some(4), hold, ..options(&[Leg::Websocket]) };
    let found = super::rate(&deployment, &watched).await;
    let leg = only(&found);
    assert!(leg.tally.accepted == 4 && leg.latency.total().max < 300.0, "{:?}", leg.latency.total());
    assert_eq!(leg.hold, hold);
}

#[tokio::test]
async fn a_pause_that_the_service_asks_for_is_no_delay_of_it() {
    let limits = |number| match number {
        5 => OK.replace("200 OK", "429 Too Many Requests\r\nRetry-After: 1"),
        _ => OK.to_owned(),
    };
    let spread = Some(Duration::from_millis(400));
    let paced = Options { samples: Some(40), spread, ..options(&[Leg::Backend]) };
    let found = rate_with(&Server::responding(limits), &paced).await;
    let total = only(&found).latency.total();
    assert!(total.max < 500.0 && only(&found).elapsed > Duration::from_secs(1), "{total:?}");
}
