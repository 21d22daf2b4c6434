//! The command as a user runs it: exit codes, errors with file, line and caret, and `serve` with a check of it.

mod bar;
mod compare;
mod config;
mod gate;
mod input;
mod lists;
mod literals;
mod offline;
mod pty;
mod rate;
mod reports;
mod serve;
mod signing;
mod targets;
mod terminal;
mod unwritable;
mod values;
mod watch;

use std::fs;
use std::io::BufRead;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use fivewhys::vocabulary::Fault;
use strum::VariantArray;

use crate::snapshot::masked;

fn fivewhys(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(arguments)
        .env_remove("CANARY")
        .env_remove("GITHUB_ACTIONS")
        .env_remove("FIVEWHYS_CONFIG")
        .env_remove("FIVEWHYS_TARGET")
        .output()
        .expect("the binary starts")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// Runs `check x` with this target file, expects exit code 2 and an empty standard output, and returns standard error.
fn config_error(config: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    fs::write(&file, config).expect("written");
    let output = fivewhys(&["check", "x", "--config", file.to_str().expect("UTF-8")]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{}", err(&output));
    err(&output)
}

const TARGET: &str = r#"[targets.x]
stage = "staging"
auth = "https://auth.test"
backend = "https://api.test"
websocket = "wss://api.test/ws"
"#;

#[test]
fn exit_codes_tell_the_verdict() {
    assert_eq!(fivewhys(&["check", "--scenario", "healthy"]).status.code(), Some(0));
    assert_eq!(fivewhys(&["check", "--scenario", "secret/jwt-secret-mismatch"]).status.code(), Some(1));
    assert_eq!(fivewhys(&["check", "--scenario", "user/unknown-with-one-user"]).status.code(), Some(3));
}

#[test]
fn json_keeps_its_contract() {
    let output = fivewhys(&["check", "--scenario", "secret/jwt-secret-mismatch", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(report["schema"], "fivewhys.report/1");
    assert_eq!((&report["target"]["name"], &report["target"]["stage"]), (&"embedded".into(), &"local".into()));
    for (service, scheme) in [("auth", "http://"), ("backend", "http://"), ("websocket", "ws://")] {
        assert!(report["target"][service].as_str().is_some_and(|url| url.starts_with(scheme)), "{}", report["target"]);
    }
    assert!(report["started"].as_str().is_some_and(|at| at.ends_with('Z')), "{}", report["started"]);
    assert!(report["elapsed_ms"].as_f64().is_some_and(|elapsed| elapsed > 0.0), "{}", report["elapsed_ms"]);
    assert_eq!(report["verdict"], "faulty");
    let finding = &report["findings"][0];
    assert_eq!((finding["fault"].as_str(), finding["severity"].as_str()), (Some("jwt-secret-mismatch"), Some("error")));
    assert_eq!(finding["whys"].as_array().map(Vec::len), Some(5));
    for key in ["headline", "because", "whys", "not_separable_from", "remedy", "detail"] {
        assert!(!finding[key].is_null(), "{key}");
    }
    for (list, keys) in [
        ("ruled_out", vec!["fault", "because"]),
        ("undetermined", vec!["fault", "needs", "settings", "probes", "not_separable_from"]),
        ("verifications", vec!["verification", "result", "because"]),
    ] {
        let first = &report[list][0];
        assert!(keys.iter().all(|key| !first[key].is_null()), "{list}: {first}");
    }
    for probe in report["probes"].as_array().expect("a list") {
        assert!(
            ["probe", "service", "method", "url", "expected", "saw", "met", "attempts", "retried", "elapsed_ms"]
                .iter()
                .all(|key| !probe[key].is_null()),
            "{probe}"
        );
    }
}

#[test]
fn every_fault_has_exactly_one_place_in_a_report() {
    for scenario in ["healthy", "secret/jwt-secret-mismatch", "reach/auth-unreachable"] {
        let output = fivewhys(&["check", "--scenario", scenario, "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        let lists =
            ["findings", "ruled_out", "undetermined"].map(|list| report[list].as_array().expect("a list").clone());
        let mut codes: Vec<String> = lists.iter().flatten().map(|entry| entry["fault"].to_string()).collect();
        let count = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!((codes.len(), count), (Fault::VARIANTS.len(), Fault::VARIANTS.len()), "{scenario}");
    }
}

#[test]
fn thorough_meets_one_stale_replica_of_eight() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = |stale: u32| -> serde_json::Value {
        let file = folder.path().join(format!("{stale}.toml"));
        let text = format!(
            "title = \"t\"\nstory = \"s\"\n[backend.replicas]\ncount = 8\nstale = {stale}\n[expect]\nfaults = []\n"
        );
        fs::write(&file, text).expect("written");
        let scenario = file.to_str().expect("UTF-8");
        let output = fivewhys(&["check", "--scenario", scenario, "--thorough", "--format", "json"]);
        serde_json::from_slice(&output.stdout).expect("one JSON object")
    };
    assert_eq!(report(1)["findings"][0]["fault"], "jwt-secret-stale-replica");
    let healthy = report(0);
    let ruled_out = healthy["ruled_out"].as_array().expect("a list");
    assert!(ruled_out.iter().any(|ruled_out| ruled_out["fault"] == "jwt-secret-stale-replica"), "{healthy:#}");
}

#[test]
fn an_output_that_cannot_be_written_is_said_first() {
    let output = fivewhys(&["check", "--scenario", "healthy", "--output", "/nowhere/report.txt"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""));
    assert!(err(&output).contains("/nowhere/report.txt"), "{}", err(&output));
}

#[test]
fn a_report_replaces_the_old_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.txt");
    fs::write(&file, "x".repeat(100_000)).expect("written");
    let output = fivewhys(&["check", "--scenario", "healthy", "--output", file.to_str().expect("UTF-8")]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(0), ""));
    let report = fs::read_to_string(&file).expect("a report");
    assert!(report.contains("embedded is healthy") && !report.contains("xxx"), "{report}");
}

#[test]
fn every_fault_is_listed_and_explained() {
    let all = out(&fivewhys(&["explain"]));
    // What a line has no room for is indented below.
    assert_eq!(all.lines().filter(|line| !line.starts_with(' ')).count(), Fault::VARIANTS.len());
    let page = out(&fivewhys(&["explain", "jwt-secret-mismatch"]));
    assert!(page.contains("## How to fix it"), "{page}");
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(": rejected like a forged token here, accepted there"), "{page}");
    // What depends on a length tells something of the token in the dictionary only.
    assert!(!page.contains("padded"), "{page}");
    // The rivals that the page names are told apart one by one, the many others in groups.
    let (near, others) = page.split_once("\nLess near").expect("two parts");
    assert!(near.contains("- audience-mismatch: ") && others.lines().count() < 15, "{page}");
    assert!(!page.contains("## What rules it out"), "{page}");
    let tests = out(&fivewhys(&["explain", "jwt-secret-mismatch", "--tests"]));
    assert!(tests.starts_with(&page) && tests.contains("- backend rejects an issued token\n"), "{tests}");
    assert!(out(&fivewhys(&["scenarios"])).contains("secret/jwt-secret-mismatch\n"));
}

/// The same with another command, which is given the target's file.
fn serve_while(scenario: &str, signal: &str, check: impl Fn(&Path) -> Output) -> (Output, Output) {
    serve_with(&["--scenario", scenario], std::process::Stdio::piped(), signal, check)
}

fn serve_with(
    flags: &[&str],
    records: std::process::Stdio,
    signal: &str,
    check: impl Fn(&Path) -> Output,
) -> (Output, Output) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("target.toml");
    let server = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .arg("serve")
        .args(flags)
        .arg("--write")
        .arg(&file)
        .stderr(records)
        .spawn()
        .expect("the binary starts");
    // The file is complete as soon as it is there.
    wait_for(&file);
    let checked = check(&file);
    let sent = Command::new("kill").args([signal, &server.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    (checked, server.wait_with_output().expect("it ends"))
}

fn wait_for(file: &Path) {
    let start = std::time::Instant::now();
    while !file.exists() {
        assert!(start.elapsed().as_secs() < 30, "the target's file does not appear");
        std::thread::yield_now();
    }
}

/// A machine without file descriptors sees nothing of the target: that is no observation.
#[test]
fn a_failure_of_this_machine_is_no_verdict() {
    let few = |file: &Path| {
        let check = r#"ulimit -n 12; exec "$0" check local --config "$1""#;
        let mut shell = Command::new("sh");
        shell.args(["-c", check, env!("CARGO_BIN_EXE_fivewhys")]).arg(file).output().expect("a shell")
    };
    let (checked, _) = serve_while("healthy", "-TERM", few);
    assert_eq!((checked.status.code(), out(&checked).as_str()), (Some(4), ""), "{}", err(&checked));
    assert!(err(&checked).contains("this machine's own limits"), "{}", err(&checked));
}

/// A setting of the target's file is wrong: that comes first, and no cause in a service is named.
#[test]
fn a_path_that_does_not_exist_is_a_setting_to_correct() {
    let with_another_path = |file: &Path| {
        let config = fs::read_to_string(file).expect("the target's file").replace("/api/threads", "/api/none");
        fs::write(file, config).expect("written");
        fivewhys(&["check", "local", "--config", file.to_str().expect("UTF-8")])
    };
    let (checked, _) = serve_while("healthy", "-TERM", with_another_path);
    assert_eq!(checked.status.code(), Some(3), "{}", err(&checked));
    let report = out(&checked);
    assert!(report.contains("  fix     target file: correct `protected.path`"), "{report}");
    assert!(!report.contains("causes fit"), "{report}");
}

#[test]
fn a_demo_ends_well_where_the_diagnosis_is_that_of_its_scenario() {
    let ends = |args: &[&str]| {
        let output = fivewhys(args);
        (output.status.code(), out(&output).lines().last().map(str::to_owned))
    };
    let as_expected = Some("This is the diagnosis that the scenario expects.".to_owned());
    assert_eq!(ends(&["demo"]), (Some(0), as_expected.clone()));
    assert_eq!(ends(&["demo", "secret/jwt-secret-mismatch-unknowable"]), (Some(0), as_expected));
    assert_eq!(ends(&["demo", "no/such"]), (Some(2), None));
    let wrong = tempfile::tempdir().expect("a folder");
    let file = wrong.path().join("wrong.toml");
    fs::write(&file, "title = 't'\nstory = 's'\n[expect]\nfaults = ['clock-skew']\n").expect("written");
    let (code, last) = ends(&["demo", file.to_str().expect("UTF-8")]);
    let differs = "The diagnosis is not the scenario's: confirmed: nothing; expected: clock-skew.";
    assert_eq!((code, last.as_deref()), (Some(4), Some(differs)));
}

#[test]
fn the_report_in_the_readme_is_a_real_one() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let sample = readme.split("```").nth(1).expect("a report");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    // As `cargo run` calls it.
    let demo = command.arg0("target/debug/fivewhys").arg("demo").output().expect("the binary starts");
    let report = masked(&out(&demo));
    let sample = masked(sample);
    let mut lines = report.lines();
    for line in sample.lines().skip(2).filter(|line| *line != "...") {
        assert!(
            lines.any(|real| real == line),
            "README.md shows {line:?}, which the report does not say there:\n{report}"
        );
    }
}
