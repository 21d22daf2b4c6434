//! The embedded deployment writes its log in the incident's shape, to a file and for the API alike: what is counted is the same.

use std::time::{Duration, Instant};

use super::*;

/// A deployment that runs until this is dropped.
struct Served {
    child: std::process::Child,
    folder: tempfile::TempDir,
}

impl Served {
    fn scenario(id: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (config, log) = (folder.path().join("targets.toml"), folder.path().join("log.jsonl"));
        let mut serve = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        serve.args(["serve", "--scenario", id, "--write", text_of(&config), "--logs", text_of(&log)]);
        let child = serve.stderr(Stdio::null()).spawn().expect("the binary starts");
        let begin = Instant::now();
        while !config.exists() {
            assert!(begin.elapsed() < Duration::from_secs(30), "the target's file does not appear");
            std::thread::yield_now();
        }
        Served { child, folder }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("targets.toml")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log.jsonl")
    }

    fn check(&self, flags: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        command.args(["check", "local", "--config", text_of(&self.config())]).args(flags);
        command.env_remove("FIVEWHYS_FORMAT").env_remove("GITHUB_ACTIONS").output().expect("the binary starts")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// The faults of a report.
fn faults(output: &Output) -> Vec<String> {
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = json["findings"].as_array().expect("a list").iter();
    findings.map(|finding| finding["fault"].as_str().expect("a code").to_owned()).collect()
}

#[test]
fn a_drift_that_the_probes_find_is_in_the_log_of_file_and_api() {
    let served = Served::scenario("secret/secret-version-drift-by-platform");
    let alone = served.check(&["--format", "json"]);
    assert!(faults(&alone).contains(&"jwt-secret-mismatch".into()), "{:?}", faults(&alone));
    let of_file = run_with(b"", &[text_of(&served.log())]);
    assert_eq!(of_file.code, Some(3), "{}", of_file.text);
    let (accepted, failed) = of_file.attempts();
    assert!(accepted == 0 && failed > 0, "{}", of_file.text);
    let config = served.config();
    let of_api = run_with(b"", &["local", "--project", "netra-embedded", "--config", text_of(&config), "--quiet"]);
    for key in ["rates", "records", "hours", "groups", "causes", "entries", "undated"] {
        assert_eq!(of_api.json[key], of_file.json[key], "{key}");
    }
    let causes = of_api.json["causes"].as_array().expect("causes").iter();
    let rejected = causes.clone().find(|cause| cause["outcome"] == "token-rejected").expect("rejected tokens");
    assert!(rejected["faults"].as_array().expect("faults").contains(&"jwt-secret-mismatch".into()));
    // The record is whole again, and says what the incident's says.
    let groups = &of_api.json["groups"];
    assert_eq!(groups["reason"]["values"][0]["name"], "null", "{groups:#}");
    assert!(groups["token"]["values"][0]["name"].as_str().expect("a text").contains("2 dots, without `Bearer `"));
    let summary = file(&served.folder, "summary.json", of_api.json.to_string());
    let with = served.check(&["--format", "json", "--logs", text_of(&summary)]);
    assert_eq!((faults(&with), with.status.code()), (faults(&alone), alone.status.code()));
    let text = String::from_utf8(with.stdout).expect("UTF-8");
    assert!(text.contains("records in the log fit this"), "{text}");
}

/// Whatever is masked in the log of a terminal is masked in the file.
#[test]
fn a_log_holds_no_token_and_no_secret() {
    let served = Served::scenario("secret/jwt-secret-mismatch");
    served.check(&[]);
    let log = fs::read_to_string(served.log()).expect("a log");
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "an object on each line");
    for text in [
        "VALIDATION_FAILED DEBUG: {",
        "SSOT AUTHENTICATION FAILED: VALIDATION_FAILED - Token=REDACTED",
        "\"has_bearer_prefix\\\": false",
        "closed with code 1008",
    ] {
        assert!(log.contains(text), "{text} is not in the log:\n{log}");
    }
    let config = fs::read_to_string(served.config()).expect("the target's file");
    let secrets = config.split('"').filter(|text| text.len() >= 32 && text.chars().all(|c| c.is_ascii_hexdigit()));
    assert!(secrets.clone().count() > 0);
    secrets.for_each(|secret| assert!(!log.contains(secret), "{secret}"));
    let longest =
        log.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').filter(|run| run.starts_with("eyJ"));
    assert!(longest.map(str::len).all(|length| length <= 12), "{log}");
}

#[test]
fn a_healthy_deployment_has_a_log_without_failures_but_those_of_invalid_tokens() {
    let served = Served::scenario("healthy");
    let mut count = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    count.args(["rate", "local", "--samples", "5", "--config", text_of(&served.config())]);
    assert!(count.output().expect("the binary starts").status.code().is_some());
    let run = run_with(b"", &[text_of(&served.log())]);
    assert_eq!((run.code, &run.json["result"]), (Some(0), &"no-failures".into()), "{}", run.text);
}

#[test]
fn a_log_that_cannot_be_written_is_told_before_anything_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.toml");
    for (log, expected) in [(folder.path(), "cannot write to"), (&file, "cannot be the target file and the log")] {
        let mut serve = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        let serve = serve.args(["serve", "--write", text_of(&file), "--logs", text_of(log)]);
        let output = serve.output().expect("the binary starts");
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains(expected), "{err}");
    }
    assert!(!file.exists());
}
