//! `fivewhys preflight` against servers that respond as Google's APIs document it, and as they do on a bad day.

mod cloud_run;
mod embedded;
mod fake;
mod input;
mod kubernetes;
mod odd;
mod values;

use std::path::PathBuf;
use std::process::{Command, Output};

use boon::{Compiler, Schemas};
use serde_json::Value;
use tempfile::TempDir;

use fake::Fake;

/// The access token of every run; it must not come out.
const TOKEN: &str = "ya29.canary-access-token-0123456789";

/// What a preflight has printed, and the requests that it sent.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
    requests: Vec<String>,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    for variable in
        ["GITHUB_ACTIONS", "FIVEWHYS_CONFIG", "FIVEWHYS_TARGET", "FIVEWHYS_COMPARE_PAYLOADS", "LC_ALL", "LANG"]
    {
        command.env_remove(variable);
    }
    command.args(arguments).env("GOOGLE_OAUTH_ACCESS_TOKEN", TOKEN);
    command
}

fn written(config: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    std::fs::write(&file, config).expect("written");
    (folder, file)
}

/// A target whose services have variables of their own that nobody has set: a preflight needs none of them.
fn config(platform: &str) -> String {
    format!(
        r#"[targets.x]
stage = "staging"
auth = "https://auth.test"
backend = "https://api.test"
deadline = "5s"
timeout = "2s"
service = {{ headers = {{ X-Service-Secret = {{ env = "NOBODY_HAS_SET_THIS" }} }} }}

[targets.x.platform]
{platform}
"#
    )
}

/// Of the two services of the fake, in Cloud Run.
fn of_cloud_run(fake: &Fake) -> String {
    let services = "auth = { service = \"netra-auth\" }\nbackend = { service = \"netra-backend\" }";
    config(&format!(
        "project = \"netra-staging\"\nregion = \"us-central1\"\napi = \"{}\"\n{services}",
        fake.server.uri()
    ))
}

async fn ran(fake: &Fake, config: &str, flags: &[&str]) -> Ran {
    let (_folder, file) = written(config);
    let arguments = [&["preflight", "x", "--config", file.to_str().expect("UTF-8")], flags].concat();
    let output: Output = command(&arguments).output().expect("the binary starts");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    for canary in [TOKEN, fake::CANARY, fake::VALUE] {
        assert!(!out.contains(canary) && !err.contains(canary), "{canary} came out:\n{out}{err}");
    }
    Ran { code: output.status.code(), out, err, requests: fake.requests().await }
}

async fn preflight(fake: &Fake, flags: &[&str]) -> Ran {
    let ran = ran(fake, &of_cloud_run(fake), flags).await;
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "wider than 80 columns:\n{}", ran.out);
    ran
}

/// The same as JSON, which follows its schema.
async fn json(fake: &Fake, flags: &[&str]) -> (Option<i32>, Value) {
    let ran = ran(fake, &of_cloud_run(fake), &[&["--format", "json"], flags].concat()).await;
    let json: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    assert_valid(&json);
    (ran.code, json)
}

fn assert_valid(json: &Value) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    for (name, text) in [
        ("file:///report.schema.json", include_str!("../../support/report/report.schema.json")),
        ("file:///preflight.schema.json", include_str!("../../support/report/preflight.schema.json")),
    ] {
        compiler.add_resource(name, serde_json::from_str(text).expect("JSON")).expect("a resource");
    }
    let index =
        compiler.compile("file:///preflight.schema.json", &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
    schemas.validate(json, index).unwrap_or_else(|error| panic!("{error:#}\n{json:#}"));
}

/// The codes of the findings, each once.
fn findings(json: &Value) -> Vec<String> {
    let all = json["findings"].as_array().expect("a list").iter();
    let mut codes: Vec<String> = all.map(|one| one["finding"].as_str().expect("a text").to_owned()).collect();
    codes.sort();
    codes.dedup();
    codes
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The text of one line, so that it can be searched.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().filter(|word| *word != "\\").collect::<Vec<_>>().join(" ")
}
