//! What is sent for each sample of a leg, made once for each user: the client's own presentation, by the same code as in a check.

use hyper::header::{HOST, HeaderValue, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL};
use hyper::{HeaderMap, Method};
use reqwest::Url;

use super::tally::{Judged, Unreached};
use crate::evidence::Response;
use crate::outcome::Outcome;
use crate::probe::{Unobserved, UserNames};
use crate::target::Target;
use crate::vocabulary::{Probe, User};

/// The request of a leg, and how its response is read.
pub(super) struct Template {
    pub(super) probe: Probe,
    pub(super) url: Url,
    pub(super) method: Method,
    /// Without the key of a WebSocket handshake, which is new for each.
    pub(super) headers: HeaderMap,
    /// The request line and the headers, without the empty line after them.
    pub(super) head: Vec<u8>,
    pub(super) body: Vec<u8>,
    /// What the client says first on an open connection.
    pub(super) message: Option<String>,
    /// What the token calls its user.
    pub(super) names: Option<UserNames>,
    /// Whose token it is.
    pub(super) user: User,
}

impl Template {
    pub(super) fn new(probe: Probe, (request, message, names): Unobserved, user: User) -> Self {
        let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default().to_vec();
        let mut headers = request.headers().clone();
        _ = headers.remove(SEC_WEBSOCKET_KEY);
        let url = request.url().clone();
        let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
        if let Ok(host) = HeaderValue::from_str(host) {
            headers.insert(HOST, host);
        }
        for (name, value) in [(hyper::header::ACCEPT, "*/*"), (hyper::header::USER_AGENT, USER_AGENT)] {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        let head = head(request.method(), origin_form(&url), &headers);
        Template { probe, method: request.method().clone(), headers, head, body, message, names, user, url }
    }

    /// The subprotocols that are offered.
    pub(super) fn offers(&self) -> &str {
        self.headers.get(SEC_WEBSOCKET_PROTOCOL).and_then(|offers| offers.to_str().ok()).unwrap_or_default()
    }

    /// What a response to it means, by the same rules as in a check.
    pub(super) fn judge(&self, response: &Response) -> Judged {
        if let Some(why) = of_another(response) {
            return Judged::Unreached(why);
        }
        match response.outcome(self.probe) {
            Outcome::Accepted => Judged::Accepted,
            Outcome::Rejected => Judged::Rejected,
            Outcome::RateLimited => Judged::Unreached(Unreached::RateLimited),
            Outcome::Failed => Judged::Unreached(Unreached::ServerError),
            Outcome::Unexpected => Judged::Unreached(Unreached::Unexpected),
            Outcome::Unreached => Judged::Unreached(Unreached::Network),
        }
    }

    /// Path and query, as the request line has them (RFC 9112 §3.2.1).
    pub(super) fn origin_form(&self) -> &str {
        origin_form(&self.url)
    }
}

fn origin_form(url: &Url) -> &str {
    &url[url::Position::BeforePath..url::Position::AfterQuery]
}

fn head(method: &Method, target: &str, headers: &HeaderMap) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
    for (name, value) in headers {
        head.extend_from_slice(in_title_case(name.as_str()).as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head
}

/// What a firewall or a limit before the service says in the words of a rejection: it says nothing of the token.
fn of_another(response: &Response) -> Option<Unreached> {
    match response {
        Response::Http(http) if matches!(http.status, 401 | 403) && http.headers.contains_key("retry-after") => {
            Some(Unreached::RateLimited)
        }
        Response::Http(http) if http.status == 403 && http.is_page() => Some(Unreached::Unexpected),
        _ => None,
    }
}

const USER_AGENT: &str = concat!("fivewhys/", env!("CARGO_PKG_VERSION"));

/// As browsers write them; there are servers that compare header names byte by byte.
fn in_title_case(name: &str) -> String {
    let mut begins = true;
    let letter = |c: char| {
        let shown = if begins { c.to_ascii_uppercase() } else { c };
        begins = c == '-';
        shown
    };
    name.chars().map(letter).collect()
}

/// How long an open connection is watched for a close that follows the welcome: as long as the target's file says, and not longer
/// than this, for every sample waits for it.
pub(super) fn usual_hold(target: &Target) -> std::time::Duration {
    target.handshake.stays_open.min(LONGEST_HOLD)
}

const LONGEST_HOLD: std::time::Duration = std::time::Duration::from_millis(250);
