//! What the API responds on a bad day: one clear message, and what was read before it is not lost.

use std::time::{Duration, Instant};

use rstest::rstest;
use wiremock::ResponseTemplate;

use super::fake::{CANARY, error};
use super::*;

#[rstest]
#[case::unauthorised(error(401, "UNAUTHENTICATED"), "401 UNAUTHENTICATED: the access token is not accepted")]
#[case::forbidden(error(403, "PERMISSION_DENIED"), "the permission `logging.logEntries.list` in `netra-staging`")]
#[case::missing(error(404, "NOT_FOUND"), "404 NOT_FOUND: there is no project `netra-staging`")]
#[case::a_filter_that_is_wrong(
    error(400, "INVALID_ARGUMENT"),
    "400 INVALID_ARGUMENT: the API does not accept the filter"
)]
#[case::a_page(ResponseTemplate::new(200).set_body_raw(CANARY, "text/html"), "the response is not what the API documents")]
#[case::a_page_of_an_error(ResponseTemplate::new(418).set_body_raw(CANARY, "text/html"), "the API responded 418")]
#[case::cut_off(ResponseTemplate::new(200).set_body_string("{\"entries\": [{\"textPayload\": \"a"), "the response is not what")]
#[case::elsewhere(ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:9/"), "the API responded 302")]
#[tokio::test]
async fn what_the_api_does_not_give_is_one_clear_message(#[case] response: ResponseTemplate, #[case] expected: &str) {
    let fake = Fake::with(&attempts(), 2).await.first(&[response]);
    let live = live(&fake, &["--quiet"]);
    assert_eq!((live.code, live.out.as_str(), live.json.is_none()), (Some(3), "", true), "{}", live.err);
    assert!(live.err.starts_with("error: cannot read the log of `netra-staging`: "), "{}", live.err);
    assert!(live.err.contains(expected) && live.err.lines().count() == 1, "{}", live.err);
    assert_eq!(fake.bodies().await.len(), 1, "it is not asked again");
}

#[tokio::test]
async fn an_address_where_nothing_listens_is_one_message() {
    let live = live_at("http://127.0.0.1:9", &["--quiet"]);
    assert_eq!((live.code, live.out.as_str()), (Some(3), ""));
    assert!(live.err.ends_with(": no response\n"), "{}", live.err);
}

#[tokio::test]
async fn a_limit_is_waited_for_and_the_same_page_is_asked_for_again() {
    let limited = || error(429, "RESOURCE_EXHAUSTED");
    let after = limited().insert_header("retry-after", "0");
    let fake = Fake::with(&attempts(), 100).await.first(&[
        limited(),
        error(503, "UNAVAILABLE").insert_header("retry-after", "0"),
        after,
    ]);
    let begin = Instant::now();
    let live = live(&fake, &[]);
    assert!(begin.elapsed() >= Duration::from_secs(1), "without `Retry-After` it waits a second");
    assert_eq!((live.code, &live.document()["result"]), (Some(3), &"failures".into()));
    let bodies = fake.bodies().await;
    assert_eq!(bodies.len(), 5, "four times the first page, and an empty one");
    assert!(bodies[..4].iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn a_limit_that_lasts_longer_than_there_is_time_is_told() {
    let fake = Fake::with(&[], 1).await.first(&[error(429, "RESOURCE_EXHAUSTED").insert_header("retry-after", "3600")]);
    let live = live(&fake, &["--deadline", "5s"]);
    assert_eq!(live.code, Some(3));
    assert!(live.err.contains("429 RESOURCE_EXHAUSTED: more requests than the project may send"), "{}", live.err);
}

/// The second page of two.
#[rstest]
#[case::cut_off(ResponseTemplate::new(200).set_body_string("{\"entries\": [{\"textPayload\": \"a"))]
#[case::forbidden(error(403, "PERMISSION_DENIED"))]
#[tokio::test]
async fn what_was_read_before_an_error_is_told_and_marked(#[case] second: ResponseTemplate) {
    let page = json!({"entries": [line(1, "Token validated")], "nextPageToken": "n"});
    let fake = Fake::with(&[], 1).await.first(&[ResponseTemplate::new(200).set_body_json(page), second]);
    let live = live(&fake, &[]);
    assert_eq!((live.code, &live.document()["result"]), (Some(3), &"incomplete".into()));
    assert_eq!(live.document()["rates"][0]["accepted"], 1);
    assert!(live.document()["files"][0]["ended_early"].is_string(), "{:#}", live.document());
    assert!(live.out.contains("not read to its end"), "{}", live.out);
}

#[tokio::test]
async fn a_server_that_does_not_respond_takes_no_longer_than_the_deadline() {
    let late = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    let fake = Fake::with(&[], 1).await.first(&[late]);
    let begin = Instant::now();
    let live = live(&fake, &["--deadline", "1s"]);
    assert!(begin.elapsed() < Duration::from_secs(20));
    assert_eq!(live.code, Some(3));
    assert!(live.err.contains("the time for reading was over"), "{}", live.err);
}

/// The first page has come, and the second one does not.
#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_prints_what_is_known_and_says_so() {
    let page = json!({"entries": two_attempts(), "nextPageToken": "n"});
    let late = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    let fake = Fake::with(&[], 1).await.first(&[ResponseTemplate::new(200).set_body_json(page), late]);
    let (mut command, folder) = live_command(&fake.server.uri(), &["--since", "2025-09-08"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let begin = Instant::now();
    while fake.bodies().await.len() < 2 {
        assert!(begin.elapsed() < Duration::from_secs(30), "the second page is not asked for");
        tokio::task::yield_now().await;
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("a signal").success());
    let live = told(child.wait_with_output().expect("its output"), &folder);
    assert_eq!(live.code, Some(3), "{}", live.err);
    assert!(live.out.contains("interrupted by Ctrl-C"), "{}", live.out);
    let rates = &live.document()["rates"][0];
    assert_eq!((&rates["accepted"], &rates["failed"]), (&1.into(), &1.into()));
}
