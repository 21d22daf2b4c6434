//! A deployment as running servers on loopback sockets, and the text of a target's file that leads to them. What they do
//! wrong is what real hops do wrong; nothing here knows a fault or a probe.

mod auth;
mod auth_client;
mod backend;
mod breaker;
mod cache;
mod claims;
mod clock;
mod dialect;
mod gateway;
mod judge;
mod key;
mod listen;
mod paths;
mod proxy;
mod record;
mod replicas;
mod secrets;
mod service;
mod target_file;
mod tls;
mod unwell;
mod upstream;
mod verdict;
mod verifier;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::deployment::{AuthAddress, Availability, Deployment, Proxy, VisibleSettings};
use crate::input::{InputError, Source};
use crate::target::{self, Target};
use listen::{Dead, Server};
use replicas::Balancer;
use secrets::Secrets;
use target_file::Addresses;
use tls::Authority;

#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("failed to listen on loopback: {0}")]
    Listen(#[from] std::io::Error),
    #[error("failed to set up the backend's client: {0}")]
    Client(#[from] reqwest::Error),
    #[error("failed to make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    #[error("failed to set up TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// Servers that stop when this is dropped.
pub struct Running {
    /// The target's file, with the one target `local`.
    pub target_file: String,
    /// What the backend writes to its log, one record at a time.
    pub log: UnboundedReceiver<String>,
    _auth: auth::Running,
    _sockets: Sockets,
    /// The target's file names the certificate that it keeps.
    _authority: Option<Authority>,
}

#[derive(Default)]
struct Sockets {
    servers: Vec<Server>,
    dead: Vec<Dead>,
}

/// Where something is reached, and whether over TLS.
#[derive(Clone, Copy)]
struct Origin {
    address: SocketAddr,
    secure: bool,
}

/// Starts every server of the deployment; each listens when this returns.
///
/// # Errors
/// When no loopback socket can be had, or no certificate be made.
pub async fn start(deployment: &Deployment, visible: &VisibleSettings) -> Result<Running, Broken> {
    let secrets = Arc::new(Secrets::random(deployment));
    let (log_sender, log) = unbounded_channel();
    let mut sockets = Sockets::default();
    let authority = authority(deployment)?;
    let auth = auth::start(deployment, Arc::clone(&secrets)).await?;
    let seen_by_backend = sockets.auth_seen_by_backend(deployment, auth.address)?;
    let backend = sockets.backend(deployment, &secrets, seen_by_backend, &log_sender).await?;
    let front = proxy::start(&deployment.proxy, backend, authority.as_ref(), &mut sockets.servers).await?;
    let auth_front = sockets.auth_front(&deployment.auth_proxy, auth.address, authority.as_ref()).await?;
    let ca = authority.as_ref().map(Authority::path);
    let addresses = Addresses { auth: auth_front, front, direct: Origin::plain(backend), ca };
    let target_file = target_file::write(deployment, &secrets, &addresses, visible);
    Ok(Running { target_file, log, _auth: auth, _sockets: sockets, _authority: authority })
}

impl Running {
    /// The way to it.
    ///
    /// # Errors
    /// When what the suite is told to know makes no right target.
    pub fn target(&self) -> Result<Target, InputError> {
        target::select(&Source::new("(embedded)", &self.target_file), "local", &|_| None)
    }
}

/// Keys take time to make, so they are made only where somebody shows a certificate.
fn authority(deployment: &Deployment) -> Result<Option<Authority>, Broken> {
    let shown = deployment.proxy.tls.or(deployment.auth_proxy.tls);
    shown.map(|_| Authority::new()).transpose()
}

impl Sockets {
    fn auth_seen_by_backend(&mut self, deployment: &Deployment, auth: SocketAddr) -> std::io::Result<SocketAddr> {
        match deployment.backend.auth_address {
            AuthAddress::Correct => Ok(auth),
            AuthAddress::ConnectionRefused => listen::dead(Availability::Down, &mut self.dead),
            AuthAddress::Unresponsive => listen::dead(Availability::Unresponsive, &mut self.dead),
        }
    }

    async fn backend(
        &mut self,
        deployment: &Deployment,
        secrets: &Arc<Secrets>,
        auth: SocketAddr,
        log: &UnboundedSender<String>,
    ) -> Result<SocketAddr, Broken> {
        match deployment.backend.availability {
            Availability::Up
            | Availability::Unhealthy
            | Availability::Returns500
            | Availability::ValidationReturns503 => {
                let balancer = Balancer::new(deployment, secrets, auth, log)?;
                let connected = move || {
                    let (balancer, pinned) = (Arc::clone(&balancer), balancer.pin());
                    move |request| Arc::clone(&balancer).answer(pinned, request)
                };
                Ok(listen::serve(None, connected, &mut self.servers).await?)
            }
            other => Ok(listen::dead(other, &mut self.dead)?),
        }
    }

    /// Nothing stands before auth by default.
    async fn auth_front(
        &mut self,
        proxy: &Proxy,
        auth: SocketAddr,
        authority: Option<&Authority>,
    ) -> Result<Origin, Broken> {
        if *proxy == Proxy::default() {
            return Ok(Origin::plain(auth));
        }
        proxy::start(proxy, auth, authority, &mut self.servers).await
    }
}

impl Origin {
    fn plain(address: SocketAddr) -> Self {
        Origin { address, secure: false }
    }

    fn http(self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.address)
    }

    fn websocket(self, path: &str) -> String {
        format!("{}://{}{path}", if self.secure { "wss" } else { "ws" }, self.address)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::start;
    use crate::deployment::{Deployment, VisibleSettings};

    /// Tokio gives each task a budget of operations, and what needs more is put off until the task yields. Whoever waits within
    /// one poll, as wiremock does when it is dropped, must not wait for that.
    #[test]
    fn stops_even_where_its_task_has_used_up_its_budget() {
        let (done, stopped) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let running =
                    start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
                while tokio::task::coop::has_budget_remaining() {
                    tokio::task::consume_budget().await;
                }
                drop(running);
            });
            done.send(()).expect("somebody waits");
        });
        stopped.recv_timeout(Duration::from_secs(30)).expect("it stops");
    }
}
