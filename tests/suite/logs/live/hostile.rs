//! Servers that would have the suite read without an end, hold more than it may, or repeat what it sent.

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::*;

async fn server(respond: impl Fn(usize, &Value) -> Value + Send + Sync + 'static) -> MockServer {
    let server = MockServer::start().await;
    let count = std::sync::atomic::AtomicUsize::new(0);
    let respond = move |request: &Request| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let body = serde_json::from_slice(&request.body).expect("JSON");
        ResponseTemplate::new(200).set_body_json(respond(number, &body))
    };
    Mock::given(any()).respond_with(respond).mount(&server).await;
    server
}

fn ended_early(live: &Live) -> &str {
    live.document()["files"][0]["ended_early"].as_str().unwrap_or_else(|| panic!("{:#}", live.document()))
}

#[tokio::test]
async fn pages_without_an_end_are_left_at_the_bound_that_was_said() {
    let server = server(|number, _| json!({"nextPageToken": format!("page {number}")})).await;
    let live = live_at(&server.uri(), &[]);
    assert_eq!(live.code, Some(3), "{}", live.err);
    assert!(ended_early(&live).contains("more pages than are read"), "{}", live.out);
    assert_eq!(server.received_requests().await.expect("they are recorded").len(), 500);
}

#[tokio::test]
async fn a_token_that_comes_again_ends_the_circle() {
    for circle in [&["a"][..], &["a", "b"], &["a", "b", "c"]] {
        let server = server(|number, _| {
            json!({"entries": [line(1, "Token validated")], "nextPageToken": circle[number % circle.len()]})
        })
        .await;
        let live = live_at(&server.uri(), &[]);
        assert!(ended_early(&live).contains("token of a page again"), "{}", live.out);
        let requests = server.received_requests().await.expect("they are recorded").len();
        assert_eq!(requests, circle.len() + 1, "no page is read twice");
        assert_eq!(live.document()["rates"][0]["accepted"], requests);
    }
}

#[tokio::test]
async fn a_page_that_is_too_long_is_asked_for_again_with_fewer_entries() {
    let long = "x".repeat(100 * 1024);
    let server = server(move |_, body| {
        let entries = (0..body["pageSize"].as_u64().expect("a number").min(200))
            .map(|_| entry(1, json!({"textPayload": long, "severity": "INFO"})));
        json!({"entries": entries.chain([line(2, "Token validated")]).collect::<Vec<_>>()})
    })
    .await;
    let live = live_at(&server.uri(), &[]);
    assert_eq!((live.code, &live.document()["result"]), (Some(0), &"no-failures".into()), "{}", live.out);
    let received = server.received_requests().await.expect("they are recorded");
    let size = |request: &Request| serde_json::from_slice::<Value>(&request.body).expect("JSON")["pageSize"].clone();
    assert_eq!(received.iter().map(size).collect::<Vec<_>>(), [1000, 100, 10]);
}

#[tokio::test]
async fn a_response_of_any_length_is_left() {
    let server = server(|_, _| json!({"entries": [line(1, &"x".repeat(9 * 1024 * 1024))]})).await;
    let live = live_at(&server.uri(), &[]);
    assert_eq!((live.code, live.json.is_none()), (Some(3), true));
    assert!(live.err.contains("longer than is read"), "{}", live.err);
    assert_eq!(server.received_requests().await.expect("they are recorded").len(), 4);
}

#[tokio::test]
async fn what_is_no_list_of_entries_is_no_page() {
    let long_token = "t".repeat(64 * 1024);
    for body in [
        json!({"entries": {"textPayload": "Token validated"}}),
        json!({"entries": "a"}),
        json!({"nextPageToken": 7}),
        json!({"nextPageToken": long_token}),
    ] {
        let server = server(move |_, _| body.clone()).await;
        let live = live_at(&server.uri(), &[]);
        assert_eq!(live.code, Some(3));
        assert!(live.err.contains("not what the API documents"), "{}", live.err);
    }
    // An entry that is none is counted, and the others too.
    let odd = json!({"entries": [7, "x", null, {}, {"textPayload": 7, "timestamp": "2025-09-08T14:00:00Z"}, line(1, "Token validated")], "nextPageToken": null});
    let server = server(move |_, _| odd.clone()).await;
    let live = live_at(&server.uri(), &[]);
    let of_log = &live.document()["files"][0];
    assert_eq!(
        (&of_log["entries"], &of_log["malformed"], &live.document()["result"]),
        (&2.into(), &4.into(), &"incomplete".into())
    );
    assert!(live.out.contains("4 texts are no entry\n"), "{}", live.out);
}

/// Every text of an entry may hold what the server was sent.
#[tokio::test]
async fn an_access_token_in_an_entry_does_not_come_out() {
    let mut odd =
        line(1, &format!("Invalid token of session_id={TOKEN}: {{\"error_from_auth_service\": \"{TOKEN}\"}}"));
    odd["resource"]["labels"] = json!({"service_name": "backend-staging", "revision_name": TOKEN});
    odd["labels"]["instanceId"] = TOKEN.into();
    odd["trace"] = format!("projects/p/traces/{TOKEN}").into();
    let server = server(move |_, _| json!({"entries": [odd], "nextPageToken": TOKEN})).await;
    let live = live_at(&server.uri(), &[]);
    assert_eq!(live.code, Some(3));
    assert!(
        live.document()["rates"][0]["revision"].as_str().expect("a text").contains("[SECRET]"),
        "{:#}",
        live.document()
    );
}
