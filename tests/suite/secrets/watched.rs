//! The table of the third fence, in what goes to others while a watch runs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::places::{Written, serve};
use super::table::{SIGNING, TOKEN, assert_none, config, environment, spelled};

/// Its own lines, the metrics, and what a command is told of a change.
#[test]
fn a_watch_tells_nobody_one() {
    let secrets = [SIGNING, TOKEN];
    let address = serve(Written { token: TOKEN.to_owned(), texts: spelled(&secrets) });
    let folder = tempfile::tempdir().expect("a folder");
    let (file, notices) = (folder.path().join("canary.toml"), folder.path().join("notices"));
    std::fs::write(&file, config(address)).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    for name in ["BYPASS", "SIGNING", "SERVICE"] {
        command.env(name, environment(name).expect("a canary"));
    }
    let mut watch = command
        .args(["watch", "canary", "--without-rate", "--every", "1s", "--listen", "127.0.0.1:0", "--on-change"])
        .arg(format!("cat >> '{}'", notices.display()))
        .arg("--config")
        .arg(&file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut said = BufReader::new(watch.stderr.take().expect("piped"));
    let mut heard = String::new();
    while !heard.contains("/metrics") {
        assert_ne!(said.read_line(&mut heard).expect("UTF-8"), 0, "{heard}");
    }
    let at = heard.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address").to_owned();
    let mut told = BufReader::new(watch.stdout.take().expect("piped"));
    let mut lines = String::new();
    while !lines.contains("verdict: ") {
        assert_ne!(told.read_line(&mut lines).expect("UTF-8"), 0, "{heard}{lines}");
    }
    let mut metrics = String::new();
    let mut stream = TcpStream::connect(&at).expect("a server");
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").expect("sent");
    stream.read_to_string(&mut metrics).expect("a response");
    // The command is told after the lines are.
    let begun = Instant::now();
    while std::fs::metadata(&notices).map_or(0, |file| file.len()) == 0 {
        assert!(begun.elapsed().as_secs() < 30, "nobody is told");
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &watch.id().to_string()]).status().expect("kill").success());
    watch.wait().expect("it ends");
    told.read_to_string(&mut lines).expect("UTF-8");
    said.read_to_string(&mut heard).expect("UTF-8");
    assert!(metrics.contains("fivewhys_verdict"), "{metrics}");
    assert_none("a watch", &[lines, heard].concat().replace('\r', ""), &secrets);
    assert_none("the metrics", &metrics.replace('\r', ""), &secrets);
    assert_none("a notice", &std::fs::read_to_string(notices).expect("it was told"), &secrets);
}
