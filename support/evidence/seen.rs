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
    /// The certificate is not to be trusted.
    Certificate(Certificate),
    /// TLS failed otherwise.
    Tls(String),
}

/// Why a certificate is not trusted (RFC 5280 §6, RFC 9525).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certificate {
    Expired,
    NotYetValid,
    AnotherName,
    UnknownIssuer,
    Revoked,
    /// Of one that signs others, by its own word, as of `openssl req -x509`.
    OfAnAuthority,
    Other,
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
    /// A text was there; marks that are equal where the texts are: of a token, or of a fingerprint and where it comes from.
    Text {
        mark: Option<u64>,
        provenance: Option<u64>,
    },
    AnotherType,
}

/// A WebSocket connection from its 101 to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Subprotocols were offered.
    pub offered: bool,
    /// The subprotocol that the server selected, and whether it had been offered.
    pub selected: Option<(String, bool)>,
    /// `Sec-WebSocket-Accept` was as RFC 6455 §4.2.2 wants it.
    pub accept_is_right: bool,
    /// Whether the welcome names the token's own user; `None` where it names none, or was not asked to.
    pub names_the_user: Option<bool>,
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
            Seen::Opened(conversation) if probe.only_watches() && conversation.end != End::Open => Reading::Failed,
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

    /// Limits, oversized headers and sign-ins are answered by whoever is first on the way.
    pub fn is_from_anybody(&self) -> bool {
        matches!(self.status(), Some(429 | 431)) || self.asks_for_a_sign_in()
    }

    pub fn is_status(&self, status: u16) -> bool {
        self.status() == Some(status)
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

    /// A strict client, such as a browser, goes away when its offer is not taken up, when it gets what it has not offered, and
    /// when the handshake is not answered rightly (RFC 6455 §4.1, WHATWG WebSockets).
    pub fn suits_a_strict_client(&self) -> bool {
        match self {
            Seen::Opened(conversation) => conversation.accept_is_right && conversation.selects_rightly(),
            _ => true,
        }
    }

    /// The status of a plain answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Seen::Answered(answer) => Some(answer.status),
            _ => None,
        }
    }

    pub fn conversation(&self) -> Option<&Conversation> {
        match self {
            Seen::Opened(conversation) => Some(conversation),
            _ => None,
        }
    }

    /// A page, a redirect, or a challenge that is not for a bearer token: something that asks a person to sign in.
    pub fn asks_for_a_sign_in(&self) -> bool {
        let Seen::Answered(answer) = self else { return false };
        let has = |name: &str| answer.headers.get(name);
        match answer.status {
            302 | 303 | 307 => has("location").is_some(),
            401 | 403 => {
                answer.is_page() || has("www-authenticate").is_some_and(|challenge| is_for_a_person(challenge))
            }
            200..=299 => answer.is_page(),
            _ => false,
        }
    }
}

impl Answer {
    fn reading(&self, probe: Probe) -> Reading {
        match self.status {
            429 => Reading::Limited,
            503 if self.headers.contains_key("retry-after") => Reading::Limited,
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
            (Probe::Login(_) | Probe::LoginAgain | Probe::Fingerprint(_), Found::Text { .. }) => Reading::Accepted,
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

/// Schemes by which a person signs in, with a password or a ticket of the machine (IANA registry of authentication schemes).
const SIGN_INS: [&str; 5] = ["basic", "digest", "negotiate", "ntlm", "hoba"];

fn is_for_a_person(challenge: &str) -> bool {
    let scheme = challenge.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    SIGN_INS.contains(&scheme.as_str())
}

impl Conversation {
    /// What was offered and nothing else.
    pub fn selects_rightly(&self) -> bool {
        match &self.selected {
            Some((_, offered)) => *offered,
            None => !self.offered,
        }
    }

    fn reading(&self) -> Reading {
        match &self.end {
            // What is no WebSocket handshake accepts nothing by staying open.
            End::Open if !self.accept_is_right && !self.welcomed => Reading::Unlike,
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
