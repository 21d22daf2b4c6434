//! A shared cache that does not ask for whom an answer was: what a GET was given once is given to everybody who asks for the
//! same address.

use std::collections::HashMap;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AGE, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::listen::Body;

#[derive(Default)]
pub struct Cache {
    kept: Mutex<HashMap<String, Kept>>,
}

struct Kept {
    headers: HeaderMap,
    body: Bytes,
    since: Instant,
}

impl Cache {
    pub async fn find(&self, address: &str) -> Option<Response<Body>> {
        let kept = self.kept.lock().await;
        let Kept { headers, body, since } = kept.get(address)?;
        let mut response = with_body(body.clone());
        *response.headers_mut() = headers.clone();
        response.headers_mut().insert(AGE, HeaderValue::from(since.elapsed().as_secs()));
        response.headers_mut().insert(X_CACHE, HeaderValue::from_static("HIT"));
        Some(response)
    }

    /// Keeps a good answer, and gives back what was given.
    pub async fn keep(&self, address: String, response: Response<Body>) -> Result<Response<Body>, hyper::Error> {
        if response.status() != StatusCode::OK {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        let kept = Kept { headers: parts.headers.clone(), body: body.clone(), since: Instant::now() };
        self.kept.lock().await.insert(address, kept);
        Ok(Response::from_parts(parts, with_body(body).into_body()))
    }
}

/// Path and query, where the answer may be kept at all.
pub fn address(request: &Request<Incoming>) -> Option<String> {
    let keepable = request.method() == Method::GET && !request.headers().contains_key(UPGRADE);
    keepable.then(|| request.uri().path_and_query().map(ToString::to_string)).flatten()
}

fn with_body(body: Bytes) -> Response<Body> {
    Response::new(Full::new(body).map_err(|never| match never {}).boxed())
}

const X_CACHE: HeaderName = HeaderName::from_static("x-cache");
