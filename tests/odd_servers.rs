//! Whatever a server sends is an observation: a check of the oddest peers ends in a diagnosis, confirms nothing that they do
//! not show, and takes its credentials nowhere else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fivewhys::check::{Checked, check};
use fivewhys::diagnosis::{Fault, Verdict};
use fivewhys::input::Source;
use fivewhys::target;
use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// A peer that reads a request, says one thing, and then repeats another for ever, or falls silent.
#[derive(Clone)]
struct Peer {
    says: Vec<u8>,
    repeats: Vec<u8>,
}

/// An address where such a peer listens; it ends when this is dropped.
struct Listening(SocketAddr, AbortHandle, Arc<AtomicUsize>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.1.abort();
    }
}

async fn listen(peer: Peer) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(answer(stream, peer.clone()));
        }
    });
    Listening(address, task.abort_handle(), count)
}

async fn answer(mut stream: TcpStream, peer: Peer) {
    let mut request = [0; 8192];
    if stream.read(&mut request).await.is_ok() && stream.write_all(&peer.says).await.is_ok() && peer.repeats.is_empty()
    {
        while stream.read(&mut request).await.is_ok_and(|read| read > 0) {}
        return;
    }
    while stream.write_all(&peer.repeats).await.is_ok() {}
}

async fn look(at: SocketAddr) -> Checked {
    let text = format!(
        r#"
[targets.odd]
stage = "local"
auth = "http://{at}"
backend = "http://{at}"
websocket = "ws://{at}/ws"
timeout = "150ms"
deadline = "5s"
login = {{ path = "/login", body = {{ user = "{{user}}" }}, token = "/token", users = ["a", "b"] }}
signing = {{ secret = "a secret of no importance" }}
handshake = {{ hold = "50ms" }}
"#
    );
    let target =
        target::select(&Source::new("odd.toml", text), "odd", &|_| None).unwrap_or_else(|mistake| panic!("{mistake}"));
    // Far beyond the deadline: this is for a hang, not for a duration.
    let checked = tokio::time::timeout(Duration::from_secs(60), check(&target)).await;
    checked.expect("it ends").expect("the suite does its job")
}

fn head(status: &str, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{more}\r\n")
}

/// Nothing is confirmed, and nothing is well.
#[rstest]
#[case::not_http("220 mail.test ESMTP\r\n", "")]
#[case::endless_head("HTTP/1.1 200 OK\r\n", "x-more: and more\r\n")]
#[case::endless_body(&head("401 Unauthorized", "transfer-encoding: chunked\r\n"), "5\r\nab\"cd\r\n")]
#[case::body_that_never_ends(&head("401 Unauthorized", "content-length: 1000\r\n"), "")]
#[case::deep_json(&(head("401 Unauthorized", "connection: close\r\n") + &"[{\"a\":".repeat(20_000)), "[")]
#[case::upgrade_for_everything(&head("101 Switching Protocols", "connection: upgrade\r\nupgrade: websocket\r\n"), "")]
#[case::informational_for_ever("", "HTTP/1.1 103 Early Hints\r\n\r\n")]
#[tokio::test]
async fn an_odd_peer_is_neither_well_nor_diagnosed(#[case] says: &str, #[case] repeats: &str) {
    let peer = listen(Peer { says: says.into(), repeats: repeats.into() }).await;
    let Checked { evidence, diagnosis } = look(peer.0).await;
    let found: Vec<Fault> = diagnosis.findings.iter().map(|finding| finding.fault).collect();
    // A peer that never comes to the end of a head has not answered.
    let unreachable = |fault: &Fault| matches!(fault, Fault::AuthUnreachable | Fault::BackendUnreachable);
    assert!(found.iter().all(unreachable), "{found:?} on {evidence:?}");
    assert_ne!(diagnosis.verdict, Verdict::Healthy);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_an_observation() {
    let mut says =
        head("403 Forbidden", "content-length: 6\r\nwww-authenticate: \u{1}\r\n").replace('\u{1}', "x").into_bytes();
    says.extend([0xff, 0xfe, 0x1b, b'[', b'2', b'J']);
    let peer = listen(Peer { says, repeats: Vec::new() }).await;
    let Checked { evidence, diagnosis } = look(peer.0).await;
    assert_eq!(diagnosis.findings, [], "{evidence:?}");
    let report = fivewhys::report::render(fivewhys::report::Format::Text, &evidence, &diagnosis);
    assert!(!report.contains('\u{1b}'), "an escape sequence reaches the terminal: {report:?}");
}

#[tokio::test]
async fn credentials_follow_no_redirect() {
    let elsewhere = listen(Peer { says: head("200 OK", "content-length: 0\r\n").into(), repeats: Vec::new() }).await;
    let to = format!("location: http://{}/caught\r\ncontent-length: 0\r\n", elsewhere.0);
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let peer = listen(Peer { says: head(status, &to).into(), repeats: Vec::new() }).await;
        let diagnosis = look(peer.0).await.diagnosis;
        assert_eq!((diagnosis.findings, diagnosis.verdict), (Vec::new(), Verdict::Inconclusive), "{status}");
    }
    assert_eq!(elsewhere.2.load(Ordering::Relaxed), 0, "somebody came to where the redirect leads");
}
