//! A server that does with each connection what a test says.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fivewhys::deployment::{Deployment, VisibleSettings};
use fivewhys::mock;
use fivewhys::rate::{Options, Rate};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::rate_of;

pub(super) const OK: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]";

pub(super) struct Server {
    /// With its port.
    pub(super) address: String,
    count: Arc<AtomicUsize>,
}

impl Server {
    /// Each connection has a thread of its own, its number from 0, and its request.
    pub(super) fn new(serve: impl Fn(usize, &str, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let server = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let address = server.local_addr().expect("an address").to_string();
        let count = Arc::new(AtomicUsize::new(0));
        let (counted, serve) = (Arc::clone(&count), Arc::new(serve));
        std::thread::spawn(move || {
            for mut stream in server.incoming().flatten() {
                let (number, serve) = (counted.fetch_add(1, Ordering::SeqCst), Arc::clone(&serve));
                std::thread::spawn(move || {
                    let mut request = [0; 8_192];
                    let read = stream.read(&mut request).unwrap_or_default();
                    _ = serve(number, &String::from_utf8_lossy(&request[..read]), &mut stream);
                });
            }
        });
        Server { address, count }
    }

    /// Sends what this gives.
    pub(super) fn responding(respond: impl Fn(usize) -> String + Send + Sync + 'static) -> Self {
        Server::new(move |number, _, stream| stream.write_all(respond(number).as_bytes()))
    }

    /// Opens a WebSocket connection, and then does this.
    pub(super) fn welcoming(then: impl Fn(usize, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Server::new(move |number, request, stream| {
            let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).unwrap_or_default();
            let accept = derive_accept_key(key.as_bytes());
            write!(
                stream,
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                 Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: jwt-auth\r\n\r\n"
            )?;
            then(number, stream)?;
            _ = stream.read(&mut [0; 1_024])?;
            Ok(())
        })
    }

    pub(super) fn requests(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

/// The success rate of an embedded deployment whose backend and gateway are that server.
pub(super) async fn rate_with(server: &Server, options: &Options) -> Rate {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let mut target = running.target().expect("a target");
    target.backend = format!("http://{}", server.address).parse().ok();
    target.websocket = format!("http://{}/ws", server.address).parse().ok();
    rate_of(&target, options).await
}
