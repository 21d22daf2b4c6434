//! What the backend reports about a rejection: the error frame and the log record of the incident, field for field. The record
//! repeats parts of the token, as the real one does; the frame as much of it as the gateway is configured to.

use hyper::Request;
use hyper::body::Incoming;
use serde_json::{Value, json};
use uuid::Uuid;

use super::carrier::BEARER;
use super::clock::Clock;
use super::journal::Text;
use super::paths::WEBSOCKET;
use super::rejection::Rejection;
use super::replica::Replica;
use super::response_style::ErrorKind;
use crate::deployment::{RejectionResponse, TokenInErrorFrame};

/// What the gateway keeps of a handshake for its reports.
pub(super) struct HandshakeRecord {
    authorization: Option<String>,
    protocol: Option<String>,
    all_headers: Vec<String>,
    token: Option<String>,
}

impl HandshakeRecord {
    pub(super) fn of(request: &Request<Incoming>, token: Option<&str>) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        HandshakeRecord {
            authorization: header("authorization"),
            protocol: header("sec-websocket-protocol"),
            all_headers: request.headers().keys().map(ToString::to_string).collect(),
            token: token.map(str::to_owned),
        }
    }

    fn token_characteristics(&self, shown: TokenInErrorFrame) -> Value {
        let token = self.token.as_deref().unwrap_or_default();
        let mut characteristics = json!({
            "length": token.chars().count(), "dot_count": token.matches('.').count(),
            "has_bearer_prefix": token.starts_with(BEARER),
        });
        if shown != TokenInErrorFrame::Absent {
            characteristics["prefix"] = token.chars().take(12).collect::<String>().into();
            let head = token.chars().count().saturating_sub(8);
            characteristics["suffix"] = token.chars().skip(head).collect::<String>().into();
        }
        characteristics
    }

    fn auth_headers(&self, shown: TokenInErrorFrame) -> Value {
        let preview = self.authorization.as_deref().map(|value| value.chars().take(20).collect::<String>() + "...");
        json!({
            "authorization_present": self.authorization.is_some(),
            "authorization_preview": header_field(preview.as_deref(), shown),
            "websocket_protocol": header_field(self.protocol.as_deref(), shown),
        })
    }
}

fn header_field(value: Option<&str>, shown: TokenInErrorFrame) -> &str {
    match (value, shown) {
        (None, _) => "[MISSING]",
        (Some(_), TokenInErrorFrame::Absent | TokenInErrorFrame::Partial) => "[PRESENT]",
        (Some(value), TokenInErrorFrame::Full) => value,
    }
}

pub(super) fn error_frame(replica: &Replica, rejection: Rejection, record: &HandshakeRecord) -> Value {
    let shown = replica.gateway.token_in_error_frame;
    let mut frame = json!({
        "type": "error_message",
        "details": {
            "environment": "staging", "ssot_authentication": true,
            "failure_context": {
                "auth_headers": record.auth_headers(shown), "token_characteristics": record.token_characteristics(shown),
            },
        },
        "timestamp": replica.clock.timestamp(),
    });
    let always_expired = replica.backend.rejection_response == RejectionResponse::AlwaysExpired;
    let expired = always_expired && rejection.is_invalid_token();
    let kind = if expired { ErrorKind::Expired } else { error_kind(rejection) };
    let (code, field, message) = match replica.gateway_style.error_fields(kind) {
        Some((code, field, message)) => (code, field, message.to_owned()),
        None => usual_fields(rejection, expired, record),
    };
    frame["error_code"] = code.into();
    frame[field] = message.into();
    frame
}

/// Code, name of the message field, and message.
fn usual_fields(rejection: Rejection, expired: bool, record: &HandshakeRecord) -> (String, &'static str, String) {
    let code: &str = if expired { "TOKEN_EXPIRED" } else { rejection.into() };
    let message = if expired { "Token has expired".into() } else { message(rejection, record) };
    (code.into(), "error_message", message)
}

fn error_kind(rejection: Rejection) -> ErrorKind {
    match rejection {
        Rejection::NoToken => ErrorKind::MissingToken,
        Rejection::InvalidFormat => ErrorKind::Malformed,
        Rejection::ValidationFailed => ErrorKind::InvalidToken,
        Rejection::UnknownKey => ErrorKind::UnknownKey,
        Rejection::AuthServiceError => ErrorKind::AuthUnavailable,
        Rejection::VerifierError => ErrorKind::VerifierError,
        Rejection::AuthCircuitBreakerOpen => ErrorKind::Suspended,
    }
}

/// Adds what varies between responses of real systems: an id without a fixed format, and a small number.
pub(super) fn varying(mut report: Value, number: u64) -> Value {
    let id = Uuid::new_v4().simple().to_string();
    if let Some(fields) = report.as_object_mut() {
        fields.insert("trace".into(), id.chars().filter(char::is_ascii_alphabetic).collect::<String>().into());
        fields.insert("took_ms".into(), number.into());
    }
    report
}

/// Writes to the log what the real gateway writes of a rejection: the record, then the verdict.
pub(super) fn log(replica: &Replica, rejection: Rejection, record: &HandshakeRecord) {
    if rejection == Rejection::VerifierError {
        return replica.log_failure("Exception during WebSocket authentication: internal error".to_owned());
    }
    let (code, token): (&str, _) = (rejection.into(), if record.token.is_some() { "REDACTED" } else { "None" });
    replica.log_failure(log_record(rejection, record));
    replica.log_failure(format!("SSOT AUTHENTICATION FAILED: {code} - Token={token} failed on staging"));
}

fn log_record(rejection: Rejection, record: &HandshakeRecord) -> Text {
    let protocol = record.protocol.as_deref();
    let characteristics = record.token_characteristics(TokenInErrorFrame::Full);
    let mut masked = characteristics.clone();
    (masked["prefix"], masked["suffix"]) = ("[TOKEN]".into(), "[TOKEN]".into());
    Text {
        whole: log_text(rejection, record, protocol, characteristics),
        masked: log_text(rejection, record, protocol.map(|_| "[PRESENT]"), masked),
    }
}

/// A text prefix, then pretty-printed JSON, as in `textPayload` of the real log.
fn log_text(rejection: Rejection, record: &HandshakeRecord, protocol: Option<&str>, characteristics: Value) -> String {
    let json = match rejection {
        Rejection::NoToken => json!({
            "headers_checked": {
                "authorization": record.authorization.is_some(), "sec_websocket_protocol": protocol.unwrap_or("[MISSING]"),
                "all_header_keys": record.all_headers,
            },
            "query_params": {}, "websocket_info": {"path": WEBSOCKET},
        }),
        _ => json!({
            "validation_result_exists": rejection == Rejection::ValidationFailed,
            "validation_result_keys": ["valid", "user_id", "email", "permissions", "resilience_metadata"],
            "error_from_auth_service": null, "details_from_auth_service": null,
            "token_characteristics": characteristics,
            "context": "websocket", "method": "jwt", "timestamp": timestamp(), "auth_service_response_status": "present",
        }),
    };
    let code: &str = rejection.into();
    format!("{code} DEBUG: {json:#}")
}

/// By a correct clock.
pub(super) fn timestamp() -> f64 {
    Clock::default().timestamp()
}

fn message(rejection: Rejection, record: &HandshakeRecord) -> String {
    let token = record.token.as_deref().unwrap_or_default();
    match rejection {
        Rejection::NoToken => "No JWT token in the handshake".into(),
        Rejection::InvalidFormat => "Token has no valid form".into(),
        Rejection::ValidationFailed => {
            format!(
                "Token validation failed | Debug: {} chars, {} dots",
                token.chars().count(),
                token.matches('.').count()
            )
        }
        Rejection::UnknownKey => "No key of the token's id".into(),
        Rejection::AuthServiceError => "The auth service did not answer".into(),
        Rejection::VerifierError => "Internal error".into(),
        Rejection::AuthCircuitBreakerOpen => "Authentication is suspended after too many failures".into(),
    }
}
