//! The records of the incident's backend, in every shape in which they reach a log.

use serde_json::json;

use super::*;

fn record() -> Value {
    json!({
        "validation_result_exists": true,
        "validation_result_keys": ["valid", "user_id", "email", "permissions", "resilience_metadata"],
        "error_from_auth_service": null,
        "details_from_auth_service": null,
        "token_characteristics": {"length": 373, "prefix": "eyJhbGciOiJI", "suffix": "i52wlkPI", "dot_count": 2,
            "has_bearer_prefix": false},
        "auth_service_response_status": "present",
    })
}

const TOKEN: &str = "373 characters, 2 dots, JWT, without `Bearer `";

/// One entry for each line of the record, as a process that writes to standard error leads to.
fn spread(at: u32, replica: &str, record: &Value) -> Vec<Value> {
    let text = format!("VALIDATION_FAILED DEBUG: {record:#}");
    let lines = text.lines().map(|text| {
        let mut entry = line(at, text);
        entry["labels"]["instanceId"] = replica.into();
        entry
    });
    lines.collect()
}

fn token_of(run: &Run) -> (&str, u64) {
    let group = &run.json["groups"]["token"]["values"][0];
    (group["name"].as_str().unwrap_or_default(), group["failed"].as_u64().unwrap_or_default())
}

#[test]
fn a_record_counts_once_in_one_entry_in_many_and_as_an_object() {
    let whole = format!("VALIDATION_FAILED DEBUG: {:#}", record());
    let spread = spread(1, "00aa", &record());
    let newest_first: Vec<Value> = spread.iter().rev().cloned().collect();
    let message = entry(1, json!({"jsonPayload": {"message": whole, "logger": "auth"}}));
    for (what, entries) in [
        ("one entry", vec![line(1, &whole)]),
        ("the oldest first", spread),
        ("the newest first", newest_first),
        ("an object", vec![message]),
    ] {
        for text in [array(&entries), lines(&entries)] {
            let run = run(text.as_bytes());
            assert_eq!((run.attempts(), token_of(&run)), ((0, 1), (TOKEN, 1)), "{what}: {:#}", run.json["groups"]);
            assert_eq!(run.json["groups"]["reason"]["values"][0]["name"], "null", "{what}");
        }
    }
}

#[test]
fn records_of_two_replicas_are_put_together_each_for_itself() {
    let mut other = record();
    other["token_characteristics"]["length"] = 512.into();
    let (one, two) = (spread(1, "00aa", &record()), spread(1, "00bb", &other));
    let mixed: Vec<Value> = one.into_iter().zip(two).flat_map(|(one, two)| [one, two]).collect();
    let newest_first: Vec<Value> = mixed.iter().rev().cloned().collect();
    for entries in [mixed, newest_first] {
        let run = run(lines(&entries).as_bytes());
        let tokens = run.json["groups"]["token"]["values"].as_array().expect("values").clone();
        let mut names: Vec<&str> = tokens.iter().filter_map(|token| token["name"].as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, [TOKEN, "512 characters, 2 dots, JWT, without `Bearer `"]);
        assert_eq!(run.attempts(), (0, 2));
    }
}

/// A backend writes a record, a summary, a verdict and a close for one attempt.
#[test]
fn an_attempt_counts_once_however_many_records_it_writes() {
    let of_one = |at: u32| {
        [
            format!("VALIDATION_FAILED DEBUG: {}", record()),
            "ALL AUTH ATTEMPTS FAILED: {\"attempt_summary\": []}".into(),
            "SSOT AUTHENTICATION FAILED: VALIDATION_FAILED - Token=REDACTED failed on staging".into(),
            "WebSocket closed with code 1008: SSOT Auth failed".into(),
        ]
        .map(|text: String| line(at, &text))
    };
    let mut entries: Vec<Value> = (0..38).flat_map(of_one).collect();
    entries.extend((0..62).map(|at| line(at, "Token validated for user")));
    let run = run(array(&entries).as_bytes());
    assert_eq!(run.attempts(), (62, 38), "{}", run.text);
    assert!(run.text.contains("38 of 100 attempts failed (62.0 % accepted)"), "{}", run.text);
    let rate = &run.json["rates"][0];
    assert_eq!((&rate["service"], &rate["rate"]), (&json!("backend-staging"), &json!(0.62)));
}

#[test]
fn each_code_of_the_verdict_has_its_outcome() {
    for (code, outcome) in [
        ("NO_TOKEN", "token-missing"),
        ("INVALID_FORMAT", "token-malformed"),
        ("VALIDATION_FAILED", "token-rejected"),
        ("AUTH_SERVICE_ERROR", "verifier-failed"),
        ("AUTH_CIRCUIT_BREAKER_OPEN", "breaker-open"),
        ("FACTORY_INIT_FAILED", "service-failed"),
        ("SOMETHING_NEW", "failed"),
    ] {
        let text = format!("SSOT AUTHENTICATION FAILED: {code} - Token=REDACTED failed on staging");
        let frame = json!({"type": "error_message", "error_code": code});
        let run = run(lines(&[line(1, &text)]).as_bytes());
        assert_eq!(run.json["records"][0]["outcome"], outcome, "{code}");
        assert_eq!(run.attempts(), (0, 1));
        if code != "SOMETHING_NEW" {
            let run = super::run(lines(&[entry(1, json!({"jsonPayload": frame}))]).as_bytes());
            assert_eq!(run.json["records"][0]["outcome"], outcome, "{frame}");
        }
    }
}

#[test]
fn closes_and_exceptions_are_failures() {
    for text in [
        "WebSocket closed with code 1008: SSOT Auth failed",
        "closing with 1011 (SSOT Auth failed)",
        "Exception during token validation: KeyError('sub')",
        "Auth service unreachable: ConnectTimeout",
        "NO_TOKEN DEBUG: {\"headers_checked\": {\"authorization\": null}}",
        "TOKEN FORMAT DEBUG: {\"length\": 12}",
        "ALL AUTH ATTEMPTS FAILED: {}",
    ] {
        assert_eq!(run(lines(&[line(1, text)]).as_bytes()).attempts(), (0, 1), "{text}");
    }
}

#[test]
fn revisions_and_hours_are_counted_apart() {
    let mut entries = Vec::new();
    for (revision, hour, text, count) in [
        ("backend-staging-00041-abc", 13, "Token validated", 10),
        ("backend-staging-00042-xyz", 14, "Token validated", 2),
        ("backend-staging-00042-xyz", 15, "Invalid token", 8),
    ] {
        for second in 0..count {
            let mut one = line(0, text);
            one["timestamp"] = format!("2025-09-08T{hour}:30:{second:02}Z").into();
            one["resource"]["labels"]["revision_name"] = revision.into();
            entries.push(one);
        }
    }
    let run = run(lines(&entries).as_bytes());
    let rates: Vec<(&str, Option<f64>)> = run.json["rates"]
        .as_array()
        .expect("rates")
        .iter()
        .filter_map(|rate| Some((rate["revision"].as_str()?, rate["rate"].as_f64())))
        .collect();
    assert_eq!(rates, [("backend-staging-00041-abc", Some(1.0)), ("backend-staging-00042-xyz", Some(0.2))]);
    assert_eq!(run.json["rates"][1]["first_failure"], "2025-09-08T15:00:00Z");
    assert_eq!(run.json["hours"].as_array().map(Vec::len), Some(3));
    assert!(run.text.contains("backend-staging 00042-xyz") && run.text.contains("09-08 15:00"), "{}", run.text);
}

#[test]
fn more_services_than_are_kept_apart_are_still_counted() {
    let entries: Vec<Value> = (0..6_000)
        .map(|number| {
            let mut one = line(1, "Invalid token");
            one["resource"]["labels"]["service_name"] = format!("service-{number}").into();
            one["trace"] = format!("projects/p/traces/{number:032x}").into();
            one
        })
        .collect();
    let run = run(lines(&entries).as_bytes());
    assert_eq!(run.attempts().1 + run.number("/beyond_bounds"), 6_000);
    assert_eq!(run.number("/beyond_bounds_failed"), 1_000);
    assert!(run.text.contains("1,000 records are in no table below"), "{}", run.text);
    assert_eq!(run.number("/records/0/count"), 6_000);
    let traces = &run.json["groups"]["trace"];
    let kept: u64 = traces["values"].as_array().expect("values").iter().filter_map(|one| one["failed"].as_u64()).sum();
    assert_eq!(kept + traces["others"].as_u64().expect("a number"), 6_000);
}

/// It is what the table is for.
#[test]
fn a_service_that_fails_is_in_the_table_however_many_accept() {
    let mut entries: Vec<Value> = (0..6_000)
        .map(|number| {
            let mut one = line(1, "Token validated");
            one["resource"]["labels"]["service_name"] = format!("service-{number}").into();
            one
        })
        .collect();
    let mut last = line(2, "Invalid token");
    last["resource"]["labels"]["service_name"] = "the-one-that-fails".into();
    entries.push(last);
    let run = run(lines(&entries).as_bytes());
    assert!(run.text.contains("✗ the-one-that-fails"), "{}", run.text);
    assert_eq!((run.number("/beyond_bounds"), run.number("/beyond_bounds_failed")), (1_001, 0));
    assert!(run.text.contains("none of them is of a failure"), "{}", run.text);
}

#[test]
fn long_names_large_numbers_and_several_days_fit_in_eighty_columns() {
    let mut entries = Vec::new();
    for day in 8..11 {
        for service in ["backend", "a-service-with-a-name-that-is-as-long-as-cloud-run-lets-it-be-63"] {
            let mut one = line(0, "Invalid token");
            one["timestamp"] = format!("2025-09-{day:02}T10:30:00Z").into();
            one["resource"]["labels"]["service_name"] = service.into();
            one["resource"]["labels"]["revision_name"] = format!("{service}-00042-xyz").into();
            entries.push(one);
        }
    }
    // The harness looks at the width of every line.
    let run = run(lines(&entries).as_bytes());
    assert!(run.text.contains("09-08 10:00 to 09-10 10:00"), "{}", run.text);
}
