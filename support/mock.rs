//! A deployment as running servers on loopback sockets, and the text of a target file for them. A mock has the mechanism of a
//! fault, as real services do; nothing here knows a fault or a probe.

mod auth;
mod auth_client;
mod backend;
pub(crate) mod carrier;
mod circuit_breaker;
mod claims;
mod clock;
mod gateway;
mod issued_tokens;
mod journal;
mod jwt_verifier;
mod listen;
mod load_balancer;
mod paths;
mod platform;
mod proxy;
mod published_keys;
mod rejection;
mod rejection_cache;
mod rejection_report;
mod replica;
mod response_cache;
mod response_style;
mod secrets;
mod signing_key;
mod system;
mod target_file;
mod tls;
mod token_validator;
mod unhealthy;
mod upstream;
mod validation_response;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::deployment::{AuthAddress, Availability, Deployment, Proxy, VisibleSettings};
use crate::input::{InputError, Source};
use crate::target::{self, Target};
use auth::AuthServer;
use journal::Journal;
pub use journal::LogRecord;
use listen::{Server, Unavailable};
use load_balancer::LoadBalancer;
use secrets::Secrets;
use target_file::Addresses;
use tls::Authority;

/// Why a deployment could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No loopback socket is available.
    #[error("failed to listen on loopback: {0}")]
    Listen(#[from] std::io::Error),
    /// The HTTP client of the backend cannot be made.
    #[error("failed to set up the backend's client: {0}")]
    Client(#[from] reqwest::Error),
    /// The thread that makes private keys ended early.
    #[error("failed to make keys: {0}")]
    Keys(#[from] tokio::task::JoinError),
    /// A key or a certificate cannot be made.
    #[error("failed to make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The target file of a preset is wrong.
    #[error("failed to read a preset: {0}")]
    Preset(#[from] InputError),
    /// TLS cannot be set up with the certificate and its key.
    #[error("failed to set up TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// Servers that stop when this is dropped.
pub struct RunningDeployment {
    /// A target file with the one target `local`.
    pub target_file: String,
    journal: Arc<Journal>,
    _auth: AuthServer,
    _sockets: Sockets,
    /// Keeps the certificate file to which `ca` in the target file points.
    _authority: Option<Authority>,
}

#[derive(Default)]
struct Sockets {
    servers: Vec<Server>,
    unavailable: Vec<Unavailable>,
}

#[derive(Clone, Copy)]
struct ServerAddress {
    socket: SocketAddr,
    tls: bool,
}

/// Starts every server of the deployment; each listens when this returns.
///
/// # Errors
/// When no loopback socket is available, or no certificate can be made.
pub async fn start(deployment: &Deployment, visible: &VisibleSettings) -> Result<RunningDeployment, StartError> {
    let secrets = Arc::new(Secrets::made(deployment).await?);
    let journal = Arc::new(Journal::default());
    let mut sockets = Sockets::default();
    let authority = authority(deployment)?;
    let auth = auth::start(deployment, Arc::clone(&secrets)).await?;
    let auth_of_backend = sockets.auth_of_backend(deployment, auth.address)?;
    let backend = sockets.backend(deployment, &secrets, auth_of_backend, &journal).await?;
    // A system of another kind is one address.
    let front = match deployment.system {
        Some(preset) => {
            system::start(preset, (deployment, &secrets), (auth.address, backend), &mut sockets.servers).await?
        }
        None => backend,
    };
    let proxy = proxy::start(&deployment.proxy, front, authority.as_ref(), &mut sockets.servers).await?;
    let gateway = sockets.gateway(deployment, &secrets, auth_of_backend, &journal).await?.unwrap_or(front);
    let gateway_proxy = match gateway == front {
        true => proxy,
        false => proxy::start(&deployment.proxy, gateway, authority.as_ref(), &mut sockets.servers).await?,
    };
    let auth_proxy = sockets.auth_proxy(&deployment.auth_proxy, auth.address, authority.as_ref()).await?;
    let ca = authority.as_ref().map(Authority::path);
    let [issuer, direct, direct_gateway] = [auth.address, front, gateway].map(ServerAddress::plain);
    let platform = match &deployment.platform {
        Some(platform) => {
            Some(platform::start(deployment, platform, (&secrets, &journal), &mut sockets.servers).await?)
        }
        None => None,
    };
    let (backend, websocket) = ([proxy, direct], [gateway_proxy, direct_gateway]);
    let addresses = Addresses { auth: auth_proxy, issuer, backend, websocket, platform, ca };
    let target_file = target_file::write(deployment, &secrets, &addresses, visible);
    Ok(RunningDeployment { target_file, journal, _auth: auth, _sockets: sockets, _authority: authority })
}

impl RunningDeployment {
    /// What the backend writes to its log from now on, for one reader.
    pub fn log(&self) -> UnboundedReceiver<LogRecord> {
        self.journal.records()
    }

    /// The target of its file, named `embedded`: no file of a user has it.
    ///
    /// # Errors
    /// When the visible settings make no valid target.
    pub fn target(&self) -> Result<Target, InputError> {
        let local = target::select(&Source::new("(embedded)", &self.target_file), "local", &|_| None)?;
        Ok(Target { name: "embedded".to_owned(), ..local })
    }
}

/// Only where a proxy has a certificate, because making keys takes time.
fn authority(deployment: &Deployment) -> Result<Option<Authority>, StartError> {
    let certificate = deployment.proxy.tls.or(deployment.auth_proxy.tls);
    certificate.map(|_| Authority::new()).transpose()
}

impl Sockets {
    /// The address at which the backend calls auth.
    fn auth_of_backend(&mut self, deployment: &Deployment, auth: SocketAddr) -> std::io::Result<SocketAddr> {
        match deployment.backend.auth_address {
            AuthAddress::Correct => Ok(auth),
            AuthAddress::ConnectionRefused => listen::unavailable(Availability::Down, &mut self.unavailable),
            AuthAddress::Unresponsive => listen::unavailable(Availability::Unresponsive, &mut self.unavailable),
        }
    }

    async fn backend(
        &mut self,
        deployment: &Deployment,
        secrets: &Arc<Secrets>,
        auth: SocketAddr,
        journal: &Arc<Journal>,
    ) -> Result<SocketAddr, StartError> {
        match deployment.backend.availability {
            Availability::Up
            | Availability::Unhealthy
            | Availability::Returns500
            | Availability::ValidationReturns503 => {
                let balancer = LoadBalancer::new(deployment, secrets, auth, journal)?;
                let connected = move || {
                    let (balancer, pinned) = (Arc::clone(&balancer), balancer.pin());
                    move |request| Arc::clone(&balancer).respond(pinned, request)
                };
                Ok(listen::serve(None, connected, &mut self.servers).await?)
            }
            other => Ok(listen::unavailable(other, &mut self.unavailable)?),
        }
    }

    /// That of a gateway of its own: as a backend that loads another secret.
    async fn gateway(
        &mut self,
        deployment: &Deployment,
        secrets: &Arc<Secrets>,
        auth: SocketAddr,
        journal: &Arc<Journal>,
    ) -> Result<Option<SocketAddr>, StartError> {
        if !deployment.gateway.own_address {
            return Ok(None);
        }
        let mut alone = deployment.clone();
        if let Some(secret) = deployment.gateway.jwt_secret {
            (alone.backend.jwt_secret, alone.backend.secret_sources) = (secret, Vec::new());
        }
        self.backend(&alone, secrets, auth, journal).await.map(Some)
    }

    /// By default there is no proxy before auth.
    async fn auth_proxy(
        &mut self,
        proxy: &Proxy,
        auth: SocketAddr,
        authority: Option<&Authority>,
    ) -> Result<ServerAddress, StartError> {
        if *proxy == Proxy::default() {
            return Ok(ServerAddress::plain(auth));
        }
        proxy::start(proxy, auth, authority, &mut self.servers).await
    }
}

impl ServerAddress {
    fn plain(socket: SocketAddr) -> Self {
        ServerAddress { socket, tls: false }
    }

    fn http(self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.socket)
    }

    fn websocket(self, path: &str) -> String {
        format!("{}://{}{path}", if self.tls { "wss" } else { "ws" }, self.socket)
    }
}
