//! What APIs respond on a bad day, and servers that respond in other shapes than expected: told, and no finding made of it.

use rstest::rstest;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::fake::{DEPLOYED, Fake, PROJECT_POLICY, SECRET, SERVICES, error, policy, secret, versions};
use super::{Ran, TOKEN, command, findings, json, of_cloud_run, preflight, ran, unwrapped, written};

/// A page of a proxy, with everything in it.
fn page(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(format!("<html><h1>{}</h1>", super::fake::CANARY), "text/html")
}

#[rstest]
#[case::forbidden(error(403, "PERMISSION_DENIED", TOKEN), "403 PERMISSION_DENIED; it needs `run.services.get`")]
#[case::unauthorised(error(401, "UNAUTHENTICATED", TOKEN), "401 UNAUTHENTICATED: the credentials are not accepted")]
#[case::missing(error(404, "NOT_FOUND", TOKEN), "404 NOT_FOUND: there is none; correct `platform`")]
#[case::a_page(page(200), "the response is not what the API documents")]
#[case::a_page_of_an_error(page(400), "400")]
#[case::no_object(ResponseTemplate::new(200).set_body_string("[]"), "the response is not what the API documents")]
#[case::a_word_that_is_none(error(403, "canary-of-an-error-message", ""), "403; it needs")]
#[case::elsewhere(ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:9/"), "302")]
#[tokio::test]
async fn what_cannot_be_read_is_told_and_leaves_the_verdict_open(
    #[case] response: ResponseTemplate,
    #[case] told: &str,
) {
    let fake = Fake::healthy().await;
    fake.then(&format!("{SERVICES}/netra-backend"), &[response]);
    let Ran { code, out, .. } = preflight(&fake, &[]).await;
    assert_eq!(code, Some(3), "{out}");
    assert!(out.starts_with("? x: preflight cannot tell"), "{out}");
    let text = unwrapped(&out);
    assert!(text.contains(&format!("not read: the service `netra-backend`: {told}")), "{out}");
    assert!(text.contains("run it again: ") && !text.contains("after the fix"), "nothing is to be fixed: {out}");
}

#[tokio::test]
async fn a_finding_stands_whatever_else_could_not_be_read() {
    let fake = Fake::healthy().await;
    fake.revision("netra-backend", DEPLOYED, &json!([secret("2")]));
    fake.then(&format!("{SECRET}/versions"), &[error(403, "PERMISSION_DENIED", "")]);
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(1), vec!["secret-version-drift".to_owned()]), "both numbers are known");
    assert_eq!(json["not_read"][0]["permission"], "secretmanager.versions.list");
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_accuses_nobody() {
    let fake = Fake::healthy().await;
    fake.put(&format!("{SECRET}:getIamPolicy"), json!({}));
    fake.then(PROJECT_POLICY, &[error(403, "PERMISSION_DENIED", "")]);
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, findings(&json)), (Some(3), Vec::new()));
    // A group may hold the account; that is told, and is no pass.
    let group =
        json!({"bindings": [{"role": "roles/secretmanager.secretAccessor", "members": ["group:all@example.test"]}]});
    fake.put(PROJECT_POLICY, group);
    let Ran { code, out, .. } = preflight(&fake, &[]).await;
    assert_eq!(code, Some(3), "{out}");
    assert!(unwrapped(&out).contains("not known: whether backend"), "{out}");
    let (code, json) = super::json(&fake, &[]).await;
    assert_eq!((code, findings(&json), &json["not_read"]), (Some(3), Vec::new(), &json!([])));
    let reason = json["not_known"][1].as_str().expect("a text");
    assert!(reason.contains("whether backend") && reason.contains("a group"), "{reason}");
}

#[tokio::test]
async fn a_limit_is_waited_for_and_told() {
    let fake = Fake::healthy().await;
    let limited = error(429, "RESOURCE_EXHAUSTED", "").insert_header("retry-after", "1");
    let versions_path = format!("{SECRET}/versions");
    let again = ResponseTemplate::new(200).set_body_json(versions(&[("3", "ENABLED")]));
    fake.then(&versions_path, &[limited, error(503, "UNAVAILABLE", ""), again]);
    let Ran { code, out, requests, .. } = preflight(&fake, &[]).await;
    assert_eq!(code, Some(0), "{out}");
    assert!(unwrapped(&out).contains("8 requests, all of them read-only, 2 of them repeated, after 1.5 s"), "{out}");
    assert_eq!(requests.iter().filter(|request| request.ends_with("/versions")).count(), 3);
    // Longer than there is time for.
    let fake = Fake::healthy().await;
    fake.then(&versions_path, &[error(429, "RESOURCE_EXHAUSTED", "").insert_header("retry-after", "3600")]);
    let Ran { code, out, .. } = preflight(&fake, &[]).await;
    assert_eq!(code, Some(3), "{out}");
    assert!(unwrapped(&out).contains("429 RESOURCE_EXHAUSTED: the platform limits requests"), "{out}");
}

#[tokio::test]
async fn every_page_is_read_and_one_that_never_ends_is_left() {
    let fake = Fake::healthy().await;
    let path = format!("{SECRET}/versions");
    let paged = |all: &[(&str, &str)], next: &str| {
        let mut page = versions(all);
        page["nextPageToken"] = next.into();
        page
    };
    // In another order than the documented one: the newest is on the last page.
    fake.put(&path, paged(&[("1", "DESTROYED")], "a b/+"));
    fake.put(&format!("{path}?a b/+"), paged(&[], "third"));
    fake.put(&format!("{path}?third"), versions(&[("3", "ENABLED")]));
    fake.revision("netra-auth", DEPLOYED, &json!([secret("latest")]));
    assert_eq!(json(&fake, &[]).await.0, Some(0));
    for page in 0..40 {
        fake.put(&format!("{path}?{page}"), paged(&[("1", "ENABLED")], &(page + 1).to_string()));
    }
    fake.put(&path, paged(&[("1", "ENABLED")], "0"));
    let (code, json) = json(&fake, &[]).await;
    assert_eq!((code, &json["not_read"][0]["why"]), (Some(3), &"there is more than is read".into()));
}

/// No exit 3 without a reason.
#[tokio::test]
async fn a_time_that_is_none_is_told_as_what_is_not_known() {
    let fake = Fake::healthy().await;
    let mut odd = versions(&[("3", "ENABLED")]);
    odd["versions"][0]["createTime"] = "yesterday".into();
    fake.put(&format!("{SECRET}/versions"), odd);
    fake.revision("netra-auth", DEPLOYED, &json!([secret("latest")]));
    let (code, json) = json(&fake, &[]).await;
    assert_eq!(code, Some(3));
    let reason = json["not_known"][0].as_str().expect("a text");
    assert!(reason.contains("auth loads version `latest` of `jwt-secret-staging`"), "{reason}");
    assert!(unwrapped(&preflight(&fake, &[]).await.out).contains(&format!("not known: {reason}")));
}

/// That the file names one service is told where it does.
#[tokio::test]
async fn one_service_is_nothing_to_compare_and_one_that_was_not_read_is_another_reason() {
    let fake = Fake::healthy().await;
    let backend = "backend = { service = \"netra-backend\" }";
    let one = of_cloud_run(&fake).replace(backend, "");
    let told = "the target file names one service";
    let Ran { code, out, .. } = ran(&fake, &one, &[]).await;
    assert_eq!(code, Some(3), "{out}");
    assert!(unwrapped(&out).contains(told), "{out}");
    fake.then(&format!("{SERVICES}/netra-backend"), &[error(403, "PERMISSION_DENIED", "")]);
    let Ran { code, out, .. } = preflight(&fake, &[]).await;
    assert_eq!(code, Some(3), "{out}");
    assert!(!unwrapped(&out).contains(told), "{out}");
}

/// Fields may be missing, and words of tomorrow may come.
#[tokio::test]
async fn what_is_missing_or_new_ends_no_run() {
    let odd = [
        (format!("{SERVICES}/netra-backend"), json!({})),
        (format!("{SERVICES}/netra-backend"), json!({"latestReadyRevision": null})),
        (format!("{SERVICES}/netra-backend/revisions/netra-backend-00007-abc"), json!({})),
        (
            format!("{SERVICES}/netra-backend/revisions/netra-backend-00007-abc"),
            json!({"containers": [], "volumes": [{"emptyDir": {}}]}),
        ),
        (format!("{SECRET}/versions"), json!({})),
        (format!("{SECRET}/versions"), json!({"versions": [{}]})),
        (format!("{SECRET}/versions"), versions(&[("3", "A_STATE_OF_TOMORROW")])),
        (
            format!("{SECRET}/versions"),
            json!({"versions": [{"name": "projects/1/secrets/s/versions/3", "createTime": "soon", "state": 1}]}),
        ),
        (format!("{SECRET}:getIamPolicy"), json!({"bindings": [{}]})),
    ];
    for (path, body) in odd {
        let fake = Fake::healthy().await;
        fake.put(&path, body.clone());
        let (code, json) = json(&fake, &[]).await;
        assert!(matches!(code, Some(0 | 1 | 3)), "{body}: {code:?}");
        assert_ne!(findings(&json), ["secret-version-drift"], "{body}");
    }
}

/// Another path of the API would do something.
#[tokio::test]
async fn a_version_that_is_named_like_a_method_reads_no_value() {
    let fake = Fake::healthy().await;
    fake.revision("netra-backend", DEPLOYED, &json!([secret("3:access"), {"name": "JWT_SECRET_KEY", "valueSource": {"secretKeyRef": {"secret": "../../../v1/projects/p", "version": "1"}}}]));
    let ran = preflight(&fake, &[]).await;
    assert!(ran.requests.iter().all(|request| !request.ends_with(":access")), "{:#?}", ran.requests);
}

#[tokio::test]
async fn a_server_that_does_not_respond_takes_no_longer_than_the_deadline() {
    let fake = Fake::healthy().await;
    let late = ResponseTemplate::new(200).set_delay(std::time::Duration::from_secs(60));
    fake.then(&format!("{SERVICES}/netra-auth"), &[late]);
    let start = std::time::Instant::now();
    let Ran { code, out, .. } = preflight(&fake, &[]).await;
    assert_eq!(code, Some(3), "{out}");
    assert!(out.contains("no response"), "{out}");
    assert!(start.elapsed().as_secs() < 20);
}

#[tokio::test]
async fn a_dry_run_lists_every_request_and_sends_none() {
    let fake = Fake::healthy().await;
    fake.put(&format!("{SECRET}:getIamPolicy"), policy(&[]));
    fake.put(PROJECT_POLICY, policy(&["netra-auth", "netra-backend"]));
    let listed = preflight_plan(&fake).await;
    assert_eq!(fake.requests().await, Vec::<String>::new());
    let sent = preflight(&fake, &["--compare-payloads"]).await.requests;
    let is_like = |request: &String, draft: &String| {
        let parts = |text: &str| text.replace(':', "/").split('/').map(str::to_owned).collect::<Vec<_>>();
        let (request, draft) = (parts(request), parts(draft));
        request.len() == draft.len()
            && request.iter().zip(&draft).all(|(one, other)| one == other || other.starts_with('['))
    };
    for request in &sent {
        assert!(listed.iter().any(|draft| is_like(request, draft)), "{request} is not among {listed:#?}");
    }
}

/// Method and path of what is listed.
async fn preflight_plan(fake: &Fake) -> Vec<String> {
    let (_folder, file) = written(&of_cloud_run(fake));
    let arguments = ["preflight", "x", "--dry-run", "--compare-payloads", "--config", file.to_str().expect("UTF-8")];
    let output = command(&arguments).output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = super::text(&output.stdout);
    let draft = |line: &str| {
        let (method, url) = line.trim().split_once(' ')?;
        let path = url.strip_prefix(&fake.server.uri())?;
        Some(format!("{method} {}", path.split('?').next()?))
    };
    text.lines().filter_map(draft).collect()
}

/// Nothing listens there: what is on this machine is not waited for.
#[tokio::test]
async fn an_address_where_nothing_listens_is_no_verdict() {
    let config = super::config(
        "project = \"p\"\nregion = \"r\"\napi = \"http://127.0.0.1:9\"\nauth = { service = \"a\" }\nbackend = { service = \"b\" }",
    );
    let (_folder, file) = written(&config);
    let arguments = ["preflight", "x", "--format", "json", "--config", file.to_str().expect("UTF-8")];
    let output = command(&arguments).output().expect("the binary starts");
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    super::assert_valid(&json);
    assert_eq!((output.status.code(), &json["not_read"][0]["why"]), (Some(3), &"no response".into()));
}
