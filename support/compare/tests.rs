mod rates;

use serde_json::{Value, json};

use super::*;
use crate::input::Source;
use rates::run;

/// A healthy check, as the tool writes it, with what is compared.
fn healthy() -> Value {
    let probes = ["auth accepts an issued token", "backend accepts an issued token", "backend rejects a forged token"];
    let ruled_out = ["jwt-secret-mismatch", "audience-mismatch", "slow-authentication", "forged-token-accepted"];
    let passes = |name: &str| json!({"verification": name, "result": "pass", "because": [], "why_not": null});
    json!({
        "schema": "fivewhys.report/1",
        "tool": {"name": "fivewhys", "version": "0.1.0"},
        "started": "2025-09-08T10:00:00Z", "elapsed_ms": 2100.0, "interrupted": false,
        "target": {"name": "staging", "stage": "staging", "auth": "https://auth.test/", "backend": "https://api.test/", "websocket": null},
        "verdict": "healthy", "tokens": ["jwt(HS256, 495 chars, exp=+30m)"], "findings": [],
        "ruled_out": Vec::from(ruled_out.map(|one| json!({"fault": one}))),
        "undetermined": [{"fault": "clock-skew"}],
        "verifications": [passes("cross-service validation"), passes("secret consistency")],
        "skipped": [],
        "probes": Vec::from(probes.map(|one| json!({"probe": one, "met": true}))),
    })
}

/// The same, and this fault was found: not ruled out, and by a failed probe.
fn with(fault: &str, severity: &str) -> Value {
    let mut check = healthy();
    let cited = json!([{"probe": "backend accepts an issued token", "saw": "401"}]);
    check["findings"] =
        json!([{"fault": fault, "severity": severity, "headline": "the backend fails", "because": cited}]);
    for list in ["ruled_out", "undetermined"] {
        check[list].as_array_mut().expect("a list").retain(|one| one["fault"] != fault);
    }
    if matches!(severity, "critical" | "error") {
        check["verdict"] = "faulty".into();
        check["probes"][1]["met"] = false.into();
    }
    check
}

fn inconclusive() -> Value {
    changed(healthy(), &[("/verdict", json!("inconclusive"))])
}

fn changed(mut document: Value, values: &[(&str, Value)]) -> Value {
    for (pointer, value) in values {
        *document.pointer_mut(pointer).expect(pointer) = value.clone();
    }
    document
}

fn document(value: &Value) -> Document {
    Document::read(&Source::new("x.json", value.to_string())).unwrap_or_else(|error| panic!("{error}"))
}

fn compared(old: &Value, new: &Value) -> Comparison {
    compare(&document(old), &document(new)).expect("documents of one kind")
}

/// The result, and each change with its effect.
fn told(old: &Value, new: &Value) -> (Outcome, Vec<(Effect, String)>) {
    let compared = compared(old, new);
    (compared.result, compared.changes.into_iter().map(|change| (change.effect, change.text)).collect())
}

fn texts(changes: &[(Effect, &str)]) -> Vec<(Effect, String)> {
    changes.iter().map(|(effect, text)| (*effect, (*text).to_owned())).collect()
}

#[test]
fn the_same_check_has_no_difference() {
    for check in [healthy(), with("jwt-secret-mismatch", "error"), inconclusive()] {
        assert_eq!(told(&check, &check), (Outcome::NotWorse, vec![]));
    }
}

#[test]
fn a_new_error_is_worse_and_a_new_warning_is_told() {
    let (result, changes) = told(&healthy(), &with("jwt-secret-mismatch", "error"));
    assert_eq!(result, Outcome::Worse);
    assert!(changes.contains(&(Effect::Worse, "verdict: faulty (before: healthy)".into())), "{changes:?}");
    assert!(changes.contains(&(Effect::Worse, "new: error[jwt-secret-mismatch]: the backend fails".into())));
    let warning = with("slow-authentication", "warning");
    let new = (Effect::Told, "new: warning[slow-authentication]: the backend fails".to_owned());
    assert_eq!(told(&healthy(), &warning), (Outcome::NotWorse, vec![new]));
}

/// A later version knows more faults: its error counts too.
#[test]
fn a_fault_of_a_later_version_is_compared() {
    assert_eq!(told(&healthy(), &with("fault-of-tomorrow", "error")).0, Outcome::Worse);
}

#[test]
fn an_error_that_was_not_tested_before_is_not_shown_to_be_new() {
    // The cause of an unexplained failure becomes known.
    let old = changed(inconclusive(), &[("/probes/1/met", json!(false)), ("/ruled_out", json!([]))]);
    let (result, changes) = told(&old, &with("clock-skew", "error"));
    assert_eq!(result, Outcome::NotShown);
    assert!(changes.contains(&(Effect::NotShown, "not tested before: error[clock-skew]: the backend fails".into())));
    assert!(changes.contains(&(Effect::Told, "verdict: faulty (before: inconclusive)".into())));
    // What an unhealthy check had ruled out is new.
    let old = changed(old, &[("/ruled_out", json!([{"fault": "clock-skew"}]))]);
    assert_eq!(told(&old, &with("clock-skew", "error")).0, Outcome::Worse);
}

#[test]
fn gone_is_what_is_ruled_out_or_made_again() {
    let old = with("jwt-secret-mismatch", "error");
    let better = texts(&[
        (Effect::Better, "verdict: healthy (before: faulty)"),
        (Effect::Better, "gone: error[jwt-secret-mismatch]"),
    ]);
    assert_eq!(told(&old, &healthy()), (Outcome::NotWorse, better.clone()));
    // Not ruled out: the probe that failed is as expected now.
    let open = changed(healthy(), &[("/ruled_out/0/fault", json!("other-fault"))]);
    assert_eq!(told(&old, &open), (Outcome::NotWorse, better));
    // Nor was that probe made.
    let (result, changes) = told(&old, &changed(open, &[("/probes/1/probe", json!("another probe"))]));
    assert_eq!(result, Outcome::NotShown);
    assert!(changes.contains(&(Effect::NotShown, "not tested any longer: error[jwt-secret-mismatch]".into())));
}

/// A healthy check may have sent no forged token.
#[test]
fn what_a_healthy_check_has_not_tested_is_not_gone() {
    let old = with("forged-token-accepted", "critical");
    let new = changed(
        healthy(),
        &[
            ("/ruled_out", json!([{"fault": "jwt-secret-mismatch"}, {"fault": "audience-mismatch"}])),
            ("/probes", json!([])),
        ],
    );
    assert_eq!(told(&old, &new).0, Outcome::NotShown);
}

#[test]
fn a_more_severe_finding_is_worse() {
    let [mild, severe] = ["warning", "error"].map(|severity| with("clock-skew", severity));
    let (result, changes) = told(&mild, &severe);
    assert_eq!(result, Outcome::Worse);
    assert!(
        changes.contains(&(Effect::Worse, "severity of clock-skew: error (before: warning)".into())),
        "{changes:?}"
    );
    assert_eq!(told(&severe, &mild).0, Outcome::NotWorse);
}

#[test]
fn a_failure_without_a_cause_is_worse_where_the_check_was_whole() {
    let failed = changed(inconclusive(), &[("/probes/1/met", json!(false))]);
    let verdict = |effect| vec![(effect, "verdict: inconclusive (before: healthy)".to_owned())];
    assert_eq!(told(&healthy(), &failed), (Outcome::Worse, verdict(Effect::Worse)));
    assert_eq!(told(&healthy(), &inconclusive()), (Outcome::NotShown, verdict(Effect::NotShown)));
    let withheld = json!([{"probe": "x", "why": "withheld"}]);
    assert_eq!(told(&healthy(), &changed(failed, &[("/skipped", withheld)])).0, Outcome::NotShown);
}

#[test]
fn an_interrupted_check_is_no_clean_bill() {
    let fewer = changed(inconclusive(), &[("/interrupted", json!(true)), ("/probes", json!([]))]);
    let (result, changes) = told(&healthy(), &fewer);
    assert_eq!(result, Outcome::NotShown);
    let lost = "the new check was interrupted: 3 probes of the old check not made";
    assert!(changes.contains(&(Effect::NotShown, lost.into())), "{changes:?}");
    let late = changed(inconclusive(), &[("/skipped", json!([{"probe": "x", "why": "late"}]))]);
    assert!(told(&late, &late).1.contains(&(Effect::NotShown, "the new check came to its deadline".into())));
    // What it has proven by then counts.
    let found = changed(
        with("jwt-secret-mismatch", "error"),
        &[("/interrupted", json!(true)), ("/verdict", json!("inconclusive"))],
    );
    assert_eq!(told(&healthy(), &found).0, Outcome::Worse);
}

#[test]
fn verifications_fail_or_are_no_longer_tested() {
    let with = |result: &str| changed(healthy(), &[("/verifications/1/result", json!(result))]);
    let one = |old: &str, new: &str| told(&with(old), &with(new)).0;
    assert_eq!(one("pass", "fail"), Outcome::Worse);
    assert_eq!(one("pass", "not possible"), Outcome::NotShown);
    assert_eq!(one("fail", "pass"), Outcome::NotWorse);
    // Without a fingerprint only a fault tells of the secrets.
    assert_eq!(one("fail", "not possible"), Outcome::NotWorse);
    let changes = told(&with("pass"), &with("not possible")).1;
    assert_eq!(changes, texts(&[(Effect::NotShown, "same secret: not tested (before: pass)")]));
}

#[test]
fn errors_that_were_ruled_out_are_to_be_tested_again() {
    let lost = [
        ("/ruled_out", json!([])),
        ("/undetermined", json!([{"fault": "audience-mismatch"}, {"fault": "slow-authentication"}])),
    ];
    let (result, changes) = told(&healthy(), &changed(healthy(), &lost));
    let text = "audience-mismatch was ruled out, and is not tested any longer";
    assert_eq!((result, changes), (Outcome::NotShown, texts(&[(Effect::NotShown, text)])), "a warning is no loss");
}

#[test]
fn other_settings_are_told_and_change_no_effect() {
    let other = changed(
        healthy(),
        &[
            ("/tool/version", json!("0.2.0")),
            ("/target/name", json!("production")),
            ("/target/backend", json!("https://b.test/")),
            ("/tokens", json!(["jwt(HS256, 496 chars, exp=+15m)"])),
            ("/started", json!("2025-09-07T10:00:00Z")),
        ],
    );
    let compared = compared(&healthy(), &other);
    let told: Vec<&str> = compared.differs.iter().map(|differs| differs.what.as_str()).collect();
    let order = "order: the new document is older than the old one";
    assert_eq!(told, ["target", "backend", "token", "fivewhys", order]);
    assert_eq!(compared.differs[2].new.as_deref(), Some("jwt(HS256, exp=+15m)"));
    assert_eq!((compared.result, compared.changes), (Outcome::NotWorse, vec![]));
}

fn gate(rate: Value, secrets: &str) -> Value {
    let condition = |(code, verdict)| json!({"condition": code, "name": code, "verdict": verdict});
    let conditions = [("success-rate-auth", "healthy"), ("secret-consistency", secrets)].map(condition);
    json!({
        "schema": "fivewhys.gate/1", "check": healthy(), "rate": rate,
        "conditions": Vec::from(conditions),
    })
}

#[test]
fn a_gate_is_compared_by_what_it_holds() {
    let whole = gate(run(73, 0, 0), "healthy");
    assert_eq!(told(&whole, &gate(run(60, 13, 0), "healthy")).0, Outcome::Worse);
    assert_eq!(told(&whole, &gate(run(73, 0, 0), "faulty")).0, Outcome::Worse);
    assert_eq!(
        told(&whole, &gate(Value::Null, "healthy")).0,
        Outcome::NotShown,
        "it measured, and does not any longer"
    );
    assert_eq!(told(&whole, &healthy()).0, Outcome::NotWorse, "a report has no success rate");
    assert_eq!(told(&run(60, 13, 0), &whole).0, Outcome::NotWorse);
}

#[test]
fn a_check_and_a_rate_do_not_compare() {
    let error = compare(&document(&healthy()), &document(&run(1, 0, 0))).expect_err("two kinds").to_string();
    assert!(error.contains("fivewhys.report/1") && error.contains("fivewhys.rate/1"), "{error}");
}

#[test]
fn keys_of_a_later_version_are_skipped() {
    for document in [healthy(), run(73, 0, 0), gate(run(73, 0, 0), "healthy")] {
        let mut later = document.clone();
        add_keys(&mut later);
        assert_eq!(told(&document, &later), (Outcome::NotWorse, vec![]));
    }
}

/// One more in each object, but where keys are names of their own.
fn add_keys(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let names_reasons = |key: &str| ["apart", "buckets"].contains(&key);
            map.iter_mut().filter(|(key, _)| !names_reasons(key)).for_each(|(_, value)| add_keys(value));
            map.insert("added-tomorrow".into(), json!({"deep": [1, null, "x"]}));
        }
        Value::Array(list) => list.iter_mut().for_each(add_keys),
        _ => {}
    }
}
