//! `check --logs`: a summary is taken along as evidence beside the probes, bounded and without a text of its own.

use super::*;

const MISMATCH: &str = "secret/jwt-secret-mismatch";

/// Runs `check` with these arguments.
fn check(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    for variable in ["GITHUB_ACTIONS", "FIVEWHYS_CONFIG", "FIVEWHYS_TARGET", "FIVEWHYS_FORMAT"] {
        command.env_remove(variable);
    }
    let output = command.arg("check").args(arguments).output().expect("the binary starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// What `fivewhys logs --export` writes of these entries.
fn summary(folder: &tempfile::TempDir, name: &str, entries: &[Value]) -> PathBuf {
    file(folder, name, run(lines(entries).as_bytes()).json.to_string())
}

/// The text of one line, so that it can be searched.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn records_that_fit_stand_in_the_fourth_why_and_others_do_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let fitting = summary(&folder, "fitting.json", &two_attempts());
    let other = summary(&folder, "other.json", &[line(1, "No JWT token found in WebSocket headers")]);
    let (code, alone, _) = check(&["--scenario", MISMATCH]);
    let (with_code, with, _) = check(&["--scenario", MISMATCH, "--logs", text_of(&fitting)]);
    assert_eq!((code, with_code), (Some(1), Some(1)));
    let told = "1 record in the log fits this (2025-09-08T14:00:02Z): a token arrived, and its verifier rejected it. \
        Most attempts failed at backend-staging.";
    assert!(unwrapped(&with).contains(told), "{with}");
    let after_third = with.split("\n  3 ").nth(1).or(with.split("\n  4 ").nth(1)).expect("the whys");
    assert!(unwrapped(after_third).contains("in the log fits this"), "{with}");
    assert_eq!(forbidden(&with), [""; 0], "{with}");
    let (code, contradicting, _) = check(&["--scenario", MISMATCH, "--logs", text_of(&other)]);
    assert_eq!(code, Some(1));
    assert!(!contradicting.contains("in the log"), "{contradicting}");
    // Nothing but a sentence of two lines.
    let remark = "The log that was taken along ends at 2025-09-08T14:00:01Z, ";
    let told = unwrapped(&contradicting);
    assert!(told.contains(remark) && told.contains(" days before this check."), "{contradicting}");
    // How busy this machine is has a line of its own.
    let lines = |text: &str| text.lines().filter(|line| !line.contains(" was late by up to ")).count();
    assert_eq!(lines(&alone) + 2, lines(&contradicting), "{contradicting}");
}

/// A log that says nothing of this check is told as such, in one sentence.
#[test]
fn a_log_of_other_services_or_of_another_time_is_told_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let hosted = "secret/secret-version-drift-by-platform";
    let now = humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string();
    let of = |service: &str, time: &str| {
        let mut entries = two_attempts();
        for entry in &mut entries {
            entry["resource"]["labels"]["service_name"] = service.into();
            entry["timestamp"] = time.into();
        }
        summary(&folder, &format!("{service}.json"), &entries)
    };
    let told = |path: &Path| unwrapped(&check(&["--scenario", hosted, "--logs", text_of(path)]).1);
    let others = told(&of("billing", &now));
    assert!(
        others.contains("is of other services (billing) than this target's (netra-auth, netra-backend)."),
        "{others}"
    );
    assert!(!others.contains("in the log fit"), "{others}");
    let both = told(&of("billing", "2025-09-08T14:00:00Z"));
    assert!(both.contains("(netra-auth, netra-backend), and ends at 2025-09-08T14:00:00Z, "), "{both}");
    let fitting = told(&of("netra-backend", &now));
    assert!(fitting.contains("1 record in the log fits") && !fitting.contains("taken along"), "{fitting}");
    let later = told(&of("netra-backend", "2099-01-01T00:00:00Z"));
    assert!(later.contains("begins at 2099-01-01T00:00:00Z") && later.contains("days after this check"), "{later}");
    let empty = told(&summary(&folder, "empty.json", &[line(1, "thread started")]));
    assert!(empty.contains("has no record of an attempt."), "{empty}");
}

/// Where one user's login alone is rejected, no token of that user was ever presented.
#[test]
fn a_rejected_login_has_no_record_of_a_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = summary(&folder, "fitting.json", &two_attempts());
    for scenario in ["user/login-refused", "user/user-unknown"] {
        let (_, text, err) = check(&["--scenario", scenario, "--logs", text_of(&path), "--format", "json"]);
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {err}"));
        for finding in json["findings"].as_array().expect("findings") {
            assert!(!finding.to_string().contains("in the log"), "{finding:#}");
        }
    }
}

#[test]
fn a_bundle_keeps_the_records_and_tells_the_same_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let fitting = summary(&folder, "fitting.json", &two_attempts());
    let kept = folder.path().join("kept");
    let kept = text_of(&kept);
    for format in [&["--format", "json"][..], &["--format", "markdown"], &["--verbose"]] {
        let live = [&["--scenario", MISMATCH, "--logs", text_of(&fitting), "--evidence", kept], format].concat();
        let (code, live, _) = check(&live);
        let (again, from, err) = check(&[&["--from", kept], format].concat());
        assert_eq!((code, &live), (again, &from), "byte for byte: {err}");
        assert!(live.contains("in the log fits this") || live.contains("log"), "{live}");
    }
    // Evidence of a colleague, and a log that was read later.
    let later = vec![line(1, "SSOT AUTHENTICATION FAILED: VALIDATION_FAILED - Token=REDACTED failed on staging"); 3];
    let later = summary(&folder, "later.json", &later);
    let (code, from, _) = check(&["--from", kept, "--logs", text_of(&later), "--format", "json"]);
    let json: Value = serde_json::from_str(&from).expect("JSON");
    assert_eq!((code, &json["logs"]["outcomes"]["token-rejected"]["records"]), (Some(1), &3.into()));
    assert_eq!(json["logs"]["most_failed"], "backend-staging");
}

#[test]
fn a_file_that_is_no_summary_is_one_message_with_its_name_and_nothing_of_its_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let canary = "canary-of-a-file";
    let object = |text: Value| text.to_string();
    let whole = run(lines(&two_attempts()).as_bytes()).json;
    let changed = |key: &str, value: Value| {
        let mut other = whole.clone();
        other[key] = value;
        object(other)
    };
    let cases = [
        ("empty.json", String::new(), "is no summary of a log"),
        ("text.json", canary.to_owned(), "is no summary of a log"),
        ("cut.json", whole.to_string()[..200].to_owned(), "is no summary of a log"),
        ("entries.json", lines(&[line(1, canary)]), "is no summary of a log"),
        ("list.json", object(json!(["fivewhys.logs/1", 1, null, null, [], []])), "is no summary of a log"),
        ("report.json", object(json!({"schema": "fivewhys.report/1", "a": canary})), "is no summary of a log"),
        ("keys.json", object(json!({"schema": "fivewhys.logs/1", "a": canary})), "is no summary of a log"),
        ("time.json", changed("first", canary.into()), "is no summary of a log"),
        ("count.json", changed("entries", (-1).into()), "is no summary of a log"),
        ("outcome.json", changed("records", json!([{"outcome": canary, "count": 1}])), "is no summary of a log"),
        ("newer.json", changed("schema", "fivewhys.logs/2".into()), "is a summary of a log in version 2"),
        (
            "odd.json",
            changed("schema", format!("fivewhys.logs/\u{1b}[2J{}", "9".repeat(9_000)).into()),
            "in version \\u{1b}[2J999",
        ),
    ];
    for (name, text, expected) in cases {
        let path = file(&folder, name, text);
        let (code, out, err) = check(&["--scenario", "healthy", "--logs", text_of(&path)]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{name}: {err}");
        assert!(unwrapped(&err).contains(expected) && err.contains(name), "{name}: {err}");
        assert!(!err.contains(canary) && !err.contains('\u{1b}') && err.len() < 1_000, "{name}: {err}");
    }
    let large = folder.path().join("large.json");
    fs::File::create(&large).and_then(|file| file.set_len(40 * 1024 * 1024)).expect("written");
    for path in [large, folder.path().join("missing.json"), folder.path().to_owned()] {
        let (code, _, err) = check(&["--scenario", "healthy", "--logs", text_of(&path)]);
        assert_eq!(code, Some(2), "{err}");
        assert!(unwrapped(&err).contains(&format!("cannot read `{}`", path.display())), "{err}");
    }
}

/// Anyone may have written the file: its numbers have no bounds, and its names may be anything.
#[test]
fn texts_and_numbers_of_a_summary_stay_within_bounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = folder.path().join("seen");
    let (code, ..) = check(&["--scenario", MISMATCH, "--evidence", text_of(&seen)]);
    assert_eq!(code, Some(1));
    let mut odd = run(lines(&two_attempts()).as_bytes()).json;
    odd["a_key_of_tomorrow"] = 1.into();
    let failed = odd["records"].as_array_mut().expect("records");
    failed.iter_mut().for_each(|record| record["count"] = u64::MAX.into());
    let twice = failed.clone();
    failed.extend(twice);
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Cn4rySignature0123456789-_abcdefghijklmnopqr";
    for name in [token, "a\u{1b}[2Jb", "<script>alert(1)</script>", "`x`", "a name with blanks", &"x".repeat(10_000)] {
        odd["rates"][0]["service"] = name.into();
        odd["rates"][0]["failed"] = u64::MAX.into();
        let path = file(&folder, "odd.json", odd.to_string());
        for format in ["text", "json", "html", "markdown", "sarif", "junit"] {
            let arguments = ["--from", text_of(&seen), "--logs", text_of(&path), "--format", format];
            let (code, out, err) = check(&arguments);
            assert_eq!(code, Some(1), "{err}");
            assert!(
                !out.contains(name) && !out.contains('\u{1b}') && !out.contains("attempts failed at"),
                "{format}: {out}"
            );
        }
    }
}

#[test]
fn a_report_does_not_replace_the_summary() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = summary(&folder, "kept.json", &two_attempts());
    let (code, _, err) = check(&["--scenario", "healthy", "--logs", text_of(&path), "--output", text_of(&path)]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("cannot replace"), "{err}");
}
