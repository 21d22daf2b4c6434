//! What REST and the gateway of one backend share: its settings, its judge of tokens, and its log.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::Request;
use hyper::body::Incoming;
use tokio::sync::mpsc::UnboundedSender;

use super::judge::Judge;
use super::secrets::Secrets;
use crate::deployment::{Backend, Demands, Deployment, Gateway, ReadsBearer};

pub struct Service {
    pub backend: Backend,
    pub gateway: Gateway,
    pub judge: Judge,
    pub secrets: Arc<Secrets>,
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
        let (backend, gateway) = (deployment.backend.clone(), deployment.gateway.clone());
        let judge = Judge::new(backend.clone(), Arc::clone(&secrets), auth)?;
        Ok(Arc::new(Service { backend, gateway, judge, secrets, log, refusals: AtomicU64::new(0) }))
    }

    /// What the backend takes for the token in `Authorization`.
    pub fn bearer<'a>(&self, request: &'a Request<Incoming>) -> Option<&'a str> {
        let value = request.headers().get("authorization")?.to_str().ok()?;
        match self.backend.reads_bearer {
            ReadsBearer::Token => value.strip_prefix("Bearer "),
            ReadsBearer::WholeValue => Some(value),
        }
    }

    /// How many refusals came before: a number that is never the same.
    pub fn count_refusal(&self) -> u64 {
        self.refusals.fetch_add(1, Ordering::Relaxed)
    }

    /// Nobody listens to the log of a check, and that is no reason to fail.
    pub fn log(&self, record: String) {
        _ = self.log.send(record);
    }

    pub fn demands(&self, part: Option<Demands>) -> Demands {
        part.unwrap_or(self.backend.demands)
    }
}
