//! What the command does without looking: a file to begin with, a dry run, and a diagnosis of what was seen elsewhere.

use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::Path;

use fivewhys::bundle::{EVIDENCE, EXCHANGES};

use super::{TARGET, config_error, err, fivewhys, out};

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Whatever was seen, a colleague gets the same report from it, byte for byte, and the same exit code.
#[test]
fn evidence_gives_the_same_report_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenarios = [
        "healthy",
        "secret/jwt-secret-mismatch",
        "secret/jwt-secret-stale-replica",
        "secret/secret-version-drift",
        "claims/clock-skew",
        "reach/auth-unreachable",
        "reach/tls-untrusted",
        "report/token-echoed",
        "trust/wrong-user-welcomed",
        "websocket/idle-connection-cut",
    ];
    for (scenario, format) in scenarios.iter().zip(["text", "json"].iter().cycle()) {
        let seen = folder.path().join(scenario.replace('/', "-"));
        let look = fivewhys(&["check", "--scenario", scenario, "--format", format, "--evidence", text(&seen)]);
        let again = fivewhys(&["check", "--from", text(&seen), "--format", format]);
        assert_eq!(out(&look), out(&again), "{scenario}");
        assert_eq!(look.status.code(), again.status.code(), "{scenario}");
        let exchanges = fs::read_to_string(seen.join(EXCHANGES)).expect("the file to read");
        assert!(exchanges.contains("\n> GET http"), "{exchanges}");
    }
}

/// Heads of both directions, frames and times, and none of it secret.
#[test]
fn exchanges_are_told_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    fivewhys(&["check", "--scenario", "secret/jwt-secret-mismatch", "--evidence", text(folder.path())]);
    let exchanges = fs::read_to_string(folder.path().join(EXCHANGES)).expect("the file to read");
    for part in [
        "> authorization: Bearer [TOKEN]",
        "> sec-websocket-protocol: jwt-auth, jwt.[TOKEN]",
        "> x-e2e-bypass-key: [SECRET]",
        "> {\"token\":\"[TOKEN]\",\"token_type\":\"access\"}",
        "< HTTP/1.1 101 Switching Protocols",
        "< HTTP/1.1 401 Unauthorized",
        "< {\"details\":",
        "< close 1008 SSOT Auth failed",
        " ms in all",
    ] {
        assert!(exchanges.contains(part), "{part} is not in:\n{exchanges}");
    }
}

/// An older report is not lost to a folder that cannot be written, and nothing is sent.
/// The report would take its place.
#[test]
fn what_is_read_is_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, bundle) = (folder.path().join("targets.toml"), folder.path().join("seen"));
    fs::write(&file, TARGET).expect("written");
    fivewhys(&["check", "--scenario", "healthy", "--evidence", text(&bundle)]);
    let evidence = fs::read_to_string(bundle.join(EVIDENCE)).expect("the evidence");
    let linked = folder.path().join("link");
    std::os::unix::fs::symlink(&file, &linked).expect("a link");
    let offline = ["check", "--from", text(&bundle), "--output", text(&bundle.join(EVIDENCE))].map(String::from);
    let target = ["check", "x", "--config", text(&file), "--output", text(&linked)].map(String::from);
    let exchanges = bundle.join(EXCHANGES);
    let beside =
        ["check", "--scenario", "healthy", "--evidence", text(&bundle), "--output", text(&exchanges)].map(String::from);
    for arguments in [offline.to_vec(), target.to_vec(), beside.to_vec()] {
        let output = fivewhys(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err(&output).contains("cannot replace"), "{}", err(&output));
    }
    assert_eq!(fs::read_to_string(&file).expect("the targets"), TARGET);
    assert_eq!(fs::read_to_string(bundle.join(EVIDENCE)).expect("the evidence"), evidence);
}

#[test]
fn a_folder_that_cannot_be_written_is_said_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let output = fivewhys(&["check", "--scenario", "healthy", "--evidence", text(&file.join("below"))]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""));
    assert!(err(&output).contains("cannot create the folder"), "{}", err(&output));
}

#[test]
fn evidence_that_is_none_is_said_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(EVIDENCE);
    let from = || fivewhys(&["check", "--from", text(folder.path())]);
    let cases = [
        ("{\n  \"schema\": nothing\n}", ":2:"),
        ("{\"schema\": \"fivewhys.evidence/9\", \"evidence\": {}}", "evidence of another version"),
        ("{\"schema\": \"fivewhys.evidence/3\", \"evidence\": {}}", "missing field"),
        ("", "evidence.json"),
        ("\u{feff}{}", "evidence.json"),
        ("{\"schema\": “", "evidence.json"),
        ("{\"\u{9b}31m\": 1}", "unknown field"),
    ];
    for (written, expected) in cases {
        fs::write(&file, written).expect("written");
        let output = from();
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{written}");
        assert!(err(&output).contains(expected), "{written}: {}", err(&output));
        assert!(!err(&output).contains('\u{9b}'), "{}", err(&output));
    }
    fs::remove_file(&file).expect("removed");
    assert!(err(&from()).contains("cannot read"), "{}", err(&from()));
}

/// A name that moves the cursor was not written by this program.
#[test]
fn evidence_cannot_move_the_cursor() {
    let folder = tempfile::tempdir().expect("a folder");
    fivewhys(&["check", "--scenario", "healthy", "--evidence", text(folder.path())]);
    let file = folder.path().join(EVIDENCE);
    let evidence = fs::read_to_string(&file).expect("the evidence");
    fs::write(&file, evidence.replacen("\"target\": \"embedded\"", "\"target\": \"\\u001b[2J\"", 1)).expect("written");
    let output = fivewhys(&["check", "--from", text(folder.path())]);
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    assert!(!err(&output).contains('\u{1b}'), "{}", err(&output));
}

/// A table or a key that is commented out.
fn setting(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("# ")?;
    let is_key = |(key, _): (&str, &str)| key.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    (rest.starts_with('[') || rest.split_once(" = ").is_some_and(is_key)).then_some(rest)
}

/// Times that no clock has shown are read like others.
#[test]
fn evidence_with_absurd_times_has_a_diagnosis() {
    let folder = tempfile::tempdir().expect("a folder");
    fivewhys(&["check", "--scenario", "secret/jwt-secret-mismatch", "--evidence", text(folder.path())]);
    let file = folder.path().join(EVIDENCE);
    let mut evidence: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&file).expect("the evidence")).expect("JSON");
    for observation in evidence["evidence"]["observations"].as_array_mut().expect("a list") {
        observation[1]["elapsed"]["secs"] = u64::MAX.into();
        observation[1]["clock"] = serde_json::json!({"least": i64::MIN, "most": i64::MAX});
    }
    fs::write(&file, evidence.to_string()).expect("written");
    let output = fivewhys(&["check", "--from", text(folder.path())]);
    assert!(output.status.code().is_some_and(|code| code <= 3), "{}", err(&output));
}

fn value_of(variable: &str) -> Option<OsString> {
    (!variable.to_ascii_lowercase().ends_with("_proxy")).then(|| format!("value-of-{variable}").into())
}

/// The file to begin with is right as it stands, and so is every setting in it that is commented out.
#[test]
fn init_writes_a_file_that_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    assert_eq!(fivewhys(&["init", "--config", text(&file)]).status.code(), Some(0));
    let written = fs::read_to_string(&file).expect("the file");
    let again = fivewhys(&["init", "--config", text(&file)]);
    assert_eq!(again.status.code(), Some(2));
    assert!(err(&again).contains("exists already"), "{}", err(&again));
    assert_eq!(fs::read_to_string(&file).expect("the file"), written);
    let uncommented = |line| setting(line).filter(|rest| !rest.starts_with("ca ")).unwrap_or(line);
    let whole: Vec<&str> = written.lines().map(uncommented).collect();
    for text in [written.clone(), whole.join("\n")] {
        let source = fivewhys::input::Source::new("init.toml", text);
        let target = fivewhys::target::select(&source, "staging", &value_of);
        target.unwrap_or_else(|error| panic!("{error}"));
    }
}

/// What stands behind `#` is what holds without it.
#[test]
fn init_names_the_defaults() {
    let written = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/support/cli/init.toml")).expect("the file");
    let read = |text: String| {
        let source = fivewhys::input::Source::new("init.toml", text);
        format!(
            "{:?}",
            fivewhys::target::select(&source, "staging", &value_of).unwrap_or_else(|error| panic!("{error}"))
        )
    };
    let (settings, _) = written.split_once("# Each of the following").expect("the optional part");
    let chosen = ["ca ", "origin ", "welcome ", "user ", "claims ", "users ", "selects ", "rejects "];
    let is_default = |rest: &&str| !chosen.iter().any(|key| rest.starts_with(key));
    let (before, mint) = settings.split_once("# [targets.staging.mint]").expect("the mint");
    let (_, after) = mint.split_once("\n\n").expect("its end");
    let plain = format!("{before}{after}");
    let uncommented = |line| setting(line).filter(is_default).unwrap_or(line);
    let written_out: Vec<&str> = plain.lines().map(uncommented).collect();
    assert_ne!(written_out.join("\n"), plain);
    assert_eq!(read(written_out.join("\n")), read(plain.clone()));
}

/// It says what would be sent, and a server that listens hears nothing.
#[test]
fn a_dry_run_sends_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    server.set_nonblocking(true).expect("it can");
    let address = server.local_addr().expect("an address");
    let config = format!(
        "[targets.x]\nstage = \"local\"\nauth = \"http://{address}\"\nbackend = \"http://{address}\"\nwebsocket = \"ws://{address}/ws\"\n\
         [targets.x.login]\npath = \"/login\"\nheaders = {{ X-Key = \"a-literal-secret\" }}\njson = {{ email = \"{{user}}\" }}\n\
         token = \"/token\"\nusers = [\"one\"]\n"
    );
    fs::write(&file, config).expect("written");
    let output = fivewhys(&["check", "x", "--config", text(&file), "--dry-run"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(server.accept().is_err(), "a connection was opened");
    let said = out(&output);
    for part in [
        "login issues a token\n",
        &format!("POST http://{address}/login\n    x-key: [SECRET]\n    {{\"email\":\"one\"}}\n"),
        "authorization: Bearer [TOKEN]\n",
        "only where a response gives reason to",
        "`signing` in the target's file",
        "`direct` in the target's file",
    ] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
    let first = said.lines().take(14).collect::<Vec<_>>().join("\n");
    for part in [
        "Nothing is sent now.",
        "  auth, backend, gateway ",
        "at\n          most 400 that it rejects",
        "up to 16 connections at a time; at most 10s for each request, and 1m\n          for the whole check",
    ] {
        assert!(first.contains(part), "{part:?} is not in:\n{first}");
    }
    assert!(!said.contains("not set"), "{said}");
    assert!(!said.contains("a-literal-secret") && !said.contains("eyJ"), "{said}");
}

/// Who decides whether a check may be made does not have its secrets. A check itself needs them.
#[test]
fn a_dry_run_needs_no_variable() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let needs = "headers = { X-Secret = { env = \"CANARY\" } }\n\
                 [targets.x.signing]\nsecret = { env = \"CANARY\" }\nencoding = \"base64\"\n";
    fs::write(&file, format!("{TARGET}{needs}")).expect("written");
    let arguments = ["check", "x", "--config", text(&file)];
    let listed = fivewhys(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!(listed.status.code(), Some(0), "{}", err(&listed));
    let said = out(&listed);
    assert!(said.contains("  not set CANARY; needed for a check") && said.contains("x-secret: [SECRET]"), "{said}");
    let checked = fivewhys(&arguments);
    assert_eq!(checked.status.code(), Some(2), "{}", out(&checked));
    assert!(err(&checked).contains("the variable `CANARY` is not set"), "{}", err(&checked));
}

/// A flag alone allows nothing where users live.
#[test]
fn production_wants_everything_written_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let production = TARGET.replace("\"staging\"", "\"production\"");
    let dry_run = |more: &str, flag: &str| {
        fs::write(&file, format!("{production}{more}")).expect("written");
        fivewhys(&["check", "x", "--config", text(&file), "--dry-run", flag])
    };
    let output = dry_run("", "--thorough");
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("load = true"), "{}", err(&output));
    assert_eq!(dry_run("load = true\n", "--thorough").status.code(), Some(0));
    let login =
        "[targets.x.login]\npath = \"/login\"\njson = { email = \"{user}\" }\ntoken = \"/token\"\nusers = [\"one\"]\n";
    let sends =
        |more: &str, what: &str| out(&dry_run(&format!("{more}{login}"), "--output=/dev/stdout")).contains(what);
    assert!(!sends("", "a forged token") && sends("negatives = true\n", "a forged token"));
    assert!(sends("", "login issues a token") && !out(&dry_run("", "--output=/dev/stdout")).contains("login issues"));
    let wrong = config_error(&format!("{TARGET}connections = 0\n"));
    assert!(wrong.contains("between 1 and") && wrong.contains('^'), "{wrong}");
}
