//! `watch` as a user runs it: what has changed, metrics, who is told, and its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use super::*;

/// The text at `/metrics`, with the head of its response.
fn metrics(address: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a server");
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("a response");
    text
}

fn end(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill").success());
}

#[test]
fn a_watch_tells_what_has_changed_and_ends_on_a_signal() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, notices) = (folder.path().join("target.toml"), folder.path().join("notices"));
    let server = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(["serve", "--write"])
        .arg(&config)
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    wait_for(&config);
    let command = format!("cat >> '{0}'; echo >> '{0}'; echo $FIVEWHYS_VERDICT >> '{0}'", notices.display());
    let mut watch = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(["watch", "local", "--every", "1s", "--listen", "127.0.0.1:0", "--on-change", &command, "--config"])
        .arg(&config)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut said = BufReader::new(watch.stderr.take().expect("piped")).lines().map_while(Result::ok);
    let address =
        said.find_map(|line| Some(line.strip_prefix("metrics at http://")?.strip_suffix("/metrics")?.to_owned()));
    let address = address.expect("an address");
    let mut told = BufReader::new(watch.stdout.take().expect("piped")).lines().map_while(Result::ok);

    let first: Vec<String> = told.by_ref().take(5).collect();
    assert!(first[0].ends_with("  local  verdict: healthy"), "{first:?}");
    assert!(first[3].ends_with("success rate of WebSocket: pass"), "{first:?}");
    assert!(first[4].ends_with("fingerprints of the secret: equal"), "{first:?}");
    let text = metrics(&address);
    assert!(text.contains("application/openmetrics-text; version=1.0.0"), "{text}");
    assert!(text.contains(r#"fivewhys_verdict{target="local",verdict="healthy"} 1.0"#), "{text}");
    assert!(text.contains(r#"fivewhys_success_rate{target="local",leg="auth"} 1.0"#), "{text}");
    assert!(text.contains(r#"fivewhys_fingerprints_equal{target="local"} 1.0"#), "{text}");
    assert!(text.trim_end().ends_with("# EOF") && !text.contains("fivewhys_fault{"), "{text}");

    end(&server, "-KILL");
    // What stays the same is not told again.
    let mut second = told.next().expect("a change");
    // A look that had begun by then has seen one half of it.
    if second.ends_with("verdict: inconclusive (before: healthy)") {
        second = told.find(|line| line.contains("verdict: ")).expect("a change");
    }
    assert!(second.contains("verdict: faulty (before: "), "{second}");
    assert!(told.any(|line| line.contains("new: error[")));
    let text = metrics(&address);
    assert!(text.contains(r#"verdict="faulty"} 1.0"#) && text.contains("fivewhys_fault{"), "{text}");

    end(&watch, "-INT");
    assert_eq!(watch.wait().expect("it ends").code(), Some(0));
    let notices = fs::read_to_string(&notices).expect("the command was run");
    let notice: serde_json::Value =
        serde_json::from_str(notices.lines().next().expect("a line")).expect("the notice is JSON");
    assert_eq!(
        (notice["schema"].as_str(), notice["now"]["verdict"].as_str()),
        (Some("fivewhys.change/1"), Some("healthy"))
    );
    assert!(notice["before"].is_null() && notice["changes"].as_array().is_some_and(|changes| changes.len() == 5));
    assert_eq!(notices.lines().nth(1), Some("healthy"));
    _ = server.wait_with_output();
}

#[test]
fn what_a_watch_may_not_do_is_said_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    fs::write(&file, TARGET).expect("written");
    let told = |flags: &[&str]| {
        let output = fivewhys(&[&["watch", "x", "--config", file.to_str().expect("UTF-8")], flags].concat());
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{}", err(&output));
        err(&output)
    };
    assert!(told(&["--every", "10s"]).contains("at least 1m"));
    assert!(told(&["--listen", "0.0.0.0:9464"]).contains("of this machine only"));
    let secret = "http://hooks.test/canary-1f2e3d";
    let message = told(&["--webhook", secret]);
    assert!(message.contains("`--webhook` is not an address") && !message.contains("canary"), "{message}");
}
