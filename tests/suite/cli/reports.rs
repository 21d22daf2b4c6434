//! Several reports of one check, and what GitHub Actions is told.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::{err, fivewhys, out};

const FORMATS: [&str; 7] = ["text", "json", "junit", "sarif", "markdown", "html", "openmetrics"];

fn reports(folder: &Path) -> Vec<String> {
    let flag = |format: &&str| ["--report".to_owned(), format!("{format}={}", folder.join(format).display())];
    FORMATS.iter().flat_map(flag).collect()
}

fn all<'a>(first: &[&'a str], more: &'a [String]) -> Vec<&'a str> {
    first.iter().copied().chain(more.iter().map(String::as_str)).collect()
}

#[test]
fn one_check_writes_every_report_and_its_evidence_gives_them_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let [now, later, seen] = ["now", "later", "seen"].map(|name| folder.path().join(name));
    [&now, &later].iter().for_each(|folder| fs::create_dir(folder).expect("a folder"));
    let (first, again) = (reports(&now), reports(&later));
    let kept = seen.to_str().expect("UTF-8");
    let check = fivewhys(&all(&["check", "--scenario", "secret/jwt-secret-mismatch", "--evidence", kept], &first));
    assert_eq!(check.status.code(), Some(1), "{}", err(&check));
    let from = fivewhys(&all(&["check", "--from", kept], &again));
    assert_eq!(out(&check), out(&from));
    for format in FORMATS {
        let [now, later] = [&now, &later].map(|folder| fs::read_to_string(folder.join(format)).expect("a report"));
        assert!(now.contains("jwt-secret-mismatch"), "{format}: {now}");
        assert_eq!(now, later, "{format}");
    }
    let sarif = fs::read_to_string(now.join("sarif")).expect("a report");
    assert!(sarif.contains("\"scenarios/secret/jwt-secret-mismatch.toml\""), "{sarif}");
}

#[test]
fn a_report_that_cannot_be_written_is_said_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file").display().to_string();
    let twice = format!("json={file}");
    let missing = format!("json={}/no/folder", folder.path().display());
    for (flags, told) in [
        (vec!["--report", "pdf=x"], "there is no format `pdf`; allowed: text, json, junit"),
        (vec!["--report", "html"], "it must be FORMAT=FILE"),
        (vec!["--report", "html="], "it must be FORMAT=FILE"),
        (vec!["--report", &missing], "cannot write to"),
        (vec!["--report", &twice, "--report", &twice], "the report cannot replace"),
        (vec!["--report", &twice, "--output", &file], "the report cannot replace"),
    ] {
        for command in ["check", "gate"] {
            let output = fivewhys(&all(
                &[command, "--scenario", "healthy"],
                &flags.iter().map(|flag| flag.to_string()).collect::<Vec<_>>(),
            ));
            assert_eq!(output.status.code(), Some(2), "{flags:?}: {}", out(&output));
            assert!(err(&output).contains(told), "{flags:?}: {}", err(&output));
        }
    }
}

/// As a step of a workflow runs it.
fn in_actions(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let command = command.args(arguments).env("GITHUB_ACTIONS", "true").env_remove("FIVEWHYS_TARGET");
    command.env("GITHUB_STEP_SUMMARY", folder.join("summary")).output().expect("the binary starts")
}

#[test]
fn a_workflow_is_told_in_its_summary_and_at_the_line_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("summary"), "before\n").expect("written");
    let output = in_actions(folder.path(), &["check", "--scenario", "secret/jwt-secret-mismatch", "--format", "json"]);
    let summary = fs::read_to_string(folder.path().join("summary")).expect("a summary");
    assert!(summary.starts_with("before\n## ✗ embedded is broken"), "{summary}");
    assert!(summary.contains("```mermaid\nsequenceDiagram\n"), "{summary}");
    assert!(summary.contains("  Note over client,backend: ✗ here: jwt-secret-mismatch\n"), "{summary}");
    let told = "::error file=scenarios/secret/jwt-secret-mismatch.toml,line=1,title=embedded%3A jwt-secret-mismatch::The backend";
    assert!(err(&output).contains(told), "{}", err(&output));
    let json: serde_json::Value = serde_json::from_str(&out(&output)).expect("standard output is JSON alone");
    assert_eq!(json["verdict"], "faulty");
}

#[test]
fn elsewhere_nobody_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let command = command.args(["check", "--scenario", "healthy"]).env_remove("GITHUB_ACTIONS");
    let output = command.env("GITHUB_STEP_SUMMARY", folder.path().join("summary")).output().expect("it starts");
    assert!(output.status.success() && !folder.path().join("summary").exists());
    assert!(!err(&output).contains("::"), "{}", err(&output));
}

/// The help, the README and the message of a wrong flag name the same formats.
#[test]
fn every_format_is_in_the_help_and_in_the_readme() {
    let readme = include_str!("../../../README.md");
    let (help, wrong) = (out(&fivewhys(&["check", "--help"])), err(&fivewhys(&["check", "--report", "x=y"])));
    for format in FORMATS {
        assert!(readme.contains(&format!("`{format}`")), "README has no `{format}`");
        assert!(help.contains(&format!("- {format}:")), "{help}");
    }
    assert!(wrong.contains(&FORMATS.join(", ")), "{wrong}");
}

/// One report after the other flows into a device; a pipe has a reader.
#[test]
fn a_device_or_a_pipe_takes_a_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let flags = ["--report", "json=/dev/stdout", "--report", "junit=/dev/stdout", "--report", "html=/dev/null"];
    let to_pipe = format!("markdown={}", pipe.display());
    let flags = [&["check", "--scenario", "healthy", "--quiet"], &flags[..], &["--report", &to_pipe]].concat();
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).expect("UTF-8")
    });
    let output = fivewhys(&flags);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let told = out(&output);
    assert!(
        told.starts_with('✓') && told.contains("\"verdict\": \"healthy\"") && told.contains("<testsuites"),
        "{told}"
    );
    assert!(reader.join().expect("it ends").contains("embedded is healthy"));
    assert!(pipe.symlink_metadata().is_ok_and(|pipe| !pipe.is_file()), "the pipe was replaced");
}

/// Whatever becomes of one, the others are there, and a verdict is not lost to a full disk.
#[test]
fn what_cannot_be_written_is_named_and_takes_nothing_else_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let [json, seen] = ["json", "seen"].map(|name| folder.path().join(name).display().to_string());
    let report = format!("json={json}");
    let full = ["--report", "junit=/dev/full", "--report", &report, "--evidence", &seen];
    for (scenario, code) in [("healthy", 4), ("secret/jwt-secret-mismatch", 1), ("user/unknown-with-one-user", 3)] {
        for command in ["check", "gate"] {
            let output = fivewhys(&[&[command, "--scenario", scenario][..], &full].concat());
            assert_eq!(output.status.code(), Some(code), "{command} {scenario}: {}", err(&output));
            assert!(err(&output).contains("`/dev/full`") && !out(&output).is_empty(), "{}", err(&output));
            let report = fs::read_to_string(&json).expect("a report");
            assert!(serde_json::from_str::<serde_json::Value>(&report).is_ok(), "{report}");
            assert_eq!(fivewhys(&["check", "--from", &seen, "--quiet"]).status.code(), Some(code % 4), "{scenario}");
            fs::remove_file(&json).expect("removed");
            fs::remove_dir_all(&seen).expect("removed");
        }
    }
    let output = fivewhys(&["check", "--scenario", "healthy", "--output", "/dev/full"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(err(&output).contains("`/dev/full`") && out(&output).contains("embedded is healthy"), "{}", out(&output));
}

/// Complete or absent: nothing is there until the check has ended, however it ends.
#[test]
fn a_signal_leaves_no_half_file_and_no_empty_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let config = folder.path().join("targets.toml");
    let at = server.local_addr().expect("an address");
    fs::write(&config, format!("[targets.x]\nstage = \"local\"\nauth = \"http://{at}\"\n")).expect("written");
    let [report, json, seen] = ["report", "json", "seen"].map(|name| folder.path().join(name));
    for (signal, is_told) in [("-KILL", false), ("-TERM", true), ("-INT", true)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        let command = command.args(["check", "x", "--config"]).arg(&config).arg("--output").arg(&report);
        let command = command.arg("--report").arg(format!("json={}", json.display())).arg("--evidence").arg(&seen);
        let mut check = command.spawn().expect("the binary starts");
        // It has opened what it writes to, and waits for a response.
        let connection = server.accept().expect("a connection");
        assert!(Command::new("kill").args([signal, &check.id().to_string()]).status().expect("kill").success());
        let code = check.wait().expect("it ends").code();
        drop(connection);
        assert_eq!(code, is_told.then_some(3), "{signal}");
        assert!(
            [report.as_path(), &json, &seen.join("evidence.json")].iter().all(|path| path.exists() == is_told),
            "{signal}"
        );
        let folders = [folder.path(), &seen].into_iter();
        let all: Vec<_> = folders.flat_map(|folder| fs::read_dir(folder).expect("a folder")).collect();
        // The target file, the folder of the evidence, two reports, and the two files of the evidence.
        assert_eq!(all.len(), if is_told { 6 } else { 2 }, "{signal}: {all:?}");
    }
}
