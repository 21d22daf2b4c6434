//! The command as a user runs it: exit codes, errors with file, line and caret, and `serve` with a check of it.

mod offline;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output};

use fivewhys::vocabulary::Fault;
use strum::VariantArray;

fn fivewhys(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(arguments)
        .env_remove("CANARY")
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
    assert_eq!(fivewhys(&["check"]).status.code(), Some(0));
    assert_eq!(fivewhys(&["check", "--scenario", "secret/jwt-secret-mismatch"]).status.code(), Some(1));
    assert_eq!(fivewhys(&["check", "--scenario", "user/unknown-with-one-user"]).status.code(), Some(3));
}

#[test]
fn json_keeps_its_contract() {
    let output = fivewhys(&["check", "--scenario", "secret/jwt-secret-mismatch", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(report["schema"], "fivewhys.report/1");
    assert_eq!(report["target"], serde_json::json!({"name": "local", "stage": "local"}));
    assert_eq!(report["verdict"], "faulty");
    let finding = &report["findings"][0];
    assert_eq!((finding["fault"].as_str(), finding["severity"].as_str()), (Some("jwt-secret-mismatch"), Some("error")));
    assert_eq!(finding["whys"].as_array().map(Vec::len), Some(5));
    for key in ["headline", "because", "whys", "not_separable_from", "remedy", "detail"] {
        assert!(!finding[key].is_null(), "{key}");
    }
    for (list, keys) in [
        ("ruled_out", vec!["fault", "because"]),
        ("undetermined", vec!["fault", "needs"]),
        ("verifications", vec!["verification", "result", "because"]),
    ] {
        let first = &report[list][0];
        assert!(keys.iter().all(|key| !first[key].is_null()), "{list}: {first}");
    }
    for probe in report["probes"].as_array().expect("a list") {
        assert!(
            ["probe", "service", "saw", "met", "retried", "elapsed_ms"].iter().all(|key| !probe[key].is_null()),
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
fn thorough_meets_one_stale_instance_of_eight() {
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
fn an_unknown_scenario_or_target_gets_a_suggestion() {
    let output = fivewhys(&["check", "--scenario", "secret/jwt-secret-mismach"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `secret/jwt-secret-mismatch`?"), "{}", err(&output));
    let said = config_error(&TARGET.replace("targets.x", "targets.xy"));
    assert!(said.contains("unknown target `x`") && said.contains("xy"), "{said}");
    let output = fivewhys(&["explain", "jwt-secret-mismach"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `jwt-secret-mismatch`?"), "{}", err(&output));
}

#[test]
fn an_error_in_a_file_has_its_line_and_a_caret() {
    for (line, said) in [
        ("tiemout = \"3s\"", "did you mean `timeout`?"),
        ("timeout = 3", "expected a string"),
        ("timeout = \"3 bananas\"", "not a duration"),
        ("timeout = \"0s\"", "between 1ms and 30d"),
        ("health = { auht = \"/h\" }", "did you mean `auth`?"),
        ("handshake = { presents = \"heeder\" }", "did you mean `header`?"),
        ("handshake = { protocol = \"two words\" }", "cannot be a subprotocol"),
        ("handshake = { user = \"user_id\" }", "a JSON pointer starts with a slash"),
        ("validate = { prefix = \"Bearer\" }", "did you mean `bearer`?"),
        ("login = { path = \"/l\", body = {}, token = \"/t\", users = [] }", "at least one user"),
        ("login = { path = \"/l\", body = {}, token = \"/t\", users = [\"a\", \"b\"] }", "`{user}` is missing"),
        (
            "login = { path = \"//elsewhere\", body = {}, token = \"/t\", users = [\"u\"] }",
            "a path starts with one slash",
        ),
        ("validate = { body = { token = \"t\" } }", "`{token}` is missing"),
        ("validate = { accepted = \"/a~2b\" }", "not a JSON pointer"),
        ("handshake = { headers = { Host = \"other\" } }", "belongs to the connection"),
        ("handshake = { headers = { authorization = \"Bearer x\" } }", "carries the token of a probe"),
        ("signing = { secret = { env = \"CANARY\" } }", "the variable `CANARY` is not set"),
        ("mint = { claims = {}, users = [\"u\"] }", "needs the signing secret"),
        ("ca = \"/nowhere/ca.pem\"", "cannot use `/nowhere/ca.pem`"),
    ] {
        let message = config_error(&format!("{TARGET}{line}\n"));
        assert!(
            message.contains("targets.toml:6:") && message.contains('^') && message.contains(said),
            "{line}:\n{message}"
        );
    }
}

/// A typing error in one target must not wait until that target is needed.
#[test]
fn every_target_of_a_file_is_validated() {
    let other = TARGET.replace("targets.x", "targets.y");
    let said = config_error(&format!("{TARGET}\n{other}timeout = \"soon\"\n"));
    assert!(said.contains("targets.toml:12:") && said.contains("not a duration"), "{said}");
    let said = config_error("");
    assert!(said.contains("no table `[targets.NAME]`") && said.contains("`fivewhys init`"), "{said}");
}

#[test]
fn a_literal_secret_is_rejected_outside_local_and_not_repeated() {
    let said = config_error(&format!("{TARGET}signing = {{ secret = \"canary-literal\" }}\n"));
    assert!(said.contains("a secret must not stand in this file") && !said.contains("canary-literal"), "{said}");
    let said =
        config_error(&format!("{TARGET}service = {{ headers = {{ X-Service-Secret = \"canary-literal\" }} }}\n"));
    assert!(said.contains("a secret must not stand in this file") && !said.contains("canary-literal"), "{said}");
    let said = config_error(&format!("{TARGET}service = {{ headers = {{ \"not a name\" = \"canary-literal\" }} }}\n"));
    assert!(said.contains("is not the name of a header") && !said.contains("canary-literal"), "{said}");
    for address in [
        "https://user:canary-literal@auth.test",
        "https://auth.test/?token=canary-literal",
        "http s://u:canary-literal@a",
    ] {
        let said = config_error(&TARGET.replace("https://auth.test", address));
        assert!(said.contains("an address has no user") && !said.contains("canary-literal"), "{said}");
    }
    for line in [
        "signing = \"canary-literal\"",
        "signing = { secret = canary-literal }",
        "signing = { secret = [\"canary-literal\"] }",
        "service = { headers = \"canary-literal\" }",
        "signing = { secrt = \"a\\\"canary-literal\" }",
        "signing = { secret = \"canary-literal }",
        "login = { body = { password = \"canary-literal\" } }",
    ] {
        let said = config_error(&format!("{TARGET}{line}\n"));
        assert!(said.contains("targets.toml:6") && !said.contains("canary"), "{line}\n{said}");
    }
    let said = config_error(&format!("{TARGET}signing = {{ secrt = \"canary-literal\" }}\n"));
    assert!(said.contains("did you mean `secret`?") && !said.contains("canary-literal"), "{said}");
}

#[test]
fn secrets_do_not_travel_in_the_clear_to_another_host() {
    let login = "login = { path = \"/login\", body = {}, token = \"/t\", users = [\"u\"] }\n";
    let said = config_error(&format!(
        "{}validate = {{ body = {{ token = \"{{token}}\", key = {{ env = \"HOME\" }} }} }}\n",
        TARGET.replace("https://auth", "http://auth")
    ));
    assert!(said.contains("in the clear"), "{said}");
    for (secure, clear) in [("https://auth", "http://auth"), ("https://api", "http://api"), ("wss://", "ws://")] {
        let said = config_error(&format!("{}{login}", TARGET.replace(secure, clear)));
        assert!(said.contains("in the clear") && said.contains('^'), "{said}");
    }
}

/// A proxy that cannot be used would be passed over, and a variable that is no text would be called unset.
#[test]
fn variables_that_cannot_be_used_are_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let secret = "[targets.x.service]\nheaders = { X-Service-Secret = { env = \"CANARY\" } }\n";
    fs::write(&file, format!("{TARGET}{secret}")).expect("written");
    let with = |variable: &str, value: &[u8]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        command.args(["check", "x", "--config"]).arg(&file).env("CANARY", "0123456789abcdef");
        let output = command.env(variable, OsStr::from_bytes(value)).output().expect("it runs");
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{}", err(&output));
        err(&output)
    };
    assert!(with("CANARY", b"\xff\xfe").contains("the variable `CANARY` is not valid UTF-8"));
    for value in ["::hunter2::", "socks5://hunter2@proxy.test:1080", "http://"] {
        let said = with("https_proxy", value.as_bytes());
        assert!(said.contains("`https_proxy` is not the address of a proxy") && said.contains("allowed"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn an_output_that_cannot_be_written_is_said_first() {
    let output = fivewhys(&["check", "--output", "/nowhere/report.txt"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""));
    assert!(err(&output).contains("/nowhere/report.txt"), "{}", err(&output));
}

#[test]
fn a_report_replaces_the_old_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.txt");
    fs::write(&file, "x".repeat(100_000)).expect("written");
    let output = fivewhys(&["check", "--output", file.to_str().expect("UTF-8")]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(0), ""));
    let report = fs::read_to_string(&file).expect("a report");
    assert!(report.contains("local is healthy") && !report.contains("xxx"), "{report}");
}

#[test]
fn every_fault_is_listed_and_explained() {
    let all = out(&fivewhys(&["explain"]));
    assert_eq!(all.lines().count(), Fault::VARIANTS.len());
    let page = out(&fivewhys(&["explain", "jwt-secret-mismatch"]));
    assert!(page.contains("## How to fix it"), "{page}");
    assert!(out(&fivewhys(&["scenarios"])).contains("secret/jwt-secret-mismatch "));
}

/// Serves a scenario, checks it from another process, ends it by a signal; gives the report and what the server said.
fn serve_and_check(scenario: &str, signal: &str) -> (Output, Output) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("target.toml");
    let server = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(["serve", "--scenario", scenario, "--write"])
        .arg(&file)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // The file is complete as soon as it is there.
    wait_for(&file);
    let checked = fivewhys(&["check", "local", "--config", file.to_str().expect("UTF-8")]);
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

#[test]
fn a_served_deployment_gets_the_same_report_through_its_file() {
    let scenario = "secret/jwt-secret-mismatch";
    let (checked, served) = serve_and_check(scenario, "-INT");
    assert_eq!(checked.status.code(), Some(1), "{}", err(&checked));
    assert_eq!(out(&checked), out(&fivewhys(&["check", "--scenario", scenario])));
    assert_eq!(served.status.code(), Some(0), "Ctrl-C ends it cleanly: {}", err(&served));
    let log = err(&served);
    for field in [
        "VALIDATION_FAILED DEBUG:",
        "\"validation_result_exists\": true",
        "\"dot_count\": 2",
        "\"has_bearer_prefix\": false",
    ] {
        assert!(log.contains(field), "{field} is not in the log:\n{log}");
    }
}

#[test]
fn a_served_deployment_ends_on_sigterm() {
    let (checked, served) = serve_and_check("healthy", "-TERM");
    assert_eq!((checked.status.code(), served.status.code()), (Some(0), Some(0)));
}

#[test]
fn the_report_in_the_readme_is_a_real_one() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let sample = readme.split("```").nth(1).expect("a report");
    let report = out(&fivewhys(&["check", "--scenario", "secret/jwt-secret-mismatch"]));
    let mut lines = report.lines();
    for line in sample.lines().skip(2).filter(|line| *line != "...") {
        assert!(
            lines.any(|real| real == line),
            "README.md shows {line:?}, which the report does not say there:\n{report}"
        );
    }
}
