//! Whatever a server sends is an observation: a check of the oddest peers ends in a diagnosis, confirms nothing that they do
//! not show, and takes its credentials nowhere else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fivewhys::check::{Checked, check};
use fivewhys::diagnosis::Verdict;
use fivewhys::input::Source;
use fivewhys::target;
use fivewhys::vocabulary::Fault;
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
login = {{ path = "/login", json = {{ user = "{{user}}" }}, token = "/token", users = ["a", "b"] }}
signing = {{ secret = "a secret of no importance" }}
handshake = {{ stays-open = "50ms" }}
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
    // A peer that never comes to the end of a head has not answered; a 101 without a proof is no handshake.
    let unreachable =
        |fault: &Fault| matches!(fault, Fault::AuthUnreachable | Fault::BackendUnreachable | Fault::HandshakeInvalid);
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
    for status in ["301 Moved Permanently", "302 Extracted", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let peer = listen(Peer { says: head(status, &to).into(), repeats: Vec::new() }).await;
        let diagnosis = look(peer.0).await.diagnosis;
        // What sends everybody elsewhere for the moment, whatever is asked, is how a sign-in stands in front.
        let gate = |fault: Fault| fault == Fault::AccessGateInFront && ["302", "307"].contains(&&status[..3]);
        assert!(diagnosis.findings.iter().all(|finding| gate(finding.fault)), "{status}: {:?}", diagnosis.findings);
        assert_ne!(diagnosis.verdict, Verdict::Healthy, "{status}");
    }
    assert_eq!(elsewhere.2.load(Ordering::Relaxed), 0, "somebody came to where the redirect leads");
}

/// Answers every upgrade with 101 and then writes these bytes for ever; everything else is refused.
async fn gateway(after: Vec<u8>) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(upgrade(stream, after.clone()));
        }
    });
    Listening(address, task.abort_handle(), Arc::default())
}

async fn upgrade(mut stream: TcpStream, after: Vec<u8>) {
    let mut request = vec![0; 8192];
    let read = stream.read(&mut request).await.unwrap_or_default();
    if !String::from_utf8_lossy(&request[..read]).to_lowercase().contains("upgrade: websocket") {
        _ = stream.write_all(head("401 Unauthorized", "content-length: 0\r\n").as_bytes()).await;
        return;
    }
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\n";
    if stream.write_all(head("101 Switching Protocols", upgrade).as_bytes()).await.is_ok() {
        while stream.write_all(&after).await.is_ok() {}
    }
}

#[rstest]
#[case::reserved_opcode(&[0x83, 0x01, 0x00])]
#[case::text_that_is_no_text(&[0x81, 0x02, 0xff, 0xfe])]
#[case::a_frame_of_exabytes(&[0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])]
#[case::fragments_without_end(&[0x01, 0x01, b'a', 0x00, 0x01, b'a'])]
#[case::pings_without_end(&[0x89, 0x00])]
#[case::frames_without_end(&[0x81, 0x02, b'{', b'}'])]
#[tokio::test]
async fn odd_frames_are_an_observation(#[case] after: &[u8]) {
    let peer = gateway(after.to_vec()).await;
    let Checked { evidence, diagnosis } = look(peer.0).await;
    let found: Vec<Fault> = diagnosis.findings.iter().map(|finding| finding.fault).collect();
    assert!(found.iter().all(|fault| *fault == Fault::HandshakeInvalid), "{found:?} on {evidence:?}");
    assert_ne!(diagnosis.verdict, Verdict::Healthy);
}
