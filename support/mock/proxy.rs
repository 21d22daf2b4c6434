//! The reverse proxy before a service: it forwards requests and upgrades, and responds, delays, strips, rewrites or blocks as
//! configured.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONNECTION, DATE, HeaderMap, HeaderValue, LOCATION, UPGRADE, WWW_AUTHENTICATE};
use hyper::{Request, Response, StatusCode};
use serde_json::json;

use super::carrier::BEARER;
use super::listen::{self, HttpBody, Server, empty_response, response};
use super::paths::WEBSOCKET;
use super::response_cache::{ResponseCache, cache_key};
use super::tls::Authority;
use super::upstream::{Upstream, UpstreamError, tunnel};
use super::{ServerAddress, StartError};
use crate::deployment::{AccessProxy, BearerRewrite, OversizedHeader, Proxy, ReachableRoutes};

struct ReverseProxy {
    proxy: Proxy,
    service: SocketAddr,
    requests: AtomicU32,
    cache: ResponseCache,
}

/// Starts a proxy before this service.
pub(super) async fn start(
    proxy: &Proxy,
    service: SocketAddr,
    authority: Option<&Authority>,
    servers: &mut Vec<Server>,
) -> Result<ServerAddress, StartError> {
    let tls = authority.zip(proxy.tls).map(|(authority, certificate)| authority.acceptor(certificate)).transpose()?;
    let (requests, cache) = (AtomicU32::new(0), ResponseCache::default());
    let has_tls = tls.is_some();
    let proxy = Arc::new(ReverseProxy { proxy: proxy.clone(), service, requests, cache });
    let connected = move || {
        let (proxy, upstream) = (Arc::clone(&proxy), Upstream::new(proxy.service));
        move |request| Arc::clone(&proxy).respond(Arc::clone(&upstream), request)
    };
    Ok(ServerAddress { socket: listen::serve(tls, connected, servers).await?, tls: has_tls })
}

impl ReverseProxy {
    async fn respond(self: Arc<Self>, upstream: Arc<Upstream>, mut request: Request<Incoming>) -> Response<HttpBody> {
        if let Some(response) = self.own_response(&mut request) {
            return response;
        }
        let key = cache_key(&request).filter(|_| self.proxy.caches_responses);
        if let Some(key) = &key
            && let Some(response) = self.cache.find(key).await
        {
            return response;
        }
        self.rewrite(request.headers_mut());
        if !self.proxy.delay.is_zero() {
            tokio::time::sleep(self.proxy.delay).await;
        }
        match self.forward(&upstream, request, key).await {
            Ok(response) => response,
            Err(_) => bad_gateway(),
        }
    }

    /// Its own response, without a request to the service.
    fn own_response(&self, request: &mut Request<Incoming>) -> Option<Response<HttpBody>> {
        let sign_in = self.proxy.access_proxy.map(sign_in);
        sign_in
            .or_else(|| self.limited())
            .or_else(|| self.too_long(request.headers_mut()))
            .or_else(|| self.without_route(request.uri().path()))
            .or_else(|| self.redirected(request.uri().path()))
            .or_else(|| (!self.reaches(request.uri().path())).then(bad_gateway))
    }

    fn limited(&self) -> Option<Response<HttpBody>> {
        let limit = self.proxy.request_limit?;
        (self.requests.fetch_add(1, Ordering::Relaxed) >= limit).then(too_many_requests)
    }

    fn too_long(&self, headers: &mut HeaderMap) -> Option<Response<HttpBody>> {
        let max = self.proxy.max_header_length?;
        for value in headers.values_mut().filter(|value| value.len() > max) {
            match self.proxy.oversized_header {
                OversizedHeader::Rejected => return Some(header_too_large()),
                OversizedHeader::Truncated => *value = HeaderValue::from_bytes(&value.as_bytes()[..max]).ok()?,
            }
        }
        None
    }

    fn redirected(&self, path: &str) -> Option<Response<HttpBody>> {
        self.proxy.redirects_to_slash.iter().any(|other| other == path).then(|| redirect_to(&format!("{path}/")))
    }

    fn without_route(&self, path: &str) -> Option<Response<HttpBody>> {
        self.proxy.paths_without_route.iter().any(|other| other == path).then(not_found)
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
        let always = self.proxy.strips_request_headers.iter();
        let from_upgrades = self.proxy.strips_upgrade_headers.iter().filter(|_| upgrade);
        always.chain(from_upgrades).for_each(|name| _ = headers.remove(name));
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
            BearerRewrite::Stripped => value.strip_prefix(BEARER)?.to_owned(),
            BearerRewrite::Added => format!("{BEARER}{value}"),
            BearerRewrite::Replaced => format!("{BEARER}{OWN_TOKEN}"),
        };
        HeaderValue::from_str(&rewritten).ok()
    }

    async fn forward(
        &self,
        upstream: &Upstream,
        mut request: Request<Incoming>,
        key: Option<String>,
    ) -> Result<Response<HttpBody>, UpstreamError> {
        let from_client = hyper::upgrade::on(&mut request);
        let mut response = upstream.send(request).await?;
        self.rewrite_response(response.headers_mut());
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            tunnel(from_client, hyper::upgrade::on(&mut response));
        }
        let response = response.map(BodyExt::boxed);
        match key {
            Some(key) => Ok(self.cache.keep(key, response).await?),
            None => Ok(response),
        }
    }

    fn rewrite_response(&self, headers: &mut HeaderMap) {
        self.proxy.strips_response_headers.iter().for_each(|name| _ = headers.remove(name));
        if self.proxy.replaces_date {
            // hyper adds the current date to a response that has none.
            headers.remove(DATE);
        }
    }
}

fn sign_in(access_proxy: AccessProxy) -> Response<HttpBody> {
    let with = |status, name, value| {
        let mut response = empty_response(status);
        response.headers_mut().insert(name, HeaderValue::from_static(value));
        response
    };
    match access_proxy {
        AccessProxy::SignInPage => response(StatusCode::OK, "text/html", SIGN_IN),
        AccessProxy::Redirect => with(StatusCode::FOUND, LOCATION, "https://accounts.test/sign-in"),
        AccessProxy::Challenge => with(StatusCode::UNAUTHORIZED, WWW_AUTHENTICATE, "Basic realm=\"staging\""),
    }
}

fn too_many_requests() -> Response<HttpBody> {
    let body = json!({"error": "too_many_requests"}).to_string();
    let mut response = response(StatusCode::TOO_MANY_REQUESTS, "application/json", body);
    response.headers_mut().insert("retry-after", HeaderValue::from_static("30"));
    response
}

fn header_too_large() -> Response<HttpBody> {
    response(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "text/plain", "Request Header Fields Too Large")
}

fn redirect_to(path: &str) -> Response<HttpBody> {
    let mut response = empty_response(StatusCode::TEMPORARY_REDIRECT);
    HeaderValue::from_str(path).into_iter().for_each(|path| _ = response.headers_mut().insert(LOCATION, path));
    response
}

fn not_found() -> Response<HttpBody> {
    response(StatusCode::NOT_FOUND, "text/html", "<html><h1>404 Not Found</h1></html>")
}

fn bad_gateway() -> Response<HttpBody> {
    response(StatusCode::BAD_GATEWAY, "text/html", "<html><h1>502 Bad Gateway</h1></html>")
}

/// No service here accepts it.
const OWN_TOKEN: &str = "access.proxy.token";
const SIGN_IN: &str = "<!doctype html><html><title>Sign in</title><h1>Sign in to continue</h1>\
    <form method=\"post\"><input name=\"email\"><input name=\"password\" type=\"password\"></form></html>";
