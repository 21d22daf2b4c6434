//! What no pattern knows and what nobody can put together is told, and never taken for a success.

use super::*;

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
