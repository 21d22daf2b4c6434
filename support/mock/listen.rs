//! Sockets: servers that respond, and addresses that fail below HTTP.

use std::convert::Infallible;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http_body_util::Full;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::deployment::Availability;

pub(super) type HttpBody = BoxBody<Bytes, hyper::Error>;

/// Between two attempts to accept a connection while file descriptors are exhausted.
const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(10);
const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A task that listens; it and its connections end when this is dropped.
pub(super) struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An address without a working server.
pub(super) enum Unavailable {
    /// Bound and not listening, so that no other process can take the port.
    Bound {
        _socket: TcpSocket,
    },
    Listening {
        _server: Server,
    },
}

/// Serves HTTP/1.1 with upgrades on a new port, over TLS where there is an acceptor. `connected` makes one handler for each
/// connection, so that a handler can keep state for its connection.
pub(super) async fn serve<C, A, F>(
    tls: Option<TlsAcceptor>,
    connected: C,
    servers: &mut Vec<Server>,
) -> std::io::Result<SocketAddr>
where
    C: Fn() -> A + Send + 'static,
    A: Fn(Request<Incoming>) -> F + Send + 'static,
    F: Future<Output = Response<HttpBody>> + Send + 'static,
{
    let listener = TcpListener::bind(LOOPBACK).await?;
    let address = listener.local_addr()?;
    servers.push(each_connection(listener, move |stream| {
        let (tls, handler) = (tls.clone(), connected());
        async move {
            match tls {
                None => serve_connection(stream, handler).await,
                // A client that does not trust the certificate closes the connection; that is no error here.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve_connection(stream, handler).await;
                    }
                }
            }
        }
    }));
    Ok(address)
}

async fn serve_connection<S, A, F>(stream: S, handler: A)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Fn(Request<Incoming>) -> F + Send + 'static,
    F: Future<Output = Response<HttpBody>> + Send + 'static,
{
    let service = service_fn(move |request| {
        let response = handler(request);
        async move { Ok::<_, Infallible>(response.await) }
    });
    // A client may close the connection at any time; that is no error here.
    _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

/// An address that is unavailable in this way.
pub(super) fn unavailable(availability: Availability, all: &mut Vec<Unavailable>) -> std::io::Result<SocketAddr> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(LOOPBACK)?;
    let address = socket.local_addr()?;
    all.push(match availability {
        // Servers that respond listen elsewhere; here the address is only reserved.
        Availability::Up
        | Availability::Unhealthy
        | Availability::Returns500
        | Availability::ValidationReturns503
        | Availability::Down => Unavailable::Bound { _socket: socket },
        Availability::ResetsConnections => Unavailable::Listening {
            _server: each_connection(socket.listen(64)?, |stream| async move { _ = stream.set_zero_linger() }),
        },
        Availability::Unresponsive => {
            Unavailable::Listening { _server: each_connection(socket.listen(64)?, keep_open) }
        }
    });
    Ok(address)
}

async fn keep_open(stream: TcpStream) {
    std::future::pending::<()>().await;
    drop(stream);
}

fn each_connection<H, A>(listener: TcpListener, handle: H) -> Server
where
    H: Fn(TcpStream) -> A + Send + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    Server(tokio::spawn(async move {
        // Dropping the set closes all connections with the listener.
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => _ = connections.spawn(handle(stream)),
                    // File descriptors may be exhausted: wait until other connections close.
                    Err(_) => tokio::time::sleep(ACCEPT_RETRY_PAUSE).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }))
}

pub(super) fn response(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Response<HttpBody> {
    let mut response = Response::new(Full::new(body.into()).map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static(media_type));
    response
}

pub(super) fn empty_response(status: StatusCode) -> Response<HttpBody> {
    let mut response = Response::new(Empty::new().map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    response
}
