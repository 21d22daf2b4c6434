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
