//! What can come back from an exchange, and the one reading of it: accepted, refused, or neither. A reading never looks at
//! a message; it knows statuses, close codes, and what the target's file says about the answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Place, Probe};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    Unreached(Unreached),
    /// Something came back that is not HTTP.
    Garbled,
    Answered(Answer),
    /// `101 Switching Protocols`, and all that followed.
    Opened(Conversation),
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreached {
    Dns,
    Refused,
    Reset,
    Timeout,
    NoRoute,
    Tls(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub status: u16,
    /// Only what the allow-list of the redactor names.
    pub headers: BTreeMap<String, String>,
    /// Redacted and bounded.
    pub body: String,
    pub found: Found,
}

/// What stood at the JSON pointer that the target's file gives for this answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    NotLookedFor,
    NotJson,
    Nothing,
    Bool(bool),
    /// A text was there; for a fingerprint, a mark that is equal where the texts are.
    Text(Option<u64>),
    AnotherType,
}

/// A WebSocket connection from its 101 to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Subprotocols were offered.
    pub offered: bool,
    /// The subprotocol that the server selected, and whether it had been offered.
    pub selected: Option<(String, bool)>,
    pub frames: Vec<Frame>,
    pub welcomed: bool,
    pub end: End,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frame {
    Text(String),
    /// Length in bytes.
    Binary(usize),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// We left; the connection was still open.
    Open,
    Closed {
        code: u16,
        reason: String,
    },
    /// The connection ended without a close frame.
    Dropped,
    /// Nothing decisive came before the timeout.
    Silent,
    /// The peer broke RFC 6455.
    Violation(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    Accepted,
    Refused,
    /// Too many requests, or "try again later": says nothing about the credential.
    Limited,
    /// The service, or something in front of it, broke down over the request.
    Failed,
    /// An answer that the contract does not know: neither accepted nor refused follows from it.
    Unlike,
    Unreached,
}

impl Seen {
    pub fn reading(&self, probe: Probe) -> Reading {
        match self {
            Seen::Unreached(_) => Reading::Unreached,
            Seen::Garbled => Reading::Unlike,
            Seen::Answered(answer) => answer.reading(probe),
            Seen::Opened(conversation) if probe == Probe::Hold && conversation.end != End::Open => Reading::Failed,
            Seen::Opened(conversation) => conversation.reading(),
        }
    }

    /// 502, 503 and 504 are what a front says for a service that it does not reach; a service that is unhealthy says 503 too,
    /// and then names its status in JSON.
    pub fn is_from_a_front(&self) -> bool {
        match self {
            Seen::Answered(answer) => {
                matches!(answer.status, 502 | 504) || answer.status == 503 && !answer.has_status_field()
            }
            _ => false,
        }
    }

    pub fn is_status(&self, status: u16) -> bool {
        matches!(self, Seen::Answered(answer) if answer.status == status)
    }

    /// The peer hung up without a word, before or after the upgrade.
    pub fn is_cut(&self) -> bool {
        match self {
            Seen::Unreached(why) => *why == Unreached::Reset,
            Seen::Opened(conversation) => conversation.end == End::Dropped,
            Seen::Answered(_) | Seen::Garbled => false,
        }
    }

    /// Whether the number stands somewhere in the answer's JSON: in its body, or in a frame.
    pub fn says_number(&self, number: usize) -> bool {
        let says = |text: &str| serde_json::from_str(text).is_ok_and(|value: Value| has_number(&value, number));
        match self {
            Seen::Answered(answer) => says(&answer.body),
            Seen::Opened(conversation) => {
                conversation.frames.iter().any(|frame| matches!(frame, Frame::Text(text) if says(text)))
            }
            Seen::Unreached(_) | Seen::Garbled => false,
        }
    }

    /// A strict client, such as a browser, goes away when its offer is not taken up (RFC 6455 §4.1, WHATWG WebSockets).
    pub fn selects_an_offer(&self) -> bool {
        match self {
            Seen::Opened(conversation) => !conversation.offered || matches!(conversation.selected, Some((_, true))),
            _ => true,
        }
    }
}

impl Answer {
    fn reading(&self, probe: Probe) -> Reading {
        match self.status {
            429 => Reading::Limited,
            500..=599 => Reading::Failed,
            200..=299 => self.reading_of_success(probe),
            401 | 403 => Reading::Refused,
            400 if matches!(probe, Probe::Present(ask) if ask.place == Place::Rest) => Reading::Refused,
            _ => Reading::Unlike,
        }
    }

    fn reading_of_success(&self, probe: Probe) -> Reading {
        match (probe, &self.found) {
            (Probe::Health(_), _) => Reading::Accepted,
            (Probe::Login(_) | Probe::Fingerprint(_), Found::Text(_)) => Reading::Accepted,
            (Probe::Present(ask), Found::Bool(true)) if ask.place == Place::Auth => Reading::Accepted,
            (Probe::Present(ask), Found::Bool(false)) if ask.place == Place::Auth => Reading::Refused,
            // A page where data should be is a sign-in or an error page, whatever its status.
            (Probe::Present(ask), _) if ask.place == Place::Rest && !self.is_page() => Reading::Accepted,
            _ => Reading::Unlike,
        }
    }

    fn has_status_field(&self) -> bool {
        serde_json::from_str(&self.body).is_ok_and(|body: Value| body.get("status").is_some_and(Value::is_string))
    }

    fn is_page(&self) -> bool {
        self.headers.get("content-type").is_some_and(|kind| kind.contains("html"))
    }
}

impl Conversation {
    fn reading(&self) -> Reading {
        match &self.end {
            End::Open => Reading::Accepted,
            // 1012 service restart, 1013 try again later (IANA registry of close codes).
            End::Closed { code: 1012 | 1013, .. } => Reading::Limited,
            // 1001 going away and 1011 internal error are refusals only where the server says anything at all.
            End::Closed { code: 1001 | 1011, reason } if reason.is_empty() && self.frames.is_empty() => Reading::Failed,
            End::Closed { code: 1005 | 1006, .. } if self.frames.is_empty() => Reading::Failed,
            End::Closed { .. } => Reading::Refused,
            End::Dropped | End::Silent | End::Violation(_) => Reading::Failed,
        }
    }
}

fn has_number(value: &Value, number: usize) -> bool {
    match value {
        Value::Number(found) => found.as_u64() == u64::try_from(number).ok(),
        Value::Array(items) => items.iter().any(|item| has_number(item, number)),
        Value::Object(fields) => fields.values().any(|field| has_number(field, number)),
        _ => false,
    }
}
