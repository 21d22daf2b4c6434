//! Servers that want the opposite of a check: whatever they send or hold back, the command ends in time, in little memory, and with
//! a report. Each command is a process of its own, since that is what a runner or a laptop has to bear.

mod certificate;
mod peer;
mod peers;

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use peer::{Listening, Peer};
use tokio::process::Command;
use tokio::time::{Instant, interval, timeout};

use crate::every_case::every_case;
use crate::flood::{MOST, resident};

/// Of each exchange, and of a whole check, as the target file has them.
const TIMEOUT: Duration = Duration::from_millis(200);
const DEADLINE: Duration = Duration::from_millis(1_200);
/// For a process to begin and to write its report, on a machine that does a lot else.
const ALLOWANCE: Duration = Duration::from_secs(8);
/// A peer has so long to end its part of a connection that a sample has ended.
const CLOSES_SOON: Duration = Duration::from_secs(1);
/// A sample holds a connection that is welcomed for so long at most.
const HOLD: Duration = Duration::from_millis(250);
const AT_A_TIME: usize = 12;
/// A developer's run meets one server in so many, CI each.
const MET: usize = 3;
/// One of so many servers is met by a gate too.
const EVERY: usize = 5;

/// A command, its flags, and the longest time that it may take.
struct Run {
    arguments: &'static [&'static str],
    longest: Duration,
}

const CHECK: Run = Run { arguments: &["check"], longest: DEADLINE };
const GATE: Run = Run { arguments: &["gate"], longest: DEADLINE };
/// Three legs, all samples of each at once: so few in a row that it does not slow down.
const RATE: Run = Run {
    arguments: &["rate", "--samples", "2", "--concurrency", "2"],
    longest: Duration::from_millis(3 * (200 + 250 + 1_000)),
};

/// What came of a command.
struct Came {
    output: Output,
    took: Duration,
    /// Resident at the most, in KiB.
    most: u64,
}

#[tokio::test]
async fn a_hostile_server_costs_a_command_neither_time_nor_memory() {
    assert_eq!(RATE.longest, 3 * (TIMEOUT + HOLD + CLOSES_SOON));
    let is_met = |number: usize| every_case() || number.is_multiple_of(MET);
    let met = peers::all().into_iter().enumerate().filter(|(number, _)| is_met(*number));
    let runs = met.flat_map(|(number, (name, peer))| {
        // A gate begins with the same check, and ends there where that is not healthy.
        let gate = number.is_multiple_of(EVERY).then_some(GATE);
        [CHECK, RATE].into_iter().chain(gate).map(move |run| {
            let peer = peer.clone();
            async move { (name, run.arguments[0], faults_of(name, peer, &run).await) }
        })
    });
    let made: Vec<_> = stream::iter(runs).buffer_unordered(AT_A_TIME).collect().await;
    let wrong: Vec<_> = made.iter().filter(|(.., faults)| !faults.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is wrong with a run of that command against such a server.
async fn faults_of(name: &str, peer: Peer, run: &Run) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let listening = Listening::begin(peer).await;
    let file = folder.path().join("hostile.toml");
    std::fs::write(&file, target(&listening, folder.path())).expect("written");
    let Some(Came { output, took, most }) = make(&file, run).await else { return vec!["it does not end".into()] };
    println!("{:>6} KiB  {:>5} ms  {:<5}  {name}", most, took.as_millis(), run.arguments[0]);
    let told = String::from_utf8_lossy(&output.stdout);
    let is_control = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}');
    let checks = [
        (took > run.longest + ALLOWANCE, format!("it took {took:?}")),
        (!(1..=MOST).contains(&most), format!("{most} KiB were resident")),
        (!matches!(output.status.code(), Some(1 | 3)), format!("{}", output.status)),
        (!told.contains("hostile"), format!("no report: {told}")),
        (told.contains(is_control), format!("what it sent moves the cursor: {told:?}")),
        (!output.stderr.is_empty(), String::from_utf8_lossy(&output.stderr).into_owned()),
    ];
    checks.into_iter().filter_map(|(is_wrong, what)| is_wrong.then_some(what)).collect()
}

/// Two users, and every endpoint at that server.
fn target(listening: &Listening, folder: &Path) -> String {
    let (http, ws) = if listening.is_tls { ("https", "wss") } else { ("http", "ws") };
    let at = listening.address;
    let ca = listening.certificate.as_ref().map(|certificate| {
        let file = folder.join("ca.pem");
        std::fs::write(&file, certificate).expect("written");
        format!("ca = \"{}\"\n", file.display())
    });
    let tokens = ["b25l", "dHdv"].map(|user| format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ{user}In0.c2lnbmF0dXJl"));
    format!(
        "[targets.hostile]\nstage = \"local\"\nauth = \"{http}://{at}\"\nbackend = \"{http}://{at}\"\n\
         websocket = \"{ws}://{at}/ws\"\ntimeout = \"{}ms\"\ndeadline = \"{}ms\"\n{}\
         tokens = {{ one = \"{}\", two = \"{}\" }}\n\
         signing = {{ secret = \"a secret of no importance\" }}\nhandshake = {{ stays-open = \"100ms\" }}\n",
        TIMEOUT.as_millis(),
        DEADLINE.as_millis(),
        ca.unwrap_or_default(),
        tokens[0],
        tokens[1]
    )
}

/// Runs the command; `None` where it does not end.
async fn make(file: &Path, run: &Run) -> Option<Came> {
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let command = command.args(run.arguments).args(["hostile", "--config"]).arg(file);
    let command = command.env_remove("GITHUB_ACTIONS").stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.kill_on_drop(true).spawn().expect("the binary starts");
    let process = child.id().expect("it runs");
    let output = child.wait_with_output();
    tokio::pin!(output);
    let (mut most, mut looks) = (0, interval(Duration::from_millis(5)));
    let ended = timeout(4 * (run.longest + ALLOWANCE), async {
        loop {
            tokio::select! {
                output = &mut output => return output.expect("its output"),
                // It only grows; the kernel keeps it until the process ends.
                _ = looks.tick() => most = most.max(resident(process).unwrap_or_default()),
            }
        }
    });
    let output = ended.await.ok()?;
    Some(Came { output, took: begun.elapsed(), most })
}
