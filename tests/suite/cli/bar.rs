//! The line that a terminal shows while samples are made: what is decided so far, and nothing of it is left at the end.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::num::NonZero;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::{err, fivewhys};

const RATE: [&str; 10] =
    ["rate", "--scenario", "healthy", "--leg", "websocket", "--samples", "200", "--hold", "20ms", "--concurrency=4"];
const ROWS: NonZero<u16> = NonZero::new(24).expect("not 0");
const COLUMNS: NonZero<u16> = NonZero::new(80).expect("not 0");
const SIZE: Winsize = Winsize { ws_row: ROWS.get(), ws_col: COLUMNS.get(), ws_xpixel: 0, ws_ypixel: 0 };

/// Everything that a terminal showed of standard error, and what was on it at the end.
fn on_terminal(arguments: &[&str]) -> (BTreeSet<String>, String) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("its other end");
    tcsetwinsize(&terminal, SIZE).expect("its size");
    let name = ptsname(&terminal, Vec::new()).expect("its name").into_string().expect("a path");
    let end = File::options().read(true).write(true).open(name).expect("its other end");
    let mut run = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(arguments)
        .env("TERM", "xterm-256color")
        .env_remove("NO_COLOR")
        .stdout(Stdio::null())
        .stderr(end)
        .spawn()
        .expect("the binary starts");
    let mut screen = vt100::Parser::new(ROWS, COLUMNS, 0);
    let (mut shown, mut terminal, mut bytes) = (BTreeSet::new(), File::from(terminal), [0; 4_096]);
    // It fails once no process has the other end.
    while let Ok(read @ 1..) = terminal.read(&mut bytes) {
        screen.process(&bytes[..read]);
        shown.insert(screen.screen().contents());
    }
    assert_eq!(run.wait().expect("it ends").code(), Some(0));
    (shown, screen.screen().contents())
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
