//! The way of one client connection to the service behind the proxy: one connection there too, so that a balancer behind it
//! sees the same connections as without a proxy.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

pub struct Upstream {
    address: SocketAddr,
    kept: Mutex<Option<SendRequest<Incoming>>>,
}

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    Connect(#[from] std::io::Error),
    #[error(transparent)]
    Forward(#[from] hyper::Error),
}

impl Upstream {
    pub fn new(address: SocketAddr) -> Arc<Self> {
        Arc::new(Upstream { address, kept: Mutex::new(None) })
    }

    pub async fn send(&self, request: Request<Incoming>) -> Result<Response<Incoming>, Failed> {
        let mut kept = self.kept.lock().await;
        let mut sender = match alive(kept.take()).await {
            Some(sender) => sender,
            None => connect(self.address).await?,
        };
        let response = sender.send_request(request).await?;
        *kept = Some(sender);
        Ok(response)
    }
}

async fn alive(kept: Option<SendRequest<Incoming>>) -> Option<SendRequest<Incoming>> {
    let mut sender = kept?;
    sender.ready().await.ok().map(|()| sender)
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Incoming>, Failed> {
    let stream = TcpStream::connect(address).await?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection.with_upgrades());
    Ok(sender)
}

/// Joins both sides of an upgraded connection until either is done.
pub fn tunnel(client: OnUpgrade, service: OnUpgrade) {
    tokio::spawn(async move {
        if let (Ok(client), Ok(service)) = tokio::join!(client, service) {
            // Either side may leave as it likes.
            _ = tokio::io::copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(service)).await;
        }
    });
}
