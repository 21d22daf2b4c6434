//! `fivewhys logs`: every entry is counted or told as unread, records are recognised however they were written, and no cause is
//! claimed.

mod causes;
mod embedded;
mod evidence;
mod files;
mod live;
mod patterns;
mod queries;
mod query;
mod reading;
mod records;
mod secrets;
mod unrecognised;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use crate::words::forbidden;

/// What a run printed, and the document that it exported.
struct Run {
    code: Option<i32>,
    text: String,
    json: Value,
}

impl Run {
    /// Accepted and failed attempts of all services.
    fn attempts(&self) -> (u64, u64) {
        let sum = |key: &str| -> u64 {
            self.json["rates"].as_array().expect("rates").iter().filter_map(|rate| rate[key].as_u64()).sum()
        };
        (sum("accepted"), sum("failed"))
    }

    fn number(&self, pointer: &str) -> u64 {
        self.json.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer}: {:#}", self.json))
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    command.arg("logs").args(arguments);
    for variable in ["GITHUB_ACTIONS", "FIVEWHYS_CONFIG", "FIVEWHYS_TARGET", "FIVEWHYS_FORMAT"] {
        command.env_remove(variable);
    }
    command
}

fn output_of(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // Where it reads files, nothing reads this.
    _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("its output")
}

/// Runs the command with this standard input. What is printed is plain, of 80 columns, and the document follows its schema.
fn run_with(input: &[u8], arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export.json");
    let arguments = [arguments, &["--export", text_of(&export)]].concat();
    let output = output_of(&arguments, input);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let err = String::from_utf8_lossy(&output.stderr);
    let json = serde_json::from_slice(&fs::read(&export).expect("a document"))
        .unwrap_or_else(|error| panic!("{error}: {err}"));
    assert_eq!(forbidden(&text), [""; 0], "{text}");
    // A command stays on one line, so that it can be pasted.
    let is_prose = |line: &&str| !line.contains(env!("CARGO_BIN_EXE_fivewhys"));
    let wide = text.lines().filter(is_prose).find(|line| line.chars().count() > 80);
    assert_eq!(wide, None, "{text}");
    follows_its_schema(&json);
    Run { code: output.status.code(), text, json }
}

fn run(input: &[u8]) -> Run {
    run_with(input, &[])
}

/// Runs it over files, or with other flags, and expects an error.
fn error(arguments: &[&str], input: &[u8]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = output_of(arguments, input);
    assert_eq!(String::from_utf8_lossy(&stdout), "");
    (status.code(), String::from_utf8(stderr).expect("UTF-8"))
}

fn follows_its_schema(json: &Value) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let schema = include_str!("../../support/report/logs.schema.json");
    compiler.add_resource("file:///logs.json", serde_json::from_str(schema).expect("JSON")).expect("a resource");
    let index = compiler.compile("file:///logs.json", &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
    schemas.validate(json, index).unwrap_or_else(|error| panic!("{error:#}\n{json:#}"));
}

fn text_of(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// An entry of a service of Cloud Run, with this payload; `at` counts seconds.
fn entry(at: u32, payload: Value) -> Value {
    let mut entry = json!({
        "insertId": format!("id-{at}"),
        "timestamp": format!("2025-09-08T14:{:02}:{:02}.5Z", at / 60, at % 60),
        "severity": "ERROR",
        "labels": {"instanceId": "00aa"},
        "resource": {"type": "cloud_run_revision",
            "labels": {"service_name": "backend-staging", "revision_name": "backend-staging-00042-xyz"}},
    });
    let fields = payload.as_object().expect("an object").clone();
    entry.as_object_mut().expect("an object").extend(fields);
    entry
}

fn line(at: u32, text: &str) -> Value {
    entry(at, json!({"textPayload": text}))
}

/// An accepted and a failed attempt.
fn two_attempts() -> [Value; 2] {
    [
        line(1, "Token validated for user"),
        line(2, "SSOT AUTHENTICATION FAILED: VALIDATION_FAILED - Token=REDACTED failed on staging"),
    ]
}

/// As JSON lines.
fn lines(entries: &[Value]) -> String {
    entries.iter().map(|entry| format!("{entry}\n")).collect()
}

/// As `gcloud` writes them.
fn array(entries: &[Value]) -> String {
    serde_json::to_string_pretty(entries).expect("JSON") + "\n"
}

fn file(folder: &tempfile::TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("written");
    path
}
