//! What a long run costs this machine: memory, and sockets that are left behind.

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fivewhys::rate::{Decision, Leg, Options};

use super::server::{OK, Server, rate_with};
use super::{only, options};
use crate::flood::resident;

/// As the welcome of the embedded deployment, without a user.
const WELCOME: &[u8] = br#"{"type":"system_message"}"#;
/// At most. A client that closes first leaves sockets in each of them.
#[cfg(target_os = "linux")]
const RUNS: usize = 5;
/// Resident at the most, in KiB: 32 MiB.
const MOST: u64 = 32 * 1024;

fn welcome(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(&[&[0x81, WELCOME.len() as u8], WELCOME].concat())
}

/// States of proc(5) `net/tcp` in which a client is left with a socket: it closed first, or has not closed at all.
#[cfg(target_os = "linux")]
fn left_behind(server: &str) -> usize {
    const LEFT: [&str; 5] = ["01", "04", "05", "06", "08"];
    let (_, port) = server.rsplit_once(':').expect("a port");
    let remote = format!(":{:04X}", port.parse::<u16>().expect("a port"));
    let table = std::fs::read_to_string("/proc/net/tcp").expect("Linux");
    let fields = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    fields.filter(|fields| fields[2].ends_with(&remote) && LEFT.contains(&fields[3])).count()
}

/// The server closes first, so no port of this machine waits for late packets (TIME_WAIT, RFC 9293 §3.6). A server that does not close
/// within a second is not waited for: on a busy machine a few of so many get no time in that second, so the run is made again.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn ten_thousand_handshakes_at_once_lose_none_and_leave_no_socket() {
    let mut left = Vec::new();
    while left.len() < RUNS && left.last() != Some(&0) {
        let server = Server::welcoming(|_, stream| welcome(stream));
        let many = Options {
            samples: Some(10_000),
            concurrency: 64,
            hold: Some(Duration::ZERO),
            ..options(&[Leg::Websocket])
        };
        let found = rate_with(&server, &many).await;
        let leg = only(&found);
        assert_eq!((found.decision(), leg.tally.accepted), (Decision::Pass, 10_000), "{:?}", leg.tally);
        // The last of them are closed by then and not yet forgotten; one that waits for late packets stays for a minute.
        let until = Instant::now() + Duration::from_secs(5);
        while left_behind(&server.address) > 0 && Instant::now() < until {
            tokio::task::yield_now().await;
        }
        left.push(left_behind(&server.address));
    }
    assert_eq!(left.last(), Some(&0), "sockets that each run has left: {left:?}");
}

/// What is counted must be able to fail.
#[cfg(target_os = "linux")]
#[test]
fn a_client_that_closes_first_leaves_a_socket() {
    // A response to a socket that is closed would reset it.
    let server = Server::new(|_, _, _| Ok(()));
    drop(TcpStream::connect(&server.address).expect("a connection"));
    let until = Instant::now() + Duration::from_secs(5);
    while left_behind(&server.address) == 0 {
        assert!(Instant::now() < until, "no socket is counted");
    }
}

/// The most that was resident of a run with so many samples, in KiB. What it prints is read by its exit code alone.
fn resident_of(samples: u64, file: &Path) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let arguments = ["rate", "--leg", "backend", "--concurrency", "64", "--samples", &samples.to_string(), "--config"];
    let mut run = command.args(arguments).arg(file).stdout(Stdio::null()).spawn().expect("the binary starts");
    let mut most = 0;
    let status = loop {
        most = most.max(resident(run.id()).unwrap_or_default());
        match run.try_wait().expect("it can be asked") {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    assert_eq!(status.code(), Some(0), "{samples} samples");
    most
}

/// A target file for that server, with a token that one already has.
fn target_of(server: &Server, folder: &Path) -> std::path::PathBuf {
    let file = folder.join("many.toml");
    let text = format!(
        "[targets.many]\nstage = \"local\"\nbackend = \"http://{}\"\ntokens = {{ one = \"opaque-token-of-one\" }}\n",
        server.address
    );
    std::fs::write(&file, text).expect("written");
    file
}

#[test]
fn memory_does_not_grow_with_samples() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::responding(|_| OK.to_owned());
    let file = target_of(&server, folder.path());
    // What an allocator takes beyond what is kept differs by a megabyte from run to run.
    let least = |samples| (0..3).map(|_| resident_of(samples, &file)).min().unwrap_or_default();
    let (few, many) = (least(1_000), least(20_000));
    assert!(few > 0 && many <= MOST && many < few + 1_024, "{few} and {many} KiB");
}

#[test]
#[ignore = "a million samples take minutes"]
fn a_million_samples_fit_into_32_mebibytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::responding(|_| OK.to_owned());
    let most = resident_of(1_000_000, &target_of(&server, folder.path()));
    println!("{most} KiB");
    assert!((1..=MOST).contains(&most), "{most} KiB");
}
