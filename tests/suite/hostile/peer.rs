//! One such server, on a raw socket: what it sends before it reads, in response to a request or after an upgrade, and for ever after.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// More than any request here has, in bytes.
const LONGEST_REQUEST: usize = 64 * 1024;

#[derive(Clone, Default)]
pub(super) struct Peer {
    greets: Vec<u8>,
    says: Vec<u8>,
    /// Instead, after a handshake as it should be.
    frames: Option<Vec<u8>>,
    repeats: Vec<u8>,
    /// Between two repetitions: a flood must not take a whole core.
    every: Duration,
    ends: Ends,
    tls: Option<Tls>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Ends {
    /// It keeps the connection, and says nothing more.
    #[default]
    Silent,
    Closes,
    Resets,
}

#[derive(Clone)]
enum Tls {
    /// What it says is all there is of TLS.
    Raw,
    /// With this certificate in PEM.
    Real(TlsAcceptor, String),
}

impl Peer {
    /// Accepts, and says nothing.
    pub(super) fn silent() -> Self {
        Peer::default()
    }

    /// Says this in response to every request.
    pub(super) fn says(text: impl Into<Vec<u8>>) -> Self {
        Peer { says: text.into(), ..Peer::default() }
    }

    /// Says this before it has read a request.
    pub(super) fn greets(text: impl Into<Vec<u8>>) -> Self {
        Peer { greets: text.into(), ..Peer::default() }
    }

    /// Shakes hands, and sends this.
    pub(super) fn upgrades(frames: impl Into<Vec<u8>>) -> Self {
        Peer { frames: Some(frames.into()), ..Peer::says("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n") }
    }

    /// Then repeats this for ever: up to a mebibyte each second, and of what is tiny some ten thousand pieces.
    pub(super) fn floods(self, text: impl AsRef<[u8]>) -> Self {
        let text = text.as_ref();
        let times = (16_384 / text.len()).clamp(1, 512);
        Peer { repeats: text.repeat(times), every: Duration::from_millis(15), ..self }
    }

    /// Then sends one such byte after the other.
    pub(super) fn drips(self, byte: u8) -> Self {
        Peer { repeats: vec![byte], every: Duration::from_millis(100), ..self }
    }

    pub(super) fn closes(self) -> Self {
        Peer { ends: Ends::Closes, ..self }
    }

    pub(super) fn resets(self) -> Self {
        Peer { ends: Ends::Resets, ..self }
    }

    /// All of it where TLS is expected.
    pub(super) fn instead_of_tls(self) -> Self {
        Peer { tls: Some(Tls::Raw), ..self }
    }

    /// All of it within TLS.
    pub(super) fn with_certificate((acceptor, pem): (TlsAcceptor, String)) -> Self {
        Peer { tls: Some(Tls::Real(acceptor, pem)), ..Peer::default() }
    }

    async fn meet(self, stream: TcpStream) {
        if self.ends == Ends::Resets {
            _ = stream.set_zero_linger();
        }
        match &self.tls {
            Some(Tls::Real(acceptor, _)) => match acceptor.accept(stream).await {
                Ok(stream) => self.talk(stream).await,
                Err(_) => Some(()),
            },
            Some(Tls::Raw) | None => self.talk(stream).await,
        };
    }

    /// Until the client has left.
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(&self, mut stream: S) -> Option<()> {
        stream.write_all(&self.greets).await.ok()?;
        if self.greets.is_empty() || self.repeats.is_empty() {
            let request = self.request(&mut stream).await?;
            stream.write_all(&self.response(&request)).await.ok()?;
        }
        while !self.repeats.is_empty() {
            stream.write_all(&self.repeats).await.ok()?;
            sleep(self.every).await;
        }
        while self.ends == Ends::Silent && stream.read(&mut [0; 1_024]).await.ok()? > 0 {}
        Some(())
    }

    async fn request<S: AsyncRead + Unpin>(&self, stream: &mut S) -> Option<String> {
        let mut request = Vec::new();
        let is_whole = |request: &[u8]| self.tls.is_some() || request.windows(4).any(|end| end == b"\r\n\r\n");
        while request.len() < LONGEST_REQUEST {
            if stream.read_buf(&mut request).await.ok()? == 0 {
                return None;
            }
            if is_whole(&request) {
                break;
            }
        }
        Some(String::from_utf8_lossy(&request).into_owned())
    }

    fn response(&self, request: &str) -> Vec<u8> {
        let field = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let key = request.lines().filter_map(field).find(|(name, _)| name == "sec-websocket-key");
        let Some((frames, (_, key))) = self.frames.as_ref().zip(key) else { return self.says.clone() };
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n",
            derive_accept_key(key.as_bytes())
        );
        [head.as_bytes(), frames].concat()
    }
}

/// An address where such a server listens; it ends when this is dropped.
pub(super) struct Listening {
    pub(super) address: SocketAddr,
    pub(super) is_tls: bool,
    /// In PEM.
    pub(super) certificate: Option<String>,
    task: AbortHandle,
}

impl Listening {
    pub(super) async fn begin(peer: Peer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let certificate = match &peer.tls {
            Some(Tls::Real(_, certificate)) => Some(certificate.clone()),
            Some(Tls::Raw) | None => None,
        };
        let is_tls = peer.tls.is_some();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(peer.clone().meet(stream));
            }
        });
        Listening { address, is_tls, certificate, task: task.abort_handle() }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}
