//! Success rates and latencies.

use serde_json::{Value, json};

use super::{changed, compared, texts, told};
use crate::compare::{Effect, Outcome};

/// A run in which so many samples of a leg are accepted and rejected, each within 10 to 60 ms and so many more.
pub(super) fn run(accepted: u64, rejected: u64, slower_by: u64) -> Value {
    let all = accepted + rejected;
    let total: Vec<(u64, u32)> =
        (0..all).map(|number| ((10 + slower_by) * 1_000 + number * 50_000 / all.max(1), 1)).collect();
    let leg = |name: &str| {
        json!({
            "leg": name, "attempts": all, "accepted": accepted, "refused": rejected, "unreached": 0, "apart": {},
            "decision": if rejected * 10 > all { "fail" } else { "pass" },
            "design": {"objective": 0.95}, "latency_ms": {"buckets": {"total": total}},
        })
    };
    json!({
        "schema": "fivewhys.rate/1", "tool": {"name": "fivewhys", "version": "0.1.0"}, "target": "staging",
        "started": "2025-09-08T10:00:00Z", "elapsed_s": 2.0, "interrupted": false, "decision": "pass", "login": null,
        "parts": [{"run": "a", "number": 1, "of": 1}], "legs": [leg("auth"), leg("backend")],
    })
}

#[test]
fn a_rate_is_worse_by_an_exact_test_only() {
    let (result, changes) = told(&run(73, 0, 0), &run(60, 13, 0));
    assert_eq!(result, Outcome::Worse);
    assert!(
        changes.contains(&(Effect::Worse, "auth rejects 13 of 73 (before: 0 of 73), p = 7e-5".into())),
        "{changes:?}"
    );
    assert!(changes.contains(&(Effect::Worse, "decision of backend: fail (before: pass)".into())));
    let (result, changes) = told(&run(73, 0, 0), &run(71, 2, 0));
    assert_eq!(result, Outcome::NotWorse);
    let text = "auth rejects 2 of 73 (before: 0 of 73), no proof of a difference, p = 0.2483";
    assert_eq!(changes[0], (Effect::Told, text.to_owned()));
    assert_eq!(told(&run(60, 13, 0), &run(73, 0, 0)).1[0].0, Effect::Better);
}

/// What would be proven of one leg is not of two: 5 % are shared.
#[test]
fn the_chance_of_an_error_is_shared_by_the_legs() {
    let (old, new) = (run(100, 0, 0), run(95, 5, 0));
    let p = compared(&old, &new).legs[0].p;
    assert!(p > 0.025 && p < 0.05, "{p}");
    assert_eq!(told(&old, &new).0, Outcome::NotWorse);
    let alone = |run: &Value| changed(run.clone(), &[("/legs", json!([run["legs"][0]]))]);
    assert_eq!(told(&alone(&old), &alone(&new)).0, Outcome::Worse);
}

#[test]
fn a_leg_that_stops_responding_is_worse_unless_a_limit_says_so() {
    let without = |why: &str| {
        let counts =
            [("/legs/0/attempts", json!(113)), ("/legs/0/unreached", json!(40)), ("/legs/0/apart", json!({why: 40}))];
        changed(run(73, 0, 0), &counts)
    };
    let (result, changes) = told(&run(73, 0, 0), &without("timeout"));
    assert_eq!(result, Outcome::Worse);
    assert!(changes[0].1.starts_with("auth gives no usable response to 40 of 113 (before: 0 of 73)"), "{changes:?}");
    assert_eq!(told(&run(73, 0, 0), &without("rate-limited")), (Outcome::NotWorse, vec![]));
}

#[test]
fn a_slower_leg_is_worse() {
    let (result, changes) = told(&run(73, 0, 0), &run(73, 0, 50));
    assert_eq!(result, Outcome::Worse);
    assert!(changes[0].1.starts_with("auth is slower: p50 84.7 ms (before: 34.7 ms), p = "), "{changes:?}");
    assert_eq!(told(&run(73, 0, 0), &run(73, 0, 5)).0, Outcome::NotWorse);
    assert_eq!(told(&run(73, 0, 50), &run(73, 0, 0)).0, Outcome::NotWorse);
}

#[test]
fn a_run_that_ended_early_or_lacks_a_leg_shows_less() {
    let whole = run(73, 0, 0);
    for (pointer, value, told_so) in [
        ("/interrupted", json!(true), "the new run was interrupted"),
        ("/login", json!("401 invalid"), "a user has no token: 401 invalid"),
        ("/parts/0/of", json!(8), "the new run has 1 of 8 parts"),
        ("/legs", json!([whole["legs"][0]]), "backend is not measured any longer"),
        ("/legs/0/decision", json!("inconclusive"), "decision of auth: inconclusive (before: pass)"),
    ] {
        let compared = told(&whole, &changed(whole.clone(), &[(pointer, value)]));
        assert_eq!(compared, (Outcome::NotShown, texts(&[(Effect::NotShown, told_so)])));
    }
    // Another objective decides something else.
    let other = [("/legs/0/decision", json!("fail")), ("/legs/0/design/objective", json!(0.999))];
    assert_eq!(told(&whole, &changed(whole.clone(), &other)).0, Outcome::NotWorse);
}
