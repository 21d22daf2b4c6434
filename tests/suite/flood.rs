//! A server that never stops sending: what is kept of it is bounded.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Resident at the most, in KiB: 50 MiB.
pub(crate) const MOST: u64 = 50 * 1024;

/// Responds to every request without an end: with a body of JSON, or with frames after an upgrade.
fn flooding_server() -> SocketAddr {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = server.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in server.incoming().map_while(Result::ok) {
            // It ends when the client leaves.
            thread::spawn(move || _ = flood(stream));
        }
    });
    address
}

fn flood(mut stream: TcpStream) -> std::io::Result<()> {
    let mut key = None;
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("sec-websocket-key")
        {
            key = Some(derive_accept_key(value.as_bytes()));
        }
    }
    let text = vec![b'a'; 60_000];
    let (head, piece) = match key {
        Some(key) => {
            let head = format!(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {key}\r\n\r\n"
            );
            // A text frame with a length of 16 bits (RFC 6455 §5.2).
            (head, [&[0x81, 126, 0xea, 0x60][..], &text].concat())
        }
        None => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{\"a\":\"\r\n";
            (head.to_owned(), [&b"EA60\r\n"[..], &text, b"\r\n"].concat())
        }
    };
    stream.write_all(head.as_bytes())?;
    loop {
        stream.write_all(&piece)?;
    }
}

/// The most that was resident of that process so far, in KiB; `None` where it does not have its name yet, for until then it shows
/// the memory of the process that began it.
pub(crate) fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find(|line| line.starts_with("Name:")).filter(|line| line.ends_with("fivewhys"))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a_flood_takes_bounded_memory() {
    let address = flooding_server();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("flood.toml");
    let target = format!(
        "[targets.flood]\nstage = \"local\"\nauth = \"http://{address}\"\nbackend = \"http://{address}\"\n\
         websocket = \"ws://{address}/ws\"\ndeadline = \"6s\"\ntimeout = \"1s\"\n\
         tokens = {{ one = \"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvbmUifQ.c2lnbmF0dXJl\" }}\n"
    );
    std::fs::write(&file, target).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let command = command.args(["check", "--config"]).arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
    let mut check = command.spawn().expect("the binary starts");
    let mut most = 0;
    let status = loop {
        most = most.max(resident(check.id()).unwrap_or_default());
        match check.try_wait().expect("it can be asked") {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    assert!(matches!(status.code(), Some(1 | 3)), "{status}");
    assert!((1..=MOST).contains(&most), "{most} KiB");
}
