//! A fresh connection for each sample: TCP, and TLS with one configuration and one set of roots for the whole run.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::proxy::Proxy;
use super::tally::Unreached;
use crate::probe::{is_exhausted, lookup};

/// Where a leg's samples go.
pub(super) struct Route {
    /// Each sample takes one of them.
    addresses: Vec<SocketAddr>,
    /// Which these are, where the system names one for this host.
    proxy: Option<Proxy>,
    /// Where TLS is spoken.
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

/// Why there is no connection: the target's doing, or this machine's.
pub(super) enum NoConnection {
    Target(Unreached),
    Machine(io::Error),
}

/// An open connection, and how long it took to open.
pub(super) enum Opened {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>, Duration),
}

impl Route {
    /// Resolves the host once: what a run measures is the service and not the resolver.
    ///
    /// # Errors
    /// When the name does not resolve.
    pub(super) async fn resolve(url: &Url, tls: &Arc<ClientConfig>, until: Instant) -> Result<Self, Unreached> {
        let proxy = Proxy::of(url);
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = url.port_or_known_default().unwrap_or_default();
        let (first, first_port) = proxy.as_ref().map_or((host.as_str(), port), Proxy::address);
        let found = timeout_at(until, lookup(first, first_port)).await;
        // No service has been asked yet.
        let addresses = found.ok().and_then(Result::ok).ok_or(Unreached::Dns)?;
        let name = ServerName::try_from(host).map_err(|_| Unreached::Tls);
        let tls = match url.scheme() {
            "https" => Some((TlsConnector::from(Arc::clone(tls)), name?)),
            _ => None,
        };
        Ok(Route { addresses, proxy, tls })
    }

    /// The address with that number; there are fewer.
    pub(super) fn address(&self, number: usize) -> SocketAddr {
        self.addresses[number % self.addresses.len()]
    }

    /// Where several of the service are known.
    pub(super) fn has_several(&self) -> bool {
        self.addresses.len() > 1 && self.proxy.is_none()
    }

    /// Connects to that address, and where it is not there to another one, as clients do.
    ///
    /// # Errors
    /// When none of them is there, or TLS fails.
    pub(super) async fn connect(&self, address: &mut SocketAddr) -> Result<(Opened, Duration), NoConnection> {
        let begun = Instant::now();
        let mut opened = TcpStream::connect(*address).await;
        let others = self.addresses.iter().filter(|other| *other != address).copied().collect::<Vec<_>>();
        for other in others {
            if opened.as_ref().err().is_some_and(|error| !is_exhausted(error)) {
                *address = other;
                opened = TcpStream::connect(other).await;
            }
        }
        let mut stream = opened.map_err(|error| no_connection(error, Unreached::Network))?;
        // TLS ends its handshake with a packet that the request follows at once. Without it each packet waits for a response, and
        // a system call is saved.
        if self.tls.is_some() {
            _ = stream.set_nodelay(true);
        }
        if let Some(proxy) = &self.proxy {
            proxy.open(&mut stream).await.map_err(NoConnection::Target)?;
        }
        let connected = begun.elapsed();
        let Some((connector, name)) = &self.tls else { return Ok((Opened::Plain(stream), connected)) };
        let begun = Instant::now();
        let stream =
            connector.connect(name.clone(), stream).await.map_err(|error| no_connection(error, Unreached::Tls))?;
        Ok((Opened::Tls(Box::new(stream), begun.elapsed()), connected))
    }
}

fn no_connection(error: io::Error, usual: Unreached) -> NoConnection {
    match error.kind() {
        _ if is_exhausted(&error) => NoConnection::Machine(error),
        io::ErrorKind::TimedOut => NoConnection::Target(Unreached::Timeout),
        _ => NoConnection::Target(usual),
    }
}
