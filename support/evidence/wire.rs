//! One exchange as it was on the wire, redacted: for a person who reads the evidence. No rule looks at it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What was sent, and when what came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// From the beginning of the check to the request.
    pub at: Duration,
    /// The request line and the header fields, redacted.
    pub request: Head,
    /// The JSON that was sent.
    pub body: Option<String>,
    /// The status line and the header fields; `None` where no response came.
    pub response: Option<Head>,
    /// From the request to the head of the answer.
    pub answered: Option<Duration>,
    /// From the request to each frame of a conversation.
    pub frames: Vec<Duration>,
}

/// A start line and its header fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// `GET https://host/path`, or `HTTP/1.1 200 OK`.
    pub line: String,
    /// Of an answer only what the redactor's list allows.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The method and the address of a request, without its query: a token may stand there.
    pub fn target(&self) -> Option<(&str, &str)> {
        let mut words = self.line.split_whitespace();
        let (method, url) = (words.next()?, words.next()?);
        Some((method, url.split(['?', '#']).next()?))
    }
}
