//! The backend: health, fingerprint and REST, with the gateway on the same origin. On hyper rather than wiremock, whose
//! responders are synchronous and could not ask auth, and whose connections cannot be upgraded.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use serde_json::json;

use super::judge::Refusal;
use super::listen::{Body, empty, json as answer_json};
use super::paths::{FINGERPRINT, PROTECTED, WEBSOCKET};
use super::service::Service;
use super::{gateway, record};
use crate::deployment::Words;

pub async fn answer(service: Arc<Service>, request: Request<Incoming>) -> Response<Body> {
    let upgrade = request.headers().contains_key("upgrade");
    match (request.uri().path(), upgrade) {
        (WEBSOCKET, true) => gateway::answer(service, request).await,
        // Any other path refuses an upgrade just as a bad token is refused before accept.
        (_, true) => empty(StatusCode::FORBIDDEN),
        ("/health", false) => ok(&json!({"status": "healthy", "service": "backend"})),
        (FINGERPRINT, false) => ok(&json!({"hash": service.secrets.fingerprint(service.backend.jwt_secret)})),
        (PROTECTED, false) => protected(&service, &request).await,
        _ => answer_json(StatusCode::NOT_FOUND, &json!({"detail": "Not Found"})),
    }
}

async fn protected(service: &Service, request: &Request<Incoming>) -> Response<Body> {
    let demands = service.demands(service.backend.rest_demands);
    match service.judge.judge(service.bearer(request), demands).await {
        Ok(user) => ok(&json!({"threads": [], "user": user})),
        Err(refusal) => refused(refusal, service),
    }
}

fn refused(refusal: Refusal, service: &Service) -> Response<Body> {
    let words = service.backend.words;
    let (status, body) = match (refusal, words) {
        (Refusal::AuthServiceError, _) => (StatusCode::SERVICE_UNAVAILABLE, json!({"error": "service_unavailable"})),
        (_, Words::Uniform) => (StatusCode::UNAUTHORIZED, json!({"detail": "Unauthorized"})),
        (Refusal::NoToken, _) => (StatusCode::FORBIDDEN, json!({"detail": "Not authenticated"})),
        (_, Words::Telling | Words::Noisy) => (StatusCode::UNAUTHORIZED, json!({"error": "invalid_token"})),
    };
    answer_json(status, &if words == Words::Noisy { record::noisy(body, service.count_refusal()) } else { body })
}

fn ok(body: &serde_json::Value) -> Response<Body> {
    answer_json(StatusCode::OK, body)
}
