use serde_json::{Value, json};

use super::*;

fn error(text: &str) -> String {
    let read = Document::read(&Source::new("x.json", text));
    read.map(|_| ()).expect_err("no document").to_string()
}

/// However the lines are wrapped.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn run() -> Value {
    json!({
        "schema": "fivewhys.rate/1", "tool": {"version": "0.1.0"}, "target": "staging", "started": "", "elapsed_s": 1.0,
        "interrupted": false, "decision": "pass", "login": null, "parts": [],
        "legs": [{
            "leg": "auth", "attempts": 3, "accepted": 2, "refused": 1, "unreached": 0, "apart": {}, "decision": "pass",
            "design": {"objective": 0.95}, "latency_ms": {"buckets": {"total": [[1000, 3]]}},
        }],
    })
}

#[test]
fn what_is_no_document_is_said_with_its_place() {
    for (text, told) in [
        ("", "EOF while parsing"),
        ("{", "x.json:1"),
        ("{\n  \"schema\": nothing\n}", "x.json:2:"),
        ("[]", "invalid"),
        ("{\"verdict\": \"healthy\"}", "missing field `schema`"),
        ("{\"schema\": 1}", "invalid type"),
        ("{\"schema\": \"fivewhys.report/1\"}", "missing field `tool`"),
        ("{\"schema\": \"fivewhys.report/2\"}", "has the schema `fivewhys.report/2`, which this version does not"),
        ("{\"schema\": \"fivewhys.change/1\"}", "it compares `fivewhys.report/1`"),
        ("{\"schema\": \"fivewhys.evidence/9\", \"evidence\": {}}", "evidence of another version"),
        ("{\"schema\": \"\\u001b[2J\"}", "\\u{1b}[2J"),
    ] {
        let error = error(text);
        assert!(unwrapped(&error).contains(told) && !error.contains('\u{1b}'), "{text}: {error}");
        assert!(error.lines().count() < 12, "{error}");
    }
}

#[test]
fn what_nests_without_end_is_an_error_and_no_crash() {
    let deep = "[".repeat(1_000_000);
    for text in
        [deep.clone(), format!("{{\"schema\": {deep}"), format!("{{\"schema\": \"fivewhys.report/1\", \"x\": {deep}")]
    {
        assert!(error(&text).lines().count() < 20);
    }
}

#[test]
fn a_run_that_cannot_be_is_rejected() {
    assert!(Document::read(&Source::new("x.json", run().to_string())).is_ok());
    for (pointer, value, told) in [
        ("/legs/0/attempts", json!(4), "counts that do not add up"),
        ("/legs/0/accepted", json!(u64::MAX), "counts that do not add up"),
        ("/legs/0/apart", json!({"rate-limited": 9}), "counts that do not add up"),
        ("/legs/0/latency_ms/buckets/total", json!([[1000, 4]]), "more durations than samples"),
        ("/legs/0/attempts", json!(9_000_000_000_u64), "more samples than can be compared"),
        ("/legs", json!([run()["legs"][0], run()["legs"][0]]), "a leg is there twice"),
        ("/legs", many_legs(), "more than 16 legs"),
        ("/legs/0/accepted", json!(-1), "invalid value"),
        ("/legs/0/decision", json!("perhaps"), "unknown variant"),
    ] {
        let mut wrong = run();
        *wrong.pointer_mut(pointer).expect(pointer) = value;
        let error = unwrapped(&error(&wrong.to_string()));
        assert!(error.contains(told), "{pointer}: {error}");
    }
}

fn many_legs() -> Value {
    let leg = |number: usize| {
        let mut leg = run()["legs"][0].clone();
        leg["leg"] = number.to_string().into();
        leg
    };
    (0..17).map(leg).collect()
}
