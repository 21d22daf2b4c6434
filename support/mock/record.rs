//! What the backend says about a refusal: the error frame and the log record of the incident, field for field. They repeat
//! parts of the token, as the real ones do.

use hyper::Request;
use hyper::body::Incoming;
use serde_json::{Value, json};
use uuid::Uuid;

use super::judge::Refusal;
use super::paths::WEBSOCKET;
use crate::token::now;

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

    fn token_characteristics(&self) -> Value {
        let token = self.token.as_deref().unwrap_or_default();
        let head: String = token.chars().take(12).collect();
        let tail: String = token.chars().skip(token.chars().count().saturating_sub(8)).collect();
        json!({
            "length": token.chars().count(), "prefix": head, "suffix": tail, "dot_count": token.matches('.').count(),
            "has_bearer_prefix": token.starts_with("Bearer "),
        })
    }

    fn auth_headers(&self) -> Value {
        let preview = self.authorization.as_deref().map(|value| value.chars().take(20).collect::<String>() + "...");
        json!({
            "authorization_present": self.authorization.is_some(),
            "authorization_preview": preview.as_deref().unwrap_or("[MISSING]"),
            "websocket_protocol": self.protocol.as_deref().unwrap_or("[MISSING]"),
        })
    }
}

pub fn error_frame(refusal: Refusal, presented: &Presented) -> Value {
    let code: &str = refusal.into();
    json!({
        "type": "error_message", "error_code": code, "error_message": message(refusal, presented),
        "details": {
            "environment": "staging", "ssot_authentication": true,
            "failure_context": {"auth_headers": presented.auth_headers(), "token_characteristics": presented.token_characteristics()},
        },
        "timestamp": timestamp(),
    })
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
            "token_characteristics": presented.token_characteristics(),
            "context": "websocket", "method": "jwt", "timestamp": timestamp(), "auth_service_response_status": "present",
        }),
    };
    let code: &str = refusal.into();
    format!("{code} DEBUG: {record:#}")
}

/// Seconds since the epoch with a fraction, as the real frames carry.
pub fn timestamp() -> f64 {
    now() as f64 + 0.5
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
    }
}
