//! One replica of the backend: what its REST API and its gateway share.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::header::{DATE, HeaderMap};
use hyper::{Response, StatusCode};
use serde_json::Value;

use super::carrier::TokenReader;
use super::clock::Clock;
use super::gateway::Sessions;
use super::journal::{Journal, Text};
use super::listen::{self, HttpBody};
use super::response_style::{Content, ResponseStyle, StyledService};
use super::secrets::Secrets;
use super::token_validator::TokenValidator;
use crate::deployment::{Backend, Deployment, Gateway, RequiredToken};

pub(super) struct Replica {
    pub(super) backend: Backend,
    pub(super) gateway: Gateway,
    pub(super) reader: TokenReader,
    pub(super) validator: TokenValidator,
    pub(super) clock: Clock,
    /// Of REST.
    pub(super) style: ResponseStyle,
    pub(super) gateway_style: ResponseStyle,
    /// The response of the fingerprint endpoint.
    pub(super) fingerprint: Value,
    pub(super) sessions: Sessions,
    journal: Arc<Journal>,
    number: u32,
    rejections: AtomicU64,
}

impl Replica {
    pub(super) fn new(
        deployment: &Deployment,
        secrets: Arc<Secrets>,
        auth: SocketAddr,
        (number, journal): (u32, Arc<Journal>),
    ) -> reqwest::Result<Arc<Self>> {
        let clock = Clock::ahead_by(deployment.backend.clock_offset);
        Ok(Arc::new(Replica {
            backend: deployment.backend.clone(),
            gateway: deployment.gateway.clone(),
            reader: TokenReader::new(deployment),
            fingerprint: secrets.of_backend(&deployment.backend).fingerprint(),
            validator: TokenValidator::new(deployment, secrets, auth)?,
            clock,
            style: ResponseStyle::new(deployment.response_style, StyledService::Rest, clock),
            gateway_style: ResponseStyle::new(deployment.response_style, StyledService::Gateway, clock),
            sessions: Sessions::default(),
            journal,
            number,
            rejections: AtomicU64::new(0),
        }))
    }

    /// A response of REST.
    pub(super) fn response(&self, status: StatusCode, content: Content) -> Response<HttpBody> {
        let (media_type, body) = self.style.body(content);
        let mut response = listen::response(status, media_type, body);
        response.headers_mut().insert("server", hyper::header::HeaderValue::from_static("fivewhys-mock"));
        response
    }

    /// A frame of the gateway.
    pub(super) fn frame(&self, frame: &Value) -> String {
        self.gateway_style.body(Content::Json(frame.clone())).1
    }

    /// The headers of every response, including the gateway's.
    pub(super) fn add_common_headers(&self, headers: &mut HeaderMap) {
        headers.extend(self.clock.date().map(|date| (DATE, date)));
        headers.extend(self.style.headers());
    }

    /// The number of rejections so far, which differs in every response.
    pub(super) fn count_rejection(&self) -> u64 {
        self.rejections.fetch_add(1, Ordering::Relaxed)
    }

    /// Writes to the log that an attempt failed, or what is said of it.
    pub(super) fn log_failure(&self, text: impl Into<Text>) {
        self.journal.write(self.number, "ERROR", text.into());
    }

    /// Writes to the log that the token of this user is valid.
    pub(super) fn log_acceptance(&self, user: &str) {
        self.journal.write(self.number, "INFO", format!("Token validated for user_id={user}").into());
    }

    /// What an endpoint requires: its own setting, or else the backend's.
    pub(super) fn required_token(&self, own: Option<RequiredToken>) -> RequiredToken {
        own.unwrap_or(self.backend.required_token)
    }
}
