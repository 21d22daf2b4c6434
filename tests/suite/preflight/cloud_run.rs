//! Each finding, told by what the platform holds, and nothing told where all is well.

use serde_json::{Value, json};

use super::fake::{
    DEPLOYED, Fake, PROJECT_POLICY, SECRET, SERVICES, error, literal, policy, secret, secret_in, versions,
};
use super::{Ran, findings, json, preflight, unwrapped};
use crate::words::forbidden;

#[tokio::test]
async fn services_that_load_one_readable_version_pass() {
    let fake = Fake::healthy().await;
    let Ran { code, out, err, requests } = preflight(&fake, &[]).await;
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(out.starts_with("✓ x passes preflight"), "{out}");
    assert!(unwrapped(&out).contains("backend loads version 3 of `jwt-secret-staging`"), "{out}");
    assert_eq!(requests.len(), 6, "shared secrets are read once: {requests:#?}");
    assert!(requests.iter().all(|request| request.starts_with("GET ")), "{requests:#?}");
    let received = fake.server.received_requests().await.expect("they are recorded");
    assert!(received.iter().all(|request| request.headers["authorization"] == format!("Bearer {}", super::TOKEN)));
}

#[tokio::test]
async fn two_versions_are_a_drift_with_the_command_that_ends_it() {
    let fake = Fake::healthy().await;
    fake.revision("netra-backend", DEPLOYED, &json!([secret("2")]));
    let Ran { code, out, .. } = preflight(&fake, &[]).await;
    assert_eq!(code, Some(1), "{out}");
    let text = unwrapped(&out);
    assert!(
        text.contains(
            "error[secret-version-drift]: auth loads version 3 of `jwt-secret-staging`, and the backend loads version 2"
        ),
        "{out}"
    );
    let command = "gcloud run services update netra-backend --region=us-central1 --project=netra-staging --update-secrets=JWT_SECRET_STAGING=jwt-secret-staging:3";
    assert!(text.contains(command), "{out}");
    assert_eq!(forbidden(&out), Vec::<String>::new());
    let (_, json) = json(&fake, &[]).await;
    assert_eq!((findings(&json), &json["same_secret"]), (vec!["secret-version-drift".to_owned()], &json!(false)));
    assert_eq!(json["findings"][0]["commands"], json!([command]));
}

/// The service that is behind is the one to deploy again, whichever it is.
#[tokio::test]
async fn the_command_is_for_the_service_that_is_behind() {
    let fake = Fake::healthy().await;
    fake.revision("netra-auth", DEPLOYED, &json!([secret("2")]));
    let (_, json) = json(&fake, &[]).await;
    assert_eq!(json["findings"][0]["service"], "auth");
}

/// Cloud Run resolves `latest` when an instance starts, so a newer version reaches some of them.
#[tokio::test]
async fn a_version_that_is_newer_than_the_deployment_is_a_finding_unless_it_is_pinned() {
    let newer = versions(&[("6", "ENABLED"), ("3", "ENABLED"), ("2", "ENABLED")]);
    let fake = Fake::healthy().await;
    fake.put(&format!("{SECRET}/versions"), newer.clone());
    assert_eq!(json(&fake, &[]).await.0, Some(0), "both pin version 3");
    fake.revision("netra-backend", DEPLOYED, &json!([secret("latest")]));
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-newer-than-deployment".to_owned()]));
    assert_eq!(json["same_secret"], Value::Null, "which one it has loaded is not known");
    let what = json["findings"][0]["what"].as_str().expect("a text");
    assert!(what.contains("version 6 (2025-09-06T08:00:00Z)") && what.contains("(2025-09-05T08:00:00Z)"), "{what}");
    let after = Fake::healthy().await;
    after.put(&format!("{SECRET}/versions"), newer);
    for service in ["netra-auth", "netra-backend"] {
        after.revision(service, "2025-09-07T00:00:00Z", &json!([secret("latest")]));
    }
    assert_eq!(super::json(&after, &[]).await.0, Some(0), "both were deployed after it");
}

#[tokio::test]
async fn a_version_that_cannot_be_loaded_is_a_finding() {
    for (state, command) in [("DISABLED", "versions enable 3"), ("DESTROYED", "versions list jwt-secret-staging")] {
        let fake = Fake::healthy().await;
        fake.put(&format!("{SECRET}/versions"), versions(&[("3", state), ("2", "ENABLED")]));
        let (code, json) = json(&fake, &[]).await;
        assert_eq!((code, findings(&json)), (Some(1), vec!["secret-version-unusable".to_owned()]), "{state}");
        assert!(json["findings"][0]["commands"][0].as_str().expect("a command").contains(command), "{json:#}");
    }
    // `latest` is the newest version, whether or not it can be read.
    let fake = Fake::healthy().await;
    fake.put(&format!("{SECRET}/versions"), versions(&[("3", "DISABLED"), ("2", "ENABLED")]));
    fake.revision("netra-auth", DEPLOYED, &json!([secret("latest")]));
    assert!(findings(&json(&fake, &[]).await.1).contains(&"secret-version-unusable".to_owned()));
    // One that never was.
    let fake = Fake::healthy().await;
    fake.revision("netra-backend", DEPLOYED, &json!([secret("9")]));
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-version-unusable".to_owned()]));
    assert!(json["findings"][0]["what"].as_str().expect("a text").contains("no version `9`"), "{json:#}");
}

#[tokio::test]
async fn a_secret_that_does_not_exist_is_a_finding() {
    let fake = Fake::healthy().await;
    fake.then(&format!("{SECRET}/versions"), &[error(404, "NOT_FOUND", "")]);
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-version-unusable".to_owned()]));
}

#[tokio::test]
async fn a_value_in_the_settings_of_a_service_is_a_finding() {
    let fake = Fake::healthy().await;
    let value = format!("{}-of-more-than-32-characters-0", super::fake::VALUE);
    fake.revision("netra-backend", DEPLOYED, &json!([literal("JWT_SECRET_KEY", &value)]));
    let (code, json) = json(&fake, &[]).await;
    assert_eq!(code, Some(1));
    assert_eq!(findings(&json), ["environment-fallback", "secret-version-drift"]);
    let commands = &json["findings"][1]["commands"];
    assert!(commands[0].as_str().expect("a command").ends_with("--remove-env-vars=JWT_SECRET_KEY"), "{json:#}");
}

/// It does not fail what works today.
#[tokio::test]
async fn a_fallback_that_stands_ready_is_a_warning() {
    let fake = Fake::healthy().await;
    fake.revision("netra-auth", DEPLOYED, &json!([secret("3"), literal("JWT_SECRET_KEY", "another")]));
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(0), vec!["environment-fallback".to_owned()]));
    assert_eq!(json["findings"][0]["severity"], "warning");
    // Two names of one secret are no fallback.
    fake.revision("netra-auth", DEPLOYED, &json!([secret("3"), secret_in("JWT_SECRET_KEY", "3")]));
    assert_eq!(findings(&super::json(&fake, &[]).await.1), Vec::<String>::new());
}

#[tokio::test]
async fn a_service_without_any_secret_is_a_finding() {
    let fake = Fake::healthy().await;
    fake.revision("netra-backend", DEPLOYED, &json!([literal("JWT_SECRET_STAGING", "")]));
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-missing".to_owned()]));
}

#[tokio::test]
async fn a_service_account_that_may_not_read_the_secret_is_a_finding() {
    let fake = Fake::healthy().await;
    fake.put(&format!("{SECRET}:getIamPolicy"), policy(&["netra-auth"]));
    fake.put(PROJECT_POLICY, json!({"bindings": [{"role": "roles/viewer", "members": ["user:a@example.test"]}]}));
    let Ran { code, out, requests, .. } = preflight(&fake, &[]).await;
    assert_eq!(code, Some(1), "{out}");
    let account = "serviceAccount:netra-backend@netra-staging.iam.gserviceaccount.com";
    let command = format!(
        "gcloud secrets add-iam-policy-binding jwt-secret-staging --member {account} --role=roles/secretmanager.secretAccessor --project=netra-staging"
    );
    assert!(unwrapped(&out).contains(&command), "{out}");
    assert_eq!(requests.iter().filter(|request| request.starts_with("POST")).count(), 1, "{requests:#?}");
    // Granted for the whole project.
    fake.put(PROJECT_POLICY, policy(&["netra-backend"]));
    assert_eq!(json(&fake, &[]).await.0, Some(0));
}

/// Two revisions share the requests: some of them fail.
#[tokio::test]
async fn revisions_that_both_get_requests_are_compared() {
    let fake = Fake::healthy().await;
    let split = json!({
        "latestReadyRevision": "projects/p/locations/l/services/netra-backend/revisions/netra-backend-00007-abc",
        "trafficStatuses": [
            {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 62},
            {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": "netra-backend-00006-old", "percent": 38},
        ],
    });
    fake.put(&format!("{SERVICES}/netra-backend"), split);
    let old = json!({"createTime": "2025-09-02T09:00:00Z", "containers": [{"env": [secret("2")]}]});
    fake.put(&format!("{SERVICES}/netra-backend/revisions/netra-backend-00006-old"), old);
    let (code, json) = json(&fake, &[]).await;
    assert_eq!(
        (code, findings(&json)),
        (Some(1), vec!["revisions-differ".to_owned(), "secret-version-drift".to_owned()])
    );
    let text = unwrapped(&preflight(&fake, &[]).await.out);
    assert!(text.contains("38 % of requests"), "{text}");
}

/// `gcloud run deploy --no-traffic`, or a deployment that failed: the revision is there, and gets the next requests.
#[tokio::test]
async fn the_newest_revision_counts_although_it_gets_no_requests_yet() {
    for is_ready in [true, false] {
        let fake = Fake::healthy().await;
        fake.next("netra-backend", is_ready, &json!([secret("2")]));
        let (code, json) = json(&fake, &[]).await;
        assert_eq!((code, findings(&json)), (Some(1), vec!["secret-version-drift".to_owned()]), "{is_ready}: {json:#}");
        assert_eq!(json["findings"][0]["revision"], "netra-backend-00008-new");
        assert_eq!(json["same_secret"], true, "what gets requests today");
        let text = unwrapped(&preflight(&fake, &[]).await.out);
        let told = "the backend loads version 2 of `jwt-secret-staging` in netra-backend-00008-new, which gets no requests yet";
        assert!(text.contains(told), "{text}");
        assert_eq!(forbidden(&text), Vec::<String>::new());
        // The same secret in both revisions.
        fake.next("netra-backend", is_ready, &json!([secret("3")]));
        let (code, json) = super::json(&fake, &[]).await;
        assert_eq!((code, findings(&json)), (Some(0), Vec::new()), "{json:#}");
        assert_eq!(json["services"][1]["next"]["name"], "netra-backend-00008-new");
    }
}

#[tokio::test]
async fn both_newest_revisions_are_compared_with_each_other() {
    let fake = Fake::healthy().await;
    fake.next("netra-auth", true, &json!([secret("2")]));
    fake.next("netra-backend", true, &json!([secret("2")]));
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(0), Vec::new()), "{json:#}");
    // Flaws of its own.
    fake.next("netra-backend", false, &json!([secret("9")]));
    let (code, json) = super::json(&fake, &[]).await;
    assert_eq!(code, Some(1));
    assert!(findings(&json).contains(&"secret-version-unusable".to_owned()), "{json:#}");
}

#[tokio::test]
async fn a_newest_revision_that_cannot_be_read_leaves_the_verdict_open() {
    let fake = Fake::healthy().await;
    fake.next("netra-backend", true, &json!([secret("3")]));
    fake.then(
        &format!("{SERVICES}/netra-backend/revisions/netra-backend-00008-new"),
        &[error(403, "PERMISSION_DENIED", "")],
    );
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, &json["not_read"][0]["what"]), (Some(3), &"the revision `netra-backend-00008-new`".into()));
}

/// One file names the project by its id and the other by its number: only the store brings the two together.
#[tokio::test]
async fn the_number_of_a_project_and_its_id_are_no_drift_where_the_store_may_not_be_read() {
    let fake = Fake::healthy().await;
    let by_number = "projects/401/secrets/jwt-secret-staging";
    let mut numbered = secret("3");
    numbered["valueSource"]["secretKeyRef"]["secret"] = by_number.into();
    fake.revision("netra-backend", DEPLOYED, &json!([numbered]));
    let listed = versions(&[("3", "ENABLED")]);
    fake.put(&format!("/v1/{by_number}/versions"), listed);
    fake.put(&format!("/v1/{by_number}:getIamPolicy"), policy(&["netra-backend"]));
    let (code, read) = json(&fake, &[]).await;
    assert_eq!((code, findings(&read)), (Some(0), Vec::new()), "the store says that it is one secret: {read:#}");
    for path in [SECRET.to_owned(), format!("/v1/{by_number}")] {
        fake.then(&format!("{path}/versions"), &[error(403, "PERMISSION_DENIED", "")]);
    }
    let (code, unread) = json(&fake, &[]).await;
    assert_eq!((code, findings(&unread)), (Some(3), Vec::new()), "{unread:#}");
    assert_eq!(unread["same_secret"], Value::Null);
    assert!(unread["not_read"].to_string().contains("secretmanager.versions.list"), "{unread:#}");
    // Two projects by their ids are two, whether they are read or not.
    let mut other = secret("3");
    other["valueSource"]["secretKeyRef"]["secret"] = "projects/netra-other/secrets/jwt-secret-staging".into();
    fake.revision("netra-backend", DEPLOYED, &json!([other]));
    assert_eq!(json(&fake, &[]).await.1["same_secret"], false);
}

/// A pinned version is known by its number, whatever the store says.
#[tokio::test]
async fn versions_that_may_not_be_listed_are_compared_by_what_the_services_name() {
    let fake = Fake::healthy().await;
    fake.then(&format!("{SECRET}/versions"), &[error(403, "PERMISSION_DENIED", "")]);
    let (code, same) = json(&fake, &[]).await;
    assert_eq!((code, findings(&same), &same["same_secret"]), (Some(3), Vec::new(), &json!(true)), "{same:#}");
    fake.revision("netra-backend", DEPLOYED, &json!([secret("2")]));
    let (code, differ) = json(&fake, &[]).await;
    assert_eq!((code, findings(&differ)), (Some(1), vec!["secret-version-drift".to_owned()]), "{differ:#}");
    fake.revision("netra-backend", DEPLOYED, &json!([secret("latest")]));
    let (code, unknown) = json(&fake, &[]).await;
    assert_eq!((code, findings(&unknown), &unknown["same_secret"]), (Some(3), Vec::new(), &Value::Null), "{unknown:#}");
}

/// Two projects may each have a secret of one name.
#[tokio::test]
async fn a_drift_between_two_projects_names_the_other_project() {
    let fake = Fake::healthy().await;
    let elsewhere = "projects/netra-other/secrets/jwt-secret-staging";
    let mut other = secret("3");
    other["valueSource"]["secretKeyRef"]["secret"] = elsewhere.into();
    fake.revision("netra-backend", DEPLOYED, &json!([other]));
    let mut of_other = versions(&[("3", "ENABLED")]);
    of_other["versions"][0]["name"] = "projects/777/secrets/jwt-secret-staging/versions/3".into();
    fake.put(&format!("/v1/{elsewhere}/versions"), of_other);
    fake.put(&format!("/v1/{elsewhere}:getIamPolicy"), policy(&["netra-backend"]));
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-version-drift".to_owned()]));
    let what = json["findings"][0]["what"].as_str().expect("a text");
    assert!(
        what.ends_with("the backend loads version 3 of `jwt-secret-staging` of the project `netra-other`"),
        "{what}"
    );
    assert!(what.starts_with("auth loads version 3 of `jwt-secret-staging`, and"), "{what}");
}

#[tokio::test]
async fn two_values_in_variables_of_one_name_are_told_to_differ() {
    let fake = Fake::healthy().await;
    for (service, end) in [("netra-auth", "1"), ("netra-backend", "2")] {
        let value = format!("{}-of-more-than-32-characters-{end}", super::fake::VALUE);
        fake.revision(service, DEPLOYED, &json!([literal("JWT_SECRET_KEY", &value)]));
    }
    let text = unwrapped(&preflight(&fake, &[]).await.out);
    assert!(text.contains("stands in `JWT_SECRET_KEY` each, and the two values differ"), "{text}");
}
