//! The embedded deployment responds as the platform's APIs: a drift in Secret Manager is found by the probes, and explained by the
//! metadata.

use std::path::Path;

use serde_json::Value;

use super::{assert_valid, command, text, unwrapped};

const DRIFT: &str = "secret/secret-version-drift-by-platform";
const OLDER: &str = "secret/jwt-secret-mismatch-older-than-its-version";

fn ran(arguments: &[&str]) -> (Option<i32>, String) {
    let output = command(arguments).output().expect("the binary starts");
    (output.status.code(), text(&output.stdout))
}

fn checked(scenario: &str, flags: &[&str]) -> Value {
    let (_, out) = ran(&[&["check", "--scenario", scenario, "--format", "json"], flags].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

/// The answer to that question of the first finding, and what it rests on.
fn why(report: &Value, question: &str) -> (String, String) {
    let links = report["findings"][0]["whys"].as_array().expect("a list");
    let link = links.iter().find(|link| link["why"] == question).expect("it is asked");
    (link["because"].as_str().expect("a text").to_owned(), link["basis"].as_str().expect("a text").to_owned())
}

#[test]
fn a_preflight_finds_what_the_probes_would_find() {
    let (code, out) = ran(&["preflight", "--scenario", DRIFT]);
    assert_eq!(code, Some(1), "{out}");
    assert!(unwrapped(&out).contains("the backend loads version 2 of `jwt-secret-staging`"), "{out}");
    assert!(
        out.contains(&format!("preflight --scenario \\\n{}{DRIFT}", " ".repeat(17))),
        "the same can be pasted: {out}"
    );
    let (code, out) = ran(&["preflight", "--scenario", OLDER, "--format", "json"]);
    let json: Value = serde_json::from_str(&out).expect("JSON");
    assert_valid(&json);
    assert_eq!((code, &json["findings"][0]["finding"]), (Some(1), &"secret-newer-than-deployment".into()));
    let (code, out) = ran(&["preflight", "--scenario", "secret/secret-version-drift-platform-forbidden"]);
    assert_eq!(code, Some(3), "{out}");
    let (code, _) = ran(&["preflight", "--scenario", "healthy"]);
    assert_eq!(code, Some(2), "it names no platform");
}

#[test]
fn metadata_answer_why_the_secrets_differ_and_ask_for_the_gate() {
    let report = checked(DRIFT, &[]);
    assert_eq!(report["findings"][0]["fault"], "jwt-secret-mismatch");
    let (because, basis) = why(&report, "Why do the secrets differ?");
    assert!(because.contains("Auth loads version 3") && because.contains("the backend loads version 2"), "{because}");
    assert_eq!(basis, "observed");
    let (because, basis) = why(&report, "Why did nobody notice?");
    assert!(because.contains("run before the deployment of netra-backend (2025-09-02T09:00:00Z)?"), "{because}");
    assert_eq!(basis, "unknown");
    assert_eq!(report["provenance"]["same_secret"], false);
    let (because, basis) = why(&checked(OLDER, &[]), "Why do the secrets differ?");
    assert!(because.starts_with("Version 3 of the secret is newer than the deployment of netra-backend"), "{because}");
    assert_eq!(basis, "inferred");
}

/// What the probes rule out, no metadata accuses.
#[test]
fn two_versions_of_a_secret_that_nothing_uses_are_no_fault() {
    let report = checked("healthy/another-version-unused", &[]);
    assert_eq!((&report["verdict"], &report["provenance"]["same_secret"]), (&"healthy".into(), &false.into()));
}

#[test]
fn the_platform_is_left_out_where_a_flag_says_so() {
    let report = checked(DRIFT, &["--no-platform"]);
    assert!(report["provenance"].is_null(), "{report:#}");
    let faults: Vec<&Value> = report["findings"].as_array().expect("a list").iter().map(|one| &one["fault"]).collect();
    assert_eq!(faults, ["jwt-secret-mismatch"], "the fingerprints show it without");
    let compared = checked(DRIFT, &["--compare-payloads"]);
    assert_eq!(compared["provenance"]["values_compared"], true);
}

/// Without a fingerprint and without the secret itself, values that were compared decide.
#[test]
fn values_that_differ_show_the_mismatch_that_names_alone_do_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("unknowable.toml");
    let scenario = "title = \"t\"\nstory = \"s\"\n[platform.backend]\nversion = \"2\"\n[target]\nwithout = [\"fingerprint\", \"signing\"]\n[expect]\nfaults = []\n";
    std::fs::write(&file, scenario).expect("written");
    let path = file.to_str().expect("UTF-8");
    assert_eq!(checked(path, &[])["verdict"], "inconclusive");
    let report = checked(path, &["--compare-payloads"]);
    assert_eq!(report["findings"][0]["fault"], "jwt-secret-mismatch", "{report:#}");
}

#[test]
fn a_dry_run_lists_what_the_platform_would_be_asked() {
    let (code, out) = ran(&["check", "--scenario", DRIFT, "--dry-run"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("/secrets/[SECRET]/versions") && !out.contains(":access"), "{out}");
    let (_, out) = ran(&["check", "--scenario", DRIFT, "--dry-run", "--no-platform"]);
    assert!(!out.contains("[SECRET]/versions"), "{out}");
}

#[test]
fn a_bundle_tells_the_same_again_and_holds_no_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = folder.path().join("kept");
    let kept_text = kept.to_str().expect("UTF-8");
    for format in [&["--format", "json"][..], &["--verbose"]] {
        let arguments =
            [&["check", "--scenario", DRIFT, "--compare-payloads", "--evidence", kept_text], format].concat();
        let (code, live) = ran(&arguments);
        let (again, from) = ran(&[&["check", "--from", kept_text], format].concat());
        assert_eq!((code, &live), (again, &from), "byte for byte");
    }
    let bundle = std::fs::read_to_string(Path::new(&kept).join("evidence.json")).expect("it was written");
    assert!(bundle.contains("\"provenance\""), "{bundle}");
    let longest = bundle.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max().unwrap_or_default();
    assert!(longest < 32, "the values of a mock are 64 hexadecimal digits");
    // What was changed by hand cannot move a cursor.
    std::fs::write(kept.join("evidence.json"), bundle.replace("netra-backend", "netra\\u001b[2J")).expect("written");
    assert_eq!(ran(&["check", "--from", kept_text]).0, Some(2));
}
