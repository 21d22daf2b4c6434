//! What the backend says about a refusal: the error frame and the log record of the incident, field for field. The record
//! repeats parts of the token, as the real one does; the frame as much of it as the gateway is told to.

use hyper::Request;
use hyper::body::Incoming;
use serde_json::{Value, json};
use uuid::Uuid;

use super::clock::Clock;
use super::dialect::Kind;
use super::judge::Refusal;
use super::paths::WEBSOCKET;
use super::service::Service;
use crate::deployment::{RejectionResponse, TokenInErrorFrame};

/// What the gateway remembers of a handshake for its diagnostics.
pub struct Presented {
    authorization: Option<String>,
    protocol: Option<String>,
    all_headers: Vec<String>,
    token: Option<String>,
}

impl Presented {
    pub fn of(request: &Request<Incoming>, token: Option<&str>) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Presented {
            authorization: header("authorization"),
            protocol: header("sec-websocket-protocol"),
            all_headers: request.headers().keys().map(ToString::to_string).collect(),
            token: token.map(str::to_owned),
        }
    }

    fn token_characteristics(&self, echoes: TokenInErrorFrame) -> Value {
        let token = self.token.as_deref().unwrap_or_default();
        let mut characteristics = json!({
            "length": token.chars().count(), "dot_count": token.matches('.').count(),
            "has_bearer_prefix": token.starts_with("Bearer "),
        });
        if echoes != TokenInErrorFrame::Absent {
            characteristics["prefix"] = token.chars().take(12).collect::<String>().into();
            let head = token.chars().count().saturating_sub(8);
            characteristics["suffix"] = token.chars().skip(head).collect::<String>().into();
        }
        characteristics
    }

    fn auth_headers(&self, echoes: TokenInErrorFrame) -> Value {
        let preview = self.authorization.as_deref().map(|value| value.chars().take(20).collect::<String>() + "...");
        json!({
            "authorization_present": self.authorization.is_some(),
            "authorization_preview": echoed(preview.as_deref(), echoes),
            "websocket_protocol": echoed(self.protocol.as_deref(), echoes),
        })
    }
}

fn echoed(value: Option<&str>, echoes: TokenInErrorFrame) -> &str {
    match (value, echoes) {
        (None, _) => "[MISSING]",
        (Some(_), TokenInErrorFrame::Absent | TokenInErrorFrame::Partial) => "[PRESENT]",
        (Some(value), TokenInErrorFrame::Full) => value,
    }
}

pub fn error_frame(service: &Service, refusal: Refusal, presented: &Presented) -> Value {
    let echoes = service.gateway.token_in_error_frame;
    let mut frame = json!({
        "type": "error_message",
        "details": {
            "environment": "staging", "ssot_authentication": true,
            "failure_context": {
                "auth_headers": presented.auth_headers(echoes), "token_characteristics": presented.token_characteristics(echoes),
            },
        },
        "timestamp": service.clock.timestamp(),
    });
    let expired = service.backend.rejection_response == RejectionResponse::AlwaysExpired && refusal.is_of_a_token();
    let usual = || usual_words(refusal, expired, presented);
    let kind = if expired { Kind::Expired } else { kind(refusal) };
    let (code, field, message) = service
        .gateway_dialect
        .coded(kind)
        .map_or_else(usual, |(code, field, message)| (code, field, message.to_owned()));
    frame["error_code"] = code.into();
    frame[field] = message.into();
    frame
}

/// Code, name of the field, and message.
fn usual_words(refusal: Refusal, expired: bool, presented: &Presented) -> (String, &'static str, String) {
    let code: &str = if expired { "TOKEN_EXPIRED" } else { refusal.into() };
    let message = if expired { "Token has expired".into() } else { message(refusal, presented) };
    (code.into(), "error_message", message)
}

fn kind(refusal: Refusal) -> Kind {
    match refusal {
        Refusal::NoToken => Kind::Missing,
        Refusal::InvalidFormat => Kind::Malformed,
        Refusal::ValidationFailed => Kind::Invalid,
        Refusal::AuthServiceError => Kind::Unavailable,
        Refusal::AuthCircuitBreakerOpen => Kind::Suspended,
    }
}

/// With what varies from one answer to the next in real systems: an id without a fixed form, and a small number.
pub fn noisy(mut record: Value, number: u64) -> Value {
    let id = Uuid::new_v4().simple().to_string();
    if let Some(fields) = record.as_object_mut() {
        fields.insert("trace".into(), id.chars().filter(char::is_ascii_alphabetic).collect::<String>().into());
        fields.insert("took_ms".into(), number.into());
    }
    record
}

/// A text prefix, then pretty-printed JSON, as it stands in `textPayload`.
pub fn log(refusal: Refusal, presented: &Presented) -> String {
    let record = match refusal {
        Refusal::NoToken => json!({
            "headers_checked": {
                "authorization": presented.authorization.is_some(), "sec_websocket_protocol": presented.protocol.as_deref().unwrap_or("[MISSING]"),
                "all_header_keys": presented.all_headers,
            },
            "query_params": {}, "websocket_info": {"path": WEBSOCKET},
        }),
        _ => json!({
            "validation_result_exists": refusal == Refusal::ValidationFailed,
            "validation_result_keys": ["valid", "user_id", "email", "permissions", "resilience_metadata"],
            "error_from_auth_service": null, "details_from_auth_service": null,
            "token_characteristics": presented.token_characteristics(TokenInErrorFrame::Full),
            "context": "websocket", "method": "jwt", "timestamp": timestamp(), "auth_service_response_status": "present",
        }),
    };
    let code: &str = refusal.into();
    format!("{code} DEBUG: {record:#}")
}

/// By a clock that is right.
pub fn timestamp() -> f64 {
    Clock::default().timestamp()
}

fn message(refusal: Refusal, presented: &Presented) -> String {
    let token = presented.token.as_deref().unwrap_or_default();
    match refusal {
        Refusal::NoToken => "No JWT token in the handshake".into(),
        Refusal::InvalidFormat => "Token has no valid form".into(),
        Refusal::ValidationFailed => {
            format!(
                "Token validation failed | Debug: {} chars, {} dots",
                token.chars().count(),
                token.matches('.').count()
            )
        }
        Refusal::AuthServiceError => "The auth service did not answer".into(),
        Refusal::AuthCircuitBreakerOpen => "Authentication is suspended after too many failures".into(),
    }
}
