//! The instances of the backend behind one address, and the balancer that shares the connections or the requests out to them,
//! each in its turn.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Request, Response};
use tokio::sync::mpsc::UnboundedSender;

use super::backend;
use super::listen::Body;
use super::secrets::Secrets;
use super::service::Service;
use crate::deployment::{BalancedBy, Deployment, Replicas};

pub struct Balancer {
    instances: Vec<Arc<Service>>,
    balanced_by: BalancedBy,
    replica_header: bool,
    turns: AtomicUsize,
}

impl Balancer {
    /// The last instances are the stale ones; all write to one log.
    pub fn new(
        deployment: &Deployment,
        secrets: &Arc<Secrets>,
        auth: SocketAddr,
        log: &UnboundedSender<String>,
    ) -> reqwest::Result<Arc<Self>> {
        let Replicas { count, stale, balanced_by, replica_header, .. } = deployment.backend.replicas;
        let count = count.max(1);
        let with_stale = stale_of(deployment);
        let instance = |number| {
            let deployment = if number < count.saturating_sub(stale) { deployment } else { &with_stale };
            Service::new(deployment, Arc::clone(secrets), auth, log.clone())
        };
        let instances = (0..count).map(instance).collect::<Result<_, _>>()?;
        Ok(Arc::new(Balancer { instances, balanced_by, replica_header, turns: AtomicUsize::new(0) }))
    }

    /// The instance to which a connection goes; none where every request goes its own way.
    pub fn pin(&self) -> Option<usize> {
        (self.balanced_by == BalancedBy::Connection).then(|| self.next())
    }

    pub async fn answer(self: Arc<Self>, pinned: Option<usize>, request: Request<Incoming>) -> Response<Body> {
        let number = pinned.unwrap_or_else(|| self.next());
        let mut response = backend::answer(Arc::clone(&self.instances[number]), request).await;
        if self.replica_header {
            let name = HeaderValue::from_str(&format!("backend-{}", number + 1)).ok();
            response.headers_mut().extend(name.map(|name| (SERVED_BY, name)));
        }
        response
    }

    fn next(&self) -> usize {
        self.turns.fetch_add(1, Ordering::Relaxed) % self.instances.len()
    }
}

/// What was deployed before the rest: a secret of its own, wherever the others look for theirs.
fn stale_of(deployment: &Deployment) -> Deployment {
    let mut stale = deployment.clone();
    let Replicas { stale_secret, stale_service_secret, .. } = deployment.backend.replicas;
    stale.backend.jwt_secret = stale_secret;
    stale.backend.secret_sources.clear();
    stale.backend.service_secret = stale_service_secret;
    stale
}

const SERVED_BY: hyper::header::HeaderName = hyper::header::HeaderName::from_static("x-served-by");
