//! What REST and the gateway of one backend share: its settings, its judge of tokens, its voice, and its log.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::body::Incoming;
use hyper::header::{DATE, HeaderMap};
use hyper::{Request, Response, StatusCode};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::clock::Clock;
use super::dialect::{Dialect, Part, Said};
use super::judge::Judge;
use super::listen::{self, Body};
use super::secrets::Secrets;
use crate::deployment::{AuthorizationParsing, Backend, Deployment, Gateway, RequiredToken};

pub struct Service {
    pub backend: Backend,
    pub gateway: Gateway,
    pub judge: Judge,
    pub clock: Clock,
    /// Of REST.
    pub dialect: Dialect,
    pub gateway_dialect: Dialect,
    /// What the fingerprint endpoint tells.
    pub fingerprint: Value,
    log: UnboundedSender<String>,
    refusals: AtomicU64,
}

impl Service {
    pub fn new(
        deployment: &Deployment,
        secrets: Arc<Secrets>,
        auth: SocketAddr,
        log: UnboundedSender<String>,
    ) -> reqwest::Result<Arc<Self>> {
        let clock = Clock::ahead_by(deployment.backend.clock_offset);
        Ok(Arc::new(Service {
            backend: deployment.backend.clone(),
            gateway: deployment.gateway.clone(),
            fingerprint: secrets.of_backend(&deployment.backend).told(),
            judge: Judge::new(deployment, secrets, auth)?,
            clock,
            dialect: Dialect::new(deployment.response_style, Part::Rest, clock),
            gateway_dialect: Dialect::new(deployment.response_style, Part::Gateway, clock),
            log,
            refusals: AtomicU64::new(0),
        }))
    }

    /// What the backend takes for the token in `Authorization`.
    pub fn bearer<'a>(&self, request: &'a Request<Incoming>) -> Option<&'a str> {
        let value = request.headers().get("authorization")?.to_str().ok()?;
        match self.backend.authorization_parsing {
            AuthorizationParsing::AnyCaseScheme => {
                let (scheme, token) = value.split_at_checked("Bearer ".len())?;
                scheme.eq_ignore_ascii_case("Bearer ").then_some(token)
            }
            AuthorizationParsing::ExactCaseScheme => value.strip_prefix("Bearer "),
            AuthorizationParsing::WholeValue => Some(value),
        }
    }

    /// An answer of REST.
    pub fn say(&self, status: StatusCode, said: Said) -> Response<Body> {
        let (kind, body) = self.dialect.body(said);
        let mut response = listen::text(status, kind, body);
        response.headers_mut().insert("server", hyper::header::HeaderValue::from_static("fivewhys-mock"));
        response
    }

    /// A frame of the gateway.
    pub fn frame(&self, frame: &Value) -> String {
        self.gateway_dialect.body(Said::Json(frame.clone())).1
    }

    /// What every answer carries, the gateway's included.
    pub fn stamp(&self, headers: &mut HeaderMap) {
        headers.extend(self.clock.date().map(|date| (DATE, date)));
        headers.extend(self.dialect.headers());
    }

    /// How many refusals came before: a number that is never the same.
    pub fn count_refusal(&self) -> u64 {
        self.refusals.fetch_add(1, Ordering::Relaxed)
    }

    /// Nobody listens to the log of a check, and that is no reason to fail.
    pub fn log(&self, record: String) {
        _ = self.log.send(record);
    }

    pub fn demands(&self, part: Option<RequiredToken>) -> RequiredToken {
        part.unwrap_or(self.backend.required_token)
    }
}
