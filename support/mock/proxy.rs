//! The reverse proxy before a service: forwards requests and upgrades, and answers, delays, strips, rewrites or blocks as it
//! is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONNECTION, DATE, HeaderMap, HeaderValue, LOCATION, UPGRADE, WWW_AUTHENTICATE};
use hyper::{Request, Response, StatusCode};
use serde_json::json;

use super::cache::{self, Cache};
use super::listen::{self, Body, Server, empty, text};
use super::paths::WEBSOCKET;
use super::tls::Authority;
use super::upstream::{Failed, Upstream, tunnel};
use super::{Broken, Origin};
use crate::deployment::{AccessProxy, BearerRewrite, OversizedHeader, Proxy, ReachableRoutes};

struct Service {
    proxy: Proxy,
    behind: SocketAddr,
    requests: AtomicU32,
    cache: Cache,
}

/// Starts such a proxy before that address.
pub async fn start(
    proxy: &Proxy,
    behind: SocketAddr,
    authority: Option<&Authority>,
    servers: &mut Vec<Server>,
) -> Result<Origin, Broken> {
    let tls = authority.zip(proxy.tls).map(|(authority, shown)| authority.acceptor(shown)).transpose()?;
    let secure = tls.is_some();
    let (requests, cache) = (AtomicU32::new(0), Cache::default());
    let service = Arc::new(Service { proxy: proxy.clone(), behind, requests, cache });
    let connected = move || {
        let (service, upstream) = (Arc::clone(&service), Upstream::new(service.behind));
        move |request| Arc::clone(&service).answer(Arc::clone(&upstream), request)
    };
    Ok(Origin { address: listen::serve(tls, connected, servers).await?, secure })
}

impl Service {
    async fn answer(self: Arc<Self>, upstream: Arc<Upstream>, mut request: Request<Incoming>) -> Response<Body> {
        if let Some(answer) = self.turned_away(&mut request) {
            return answer;
        }
        let address = cache::address(&request).filter(|_| self.proxy.caches_responses);
        if let Some(address) = &address
            && let Some(answer) = self.cache.find(address).await
        {
            return answer;
        }
        self.rewrite(request.headers_mut());
        if !self.proxy.delay.is_zero() {
            tokio::time::sleep(self.proxy.delay).await;
        }
        match self.forward(&upstream, request, address).await {
            Ok(response) => response,
            Err(_) => bad_gateway(),
        }
    }

    /// What it answers on its own, without asking the service.
    fn turned_away(&self, request: &mut Request<Incoming>) -> Option<Response<Body>> {
        let gate = self.proxy.access_proxy.map(asks_for_sign_in);
        gate.or_else(|| self.limited())
            .or_else(|| self.too_long(request.headers_mut()))
            .or_else(|| self.unrouted(request.uri().path()))
            .or_else(|| (!self.reaches(request.uri().path())).then(bad_gateway))
    }

    fn limited(&self) -> Option<Response<Body>> {
        let most = self.proxy.request_limit?;
        (self.requests.fetch_add(1, Ordering::Relaxed) >= most).then(too_many_requests)
    }

    fn too_long(&self, headers: &mut HeaderMap) -> Option<Response<Body>> {
        let longest = self.proxy.max_header_length?;
        for value in headers.values_mut().filter(|value| value.len() > longest) {
            match self.proxy.oversized_header {
                OversizedHeader::Rejected => return Some(header_too_large()),
                OversizedHeader::Truncated => *value = HeaderValue::from_bytes(&value.as_bytes()[..longest]).ok()?,
            }
        }
        None
    }

    fn unrouted(&self, path: &str) -> Option<Response<Body>> {
        self.proxy.paths_without_route.iter().any(|unrouted| unrouted == path).then(not_found)
    }

    fn reaches(&self, path: &str) -> bool {
        match self.proxy.reaches {
            ReachableRoutes::Everything => true,
            ReachableRoutes::OnlyRest => path != WEBSOCKET,
            ReachableRoutes::Nothing => false,
        }
    }

    fn rewrite(&self, headers: &mut HeaderMap) {
        let upgrade = headers.contains_key(UPGRADE);
        let stripped = self
            .proxy
            .strips_request_headers
            .iter()
            .chain(self.proxy.strips_upgrade_headers.iter().filter(|_| upgrade));
        stripped.for_each(|name| _ = headers.remove(name));
        if !self.proxy.forwards_upgrades {
            headers.remove(UPGRADE);
            headers.remove(CONNECTION);
        }
        let rewritten = headers.get(AUTHORIZATION).and_then(|value| self.rewritten(value.to_str().ok()?));
        if let Some(value) = rewritten {
            headers.insert(AUTHORIZATION, value);
        }
    }

    fn rewritten(&self, value: &str) -> Option<HeaderValue> {
        let rewritten = match self.proxy.bearer_prefix {
            BearerRewrite::Unchanged => return None,
            BearerRewrite::Stripped => value.strip_prefix("Bearer ")?.to_owned(),
            BearerRewrite::Added => format!("Bearer {value}"),
        };
        HeaderValue::from_str(&rewritten).ok()
    }

    async fn forward(
        &self,
        upstream: &Upstream,
        mut request: Request<Incoming>,
        address: Option<String>,
    ) -> Result<Response<Body>, Failed> {
        let from_client = hyper::upgrade::on(&mut request);
        let mut response = upstream.send(request).await?;
        self.rewrite_response(response.headers_mut());
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            tunnel(from_client, hyper::upgrade::on(&mut response));
        }
        let response = response.map(BodyExt::boxed);
        match address {
            Some(address) => Ok(self.cache.keep(address, response).await?),
            None => Ok(response),
        }
    }

    fn rewrite_response(&self, headers: &mut HeaderMap) {
        self.proxy.strips_response_headers.iter().for_each(|name| _ = headers.remove(name));
        if self.proxy.replaces_date {
            // An answer without a date is given the present one when it is sent.
            headers.remove(DATE);
        }
    }
}

fn asks_for_sign_in(gate: AccessProxy) -> Response<Body> {
    let with = |status, name, value| {
        let mut response = empty(status);
        response.headers_mut().insert(name, HeaderValue::from_static(value));
        response
    };
    match gate {
        AccessProxy::SignInPage => text(StatusCode::OK, "text/html", SIGN_IN),
        AccessProxy::Redirect => with(StatusCode::FOUND, LOCATION, "https://accounts.test/sign-in"),
        AccessProxy::Challenge => with(StatusCode::UNAUTHORIZED, WWW_AUTHENTICATE, "Basic realm=\"staging\""),
    }
}

fn too_many_requests() -> Response<Body> {
    let body = json!({"error": "too_many_requests"}).to_string();
    let mut response = text(StatusCode::TOO_MANY_REQUESTS, "application/json", body);
    response.headers_mut().insert("retry-after", HeaderValue::from_static("30"));
    response
}

fn header_too_large() -> Response<Body> {
    text(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "text/plain", "Request Header Fields Too Large")
}

fn not_found() -> Response<Body> {
    text(StatusCode::NOT_FOUND, "text/html", "<html><h1>404 Not Found</h1></html>")
}

fn bad_gateway() -> Response<Body> {
    text(StatusCode::BAD_GATEWAY, "text/html", "<html><h1>502 Bad Gateway</h1></html>")
}

const SIGN_IN: &str = "<!doctype html><html><title>Sign in</title><h1>Sign in to continue</h1>\
    <form method=\"post\"><input name=\"email\"><input name=\"password\" type=\"password\"></form></html>";
