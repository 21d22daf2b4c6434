//! The reverse proxy before the backend: forwards requests and upgrades, and strips, rewrites or blocks as it is told.

use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONNECTION, HeaderMap, HeaderValue, UPGRADE};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::listen::{Body, text};
use super::paths::WEBSOCKET;
use crate::deployment::{BearerRewrite, Proxy, Reaches};

pub struct Service {
    proxy: Proxy,
    backend: SocketAddr,
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Connect(#[from] std::io::Error),
    #[error(transparent)]
    Forward(#[from] hyper::Error),
}

impl Service {
    pub fn new(proxy: Proxy, backend: SocketAddr) -> Arc<Self> {
        Arc::new(Service { proxy, backend })
    }

    pub async fn answer(self: Arc<Self>, mut request: Request<Incoming>) -> Response<Body> {
        let websocket = request.uri().path() == WEBSOCKET;
        let reached = match self.proxy.reaches {
            Reaches::Everything => true,
            Reaches::OnlyRest => !websocket,
            Reaches::Nothing => false,
        };
        if !reached {
            return bad_gateway();
        }
        self.rewrite(request.headers_mut());
        match self.forward(request).await {
            Ok(response) => response,
            Err(_) => bad_gateway(),
        }
    }

    fn rewrite(&self, headers: &mut HeaderMap) {
        let upgrade = headers.contains_key(UPGRADE);
        let stripped = self.proxy.strips.iter().chain(self.proxy.strips_on_upgrade.iter().filter(|_| upgrade));
        stripped.for_each(|name| _ = headers.remove(name));
        if !self.proxy.forwards_upgrades {
            headers.remove(UPGRADE);
            headers.remove(CONNECTION);
        }
        let rewritten = headers.get(AUTHORIZATION).and_then(|value| self.rewritten(value.to_str().ok()?));
        if let Some(value) = rewritten {
            headers.insert(AUTHORIZATION, value);
        }
    }

    fn rewritten(&self, value: &str) -> Option<HeaderValue> {
        let rewritten = match self.proxy.bearer {
            BearerRewrite::Keeps => return None,
            BearerRewrite::Strips => value.strip_prefix("Bearer ")?.to_owned(),
            BearerRewrite::Adds => format!("Bearer {value}"),
        };
        HeaderValue::from_str(&rewritten).ok()
    }

    async fn forward(&self, mut request: Request<Incoming>) -> Result<Response<Body>, Failed> {
        let stream = TcpStream::connect(self.backend).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection.with_upgrades());
        let from_client = hyper::upgrade::on(&mut request);
        let mut response = sender.send_request(request).await?;
        self.proxy.strips_response.iter().for_each(|name| _ = response.headers_mut().remove(name));
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let from_backend = hyper::upgrade::on(&mut response);
            tokio::spawn(async move {
                if let (Ok(client), Ok(backend)) = tokio::join!(from_client, from_backend) {
                    // Either side may leave as it likes.
                    _ = tokio::io::copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(backend)).await;
                }
            });
        }
        Ok(response.map(BodyExt::boxed))
    }
}

fn bad_gateway() -> Response<Body> {
    text(StatusCode::BAD_GATEWAY, "text/html", "<html><h1>502 Bad Gateway</h1></html>")
}
