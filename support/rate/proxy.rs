//! The proxy that the system names for other hosts, as in a check: a tunnel through it (RFC 9110 §9.3.6). Tokens go to other hosts
//! over TLS only, so there is nothing that a proxy would have to read.

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::Url;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::head::Head;
use super::tally::Unreached;
use crate::target::is_loopback;

pub(super) struct Proxy {
    host: String,
    port: u16,
    request: Vec<u8>,
}

impl Proxy {
    /// The one for that address; this machine is reached without any.
    pub(super) fn of(url: &Url) -> Option<Self> {
        let named = Matcher::from_env().intercept(&url.as_str().parse().ok()?);
        named.filter(|_| !is_loopback(url)).and_then(|named| Proxy::new(&named, url))
    }

    fn new(named: &Intercept, url: &Url) -> Option<Self> {
        let target = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
        if let Some(credentials) = named.basic_auth() {
            request.extend_from_slice(b"Proxy-Authorization: ");
            request.extend_from_slice(credentials.as_bytes());
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"\r\n");
        let uri = named.uri();
        Some(Proxy { host: uri.host()?.to_owned(), port: uri.port_u16().unwrap_or(80), request })
    }

    pub(super) fn address(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// Asks for the tunnel.
    pub(super) async fn open(&self, stream: &mut TcpStream) -> Result<(), Unreached> {
        stream.write_all(&self.request).await.map_err(|_| Unreached::Network)?;
        let (head, _) = Head::read(stream).await?;
        match head.status {
            200..=299 => Ok(()),
            _ => Err(Unreached::Network),
        }
    }
}
