//! `fivewhys logs --project` against a server that responds as Cloud Logging documents `entries.list`, and as it does on a bad day.

mod arguments;
mod bad_days;
mod fake;
mod hostile;

use std::process::Stdio;

use super::*;
use fake::{Fake, TOKEN};

/// What a run printed, and what it sent.
struct Live {
    code: Option<i32>,
    out: String,
    err: String,
    /// `None` where nothing was exported.
    json: Option<Value>,
}

impl Live {
    fn document(&self) -> &Value {
        self.json.as_ref().unwrap_or_else(|| panic!("no document: {}", self.err))
    }
}

/// A target with two services, of which one writes the entries of these tests.
fn config(api: &str) -> String {
    format!(
        r#"[targets.x]
stage = "staging"
auth = "https://auth.test"
backend = "https://api.test"
service = {{ headers = {{ X-Service-Secret = {{ env = "NOBODY_HAS_SET_THIS" }} }} }}

[targets.x.platform]
project = "another-project"
region = "us-central1"
api = "{api}"
auth = {{ service = "auth-staging" }}
backend = {{ service = "backend-staging" }}
"#
    )
}

/// A command that reads the log of the fake's project, with the folder that holds its files.
fn live_command(api: &str, flags: &[&str]) -> (Command, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let config = file(&folder, "targets.toml", config(api));
    let export = folder.path().join("export.json");
    let mut command = command(&["x", "--project", fake::PROJECT, "--config", text_of(&config)]);
    command.args(["--export", text_of(&export)]).args(flags).env("GOOGLE_OAUTH_ACCESS_TOKEN", TOKEN);
    command.stdin(Stdio::null());
    (command, folder)
}

/// The usual period of these tests holds all of their entries.
fn live_at(api: &str, flags: &[&str]) -> Live {
    let (mut command, folder) = live_command(api, &[&["--since", "2025-09-08"], flags].concat());
    told(command.output().expect("the binary starts"), &folder)
}

fn live(fake: &Fake, flags: &[&str]) -> Live {
    live_at(&fake.server.uri(), flags)
}

fn told(output: Output, folder: &tempfile::TempDir) -> Live {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (out, err) = (text(output.stdout), text(output.stderr));
    let json = fs::read(folder.path().join("export.json")).ok();
    let json: Option<Value> = json.map(|bytes| serde_json::from_slice(&bytes).expect("JSON"));
    json.iter().for_each(follows_its_schema);
    for canary in [TOKEN, &TOKEN[..16], fake::CANARY] {
        let all = format!("{out}{err}{}", json.as_ref().map(Value::to_string).unwrap_or_default());
        assert!(!all.contains(canary), "{canary} came out:\n{all}");
    }
    assert_eq!(forbidden(&out), [""; 0], "{out}");
    assert_eq!(forbidden(&err), [""; 0], "{err}");
    let is_prose = |line: &&str| !line.starts_with("error: ") && !line.contains('/');
    let wide = err.lines().filter(is_prose).find(|line| line.chars().count() > 80);
    assert_eq!(wide, None, "{err}");
    Live { code: output.status.code(), out, err, json }
}

/// A record of several entries, what it ends with, an accepted attempt, and an object: the newest last.
fn attempts() -> Vec<Value> {
    let record = json!({"error_from_auth_service": null, "token_characteristics": {"length": 373, "dot_count": 2},
        "context": {"user_id": "user-7"}});
    let text = format!("VALIDATION_FAILED DEBUG: {record:#}");
    let verdict = "SSOT AUTHENTICATION FAILED: VALIDATION_FAILED - Token=REDACTED failed on staging";
    let lines = text.lines().chain([verdict, "WebSocket closed with code 1008: SSOT Auth failed", "Token validated"]);
    let mut entries: Vec<Value> = lines.enumerate().map(|(at, text)| line(at as u32, text)).collect();
    entries.push(entry(40, json!({"jsonPayload": {"error_code": "NO_TOKEN"}})));
    entries
}

/// What is told of them, whatever the order in which they came.
fn told_of(document: &Value) -> Value {
    let keys = ["rates", "records", "hours", "groups", "causes", "entries", "first", "last", "undated", "result"];
    keys.iter().map(|key| (key.to_string(), document[key].clone())).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test]
async fn the_pages_of_a_log_are_counted_as_one_file_is() {
    let entries = attempts();
    let of_file = run(lines(&entries).as_bytes());
    // Of an hour, the step with the most records counts.
    assert_eq!(of_file.attempts(), (1, 1));
    for size in [1, 2, 5, 100] {
        let fake = Fake::with(&entries, size).await;
        let live = live(&fake, &[]);
        assert_eq!(live.code, Some(3), "attempts failed: {}", live.err);
        assert_eq!(told_of(live.document()), told_of(&of_file.json), "in pages of {size}");
        assert_eq!(live.document()["files"][0]["file"], format!("project {}", fake::PROJECT));
        let pages = entries.len().div_ceil(size);
        assert!(fake.bodies().await.len() >= pages, "an empty page is no end");
    }
}

#[tokio::test]
async fn each_request_has_the_documented_form() {
    let fake = Fake::with(&attempts(), 4).await;
    live(&fake, &["--until", "2025-09-09"]);
    let bodies = fake.bodies().await;
    let filter = "resource.type=\"cloud_run_revision\"\n\
        AND resource.labels.service_name=(\"auth-staging\" OR \"backend-staging\")\n\
        AND timestamp>=\"2025-09-08T00:00:00Z\"\nAND timestamp<\"2025-09-09T00:00:00Z\"\n\
        AND (textPayload:* OR jsonPayload:* OR severity>=ERROR OR httpRequest.status=(401 OR 403))";
    let expected = json!({"resourceNames": ["projects/netra-staging"], "filter": filter, "orderBy": "timestamp desc",
        "pageSize": 1000});
    assert_eq!(bodies[0], expected);
    for (number, body) in bodies.iter().enumerate().skip(1) {
        let mut same = body.clone();
        let token = same.as_object_mut().expect("an object").remove("pageToken");
        assert_eq!((same, token), (expected.clone(), Some(fake::page_token(number).into())));
    }
    for request in fake.server.received_requests().await.expect("they are recorded") {
        assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
        assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/v2/entries:list"));
    }
}

/// What the filter leaves out changes nothing but the number of entries.
#[tokio::test]
async fn the_filter_leaves_out_no_entry_that_a_pattern_needs() {
    let mut entries = attempts();
    let request = json!({"httpRequest": {"requestMethod": "GET", "status": 200}, "severity": "INFO", "logName": "projects/p/logs/run.googleapis.com%2Frequests"});
    entries.insert(1, entry(1, request));
    // Told without a text.
    entries.push(entry(41, json!({"httpRequest": {"status": 401}, "severity": "WARNING"})));
    entries.push(entry(42, json!({"httpRequest": {"status": 500}, "severity": "ERROR"})));
    let mut other = line(3, "Token validated");
    other["resource"]["labels"]["service_name"] = "worker".into();
    entries.push(other);
    let of_file = run_with(lines(&entries).as_bytes(), &["--service", "backend-staging"]);
    let fake = Fake::with(&entries, 100).await;
    let of_log = live(&fake, &[]);
    let without = |document: &Value| {
        let mut told = told_of(document);
        told["entries"].take();
        told
    };
    assert_eq!(without(of_log.document()), without(&of_file.json));
    for told in ["rejected_requests", "unrecognised_errors"] {
        assert_eq!(of_log.document()[told], of_file.json[told], "{told}");
        assert_ne!(of_log.document()[told], 0, "{told}");
    }
    assert_eq!(of_log.document()["entries"], of_file.number("/entries") - 1, "a request that was accepted stays away");
}

#[tokio::test]
async fn what_will_be_sent_at_most_is_said_beforehand() {
    let fake = Fake::with(&attempts(), 100).await;
    let told = live(&fake, &["--deadline", "30s"]).err;
    for bound in ["netra-staging", "500 pages of 1000 entries", "8 MiB", "30s", "Ctrl-C"] {
        assert!(told.contains(bound), "{bound}: {told}");
    }
    assert_eq!(live(&fake, &["--quiet"]).err, "");
}

#[tokio::test]
async fn an_empty_log_is_told_as_such() {
    let fake = Fake::with(&[], 100).await;
    let live = live(&fake, &[]);
    assert_eq!((live.code, &live.document()["result"]), (Some(3), &"nothing-recognised".into()));
}
