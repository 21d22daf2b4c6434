//! The line that a terminal shows while samples are made: what is decided so far, and nothing of it is left at the end.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use super::pty::Pty;
use super::{err, fivewhys};

const RATE: [&str; 10] =
    ["rate", "--scenario", "healthy", "--leg", "websocket", "--samples", "200", "--hold", "20ms", "--concurrency=4"];
/// Everything that a terminal showed of standard error, and what was on it at the end.
fn on_terminal(arguments: &[&str]) -> (BTreeSet<String>, String) {
    let (terminal, end) = Pty::open();
    let mut run = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(arguments)
        .env("TERM", "xterm-256color")
        .env_remove("NO_COLOR")
        .stdout(Stdio::null())
        .stderr(end)
        .spawn()
        .expect("the binary starts");
    let mut shown = BTreeSet::new();
    let left = terminal.watch(|_, screen| _ = shown.insert(screen.contents()));
    assert_eq!(run.wait().expect("it ends").code(), Some(0));
    (shown, left)
}

#[test]
fn a_terminal_shows_the_decision_so_far_and_is_left_clean() {
    let (shown, left) = on_terminal(&RATE);
    let said = |text: &str| shown.iter().any(|screen| screen.contains(text));
    assert!(said("/200 (") && said(" accepted: ") && said(" more to pass"), "{shown:?}");
    assert!(shown.iter().all(|screen| screen.trim_end().lines().count() <= 1), "one line: {shown:?}");
    assert_eq!(left.trim(), "");
}

#[test]
fn without_a_terminal_and_with_quiet_no_progress_is_shown() {
    assert_eq!(err(&fivewhys(&RATE)), "");
    let (shown, _) = on_terminal(&[&RATE[..], &["--quiet"]].concat());
    assert!(shown.iter().all(|screen| screen.trim().is_empty()), "{shown:?}");
}
