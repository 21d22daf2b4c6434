//! A listener before a server that hears all that passes, and may cut a connection off.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// It ends when this is dropped.
pub(super) struct Tap {
    pub address: SocketAddr,
    heard: Arc<Heard>,
    task: AbortHandle,
}

#[derive(Default)]
struct Heard {
    /// What came first on each connection, in either direction.
    requests: Mutex<Vec<String>>,
    answers: Mutex<Vec<String>>,
    waiting: AtomicUsize,
    most: AtomicUsize,
}

impl Tap {
    /// Before that server; cuts off the first connection whose request holds that text.
    pub(super) async fn before(server: SocketAddr, cuts: Option<&'static str>) -> Tap {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let heard = Arc::new(Heard::default());
        let cut = Arc::new(AtomicUsize::new(0));
        let hears = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (heard, cut) = (Arc::clone(&hears), Arc::clone(&cut));
                tokio::spawn(async move {
                    _ = pass(stream, server, &heard, |request| {
                        cuts.is_some_and(|text| request.contains(text)) && cut.fetch_add(1, Ordering::Relaxed) == 0
                    })
                    .await;
                });
            }
        });
        Tap { address, heard, task: task.abort_handle() }
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.heard.requests.lock().expect("nobody panics").clone()
    }

    pub(super) fn answers(&self) -> Vec<String> {
        self.heard.answers.lock().expect("nobody panics").clone()
    }

    /// How many requests waited for their answer at a time.
    pub(super) fn most(&self) -> usize {
        self.heard.most.load(Ordering::Relaxed)
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(
    mut client: TcpStream,
    server: SocketAddr,
    heard: &Heard,
    is_cut: impl Fn(&str) -> bool,
) -> std::io::Result<()> {
    let request = whole(&mut client).await?;
    let text = String::from_utf8_lossy(&request).into_owned();
    heard.requests.lock().expect("nobody panics").push(text.clone());
    if is_cut(&text) {
        return Ok(());
    }
    heard.most.fetch_max(heard.waiting.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
    let answered = async {
        let mut server = TcpStream::connect(server).await?;
        server.write_all(&request).await?;
        let answer = whole(&mut server).await?;
        heard.answers.lock().expect("nobody panics").push(String::from_utf8_lossy(&answer).into_owned());
        Ok::<_, std::io::Error>((server, answer))
    };
    let answered = answered.await;
    heard.waiting.fetch_sub(1, Ordering::Relaxed);
    let (mut server, answer) = answered?;
    client.write_all(&answer).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}

/// A head, and as much of a body as it announces.
async fn whole(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let read = stream.read(&mut buffer).await?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let missing = |(head, body): (&str, &str)| length(head) > body.len();
        if read == 0 || text.split_once("\r\n\r\n").is_some_and(|parts| !missing(parts)) {
            return Ok(bytes);
        }
    }
}

fn length(head: &str) -> usize {
    let lower = head.to_ascii_lowercase();
    let found = lower.lines().find_map(|line| line.strip_prefix("content-length:"));
    found.and_then(|length| length.trim().parse().ok()).unwrap_or_default()
}
