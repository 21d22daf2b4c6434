//! `--compare-payloads`: values are read and compared, and never shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::fake::{DEPLOYED, Fake, SECRET, VALUE, error, literal, secret};
use super::{findings, json, preflight};

fn payload(value: &str) -> Value {
    json!({"name": "projects/401/secrets/jwt-secret-staging/versions/3", "payload": {"data": STANDARD.encode(value), "dataCrc32c": "1"}})
}

fn long(tail: &str) -> String {
    format!("{VALUE}-0123456789-0123456789-{tail}")
}

async fn with_values(of_auth: &str, of_backend: &str) -> (Option<i32>, Value) {
    let fake = Fake::healthy().await;
    fake.revision("netra-backend", DEPLOYED, &json!([secret("2")]));
    fake.put(&format!("{SECRET}/versions/3:access"), payload(of_auth));
    fake.put(&format!("{SECRET}/versions/2:access"), payload(of_backend));
    json(&fake, &["--compare-payloads"]).await
}

#[tokio::test]
async fn no_value_is_read_unless_it_is_asked_for() {
    let fake = Fake::healthy().await;
    let ran = preflight(&fake, &[]).await;
    assert!(ran.requests.iter().all(|request| !request.ends_with(":access")), "{:#?}", ran.requests);
}

#[tokio::test]
async fn versions_of_one_value_are_no_drift() {
    let (code, json) = with_values(&long("a"), &long("a")).await;
    assert_eq!((code, findings(&json), &json["same_secret"]), (Some(0), Vec::new(), &json!(true)));
    assert_eq!(json["values_compared"], true);
    let (code, json) = with_values(&long("a"), &long("b")).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-version-drift".to_owned()]));
}

#[tokio::test]
async fn a_line_break_at_the_end_is_told_and_is_another_value() {
    let (code, json) = with_values(&long("a"), &long("a\n")).await;
    assert_eq!(
        (code, findings(&json)),
        (Some(1), vec!["secret-malformed".to_owned(), "secret-version-drift".to_owned()])
    );
    let malformed =
        json["findings"].as_array().expect("a list").iter().find(|one| one["finding"] == "secret-malformed");
    let what = malformed.expect("it is there")["what"].as_str().expect("a text").to_owned();
    assert!(what.contains("the backend") && what.contains("line break"), "{what}");
}

#[tokio::test]
async fn a_placeholder_is_told_wherever_it_stands() {
    let (code, json) = with_values("changeme", "changeme").await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-malformed".to_owned()]));
    let what = json["findings"][0]["what"].as_str().expect("a text");
    assert!(what.contains("is a placeholder, is shorter than 32 characters"), "{what}");
    // What stands in the settings of a service has been read with them.
    let fake = Fake::healthy().await;
    fake.revision("netra-backend", DEPLOYED, &json!([literal("JWT_SECRET", &format!("{VALUE}-changeme"))]));
    assert!(findings(&super::json(&fake, &[]).await.1).contains(&"secret-malformed".to_owned()));
}

#[tokio::test]
async fn a_value_that_may_not_be_read_leaves_the_verdict_open() {
    let fake = Fake::healthy().await;
    fake.then(&format!("{SECRET}/versions/3:access"), &[error(403, "PERMISSION_DENIED", VALUE)]);
    let (code, json) = json(&fake, &["--compare-payloads"]).await;
    assert_eq!((code, &json["not_read"][0]["permission"]), (Some(3), &"secretmanager.versions.access".into()));
    fake.put(&format!("{SECRET}/versions/3:access"), json!({"payload": {"data": "%%%"}}));
    assert_eq!(super::json(&fake, &["--compare-payloads"]).await.0, Some(3));
}
