//! Two documents of a target: what a deployment has changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

use super::{err, fivewhys, out};
use crate::words::forbidden;

const FAULTY: &str = "secret/jwt-secret-mismatch";

/// Documents of real checks and runs, made once.
struct Made {
    _folder: tempfile::TempDir,
    healthy: PathBuf,
    again: PathBuf,
    faulty: PathBuf,
    /// The bundles of the first and of the last.
    seen: PathBuf,
    seen_faulty: PathBuf,
    rate: PathBuf,
    stale: PathBuf,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let made = Made {
        healthy: path("healthy.json"),
        again: path("again.json"),
        faulty: path("faulty.json"),
        seen: path("seen"),
        seen_faulty: path("seen-faulty"),
        rate: path("rate.json"),
        stale: path("stale.json"),
        _folder: folder,
    };
    let write = |words: &[&str], file: &Path| {
        let output = fivewhys(&[words, &["--format", "json", "--output", text(file)]].concat());
        assert!(file.metadata().is_ok_and(|file| file.len() > 0), "{}", err(&output));
    };
    write(&["check", "--scenario", "healthy", "--evidence", text(&made.seen)], &made.healthy);
    write(&["check", "--scenario", "healthy"], &made.again);
    write(&["check", "--scenario", FAULTY, "--evidence", text(&made.seen_faulty)], &made.faulty);
    write(&["rate", "--scenario", "healthy"], &made.rate);
    write(&["rate", "--scenario", "secret/jwt-secret-stale-replica-by-request"], &made.stale);
    made
});

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn compare(old: &Path, new: &Path) -> Output {
    let output = fivewhys(&["compare", text(old), text(new)]);
    let report = out(&output);
    assert_eq!(forbidden(&report), [""; 0], "{report}");
    // A path is not broken.
    let wide = report.lines().find(|line| line.chars().count() > 80 && !line.contains('/'));
    assert_eq!(wide, None, "{report}");
    assert!(report.lines().count() <= 25, "{report}");
    follows_its_schema(old, new, output.status.code());
    output
}

/// Ours, and the one of a report, which it refers to.
static SCHEMA: LazyLock<(Schemas, SchemaIndex)> = LazyLock::new(|| {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    for (name, text) in [
        ("file:///report.schema.json", include_str!("../../../support/report/report.schema.json")),
        ("file:///compare.schema.json", include_str!("../../../support/report/compare.schema.json")),
    ] {
        compiler.add_resource(name, serde_json::from_str(text).expect("JSON")).expect("a resource");
    }
    let index = compiler.compile("file:///compare.schema.json", &mut schemas);
    let index = index.unwrap_or_else(|error| panic!("{error:#}"));
    (schemas, index)
});

/// What scripts rely on, of every pair that the text is made of.
fn follows_its_schema(old: &Path, new: &Path, code: Option<i32>) {
    let output = fivewhys(&["compare", text(old), text(new), "--format", "json"]);
    assert_eq!(output.status.code(), code, "{}", err(&output));
    if out(&output).is_empty() {
        return;
    }
    let document = serde_json::from_str(&out(&output)).expect("JSON");
    SCHEMA.0.validate(&document, SCHEMA.1).unwrap_or_else(|error| panic!("{error:#}\n{document:#}"));
}

/// The exit code, and the first line.
fn told(old: &Path, new: &Path) -> (Option<i32>, String) {
    let output = compare(old, new);
    let first = out(&output).lines().next().map(str::to_owned);
    (output.status.code(), first.unwrap_or_else(|| panic!("{}", err(&output))))
}

/// This document, with other values, in a file of that folder.
fn changed(folder: &Path, document: &Path, values: &[(&str, Value)]) -> PathBuf {
    let mut json: Value = serde_json::from_str(&fs::read_to_string(document).expect("a document")).expect("JSON");
    for (pointer, value) in values {
        *json.pointer_mut(pointer).expect(pointer) = value.clone();
    }
    let file = folder.join("changed.json");
    fs::write(&file, json.to_string()).expect("written");
    file
}

#[test]
fn a_deployment_with_a_fault_is_a_regression_and_its_fix_is_none() {
    let first = "✗ embedded got worse: 1 new fault, 3 verifications fail".to_owned();
    assert_eq!(told(&MADE.healthy, &MADE.faulty), (Some(1), first));
    let worse = out(&compare(&MADE.healthy, &MADE.faulty));
    for line in ["  ✗ verdict: faulty (before: healthy)", "  ✗ new: error[jwt-secret-mismatch]: the backend verifies"]
    {
        assert!(worse.contains(line), "{worse}");
    }
    assert!(worse.ends_with(" explain jwt-secret-mismatch\n"), "{worse}");
    assert_eq!(told(&MADE.faulty, &MADE.healthy), (Some(0), "✓ nothing got worse at embedded: 5 improvements".into()));
}

#[test]
fn two_checks_of_one_deployment_have_no_difference() {
    let same = "✓ nothing got worse at embedded: no difference".to_owned();
    assert_eq!(told(&MADE.healthy, &MADE.again), (Some(0), same));
    let still = "✓ nothing got worse at embedded: still faulty, no difference".to_owned();
    assert_eq!(told(&MADE.faulty, &MADE.faulty), (Some(0), still));
}

#[test]
fn evidence_says_what_its_report_says() {
    for (report, bundle) in [(&MADE.healthy, &MADE.seen), (&MADE.faulty, &MADE.seen_faulty)] {
        for bundle in [bundle.clone(), bundle.join("evidence.json")] {
            for [old, new] in [[report, &bundle], [&bundle, report]] {
                let (code, first) = told(old, new);
                assert!(code == Some(0) && first.ends_with("no difference"), "{first}");
                assert!(!out(&compare(old, new)).contains("differs"), "one check");
            }
        }
    }
}

#[test]
fn a_stale_replica_lowers_the_success_rate() {
    assert_eq!(told(&MADE.rate, &MADE.rate).0, Some(0));
    let first = "✗ embedded got worse: 2 lower success rates, 2 legs fail".to_owned();
    assert_eq!(told(&MADE.rate, &MADE.stale), (Some(1), first));
    let report = out(&compare(&MADE.rate, &MADE.stale));
    assert!(report.contains("(before: 0 of 73), p = "), "{report}");
    assert!(report.contains("\nunchanged: leg auth\n"), "{report}");
}

#[test]
fn an_interrupted_check_is_inconclusive() {
    let folder = tempfile::tempdir().expect("a folder");
    let early = [("/interrupted", json!(true)), ("/verdict", json!("inconclusive")), ("/probes", json!([]))];
    let early = changed(folder.path(), &MADE.healthy, &early);
    let (code, first) = told(&MADE.healthy, &early);
    assert!(code == Some(3) && first.starts_with("? embedded is not shown to be as before"), "{first}");
    assert!(out(&compare(&MADE.healthy, &early)).contains("the new check was interrupted: 4"), "48 probes or so");
}

#[test]
fn the_object_has_the_keys_that_scripts_rely_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("compared.json");
    let words = ["compare", text(&MADE.healthy), text(&MADE.faulty), "--format", "json", "--output", text(&file)];
    let output = fivewhys(&words);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""), "{}", err(&output));
    let object: Value = serde_json::from_str(&fs::read_to_string(&file).expect("a file")).expect("JSON");
    assert_eq!((&object["schema"], &object["result"]), (&"fivewhys.compare/1".into(), &"worse".into()));
    assert_eq!((&object["old"]["verdict"], &object["new"]["verdict"]), (&"healthy".into(), &"faulty".into()));
    let fault = object["changes"].as_array().expect("a list").iter().find(|one| one["kind"] == "fault").expect("one");
    assert_eq!((&fault["subject"], &fault["effect"]), (&"jwt-secret-mismatch".into(), &"worse".into()));
    assert!(["differs", "unchanged", "legs"].iter().all(|key| object[key].is_array()), "{object:#}");
}

#[test]
fn names_of_a_stranger_are_shown_escaped() {
    let folder = tempfile::tempdir().expect("a folder");
    let hostile = json!("\u{1b}[2J\u{9b}31m\u{202e}staging\n::error::");
    let file =
        changed(folder.path(), &MADE.healthy, &[("/target/name", hostile.clone()), ("/target/backend", hostile)]);
    for format in ["text", "json"] {
        let report = out(&fivewhys(&["compare", text(&MADE.healthy), text(&file), "--format", format]));
        assert!(report.contains("u{1b}[2J") && report.contains("u{202e}staging"), "{report}");
        assert!(!report.contains(['\u{1b}', '\u{9b}', '\u{202e}']) && !report.contains("\n::"), "{report}");
    }
}

#[test]
fn what_cannot_be_compared_is_said_once_and_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("new.json");
    let report = fs::read_to_string(&MADE.healthy).expect("a report");
    let one_line: Value = serde_json::from_str(&report).expect("JSON");
    let cut = one_line.to_string();
    let cut = &cut[..cut.len() / 2];
    let huge = " ".repeat(33 * 1024 * 1024);
    let wrong_type = report.replace("\"interrupted\": false", "\"interrupted\": \"no\"");
    let line = report.lines().position(|line| line.contains("\"interrupted\"")).expect("there") + 1;
    let place = format!("new.json:{line}:");
    for (written, told) in [
        ("", "new.json"),
        (cut, "EOF while parsing"),
        (huge.as_str(), "is larger than 32 MiB"),
        (wrong_type.as_str(), place.as_str()),
        (&report.replace("report/1", "report/2"), "which this version does not compare"),
        ("{\"schema\": \"fivewhys.evidence/2\", \"evidence\": {}}", "evidence of another version"),
    ] {
        fs::write(&file, written).expect("written");
        let output = fivewhys(&["compare", text(&MADE.healthy), text(&file)]);
        let error = err(&output);
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{error}");
        let unwrapped = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.contains(told), "{told}: {error}");
        assert!(error.lines().count() < 12 && error.len() < 2_000, "{error}");
    }
    for (path, told) in [
        (folder.path().join("none.json"), "none.json"),
        (folder.path().to_owned(), "evidence.json"),
        (PathBuf::from("Cargo.toml"), "Cargo.toml:1:"),
        (MADE.rate.clone(), "fivewhys.rate/1"),
    ] {
        let output = fivewhys(&["compare", text(&MADE.healthy), text(&path)]);
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{}", path.display());
        assert!(err(&output).contains(told), "{}", err(&output));
    }
}

#[test]
fn what_is_compared_is_not_overwritten() {
    for output in [&MADE.healthy, &MADE.seen.join("evidence.json")] {
        let words = ["compare", text(&MADE.healthy), text(&MADE.seen), "--output", text(output)];
        let replaced = fivewhys(&words);
        assert_eq!(replaced.status.code(), Some(2), "{}", err(&replaced));
        assert!(err(&replaced).contains("cannot replace"), "{}", err(&replaced));
    }
}
