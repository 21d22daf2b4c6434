//! The backend: health, fingerprint and REST, with the gateway on the same origin. On hyper rather than wiremock, whose
//! responders are synchronous and could not ask auth, and whose connections cannot be upgraded.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use serde_json::{Value, json};

use super::dialect::{Kind, Said};
use super::judge::Refusal;
use super::listen::{Body, empty};
use super::paths::{FINGERPRINT, HEALTH, PROTECTED, WEBSOCKET};
use super::service::Service;
use super::{gateway, record, unwell};
use crate::deployment::RejectionResponse;

pub async fn answer(service: Arc<Service>, request: Request<Incoming>) -> Response<Body> {
    let mut response = match unwell::answer(service.backend.availability, request.uri().path()) {
        Some((status, body)) => {
            service.say(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Said::Json(body))
        }
        None => route(Arc::clone(&service), request).await,
    };
    service.stamp(response.headers_mut());
    response
}

async fn route(service: Arc<Service>, request: Request<Incoming>) -> Response<Body> {
    let upgrade = request.headers().contains_key("upgrade");
    match (request.uri().path(), upgrade) {
        (WEBSOCKET, true) => gateway::answer(service, request).await,
        // Any other path refuses an upgrade just as a bad token is refused before accept.
        (_, true) => empty(StatusCode::FORBIDDEN),
        (HEALTH, false) => ok(&service, json!({"status": "healthy", "service": "backend"})),
        (FINGERPRINT, false) => ok(&service, service.fingerprint.clone()),
        (WEBSOCKET, false) if service.gateway.plain_get_status != 404 => {
            empty(StatusCode::from_u16(service.gateway.plain_get_status).unwrap_or(StatusCode::NOT_FOUND))
        }
        (PROTECTED, false) => protected(&service, &request).await,
        _ => service.say(StatusCode::NOT_FOUND, Said::Json(json!({"detail": "Not Found"}))),
    }
}

async fn protected(service: &Service, request: &Request<Incoming>) -> Response<Body> {
    let demands = service.demands(service.backend.rest_required_token);
    match service.judge.judge(service.bearer(request), demands).await {
        Ok(user) => ok(service, json!({"threads": [], "user": user})),
        Err(refusal) => refused(refusal, service),
    }
}

fn refused(refusal: Refusal, service: &Service) -> Response<Body> {
    let (status, kind, body) = words(refusal, service.backend.rejection_response);
    let said = match service.dialect.refusal(status.as_u16(), kind, body) {
        Said::Json(body) if service.backend.rejection_response == RejectionResponse::Varying => {
            Said::Json(record::noisy(body, service.count_refusal()))
        }
        said => said,
    };
    service.say(status, said)
}

fn words(refusal: Refusal, words: RejectionResponse) -> (StatusCode, Kind, Value) {
    match (refusal, words) {
        (Refusal::AuthServiceError, _) => {
            (StatusCode::SERVICE_UNAVAILABLE, Kind::Unavailable, json!({"error": "service_unavailable"}))
        }
        (Refusal::AuthCircuitBreakerOpen, _) => {
            (StatusCode::FORBIDDEN, Kind::Suspended, json!({"error": "temporarily_blocked"}))
        }
        (_, RejectionResponse::Uniform) => (StatusCode::UNAUTHORIZED, Kind::Denied, json!({"detail": "Unauthorized"})),
        (Refusal::NoToken, _) => (StatusCode::FORBIDDEN, Kind::Missing, json!({"detail": "Not authenticated"})),
        (_, RejectionResponse::AlwaysExpired) => {
            let body = json!({"error": "token_expired", "message": "the token has expired"});
            (StatusCode::UNAUTHORIZED, Kind::Expired, body)
        }
        (_, RejectionResponse::Distinct | RejectionResponse::Varying) => {
            (StatusCode::UNAUTHORIZED, Kind::Invalid, json!({"error": "invalid_token"}))
        }
    }
}

fn ok(service: &Service, body: Value) -> Response<Body> {
    service.say(StatusCode::OK, Said::Json(body))
}
