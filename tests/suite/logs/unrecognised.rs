//! What no pattern knows and what nobody can put together is told, and never taken for a success.

use super::*;

/// The request log says that a request was rejected, and not why.
#[test]
fn a_rejected_request_of_the_request_log_is_told_and_is_no_attempt() {
    let request = |status: Value| {
        entry(
            1,
            json!({"httpRequest": {"requestUrl": "https://a.test/?q=\"status\":401", "status": status}, "severity": "WARNING"}),
        )
    };
    let statuses = [json!(401), json!(403), json!("401"), json!(200), json!(404), Value::Null];
    let mut entries = statuses.map(request).to_vec();
    let mut with_text = request(json!(401));
    with_text["jsonPayload"] = json!({"message": "request done"});
    entries.push(with_text);
    for text in [lines(&entries), array(&entries)] {
        let run = run(text.as_bytes());
        assert_eq!((run.number("/rejected_requests"), run.attempts()), (3, (0, 0)), "{}", run.text);
        assert!(run.text.contains("3 requests of the request log got 401 or 403"), "{}", run.text);
    }
}

/// Two lines of one attempt that say the same are not known to be of one attempt; that they may be is told.
#[test]
fn records_of_one_trace_that_repeat_a_step_are_told() {
    let with_trace = |at: u32, text: &str, trace: &str| {
        let mut one = line(at, text);
        one["trace"] = format!("projects/p/traces/{trace}").into();
        one
    };
    let entries = [
        with_trace(1, "Token validation failed", "a"),
        with_trace(1, "Invalid token", "a"),
        with_trace(1, "WebSocket closed with code 1008: SSOT Auth failed", "a"),
        with_trace(2, "Invalid token", "b"),
        line(3, "Invalid token"),
        line(3, "Invalid token"),
    ];
    let run = run(lines(&entries).as_bytes());
    assert_eq!(run.number("/repeated"), 1, "{}", run.text);
    let told = run.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("1 record follows one of the same trace and step"), "{told}");
}

#[test]
fn errors_that_no_pattern_knows_are_told_and_are_no_success() {
    let accepted = line(1, "Token validated for user");
    let error = entry(2, json!({"textPayload": "the flux capacitor rejected somebody", "severity": "ERROR"}));
    let usual = entry(3, json!({"jsonPayload": {"message": "GET /"}, "severity": "INFO"}));
    let run = run(lines(&[accepted.clone(), error, usual.clone()]).as_bytes());
    assert_eq!((run.code, &run.json["result"]), (Some(3), &"unrecognised-errors".into()), "{}", run.text);
    assert_eq!((run.number("/unrecognised"), run.number("/unrecognised_errors")), (2, 1));
    assert!(run.text.contains("1 entry of severity ERROR or above belongs to no pattern"), "{}", run.text);
    let calm = super::run(lines(&[accepted, usual]).as_bytes());
    assert_eq!((calm.code, calm.number("/unrecognised")), (Some(0), 1), "{}", calm.text);
    assert!(!calm.text.contains("no pattern"), "{}", calm.text);
}

/// The lines of a record, each an entry of its own.
fn record(length: u32, dots: u32) -> Vec<String> {
    let object = json!({"token_characteristics": {"length": length, "dot_count": dots, "has_bearer_prefix": false}});
    format!("VALIDATION_FAILED DEBUG: {object:#}").lines().map(str::to_owned).collect()
}

/// Two requests at once, of one process and without a trace: whose a line is cannot be known.
#[test]
fn no_token_is_made_up_of_the_records_of_two_requests() {
    let both = record(373, 2).into_iter().zip(record(12, 0)).flat_map(<[String; 2]>::from);
    let alone = record(50, 2);
    let all: Vec<Value> = both.chain(alone).zip(1..).map(|(text, at)| line(at, &text)).collect();
    let run = run(lines(&all).as_bytes());
    assert_eq!(
        (run.attempts(), run.number("/interleaved"), run.number("/unrecognised")),
        ((0, 3), 2, 0),
        "{}",
        run.text
    );
    let tokens = run.json["groups"]["token"]["values"].as_array().expect("a list");
    let names: Vec<&str> = tokens.iter().filter_map(|token| token["name"].as_str()).collect();
    assert_eq!(names, ["50 characters, 2 dots, without `Bearer `"], "{}", run.text);
    assert!(run.text.contains("2 records stand between lines of others"), "{}", run.text);
}

#[test]
fn a_period_that_ends_before_it_begins_is_a_mistake() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
    let output = command.args(["logs", "--since", "2025-09-05T00:00:00Z", "--until", "2025-09-04T00:00:00Z"]).output();
    let output = output.expect("the binary starts");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("`--since` is not before `--until`"), "{output:?}");
}
