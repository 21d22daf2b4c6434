//! The front of a system: it takes requests as the preset's target file describes them to the mocks of auth and backend, and gives
//! their responses back in the format of that file. Upgrades pass as they are.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderValue, LOCATION, SET_COOKIE, UPGRADE};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Response, StatusCode, Uri};
use reqwest::Url;
use serde_json::{Value, json};

use super::request::Sent;
use crate::deployment::{BypassKey, Deployment};
use crate::mock::StartError;
use crate::mock::auth_client::plain_client;
use crate::mock::carrier::BEARER;
use crate::mock::listen::{self, HttpBody, Server, response};
use crate::mock::paths::{DISCOVERY, HEALTH, LOGIN, PROTECTED, VALIDATE, WEBSOCKET};
use crate::mock::secrets::Secrets;
use crate::mock::upstream::{Upstream, tunnel};
use crate::presets::{Preset, document};
use crate::target::{Found, Target, Verdict};

/// For a mock behind the front, which may be slow on purpose.
const PATIENCE: Duration = Duration::from_secs(10);

struct Front {
    target: Target,
    auth: SocketAddr,
    client: reqwest::Client,
    bypass_key: String,
}

/// Starts the front of that system before these mocks.
pub(in crate::mock) async fn start(
    preset: Preset,
    (deployment, secrets): (&Deployment, &Secrets),
    (auth, backend): (SocketAddr, SocketAddr),
    servers: &mut Vec<Server>,
) -> Result<SocketAddr, StartError> {
    let key = if deployment.client.bypass_key == BypassKey::Correct { secrets.bypass_key.expose() } else { "wrong" };
    let client = plain_client(PATIENCE)?;
    let target = preset.target()?;
    let front = Arc::new(Front { target, auth, client, bypass_key: key.to_owned() });
    let connected = move || {
        let (front, upstream) = (Arc::clone(&front), Upstream::new(backend));
        move |request| {
            let (front, upstream) = (Arc::clone(&front), Arc::clone(&upstream));
            async move { front.respond(&upstream, request).await.unwrap_or_else(|| status(StatusCode::BAD_GATEWAY)) }
        }
    };
    Ok(listen::serve(None, connected, servers).await?)
}

impl Front {
    /// `None` where a mock behind it does not respond.
    async fn respond(&self, upstream: &Upstream, mut request: Request<Incoming>) -> Option<Response<HttpBody>> {
        let path = request.uri().path().to_owned();
        let is_at =
            |base: &Option<Url>, at: &str| base.as_ref().is_some_and(|base| Target::join(base, at).path() == path);
        let target = &self.target;
        if target.websocket.as_ref().is_some_and(|url| url.path() == path) {
            return self.forward(upstream, request, WEBSOCKET).await;
        }
        if request.headers().contains_key(UPGRADE) {
            return self.forward(upstream, request, &path).await;
        }
        if let Some(login) = target.login.as_ref().filter(|login| is_at(&target.auth, &login.request.path)) {
            let method = login.request.method.clone();
            return if method == *request.method() { self.login(request).await } else { Some(not_allowed()) };
        }
        if let Some(validation) = target.validation().filter(|it| is_at(&target.auth, &it.request.path)) {
            let method = validation.request.method.clone();
            return if method == *request.method() { self.validate(request).await } else { Some(not_allowed()) };
        }
        if is_at(&target.auth, &target.health.auth) && request.method() == Method::GET {
            let at = if path == DISCOVERY { DISCOVERY } else { HEALTH };
            return self.pass(self.client.get(format!("http://{}{at}", self.auth))).await;
        }
        let at = if is_at(&target.backend, &target.health.backend) {
            HEALTH
        } else if target.protected().is_some_and(|protected| is_at(&target.backend, &protected.request.path)) {
            PROTECTED
        } else {
            return Some(json_response(StatusCode::NOT_FOUND, &json!({"detail": "Not Found"})));
        };
        self.put_where_the_mock_reads(&mut request);
        self.forward(upstream, request, at).await
    }

    /// The mock of REST reads `Authorization`, where the system may have another header, the query or a cookie.
    fn put_where_the_mock_reads(&self, request: &mut Request<Incoming>) {
        let Some(protected) = self.target.protected() else { return };
        if protected.token.name.eq_ignore_ascii_case(AUTHORIZATION.as_str()) {
            return;
        }
        let sent = Sent { headers: request.headers(), query: request.uri().query(), body: &[] };
        let value = sent.token_at(&protected.token).map(|token| format!("{BEARER}{token}"));
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
    }

    /// The same request at another path of the backend.
    async fn forward(
        &self,
        upstream: &Upstream,
        mut request: Request<Incoming>,
        path: &str,
    ) -> Option<Response<HttpBody>> {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        *request.uri_mut() = Uri::from(PathAndQuery::try_from(format!("{path}{query}")).ok()?);
        let from_client = hyper::upgrade::on(&mut request);
        let mut response = upstream.send(request).await.ok()?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            tunnel(from_client, hyper::upgrade::on(&mut response));
        }
        Some(response.map(BodyExt::boxed))
    }

    async fn login(&self, request: Request<Incoming>) -> Option<Response<HttpBody>> {
        let login = self.target.login.as_ref()?;
        let (parts, body) = request.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        let sent = Sent { headers: &parts.headers, query: parts.uri.query(), body: &body };
        let Some(user) = sent.value_of("user", &login.request) else {
            return Some(json_response(StatusCode::UNPROCESSABLE_ENTITY, &json!({"detail": "a user is required"})));
        };
        let request = self.client.post(format!("http://{}{LOGIN}", self.auth));
        let request = request.header("x-e2e-bypass-key", &self.bypass_key).json(&json!({"email": user, "name": user}));
        let issued = request.send().await.ok()?;
        if !issued.status().is_success() {
            return passed(issued).await;
        }
        let issued: Value = issued.json().await.ok()?;
        let token = issued["access_token"].as_str()?.to_owned();
        Some(match &login.token {
            Found::At(pointer) => {
                let mut body = document(pointer, token.into());
                if let Some(fields) = body.as_object_mut() {
                    fields.insert("token_type".into(), issued["token_type"].clone());
                }
                json_response(StatusCode::OK, &body)
            }
            Found::Cookie(name) => {
                with_header(status(StatusCode::SEE_OTHER), SET_COOKIE.as_str(), &format!("{name}={token}; Path=/"))
            }
            Found::Header(name) => with_header(status(StatusCode::OK), name, &format!("Bearer {token}")),
            Found::Text => response(StatusCode::OK, "text/plain", token),
        })
    }

    async fn validate(&self, request: Request<Incoming>) -> Option<Response<HttpBody>> {
        let validation = self.target.validation()?;
        let (parts, body) = request.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        let sent = Sent { headers: &parts.headers, query: parts.uri.query(), body: &body };
        let token = match &validation.token {
            Some(place) => sent.token_at(place),
            None => sent.value_of("token", &validation.request),
        };
        let request = self.client.post(format!("http://{}{VALIDATE}", self.auth));
        let verdict = request.json(&json!({"token": token.unwrap_or_default()})).send().await.ok()?;
        if !verdict.status().is_success() {
            return passed(verdict).await;
        }
        let verdict: Value = verdict.json().await.ok()?;
        let is_valid = verdict["valid"] == true;
        Some(match (&validation.accepted, is_valid) {
            (Verdict::Status(_), true) => json_response(StatusCode::OK, &json!({"user": verdict["user_id"]})),
            (Verdict::Status(_), false) => {
                json_response(StatusCode::UNAUTHORIZED, &json!({"detail": verdict["error"]}))
            }
            (Verdict::Value { at, is }, true) => json_response(StatusCode::OK, &document(at, is.clone())),
            (Verdict::Value { at, .. }, false) => json_response(StatusCode::OK, &document(at, false.into())),
        })
    }

    async fn pass(&self, request: reqwest::RequestBuilder) -> Option<Response<HttpBody>> {
        passed(request.send().await.ok()?).await
    }
}

/// A response of auth, unchanged.
async fn passed(from: reqwest::Response) -> Option<Response<HttpBody>> {
    let status = StatusCode::from_u16(from.status().as_u16()).ok()?;
    Some(response(status, "application/json", from.bytes().await.ok()?))
}

fn json_response(status: StatusCode, body: &Value) -> Response<HttpBody> {
    response(status, "application/json", body.to_string())
}

fn status(status: StatusCode) -> Response<HttpBody> {
    let mut response = listen::empty_response(status);
    if status.is_redirection() {
        response.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
    }
    response
}

fn not_allowed() -> Response<HttpBody> {
    json_response(StatusCode::METHOD_NOT_ALLOWED, &json!({"detail": "Method Not Allowed"}))
}

fn with_header(mut response: Response<HttpBody>, name: &str, value: &str) -> Response<HttpBody> {
    let name = hyper::header::HeaderName::from_bytes(name.as_bytes()).ok();
    if let Some((name, value)) = name.zip(HeaderValue::from_str(value).ok()) {
        response.headers_mut().insert(name, value);
    }
    response
}
