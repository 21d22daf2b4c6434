//! The success rate of servers that respond as no embedded deployment does.

use std::io::Write;

use fivewhys::rate::{Decision, Ended, Leg, Options, Rate, Unreached};
use rstest::rstest;

use super::server::{OK, Server, rate_with};
use super::{is_luck, only, options};

async fn rate_of_backend(
    respond: impl Fn(usize) -> String + Send + Sync + 'static,
    options: &Options,
) -> (Rate, usize) {
    let server = Server::responding(respond);
    let rate = rate_with(&server, options).await;
    (rate, server.requests())
}

/// 429 is counted apart, and a service that says it three times in a row is left alone.
#[rstest]
#[case::limited("429 Too Many Requests", Unreached::RateLimited, 7)]
#[case::failed("500 Internal Server Error", Unreached::ServerError, 20)]
#[case::moved("302 Found", Unreached::Unexpected, 20)]
#[case::a_limit_in_other_words("403 Forbidden\r\nRetry-After: 0", Unreached::RateLimited, 7)]
#[case::a_firewall("403 Forbidden\r\nContent-Type: text/html", Unreached::Unexpected, 20)]
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

/// A number of samples that was asked for, and not made, proves less than it was to; and the next leg there says why it has none.
#[tokio::test]
async fn a_run_that_a_pause_cuts_short_passes_nothing_and_says_why() {
    let limits = |number| match number {
        80 => OK.replace("200 OK", "429 Too Many Requests\r\nRetry-After: 600"),
        _ => OK.to_owned(),
    };
    let many = Options { samples: Some(200), concurrency: 1, ..options(&[Leg::Backend, Leg::Websocket]) };
    let (found, requests) = rate_of_backend(limits, &many).await;
    assert_eq!((found.decision(), requests), (Decision::Inconclusive, 81));
    assert_eq!((found.legs[0].tally.accepted, found.decision_of(&found.legs[0])), (80, Decision::Inconclusive));
    let is_told = |leg: &fivewhys::rate::Measured| matches!(leg.ended, Some(Ended::RetryAfter { seconds: 590..=600 }));
    assert!(found.legs.iter().all(is_told), "{:?}", found.legs[1].ended);
    assert_eq!(found.legs[1].tally.attempts(), 0);
}

/// Over either protocol.
#[rstest]
#[tokio::test]
async fn what_is_no_http_is_unexpected(#[values(Leg::Backend, Leg::Websocket)] leg: Leg) {
    let server = Server::responding(|_| "\u{1}\u{2}\u{3} this is no HTTP\r\n\r\n".to_owned());
    let found = rate_with(&server, &options(&[leg])).await;
    assert_eq!(only(&found).tally.apart.keys().collect::<Vec<_>>(), [&Unreached::Unexpected]);
}

/// No peer may send 1006: clients fail the connection, and that is what they call it.
#[tokio::test]
async fn a_close_code_that_must_not_be_sent_is_none() {
    let server = Server::welcoming(|_, stream| stream.write_all(&[0x88, 2, 0x03, 0xee]));
    let found = rate_with(&server, &Options { samples: Some(3), ..options(&[Leg::Websocket]) }).await;
    assert_eq!(only(&found).tally.closes, [(1006, 3)].into());
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
