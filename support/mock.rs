//! A deployment as running servers on loopback sockets, and the text of a target's file that leads to them. What they do
//! wrong is what real hops do wrong; nothing here knows a fault or a probe.

mod auth;
mod backend;
mod claims;
mod gateway;
mod judge;
mod listen;
mod paths;
mod proxy;
mod record;
mod secrets;
mod service;
mod target_file;

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::deployment::{Address, Availability, Deployment};
use listen::{Dead, Server};
use secrets::Secrets;

pub use target_file::Knowledge;

#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("failed to listen on loopback: {0}")]
    Listen(#[from] std::io::Error),
    #[error("failed to set up the backend's client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Servers that stop when this is dropped.
pub struct Running {
    /// The target's file, with the one target `local`.
    pub target_file: String,
    /// What the backend writes to its log, one record at a time.
    pub log: UnboundedReceiver<String>,
    _auth: auth::Running,
    _servers: Vec<Server>,
    _dead: Vec<Dead>,
}

/// Starts every server of the deployment; each listens when this returns.
///
/// # Errors
/// When no loopback socket can be had.
pub async fn start(deployment: &Deployment, knowledge: &Knowledge) -> Result<Running, Broken> {
    let secrets = Arc::new(Secrets::random());
    let (log_sender, log) = unbounded_channel();
    let auth = auth::start(&deployment.auth, Arc::clone(&secrets)).await?;
    let mut dead = Vec::new();
    let auth_seen_by_backend = match deployment.backend.auth_address {
        Address::Right => auth.address,
        Address::Refused => listen::dead(Availability::Down, &mut dead)?,
        Address::Silent => listen::dead(Availability::Silent, &mut dead)?,
    };
    let mut servers = Vec::new();
    let backend = match deployment.backend.availability {
        Availability::Up => {
            let service = service::Service::new(deployment, Arc::clone(&secrets), auth_seen_by_backend, log_sender)?;
            listen::serve(move |request| backend::answer(Arc::clone(&service), request), &mut servers).await?
        }
        other => listen::dead(other, &mut dead)?,
    };
    let proxy = proxy::Service::new(deployment.proxy.clone(), backend);
    let front = listen::serve(move |request| Arc::clone(&proxy).answer(request), &mut servers).await?;
    let target_file = target_file::write(
        deployment,
        &secrets,
        &target_file::Addresses { auth: auth.address, front, backend },
        knowledge,
    );
    Ok(Running { target_file, log, _auth: auth, _servers: servers, _dead: dead })
}
