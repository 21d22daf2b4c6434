//! What goes over the wire, for the evidence: nothing of it leaves the redactor unread.

use reqwest::Request;
use reqwest::header::HeaderMap;
use tokio::time::Instant;

use super::Exchange;
use crate::evidence::{Head, Wire};

impl Exchange<'_> {
    /// The beginning of a record: what is about to be sent.
    pub(super) fn wire(&self, request: &Request) -> Wire {
        let url = self.shown(request.url().as_str());
        let body = request.body().and_then(|body| body.as_bytes());
        Wire {
            at: self.session.begun.elapsed(),
            request: Head { line: format!("{} {url}", request.method()), headers: self.sent(request.headers()) },
            body: body.map(|body| self.redactor.redact_body(&String::from_utf8_lossy(body))),
            response: None,
            answered: None,
            frames: Vec::new(),
        }
    }

    fn sent(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let shown = |value: &reqwest::header::HeaderValue| self.shown(&String::from_utf8_lossy(value.as_bytes()));
        headers.iter().map(|(name, value)| (name.to_string(), shown(value))).collect()
    }

    /// A part of a request as it may be seen.
    fn shown(&self, text: &str) -> String {
        match &self.token {
            Some(token) => self.redactor.redact_around(token, text),
            None => self.redactor.redact(text),
        }
    }

    pub(super) fn answered(&self, wire: &mut Wire, sent: Instant, response: &reqwest::Response) {
        let line = format!("{:?} {}", response.version(), response.status());
        wire.response = Some(Head { line, headers: self.headers(response.headers()).into_iter().collect() });
        wire.answered = Some(sent.elapsed());
    }
}
