//! A shared cache that ignores for which user a response was: it keeps a response to a GET and returns it for every request of
//! the same path and query.

use std::collections::HashMap;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AGE, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::listen::HttpBody;

#[derive(Default)]
pub(super) struct ResponseCache {
    responses: Mutex<HashMap<String, CachedResponse>>,
}

struct CachedResponse {
    headers: HeaderMap,
    body: Bytes,
    since: Instant,
}

impl ResponseCache {
    pub(super) async fn find(&self, key: &str) -> Option<Response<HttpBody>> {
        let responses = self.responses.lock().await;
        let CachedResponse { headers, body, since } = responses.get(key)?;
        let mut response = with_body(body.clone());
        *response.headers_mut() = headers.clone();
        response.headers_mut().insert(AGE, HeaderValue::from(since.elapsed().as_secs()));
        response.headers_mut().insert(X_CACHE, HeaderValue::from_static("HIT"));
        Some(response)
    }

    /// Keeps a 200, and returns the same response.
    pub(super) async fn keep(
        &self,
        key: String,
        response: Response<HttpBody>,
    ) -> Result<Response<HttpBody>, hyper::Error> {
        if response.status() != StatusCode::OK {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        let cached = CachedResponse { headers: parts.headers.clone(), body: body.clone(), since: Instant::now() };
        self.responses.lock().await.insert(key, cached);
        Ok(Response::from_parts(parts, with_body(body).into_body()))
    }
}

/// Path and query, where a response may be cached.
pub(super) fn cache_key(request: &Request<Incoming>) -> Option<String> {
    let cacheable = request.method() == Method::GET && !request.headers().contains_key(UPGRADE);
    cacheable.then(|| request.uri().path_and_query().map(ToString::to_string)).flatten()
}

fn with_body(body: Bytes) -> Response<HttpBody> {
    Response::new(Full::new(body).map_err(|never| match never {}).boxed())
}

const X_CACHE: HeaderName = HeaderName::from_static("x-cache");
