//! What was found last, as OpenMetrics text, on a port of this machine.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

use super::Look;
use crate::diagnosis::Verdict;

type Value = Gauge<f64, AtomicU64>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTarget {
    target: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLeg {
    target: String,
    leg: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfVerdict {
    target: String,
    verdict: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfFault {
    target: String,
    fault: String,
    severity: String,
}

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
        let mut text = String::new();
        // Only a writer that fails fails, and a text does not.
        if encode(&mut text, &registry(target, look)).is_ok() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text;
        }
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

fn registry(target: &str, look: &Look) -> Registry {
    let mut registry = Registry::with_prefix("fivewhys");
    let target = || target.to_owned();
    let of_target = || OfTarget { target: target() };

    let verdict = Family::<OfVerdict, Value>::default();
    for one in [Verdict::Healthy, Verdict::Faulty, Verdict::Inconclusive] {
        let labels = OfVerdict { target: target(), verdict: one.to_string() };
        verdict.get_or_create(&labels).set(f64::from(u8::from(one == look.state.verdict)));
    }
    registry.register("verdict", "1 for the verdict of the last check", verdict);

    let faults = Family::<OfFault, Value>::default();
    for (fault, severity) in &look.state.faults {
        let labels = OfFault { target: target(), fault: fault.to_string(), severity: severity.to_string() };
        faults.get_or_create(&labels).set(1.0);
    }
    registry.register("fault", "1 for each fault that the last check has confirmed", faults);

    let (rate, samples) = (Family::<OfLeg, Value>::default(), Family::<OfLeg, Value>::default());
    for leg in look.rate.iter().flat_map(|rate| &rate.legs) {
        let labels = OfLeg { target: target(), leg: leg.leg.to_string() };
        samples.get_or_create(&labels).set(leg.tally.attempts() as f64);
        leg.tally.rate().into_iter().for_each(|share| _ = rate.get_or_create(&labels).set(share));
    }
    registry.register("success_rate", "Share of valid tokens that were accepted, of those that were judged", rate);
    registry.register("samples", "Samples of the last measurement", samples);

    let equal = Family::<OfTarget, Value>::default();
    if let Some(same) = look.state.fingerprints_equal {
        equal.get_or_create(&of_target()).set(f64::from(u8::from(same)));
    }
    registry.register("fingerprints_equal", "1 where auth and the backend show the same fingerprint", equal);

    let time = Family::<OfTarget, Value>::default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    time.get_or_create(&of_target()).set(now.as_secs_f64());
    registry.register("last_look_timestamp_seconds", "When this was found, in Unix time", time);
    registry
}
