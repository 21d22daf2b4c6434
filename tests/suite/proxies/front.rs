//! A real proxy as a process, before as many servers as there are; it ends when this is dropped.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use fivewhys::target::Target;
use reqwest::Url;
use tokio::net::TcpStream;

/// What a front does with what passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Does {
    Forwards,
    /// `Authorization`, from upgrades only.
    StripsAuthorizationOnUpgrade,
    /// `Authorization`, always.
    StripsAuthorization,
    StripsSubprotocol,
    /// The upgrade arrives as a plain GET.
    BlocksUpgrade,
    /// The word `Bearer`, from `Authorization`.
    StripsBearer,
    /// TLS unread.
    PassesThrough,
}

/// One listener and the server behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Front {
    pub port: u16,
    pub server: SocketAddr,
    pub does: Does,
}

/// How a proxy is told to run.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub program: &'static str,
    /// It can forward TLS that it does not read.
    pub passes_through: bool,
    pub config: fn(&[Front], &Path) -> String,
    /// The arguments that make it run a file in the foreground.
    pub arguments: fn(&Path) -> Vec<String>,
}

/// A proxy that listens.
pub(super) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// Starts it and waits until every front listens.
pub(super) async fn start(kind: Kind, fronts: &[Front], folder: &Path) -> Running {
    let file = folder.join("proxy.conf");
    std::fs::write(&file, (kind.config)(fronts, folder)).expect("written");
    let mut command = Command::new(kind.program);
    command
        .args((kind.arguments)(&file))
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder);
    let child = command.stdout(Stdio::null()).spawn();
    let mut running = Running(child.unwrap_or_else(|error| {
        panic!("{} does not start: {error}; install nginx, libnginx-mod-stream, haproxy and caddy", kind.program)
    }));
    for front in fronts {
        // A program of others does not say when it listens.
        while TcpStream::connect(("127.0.0.1", front.port)).await.is_err() {
            assert_eq!(running.0.try_wait().expect("it can be asked"), None, "{} ended at once", kind.program);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    running
}

/// Ports that are free, each given once: below those that the system gives to programs that ask for any (RFC 6335 §6). Each process
/// begins elsewhere, so that two at once seldom take the same.
pub(crate) fn ports(count: usize) -> Vec<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = 20_000 + (std::process::id() % 64) as u16 * 128;
    let next = std::iter::repeat_with(|| begin + NEXT.fetch_add(1, Ordering::Relaxed));
    next.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).take(count).collect()
}

/// The target as it is behind two fronts: one before auth, one before the backend.
pub(super) fn behind(target: &Target, does: Does, ports: [u16; 2]) -> (Target, [Front; 2]) {
    let [auth, backend] = ports;
    let front = |port, url: &Option<Url>, does| Front { port, server: address(there(url)), does };
    let before_auth = if there(&target.auth).scheme() == "https" { Does::PassesThrough } else { Does::Forwards };
    let fronts = [front(auth, &target.auth, before_auth), front(backend, &target.backend, does)];
    let mut moved = target.clone();
    for (url, port) in [(&mut moved.auth, auth), (&mut moved.backend, backend), (&mut moved.websocket, backend)] {
        url.as_mut().expect("an address").set_port(Some(port)).expect("it has a host");
    }
    (moved, fronts)
}

fn there(url: &Option<Url>) -> &Url {
    url.as_ref().expect("an address")
}

fn address(url: &Url) -> SocketAddr {
    url.socket_addrs(|| None).expect("a loopback address")[0]
}
