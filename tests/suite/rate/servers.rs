//! The success rate of servers that respond as no embedded deployment does.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fivewhys::deployment::{Deployment, VisibleSettings};
use fivewhys::mock;
use fivewhys::rate::{Decision, Leg, Options, Rate, Unreached};
use rstest::rstest;

use super::{is_luck, only, options, rate_of};

/// A server that responds to each connection with what this gives for its number, from 0, and counts them.
fn server(respond: impl Fn(usize) -> String + Send + 'static) -> (String, Arc<AtomicUsize>) {
    let server = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = format!("http://{}", server.local_addr().expect("an address"));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in server.incoming().flatten() {
            let (mut stream, mut request) = (stream, [0; 8_192]);
            let number = counted.fetch_add(1, Ordering::SeqCst);
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
    (rate, count.load(Ordering::SeqCst))
}

const OK: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]";

/// 429 is counted apart, and a service that says it three times in a row is left alone.
#[rstest]
#[case::limited("429 Too Many Requests", Unreached::RateLimited, 7)]
#[case::failed("500 Internal Server Error", Unreached::ServerError, 20)]
#[case::moved("302 Found", Unreached::Unexpected, 20)]
#[tokio::test]
async fn other_responses_are_counted_apart(#[case] status: &str, #[case] why: Unreached, #[case] most: u64) {
    let response = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let (found, _) = rate_of_backend(move |_| response.clone(), &options(&[Leg::Backend])).await;
    let leg = only(&found);
    assert_eq!((found.decision(), leg.tally.judged()), (Decision::Inconclusive, 0));
    assert_eq!(leg.tally.apart.keys().collect::<Vec<_>>(), [&why]);
    assert!(leg.tally.attempts() <= most, "{:?}", leg.tally);
}

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

/// A service that holds one request up holds up those that were due meanwhile: their times count from when they were due.
#[tokio::test]
async fn what_was_held_up_is_counted_from_when_it_was_due() {
    let stalls = |number| {
        if number == 2 {
            std::thread::sleep(Duration::from_millis(600));
        }
        OK.to_owned()
    };
    let spread = Some(Duration::from_secs(1));
    let paced = Options { samples: Some(20), concurrency: 1, spread, ..options(&[Leg::Backend]) };
    let (found, _) = rate_of_backend(stalls, &paced).await;
    // One of twenty was slow, and a third of them waited for it.
    let total = only(&found).latency.total();
    assert!(total.p90 > 300.0, "{total:?}");
}
