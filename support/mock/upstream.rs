//! The connection from the proxy to its service: one for each client connection, so that a load balancer behind the proxy sees
//! the same connections as without it.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

pub(super) struct Upstream {
    address: SocketAddr,
    kept: Mutex<Option<SendRequest<Incoming>>>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum UpstreamError {
    #[error(transparent)]
    Connect(#[from] std::io::Error),
    #[error(transparent)]
    Forward(#[from] hyper::Error),
}

impl Upstream {
    pub(super) fn new(address: SocketAddr) -> Arc<Self> {
        Arc::new(Upstream { address, kept: Mutex::new(None) })
    }

    pub(super) async fn send(&self, request: Request<Incoming>) -> Result<Response<Incoming>, UpstreamError> {
        let mut kept = self.kept.lock().await;
        let mut sender = match usable(kept.take()).await {
            Some(sender) => sender,
            None => connect(self.address).await?,
        };
        let response = sender.send_request(request).await?;
        *kept = Some(sender);
        Ok(response)
    }
}

async fn usable(kept: Option<SendRequest<Incoming>>) -> Option<SendRequest<Incoming>> {
    let mut sender = kept?;
    sender.ready().await.ok().map(|()| sender)
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Incoming>, UpstreamError> {
    let stream = TcpStream::connect(address).await?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection.with_upgrades());
    Ok(sender)
}

/// Copies between both sides of an upgraded connection until either closes it.
pub(super) fn tunnel(client: OnUpgrade, service: OnUpgrade) {
    tokio::spawn(async move {
        if let (Ok(client), Ok(service)) = tokio::join!(client, service) {
            // Either side may close the connection at any time; that is no error here.
            _ = tokio::io::copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(service)).await;
        }
    });
}
