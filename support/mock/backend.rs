//! The backend: health, fingerprint and REST, with the gateway on the same origin. On hyper rather than wiremock, whose
//! responders are synchronous and could not ask auth, and whose connections cannot be upgraded.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use serde_json::json;
use tokio::sync::mpsc::UnboundedSender;

use super::judge::{Judge, Refusal};
use super::listen::{Body, empty, json as answer};
use super::secrets::Secrets;
use super::{auth, gateway, record};
use crate::deployment::{Backend, Demands, Deployment, Gateway, ReadsBearer, Words};

pub const PROTECTED: &str = "/api/threads";
pub const WEBSOCKET: &str = "/ws";

pub struct Service {
    pub backend: Backend,
    pub gateway: Gateway,
    pub judge: Judge,
    secrets: Arc<Secrets>,
    log: UnboundedSender<String>,
}

impl Service {
    pub fn new(
        deployment: &Deployment,
        secrets: Arc<Secrets>,
        auth: SocketAddr,
        log: UnboundedSender<String>,
    ) -> reqwest::Result<Arc<Self>> {
        let judge = Judge::new(deployment.backend.clone(), Arc::clone(&secrets), auth)?;
        Ok(Arc::new(Service {
            backend: deployment.backend.clone(),
            gateway: deployment.gateway.clone(),
            judge,
            secrets,
            log,
        }))
    }

    pub async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        let upgrade = request.headers().contains_key("upgrade");
        match (request.uri().path(), upgrade) {
            (WEBSOCKET, true) => gateway::answer(self, request).await,
            // Any other path refuses an upgrade just as a bad token is refused before accept.
            (_, true) => empty(StatusCode::FORBIDDEN),
            ("/health", false) => answer(StatusCode::OK, &json!({"status": "healthy", "service": "backend"})),
            (auth::FINGERPRINT, false) => {
                let fingerprint = record::fingerprint(self.secrets.named(self.backend.jwt_secret));
                answer(StatusCode::OK, &json!({"hash": fingerprint}))
            }
            (PROTECTED, false) => self.protected(&request).await,
            _ => answer(StatusCode::NOT_FOUND, &json!({"detail": "Not Found"})),
        }
    }

    /// What the backend takes for the token in `Authorization`.
    pub fn bearer<'a>(&self, request: &'a Request<Incoming>) -> Option<&'a str> {
        let value = request.headers().get("authorization")?.to_str().ok()?;
        match self.backend.reads_bearer {
            ReadsBearer::Token => value.strip_prefix("Bearer "),
            ReadsBearer::WholeValue => Some(value),
        }
    }

    /// Nobody listens to the log of a check, and that is no reason to fail.
    pub fn log(&self, record: String) {
        _ = self.log.send(record);
    }

    pub fn demands(&self, part: Option<Demands>) -> Demands {
        part.unwrap_or(self.backend.demands)
    }

    async fn protected(&self, request: &Request<Incoming>) -> Response<Body> {
        match self.judge.judge(self.bearer(request), self.demands(self.backend.rest_demands)).await {
            Ok(user) => answer(StatusCode::OK, &json!({"threads": [], "user": user})),
            Err(Refusal::AuthServiceError) => {
                answer(StatusCode::SERVICE_UNAVAILABLE, &json!({"error": "service_unavailable"}))
            }
            Err(_) if self.backend.words == Words::Uniform => {
                answer(StatusCode::UNAUTHORIZED, &json!({"detail": "Unauthorized"}))
            }
            Err(Refusal::NoToken) => answer(StatusCode::FORBIDDEN, &json!({"detail": "Not authenticated"})),
            Err(_) => answer(StatusCode::UNAUTHORIZED, &json!({"error": "invalid_token"})),
        }
    }
}
