//! A server that stands for Cloud Logging. It gives entries in pages, the newest first, to whom the filter lets them pass; every
//! message of an error repeats a canary and the token that came.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub(super) const PROJECT: &str = "netra-staging";
/// The access token of every run; it must not come out.
pub(super) const TOKEN: &str = "ya29.canary-access-token-0123456789";
/// In every message of an error.
pub(super) const CANARY: &str = "canary-of-an-error-message";

pub(super) struct Fake {
    pub(super) server: MockServer,
    /// Each is responded once, before anything else.
    first: Arc<Mutex<Vec<ResponseTemplate>>>,
}

impl Fake {
    /// With these entries, so many on a page. Between two pages there is an empty one, as the API permits.
    pub(super) async fn with(entries: &[Value], size: usize) -> Self {
        let fake = Fake { server: MockServer::start().await, first: Arc::default() };
        let (first, entries) = (Arc::clone(&fake.first), entries.to_vec());
        let respond = move |request: &Request| {
            let mut first = first.lock().expect("no panic");
            if first.is_empty() { page(&entries, size, request) } else { first.remove(0) }
        };
        Mock::given(any()).respond_with(respond).mount(&fake.server).await;
        fake
    }

    /// What is responded first.
    pub(super) fn first(self, responses: &[ResponseTemplate]) -> Self {
        self.first.lock().expect("no panic").extend(responses.iter().cloned());
        self
    }

    /// Of each request, in their order.
    pub(super) async fn bodies(&self) -> Vec<Value> {
        let received = self.server.received_requests().await.expect("they are recorded");
        received.iter().map(|request| serde_json::from_slice(&request.body).expect("JSON")).collect()
    }
}

/// Of the page with that number; an API's tokens have signs.
pub(super) fn page_token(number: usize) -> String {
    format!("EAA4 +/=\"{number}")
}

fn page(entries: &[Value], size: usize, request: &Request) -> ResponseTemplate {
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    let filter = body["filter"].as_str().expect("a filter");
    let passing: Vec<&Value> = entries.iter().rev().filter(|entry| passes(entry, filter)).collect();
    let pages: Vec<&[&Value]> = passing.chunks(size).flat_map(|page| [page, &[]]).collect();
    let number = (0..pages.len()).find(|number| body["pageToken"] == page_token(*number)).unwrap_or_default();
    let mut response = match pages.get(number) {
        // The API leaves out what is empty.
        None | Some([]) => json!({}),
        Some(page) => json!({"entries": page}),
    };
    if number + 1 < pages.len() {
        response["nextPageToken"] = page_token(number + 1).into();
    }
    ResponseTemplate::new(200).set_body_json(response)
}

/// As the API reads the restrictions that the suite writes.
fn passes(entry: &Value, filter: &str) -> bool {
    let quoted = |text: &str| text.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let time = entry["timestamp"].as_str().expect("a time");
    filter.split("\nAND ").all(|restriction| match restriction.split_once(['=', '>', '<', ':']).expect("one").0 {
        "resource.type" => quoted(restriction).iter().any(|kind| entry["resource"]["type"] == **kind),
        "resource.labels.service_name" => {
            quoted(restriction).iter().any(|name| entry["resource"]["labels"]["service_name"] == **name)
        }
        "timestamp" if restriction.contains(">=") => time >= quoted(restriction)[0].as_str(),
        "timestamp" => time < quoted(restriction)[0].as_str(),
        "(textPayload" => {
            let has = |part: &str, is_there: bool| restriction.contains(part) && is_there;
            let status = &entry["httpRequest"]["status"];
            has("textPayload:*", !entry["textPayload"].is_null())
                || has("jsonPayload:*", !entry["jsonPayload"].is_null())
                || has("severity>=ERROR", entry["severity"] == "ERROR")
                || has("httpRequest.status=(401 OR 403)", *status == 401 || *status == 403)
        }
        other => panic!("the fake does not know `{other}`"),
    })
}

/// As the API reports one.
pub(super) fn error(code: u16, status: &str) -> ResponseTemplate {
    let message = format!("{CANARY}: Bearer {TOKEN}");
    let details = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": CANARY}]);
    let body = json!({"error": {"code": code, "message": message, "status": status, "details": details}});
    ResponseTemplate::new(code).set_body_json(body)
}
