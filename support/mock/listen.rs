//! Sockets: servers that answer, and addresses where something is wrong below HTTP.

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

pub type Body = BoxBody<Bytes, hyper::Error>;

/// Between two attempts to accept a connection when there is no room for one.
const BREATH: Duration = Duration::from_millis(10);
const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A task that listens; it and its connections end when this is dropped.
pub struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An address where nobody answers as they should.
pub enum Dead {
    /// Bound and not listening: the port stays ours, so that no other server can come to stand there.
    Held {
        _socket: TcpSocket,
    },
    Listening {
        _server: Server,
    },
}

/// Serves HTTP/1.1, upgrades included, on a port of its own, over TLS where there is an acceptor. Each connection has an
/// answer of its own, which may remember what came on it.
pub async fn serve<C, A, F>(
    tls: Option<TlsAcceptor>,
    connected: C,
    servers: &mut Vec<Server>,
) -> std::io::Result<SocketAddr>
where
    C: Fn() -> A + Send + 'static,
    A: Fn(Request<Incoming>) -> F + Send + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let listener = TcpListener::bind(LOOPBACK).await?;
    let address = listener.local_addr()?;
    servers.push(each_connection(listener, move |stream| {
        let (tls, answer) = (tls.clone(), connected());
        async move {
            match tls {
                None => speak(stream, answer).await,
                // Who does not trust the certificate goes away, and that is its own affair too.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        speak(stream, answer).await;
                    }
                }
            }
        }
    }));
    Ok(address)
}

async fn speak<S, A, F>(stream: S, answer: A)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Fn(Request<Incoming>) -> F + Send + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let service = service_fn(move |request| {
        let answer = answer(request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    // A peer that goes away in the middle is its own affair.
    _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

/// An address that is unavailable in that way.
pub fn dead(availability: Availability, all: &mut Vec<Dead>) -> std::io::Result<SocketAddr> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(LOOPBACK)?;
    let address = socket.local_addr()?;
    all.push(match availability {
        // Those that answer stand elsewhere: here is nothing but an address that nobody else can take.
        Availability::Up
        | Availability::Unhealthy
        | Availability::Returns500
        | Availability::ValidationReturns503
        | Availability::Down => Dead::Held { _socket: socket },
        Availability::ResetsConnections => Dead::Listening {
            _server: each_connection(socket.listen(64)?, |stream| async move { _ = stream.set_zero_linger() }),
        },
        Availability::Unresponsive => Dead::Listening { _server: each_connection(socket.listen(64)?, keep) },
    });
    Ok(address)
}

async fn keep(stream: TcpStream) {
    std::future::pending::<()>().await;
    drop(stream);
}

fn each_connection<H, A>(listener: TcpListener, handle: H) -> Server
where
    H: Fn(TcpStream) -> A + Send + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    Server(tokio::spawn(async move {
        // The connections belong to the listener: they end with it.
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => _ = connections.spawn(handle(stream)),
                    // Out of descriptors, say: let others close theirs.
                    Err(_) => tokio::time::sleep(BREATH).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }))
}

pub fn text(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(Full::new(body.into()).map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static(kind));
    response
}

pub fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Empty::new().map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    response
}
