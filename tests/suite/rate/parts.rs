//! Runs of several machines, added up.

use std::collections::BTreeSet;

use fivewhys::deployment::{Deployment, VisibleSettings};
use fivewhys::mock;
use fivewhys::rate::{Decision, Document, Factor, Leg, Measured, Options, Rate, Shard, merge};
use rstest::rstest;

use super::{options, rate, rate_of, stale};

/// Three parts, added up, decide as one run of the same samples.
#[rstest]
#[case::healthy(0)]
#[case::stale(3)]
#[tokio::test]
async fn parts_add_up_to_one_run(#[case] old: u32) {
    let deployment = stale(old, 8, true);
    let running = mock::start(&deployment, &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().expect("a target");
    let whole =
        Options { samples: Some(96), run_key: Some(b"key".to_vec()), ..options(&[Leg::Backend, Leg::Websocket]) };
    let mut parts = Vec::new();
    for number in 1..=3 {
        let part = rate_of(&target, &Options { shard: Shard { number, of: 3 }, ..whole.clone() }).await;
        assert!(part.legs.iter().all(|leg| leg.tally.attempts() == 32));
        parts.push(Document::of(&part));
    }
    let parts: Vec<Document> =
        parts.iter().map(|part| serde_json::from_str(&part.json()).expect("what was written is read")).collect();
    let (merged, one) = (merge(parts).expect("parts of one run"), rate_of(&target, &whole).await);
    let told = |rate: &Rate| {
        let leg = |leg: &Measured| (leg.leg, leg.tally.clone(), leg.design, rate.decision_of(leg), marks(leg));
        rate.legs.iter().map(leg).collect::<Vec<_>>()
    };
    assert_eq!(told(&merged), told(&one));
    let counted = |leg: &Measured| leg.latency.buckets().map(|(_, all)| all.iter().map(|(_, n)| n).sum::<u32>()).max();
    assert_eq!(merged.legs.iter().map(counted).collect::<Vec<_>>(), one.legs.iter().map(counted).collect::<Vec<_>>());
}

/// The replicas by their marks.
fn marks(leg: &Measured) -> BTreeSet<(String, u64, u64)> {
    let replicas = leg.groups.all().into_iter().filter(|group| group.by == Factor::Replica);
    replicas.map(|group| (group.mark, group.accepted, group.rejected)).collect()
}

#[tokio::test]
async fn runs_of_two_designs_do_not_add_up() {
    let run = |samples| Options { samples: Some(samples), ..options(&[Leg::Auth]) };
    let one = Document::of(&rate(&Deployment::default(), &run(5)).await);
    let other = Document::of(&rate(&Deployment::default(), &Options { objective: 0.9, ..run(5) }).await);
    let error = merge(vec![one, other]).expect_err("two objectives");
    assert_eq!(error.to_string(), "the runs decide differently: the objective is not the same");
}

/// Each part counts once, and all are needed.
#[tokio::test]
async fn a_part_is_merged_once_and_none_may_be_missing() {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().expect("a target");
    let part = |number| Options { samples: Some(200), shard: Shard { number, of: 2 }, ..options(&[Leg::Auth]) };
    let (one, two) = (rate_of(&target, &part(1)).await, rate_of(&target, &part(2)).await);
    let document = Document::of;
    assert_eq!(one.decision(), Decision::Inconclusive, "half of the parts");
    let merged = merge(vec![document(&one), document(&two)]).expect("parts of one run");
    assert_eq!((merged.decision(), merged.missing_parts()), (Decision::Pass, 0));
    let again = merge(vec![document(&one), document(&one)]).expect_err("one part twice");
    assert_eq!(again.to_string(), "part 1 of 2 is there twice");
}

/// What no run can have written is refused, without a crash.
#[tokio::test]
async fn a_document_that_cannot_be_is_refused() {
    let found = rate(&Deployment::default(), &Options { samples: Some(5), ..options(&[Leg::Auth]) }).await;
    let right: serde_json::Value = serde_json::from_str(&Document::of(&found).json()).expect("JSON");
    let wrong = [
        ("/legs/0/design/objective", serde_json::json!(5.0)),
        ("/legs/0/design/beta", serde_json::json!(1.0)),
        ("/legs/0/design/alpha", serde_json::json!(-1.0)),
        ("/legs/0/design/most", serde_json::json!(0)),
        ("/legs/0/attempts", serde_json::json!(6)),
        ("/legs/0/closes", serde_json::json!({"1008": 99_999})),
        ("/legs/0/decided/accepted", serde_json::json!(6)),
        ("/parts/0/number", serde_json::json!(100)),
        ("/parts/0/number", serde_json::json!(0)),
        ("/started", serde_json::json!("yesterday")),
        ("/legs/0/groups/0/accepted", serde_json::json!(u64::MAX)),
        ("/schema", serde_json::json!("fivewhys.rate/9")),
    ];
    for (pointer, value) in wrong {
        let mut changed = right.clone();
        *changed.pointer_mut(pointer).expect(pointer) = value;
        let document: Document = serde_json::from_value(changed).expect("a document");
        assert!(merge(vec![document]).is_err(), "{pointer}");
    }
    let mut huge = right.clone();
    for pointer in ["/legs/0/accepted", "/legs/0/attempts", "/legs/0/design/most", "/legs/0/design/least"] {
        *huge.pointer_mut(pointer).expect(pointer) = 9_999_990.into();
    }
    *huge.pointer_mut("/legs/0/decided").expect("a decision") = serde_json::Value::Null;
    *huge.pointer_mut("/legs/0/slowed/seconds").expect("a number") = serde_json::json!(1.8e19);
    let huge: Document = serde_json::from_value(huge).expect("a document");
    assert!(merge(vec![huge]).is_ok_and(|rate| rate.decision_of(&rate.legs[0]) == Decision::Pass));
}

/// What a run has written, with changes.
async fn document(samples: u64, change: impl Fn(&mut serde_json::Value)) -> Document {
    let found = rate(&Deployment::default(), &Options { samples: Some(samples), ..options(&[Leg::Auth]) }).await;
    let mut json = serde_json::from_str(&Document::of(&found).json()).expect("JSON");
    change(&mut json);
    serde_json::from_value(json).expect("a document")
}

#[tokio::test]
async fn parts_have_the_same_legs_and_each_once() {
    let twice = document(3, |json| {
        let leg = json["legs"][0].clone();
        json["legs"].as_array_mut().expect("legs").push(leg);
    });
    let error = merge([twice.await]).expect_err("a leg twice");
    assert_eq!(error.to_string(), "leg `auth` is there twice");
    let other = document(3, |json| json["legs"][0]["leg"] = "backend".into()).await;
    let error = merge([document(3, |_| {}).await, other]).expect_err("two legs");
    assert_eq!(error.to_string(), "one run has the legs `auth`, and another one `backend`");
}

#[tokio::test]
async fn parts_of_one_run_begin_on_one_day() {
    let part = |number: u64, started: &'static str| {
        document(3, move |json| {
            json["started"] = started.into();
            json["parts"][0] = serde_json::json!({"run": number.to_string(), "number": number, "of": 3});
        })
    };
    let first = part(1, "2025-09-08T10:00:00Z").await;
    assert!(merge([first.clone(), part(2, "2025-09-09T10:00:00Z").await]).is_ok());
    let error = merge([first, part(3, "2025-09-09T10:00:01Z").await]).expect_err("two days");
    assert_eq!(
        error.to_string(),
        "part 1 of 3 began at 2025-09-08T10:00:00Z, and part 3 of 3 at 2025-09-09T10:00:01Z: that is more than a day apart"
    );
}

/// A part without a sample sends nothing, and is a part all the same.
#[tokio::test]
async fn there_may_be_more_parts_than_samples() {
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().expect("a target");
    let mut parts = Vec::new();
    for number in 1..=3 {
        let shard = Shard { number, of: 3 };
        let part = rate_of(&target, &Options { samples: Some(2), shard, ..options(&[Leg::Auth]) }).await;
        parts.push(Document::of(&part));
    }
    let merged = merge(parts).expect("parts of one run");
    assert_eq!((merged.legs[0].tally.accepted, merged.missing_parts()), (2, 0));
}

#[tokio::test]
async fn ten_thousand_parts_are_merged() {
    let one = document(3, |_| {}).await;
    let one: serde_json::Value = serde_json::from_str(&one.json()).expect("JSON");
    let part = |number: u64| {
        let mut part = one.clone();
        part["parts"][0] = serde_json::json!({"run": number.to_string(), "number": number, "of": 10_000});
        serde_json::from_value::<Document>(part).expect("a document")
    };
    let merged = merge((1..=10_000).map(part)).expect("parts of one run");
    assert_eq!((merged.legs[0].tally.accepted, merged.missing_parts()), (30_000, 0));
}

/// A file may come from anywhere.
#[tokio::test]
async fn nothing_of_a_file_moves_the_cursor() {
    let evil = "a\u{1b}[31mb\u{202e}c\n";
    let merged = merge([document(3, |json| {
        json["target"] = evil.into();
        json["login"] = evil.into();
        json["legs"][0]["groups"][0]["name"] = evil.into();
        json["legs"][0]["groups"][0]["of"] = evil.into();
    })
    .await]);
    let merged = merged.expect("a run");
    let group = merged.legs[0].groups.all().into_iter().find(|group| !group.of.is_empty()).expect("a group");
    for text in [Some(merged.target), merged.login, group.name, Some(group.of)] {
        assert_eq!(text.as_deref(), Some("a\\u{1b}[31mb\\u{202e}c\\n"));
    }
}
