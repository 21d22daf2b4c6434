//! The replicas of the backend behind one address, and the load balancer that gives connections or requests to each in turn.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Request, Response};

use super::backend;
use super::journal::Journal;
use super::listen::HttpBody;
use super::replica::Replica;
use super::secrets::Secrets;
use crate::deployment::{BalancedBy, Deployment, Replicas};

pub(super) struct LoadBalancer {
    replicas: Vec<Arc<Replica>>,
    balanced_by: BalancedBy,
    replica_header: bool,
    next: AtomicUsize,
}

impl LoadBalancer {
    /// The last replicas are the stale ones; all write to one log.
    pub(super) fn new(
        deployment: &Deployment,
        secrets: &Arc<Secrets>,
        auth: SocketAddr,
        journal: &Arc<Journal>,
    ) -> reqwest::Result<Arc<Self>> {
        let Replicas { count, stale, balanced_by, replica_header, .. } = deployment.backend.replicas;
        let count = count.max(1);
        let with_stale_secrets = with_stale_secrets(deployment);
        let replica = |number| {
            let deployment = if number < count.saturating_sub(stale) { deployment } else { &with_stale_secrets };
            Replica::new(deployment, Arc::clone(secrets), auth, (number, Arc::clone(journal)))
        };
        let replicas = (0..count).map(replica).collect::<Result<_, _>>()?;
        Ok(Arc::new(LoadBalancer { replicas, balanced_by, replica_header, next: AtomicUsize::new(0) }))
    }

    /// The replica of a new connection; `None` where every request goes to the next replica.
    pub(super) fn pin(&self) -> Option<usize> {
        (self.balanced_by == BalancedBy::Connection).then(|| self.next())
    }

    pub(super) async fn respond(
        self: Arc<Self>,
        pinned: Option<usize>,
        request: Request<Incoming>,
    ) -> Response<HttpBody> {
        let number = pinned.unwrap_or_else(|| self.next());
        let mut response = backend::respond(Arc::clone(&self.replicas[number]), request).await;
        if self.replica_header {
            let name = HeaderValue::from_str(&format!("backend-{}", number + 1)).ok();
            response.headers_mut().extend(name.map(|name| (SERVED_BY, name)));
        }
        response
    }

    fn next(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed) % self.replicas.len()
    }
}

/// A stale replica was deployed earlier: it has its own secrets, wherever the others load theirs.
fn with_stale_secrets(deployment: &Deployment) -> Deployment {
    let mut stale = deployment.clone();
    let Replicas { stale_secret, stale_service_secret, .. } = deployment.backend.replicas;
    stale.backend.jwt_secret = stale_secret;
    stale.backend.secret_sources.clear();
    stale.backend.service_secret = stale_service_secret;
    stale
}

const SERVED_BY: HeaderName = HeaderName::from_static("x-served-by");
