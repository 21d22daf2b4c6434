//! What was found last, as OpenMetrics text, on a port of this machine.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::{Look, State};
use crate::report::Gauges;

/// The text that is served; copies share it.
#[derive(Clone)]
pub struct Metrics(Arc<Mutex<String>>);

impl Default for Metrics {
    /// Nothing was found yet.
    fn default() -> Self {
        Metrics(Arc::new(Mutex::new("# EOF\n".to_owned())))
    }
}

const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

impl Metrics {
    /// Replaces the text by what this look has found.
    pub fn update(&self, target: &str, look: &Look) {
        let State { verdict, faults, fingerprints_equal, .. } = &look.state;
        let gauges = Gauges {
            target,
            at: SystemTime::now(),
            verdict: *verdict,
            faults: faults.iter().map(|(fault, severity)| (*fault, *severity)).collect(),
            fingerprints_equal: *fingerprints_equal,
            rate: look.rate.as_ref(),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = gauges.text();
    }

    /// The text.
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves the text at `/metrics` until the returned task is dropped or aborted. Gives the address with its port.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn serve(&self, address: SocketAddr) -> std::io::Result<(SocketAddr, tokio::task::JoinHandle<()>)> {
        let listener = TcpListener::bind(address).await?;
        let bound = listener.local_addr()?;
        let metrics = self.clone();
        let task = tokio::spawn(async move {
            loop {
                // A connection that breaks before it is accepted is the next one's chance.
                let Ok((stream, _)) = listener.accept().await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let metrics = metrics.clone();
                tokio::spawn(async move {
                    let respond = service_fn(move |request| {
                        let metrics = metrics.clone();
                        async move { Ok::<_, Infallible>(metrics.respond(&request)) }
                    });
                    let mut server = hyper::server::conn::http1::Builder::new();
                    _ = server.keep_alive(false).serve_connection(TokioIo::new(stream), respond).await;
                });
            }
        });
        Ok((bound, task))
    }

    fn respond(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let is_there = request.uri().path() == "/metrics";
        let status = match (is_there, request.method()) {
            (false, _) => StatusCode::NOT_FOUND,
            (true, &Method::GET | &Method::HEAD) => StatusCode::OK,
            (true, _) => StatusCode::METHOD_NOT_ALLOWED,
        };
        let body = if status == StatusCode::OK { self.text() } else { String::new() };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(KIND));
        response
    }
}
