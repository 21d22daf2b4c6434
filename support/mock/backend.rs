//! The backend: health, fingerprint and REST, with the gateway on the same address. It runs on hyper, because it calls auth
//! while it responds and accepts upgrades.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{HeaderValue, SEC_WEBSOCKET_VERSION};
use hyper::{Request, Response, StatusCode};
use serde_json::{Value, json};

use super::carrier::CarryingParts;
use super::listen::{HttpBody, empty_response};
use super::paths::{FINGERPRINT, HEALTH, PROTECTED, WEBSOCKET};
use super::rejection::Rejection;
use super::replica::Replica;
use super::response_style::{Content, ErrorKind};
use super::{gateway, rejection_report, unhealthy};
use crate::deployment::{RejectionResponse, VerifyingEndpoint};

pub(super) async fn respond(replica: Arc<Replica>, request: Request<Incoming>) -> Response<HttpBody> {
    let mut response = match unhealthy::response(replica.backend.availability, request.uri().path()) {
        Some((status, body)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            replica.response(status, Content::Json(body))
        }
        None => route(Arc::clone(&replica), request).await,
    };
    replica.add_common_headers(response.headers_mut());
    response
}

async fn route(replica: Arc<Replica>, request: Request<Incoming>) -> Response<HttpBody> {
    let upgrade = replica.gateway.websocket_server && request.headers().contains_key("upgrade");
    match (request.uri().path(), upgrade) {
        (WEBSOCKET, true) => gateway::respond(replica, request).await,
        // As the real backend does, which makes a wrong path look like a token that is rejected before the upgrade.
        (_, true) => empty_response(StatusCode::FORBIDDEN),
        (HEALTH, false) => ok(&replica, json!({"status": "healthy", "service": "backend"})),
        (FINGERPRINT, false) => ok(&replica, replica.fingerprint.clone()),
        (WEBSOCKET, false) if replica.gateway.plain_get_validates => {
            let validated = protected(&replica, &request).await;
            if validated.status().is_success() { plain_get_response(&replica) } else { validated }
        }
        (WEBSOCKET, false) if replica.gateway.plain_get_status != 404 => plain_get_response(&replica),
        (PROTECTED, false) => protected(&replica, &request).await,
        _ => replica.response(StatusCode::NOT_FOUND, Content::Json(json!({"detail": "Not Found"}))),
    }
}

/// A WebSocket server names its version (RFC 6455 §4.4).
fn plain_get_response(replica: &Replica) -> Response<HttpBody> {
    let status = StatusCode::from_u16(replica.gateway.plain_get_status).unwrap_or(StatusCode::NOT_FOUND);
    let mut response = empty_response(status);
    if replica.gateway.websocket_server {
        response.headers_mut().insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    }
    response
}

async fn protected(replica: &Replica, request: &Request<Incoming>) -> Response<HttpBody> {
    let required = replica.required_token(replica.backend.rest_required_token);
    let token = replica.reader.token(replica.backend.rest_token_carrier, &CarryingParts::of(request));
    match replica.validator.validate(VerifyingEndpoint::Rest, token.as_deref(), required).await {
        Ok(user) => ok(replica, json!({"threads": [], "user": user})),
        Err(rejection) => rejected(rejection, replica),
    }
}

fn rejected(rejection: Rejection, replica: &Replica) -> Response<HttpBody> {
    let rejection_response = replica.backend.rejection_response;
    let (status, kind, body) = error(rejection, rejection_response);
    let content = match replica.style.error(status.as_u16(), kind, body) {
        Content::Json(body) if rejection_response == RejectionResponse::Varying => {
            Content::Json(rejection_report::varying(body, replica.count_rejection()))
        }
        content => content,
    };
    replica.response(status, content)
}

fn error(rejection: Rejection, response: RejectionResponse) -> (StatusCode, ErrorKind, Value) {
    match (rejection, response) {
        (Rejection::AuthServiceError, _) => {
            (StatusCode::SERVICE_UNAVAILABLE, ErrorKind::AuthUnavailable, json!({"error": "service_unavailable"}))
        }
        (Rejection::VerifierError, _) => {
            (StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::VerifierError, json!({"detail": "Internal Server Error"}))
        }
        (Rejection::AuthCircuitBreakerOpen, _) => {
            (StatusCode::FORBIDDEN, ErrorKind::Suspended, json!({"error": "temporarily_blocked"}))
        }
        (_, RejectionResponse::Uniform) => {
            (StatusCode::UNAUTHORIZED, ErrorKind::Denied, json!({"detail": "Unauthorized"}))
        }
        (Rejection::NoToken, _) => {
            (StatusCode::FORBIDDEN, ErrorKind::MissingToken, json!({"detail": "Not authenticated"}))
        }
        (_, RejectionResponse::AlwaysExpired) => {
            let body = json!({"error": "token_expired", "message": "the token has expired"});
            (StatusCode::UNAUTHORIZED, ErrorKind::Expired, body)
        }
        (Rejection::UnknownKey, RejectionResponse::Distinct | RejectionResponse::Varying) => {
            (StatusCode::UNAUTHORIZED, ErrorKind::UnknownKey, json!({"error": "unknown_key"}))
        }
        (_, RejectionResponse::Distinct | RejectionResponse::Varying) => {
            (StatusCode::UNAUTHORIZED, ErrorKind::InvalidToken, json!({"error": "invalid_token"}))
        }
    }
}

fn ok(replica: &Replica, body: Value) -> Response<HttpBody> {
    replica.response(StatusCode::OK, Content::Json(body))
}
