//! `rate` and `merge` as a user runs them.

use serde_json::Value;

use super::*;

fn json(output: &Output) -> Value {
    serde_json::from_str(&out(output)).unwrap_or_else(|error| panic!("{error}: {}", out(output)))
}

#[test]
fn the_exit_code_is_the_decision() {
    let code = |scenario: &str| fivewhys(&["rate", "--scenario", scenario, "--leg", "backend"]).status.code();
    assert_eq!(code("healthy"), Some(0));
    assert_eq!(code("secret/jwt-secret-mismatch"), Some(1));
    assert_eq!(code("reach/backend-unreachable"), Some(3));
}

#[test]
fn the_object_has_the_keys_that_scripts_rely_on() {
    let output =
        fivewhys(&["rate", "--scenario", "secret/jwt-secret-mismatch", "--leg", "websocket", "--format", "json"]);
    let run = json(&output);
    assert_eq!((run["schema"].as_str(), run["decision"].as_str()), (Some("fivewhys.rate/1"), Some("fail")));
    let leg = &run["legs"][0];
    assert_eq!(
        (leg["leg"].as_str(), leg["accepted"].as_u64(), leg["rate"].as_f64()),
        (Some("websocket"), Some(0), Some(0.0))
    );
    assert_eq!(leg["closes"]["1008"], leg["refused"]);
    assert_eq!(leg["attempts"].as_u64(), Some(20));
    assert!(leg["interval"][1].as_f64().is_some_and(|high| (0.13..0.15).contains(&high)), "{leg:#}");
    for key in ["unreached", "decision", "design", "latency_ms", "groups"] {
        assert!(!leg[key].is_null(), "{key}");
    }
    for key in ["p50", "p90", "p99", "max"] {
        assert!(leg["latency_ms"][key].is_f64(), "{key}");
    }
    assert!(run["elapsed_s"].is_f64() && run["target"] == "embedded");
}

#[test]
fn parts_are_merged_from_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<String> = (1..=3)
        .map(|part| {
            let file = folder.path().join(format!("{part}.json")).display().to_string();
            let shard = format!("{part}/3");
            let part = ["rate", "--scenario", "healthy", "--leg", "auth", "--samples", "90", "--shard", &shard];
            let output = fivewhys(&[&part[..], &["--format", "json", "--output", &file]].concat());
            // 30 of 30 decide nothing, 90 of 90 do.
            assert_eq!(output.status.code(), Some(3), "{}", err(&output));
            file
        })
        .collect();
    let words: Vec<&str> = ["merge", "--format", "json"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let output = fivewhys(&words);
    assert_eq!((output.status.code(), json(&output)["legs"][0]["accepted"].as_u64()), (Some(0), Some(90)));
    let output = fivewhys(&["merge", "Cargo.toml"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""));
}

#[test]
fn the_report_fits_in_eighty_columns_and_begins_with_the_decision() {
    let output = fivewhys(&["rate", "--scenario", "secret/jwt-secret-stale-replica-by-request"]);
    let report = out(&output);
    assert!(report.starts_with("✗ embedded fails at REST and WebSocket"), "{report}");
    let unwrapped = report.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unwrapped.contains("goes with the header: `x-served-by: backend-2` rejects"), "{report}");
    assert!(unwrapped.contains("Fisher's exact test"), "{report}");
    assert!(unwrapped.contains("next, to see why: "), "{report}");
    // A command is not broken.
    let is_wide = |line: &&str| line.chars().count() > 80 && !line.contains("check --scenario");
    let wide: Vec<_> = report.lines().filter(is_wide).collect();
    assert!(wide.is_empty(), "{wide:?}");
}

/// Says what `rate x` with these flags prints where it is not allowed; nothing was sent.
fn refused(config: &str, flags: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    fs::write(&file, config).expect("written");
    let words = [&["rate", "x", "--config", file.to_str().expect("UTF-8")], flags].concat();
    let output = fivewhys(&words);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{}", err(&output));
    err(&output)
}

#[test]
fn no_flag_exceeds_what_a_stage_allows() {
    let login =
        "[targets.x.login]\npath = \"/login\"\ntoken = \"/token\"\nusers = [\"one\"]\njson = { user = \"{user}\" }\n";
    let staging = format!("{TARGET}{login}");
    assert!(refused(&staging, &["--samples", "5001"]).contains("5000 at most"));
    assert!(refused(&staging, &["--concurrency", "17"]).contains("16 at most"));
    let production = staging.replace("stage = \"staging\"", "stage = \"production\"");
    assert!(refused(&production, &[]).contains("load = false"));
    let permitted = production.replace("auth =", "load = true\nauth =");
    assert!(refused(&permitted, &["--samples", "301"]).contains("300 at most"));
    assert!(refused(&permitted, &["--concurrency", "2"]).contains("1 at most"));
    let without = staging.replace("websocket = \"wss://api.test/ws\"\n", "");
    assert!(refused(&without, &["--leg", "websocket"]).contains("describes no leg `websocket`"));
}

#[test]
fn a_wrong_flag_is_told_with_what_is_allowed() {
    let told = |words: &[&str]| {
        let output = fivewhys(&[&["rate", "--scenario", "healthy"], words].concat());
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{words:?}");
        err(&output)
    };
    assert!(told(&["--objective", "95"]).contains("between 0.01 and 0.9999"));
    assert!(told(&["--samples", "0"]).contains("--samples"));
    assert!(told(&["--shard", "4/3"]).contains("from 1 to N"));
    assert!(told(&["--shard", "3"]).contains("JOB_COMPLETION_INDEX"));
    assert!(told(&["--spread", "10"]).contains("with a unit"));
    assert!(told(&["--leg", "gateway"]).contains("websocket"));
    assert!(told(&["--forbid-close", "80"]).contains("1000..=4999"));
}

#[test]
fn a_dry_run_says_what_would_be_sent() {
    let output = fivewhys(&["rate", "--scenario", "healthy", "--leg", "websocket", "--dry-run"]);
    let told = out(&output);
    assert_eq!(output.status.code(), Some(0));
    assert!(told.contains("nothing was sent") && told.contains("300 requests with a valid token at most"), "{told}");
    assert!(told.contains("72 where all are accepted"), "{told}");
}

#[test]
fn the_part_comes_from_the_job() {
    let output = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(["rate", "--scenario", "healthy", "--leg", "auth", "--samples", "10", "--format", "json"])
        .envs([("CLOUD_RUN_TASK_INDEX", "2"), ("CLOUD_RUN_TASK_COUNT", "3")])
        .output()
        .expect("the binary starts");
    assert_eq!(json(&output)["legs"][0]["attempts"].as_u64(), Some(3));
}

/// Marks of parts without a key differ for one replica: nothing is known of it, and nothing is denied.
#[test]
fn marks_that_do_not_compare_are_not_said_to_show_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = |number: &str| {
        let file = folder.path().join(number).display().to_string();
        let shard = format!("{number}/2");
        let words =
            ["rate", "--scenario", "secret/jwt-secret-stale-replica-by-request", "--leg", "backend", "--samples", "60"];
        let output = fivewhys(&[&words[..], &["--shard", &shard, "--format", "json", "--output", &file]].concat());
        assert_eq!(output.status.code(), Some(3), "{}", err(&output));
        file
    };
    let report = out(&fivewhys(&["merge", &part("1"), &part("2")]));
    let unwrapped = report.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        unwrapped.contains("these parts share no `--run-key`") && !unwrapped.contains("tied to no replica"),
        "{report}"
    );
}

/// A part that is killed leaves nothing that `merge` could take for its result; a mistake leaves the old one.
#[test]
fn an_old_output_is_removed_when_the_run_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("part.json");
    fs::write(&file, "old").expect("written");
    let name = file.to_str().expect("UTF-8");
    assert_eq!(
        fivewhys(&["rate", "--scenario", "healthy", "--leg", "gateway", "--output", name]).status.code(),
        Some(2)
    );
    assert_eq!(fs::read_to_string(&file).expect("a file"), "old");
    let rate =
        ["rate", "--scenario", "healthy", "--leg", "websocket", "--samples", "4", "--hold", "60s", "--output", name];
    let mut run = Command::new(env!("CARGO_BIN_EXE_fivewhys")).args(rate).spawn().expect("the binary starts");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while file.exists() && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    run.kill().and_then(|()| run.wait()).expect("it ends");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

/// Who decides whether a run may be made does not have its secrets.
#[test]
fn a_dry_run_of_a_rate_needs_no_variable() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    fs::write(&file, format!("{TARGET}tokens = {{ one = {{ env = \"CANARY\" }} }}\n")).expect("written");
    let rate = ["rate", "x", "--config", file.to_str().expect("UTF-8")];
    let listed = fivewhys(&[&rate[..], &["--dry-run"]].concat());
    assert_eq!(listed.status.code(), Some(0), "{}", err(&listed));
    assert!(out(&listed).contains("not set CANARY; needed for a run"), "{}", out(&listed));
    assert_eq!(fivewhys(&rate).status.code(), Some(2));
}

#[test]
fn a_part_says_that_it_decides_nothing_and_why_it_has_no_sample() {
    let words =
        ["rate", "--scenario", "secret/jwt-secret-mismatch", "--leg", "backend", "--samples", "2", "--shard", "3/3"];
    let output = fivewhys(&words);
    let report = out(&output);
    assert_eq!(output.status.code(), Some(3), "{report}");
    assert!(report.starts_with("? embedded is not decided") && report.contains(" may change the decision"), "{report}");
    assert!(report.contains("there are more parts than samples"), "{report}");
    // What one part lacks says nothing of all of them, and a check is not what comes next.
    assert!(!report.contains("too few") && report.contains(" merge FILE... (the JSON of all"), "{report}");
}
