//! What a person sees on a terminal, or does not: colours, marks, commands to paste, and Ctrl-C.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::{err, fivewhys, out};

fn with(variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let command = command.args(arguments).envs(variables.iter().copied());
    command.env_remove("FIVEWHYS_CONFIG").output().expect("the binary starts")
}

const DEMO: [&str; 3] = ["check", "--scenario", "secret/jwt-secret-mismatch"];

#[test]
fn colours_are_for_terminals_unless_a_flag_says_otherwise() {
    let is_coloured = |output: &Output| out(output).contains('\u{1b}');
    let asked = |flags: &[&'static str]| [&DEMO, flags].concat();
    assert!(!is_coloured(&with(&[], &DEMO)));
    let coloured = with(&[], &asked(&["--color", "always"]));
    assert!(out(&coloured).contains("\u{1b}[31m✗"), "{}", out(&coloured));
    let plain = anstream::adapter::strip_str(&out(&coloured)).to_string();
    assert!(plain.contains("\nerror[jwt-secret-mismatch]: the backend verifies"), "{plain}");
    assert!(!is_coloured(&with(&[("CLICOLOR_FORCE", "1")], &asked(&["--color", "never"]))));
    assert!(is_coloured(&with(&[("CLICOLOR_FORCE", "1")], &DEMO)));
    assert!(!is_coloured(&with(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "0")], &DEMO)));
    assert!(!is_coloured(&with(&[], &asked(&["--color", "always", "--format", "json"]))));
}

#[test]
fn a_locale_without_unicode_gets_ascii_in_the_same_columns() {
    let unicode = out(&with(&[("LC_ALL", "C.UTF-8")], &DEMO));
    let ascii = out(&with(&[("LC_ALL", "C")], &DEMO));
    assert!(unicode.contains('✗') && ascii.is_ascii() && ascii.contains("x embedded is broken"), "{ascii}");
    let widths = |text: &str| text.lines().map(|line| line.chars().count()).collect::<Vec<_>>();
    assert_eq!(widths(&unicode), widths(&ascii));
}

#[test]
fn quiet_is_one_line() {
    let quiet = fivewhys(&["check", "--quiet", "--scenario", "secret/jwt-secret-mismatch"]);
    assert_eq!((quiet.status.code(), out(&quiet).lines().count()), (Some(1), 1), "{}", out(&quiet));
    assert!(out(&quiet).starts_with("✗ embedded is broken"), "{}", out(&quiet));
    let decided = [
        (&["gate", "--quiet"][..], "✓ embedded passes the gate"),
        (&["rate", "--quiet", "--leg", "rest"][..], "✓ embedded passes: "),
    ];
    for (words, told) in decided {
        let quiet = fivewhys(&[words, &["--scenario", "healthy"]].concat());
        assert_eq!((quiet.status.code(), out(&quiet).lines().count()), (Some(0), 1), "{}", out(&quiet));
        assert!(out(&quiet).starts_with(told), "{}", out(&quiet));
    }
}

/// A target where nothing listens: the system gives this port to no program that wants any.
fn unreachable(folder: &Path) -> String {
    target_at(folder, "it's down", 1)
}

/// Writes a target file, and returns its path.
fn target_at(folder: &Path, name: &str, port: u16) -> String {
    let file = folder.join("my targets.toml");
    let text = format!(
        "[targets.\"{name}\"]\nstage = \"local\"\nauth = \"http://127.0.0.1:{port}\"\nbackend = \"http://127.0.0.1:{port}\"\n\
         websocket = \"ws://127.0.0.1:{port}/ws\"\n"
    );
    fs::write(&file, text).expect("written");
    file.to_str().expect("UTF-8").to_owned()
}

/// The next command makes the same check, whatever its words.
#[test]
fn the_next_command_can_be_pasted() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = unreachable(folder.path());
    let first = fivewhys(&["check", "it's down", "--config", &file]);
    assert_eq!(first.status.code(), Some(1), "{}", err(&first));
    let report = out(&first);
    let (_, next) = report.split_once("after the fix: ").expect("a next command");
    let again = Command::new("sh").args(["-c", next.trim()]).output().expect("a shell");
    assert_eq!(again.status.code(), Some(1), "{next}: {}", err(&again));
    assert!(out(&again).starts_with("✗ it's down is broken"), "{}", out(&again));
    let (_, explain) = report.split_once("next: ").expect("a next command");
    let explain = explain.split(';').next().expect("a command");
    let page = Command::new("sh").args(["-c", explain]).output().expect("a shell");
    assert!(out(&page).contains("## How to fix it"), "{explain}: {}", err(&page));
}

/// A server that accepts and never responds; Ctrl-C prints what is known by then.
#[test]
fn an_interrupted_check_says_what_it_knows() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = TcpListener::bind("127.0.0.1:0").expect("a port");
        let file = target_at(folder.path(), "silent", server.local_addr().expect("an address").port());
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        let command = command.args(["check", "--config", &file]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut check = command.spawn().expect("the binary starts");
        // The handlers are there before anything is sent.
        let (connection, _) = server.accept().expect("a connection");
        let mut line = String::new();
        BufReader::new(connection).read_line(&mut line).expect("a request");
        let sent = Command::new("kill").args([signal, &check.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        assert_eq!(check.wait().expect("it ends").code(), Some(3));
        let output = check.wait_with_output().expect("its output");
        assert!(out(&output).starts_with("? the check of silent was interrupted"), "{}", out(&output));
        assert!(out(&output).contains("probes were not made: the check was interrupted."), "{}", out(&output));
    }
}
