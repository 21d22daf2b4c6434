//! Which target file a command reads, and which of its targets it checks.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::{TARGET, err, out};

fn fivewhys_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("FIVEWHYS_CONFIG")
        .env_remove("FIVEWHYS_TARGET")
        .output()
        .expect("the binary starts")
}

#[test]
fn the_nearest_file_above_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("services/auth");
    fs::create_dir_all(&below).expect("folders");
    let missing = fivewhys_in(&below, &["targets"]);
    assert_eq!((missing.status.code(), out(&missing).as_str()), (Some(2), ""));
    assert!(err(&missing).contains(" init` writes one"), "{}", err(&missing));
    fs::write(folder.path().join("fivewhys.toml"), TARGET).expect("written");
    assert_eq!(out(&fivewhys_in(&below, &["targets"])), "x  staging     https://api.test/\n");
    fs::write(below.join("fivewhys.toml"), TARGET.replace("targets.x", "targets.nearer")).expect("written");
    assert!(out(&fivewhys_in(&below, &["targets"])).starts_with("nearer "));
}

#[test]
fn the_variable_names_a_file_and_the_flag_another() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["one", "two"] {
        fs::write(folder.path().join(name), TARGET.replace("targets.x", &format!("targets.{name}"))).expect("written");
    }
    let listed = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        command.args(arguments).current_dir(folder.path()).env("FIVEWHYS_CONFIG", "one");
        out(&command.output().expect("the binary starts"))
    };
    assert!(listed(&["targets"]).starts_with("one "));
    assert!(listed(&["targets", "--config", "two"]).starts_with("two "));
}

/// A pipeline that lost its target's name must not check a mock, and must not be green.
#[test]
fn without_a_name_the_only_target_is_checked_and_of_several_none() {
    let folder = tempfile::tempdir().expect("a folder");
    // Nothing listens there: the system gives this port to no program that wants any.
    let port = 1;
    let only = format!(
        "[targets.only]\nstage = \"local\"\nauth = \"http://127.0.0.1:{port}\"\nbackend = \"http://127.0.0.1:{port}\"\n\
         websocket = \"ws://127.0.0.1:{port}/ws\"\n"
    );
    fs::write(folder.path().join("only.toml"), &only).expect("written");
    let checked = fivewhys_in(folder.path(), &["check", "--config", "only.toml"]);
    assert_eq!(checked.status.code(), Some(1), "{}", err(&checked));
    assert!(out(&checked).starts_with("✗ only is broken"), "{}", out(&checked));
    fs::write(folder.path().join("several.toml"), only.replace("only", "first") + &only).expect("written");
    let refused = fivewhys_in(folder.path(), &["check", "--config", "several.toml"]);
    assert_eq!((refused.status.code(), out(&refused).as_str()), (Some(2), ""));
    assert!(err(&refused).contains("first, only"), "{}", err(&refused));
    fs::rename(folder.path().join("only.toml"), folder.path().join("fivewhys.toml")).expect("renamed");
    let checked = fivewhys_in(folder.path(), &["check"]);
    assert!(out(&checked).starts_with("✗ only is broken"), "{}", out(&checked));
    fs::remove_file(folder.path().join("fivewhys.toml")).expect("removed");
    let refused = fivewhys_in(folder.path(), &["check"]);
    assert_eq!((refused.status.code(), out(&refused).as_str()), (Some(2), ""), "no mock is checked instead");
}

/// Scripts set by variables what a person sets by flags.
#[test]
fn variables_stand_for_flags() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("fivewhys.toml"), format!("{TARGET}{}", TARGET.replace("targets.x", "targets.y")))
        .expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let listed = command.args(["check", "--dry-run"]).current_dir(folder.path()).env("FIVEWHYS_TARGET", "y").output();
    assert!(out(&listed.expect("the binary starts")).starts_with("A check of y would send"));
    let check = |variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        command.args(["check", "--scenario", "healthy"]).envs(variables.iter().copied()).current_dir(folder.path());
        out(&command.output().expect("the binary starts"))
    };
    assert!(check(&[("FIVEWHYS_FORMAT", "json")]).starts_with('{'));
    assert!(check(&[("FIVEWHYS_VERBOSE", "1")]).contains("every probe\n"));
    assert!(!check(&[("FIVEWHYS_VERBOSE", "0")]).contains("every probe\n"));
    assert_eq!(check(&[("FIVEWHYS_QUIET", "true")]).lines().count(), 1);
    assert_eq!(check(&[("FIVEWHYS_OUTPUT", "report.txt")]), "");
    assert!(folder.path().join("report.txt").exists());
}

/// A pipeline sets variables for all of its steps, and leaves some of them empty.
#[test]
fn a_flag_is_stronger_than_a_variable_and_an_empty_variable_says_nothing() {
    let run = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        let output = command.args(arguments).envs(variables.iter().copied()).output().expect("the binary starts");
        assert_eq!(output.status.code(), Some(0), "{variables:?} {arguments:?}: {}", err(&output));
        out(&output)
    };
    let healthy = ["check", "--scenario", "healthy"];
    let with = |more: &[&'static str]| [&healthy, more].concat();
    let empty = ["CONFIG", "TARGET", "FORMAT", "OUTPUT", "EVIDENCE", "COLOR", "THOROUGH", "VERBOSE", "QUIET"];
    let empty = empty.map(|name| format!("FIVEWHYS_{name}"));
    let empty: Vec<(&str, &str)> = empty.iter().map(|name| (name.as_str(), "")).collect();
    assert!(run(&empty, &healthy).contains("is healthy"));
    let json = ("FIVEWHYS_FORMAT", "json");
    assert!(run(&[json], &healthy).starts_with('{'));
    assert!(run(&[json], &with(&["--dry-run"])).contains("Nothing is sent now"));
    assert!(run(&[json], &with(&["--verbose"])).contains("every probe"));
    assert!(run(&[json, ("FIVEWHYS_QUIET", "0")], &healthy).starts_with('{'));
    assert!(run(&[("FIVEWHYS_QUIET", "1")], &with(&["--format", "json"])).starts_with('{'));
    assert_eq!(run(&[("FIVEWHYS_QUIET", "1")], &healthy).lines().count(), 1);
    // Two variables that contradict each other are a mistake.
    let mut both = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let both = both.args(healthy).envs([json, ("FIVEWHYS_QUIET", "1")]).output().expect("the binary starts");
    assert_eq!(both.status.code(), Some(2), "{}", out(&both));
}
