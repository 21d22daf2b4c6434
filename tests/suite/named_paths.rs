//! A path that the target's file names has to be there: a check without it is never healthy, says which setting names it, and still
//! finds everything else. A default path may be missing.

use fivewhys::check::check;
use fivewhys::diagnosis::{Diagnosis, Verdict, Verification, Verified};
use fivewhys::evidence::Evidence;
use fivewhys::input::Source;
use fivewhys::report::{Format, render};
use fivewhys::target;
use fivewhys::vocabulary::Fault;
use rstest::rstest;
use wiremock::matchers::{header, header_exists, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Signed with a secret that no check knows.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMCwiaWF0IjoxNzAwMDAwMDAwfQ.\
                     c2lnbmF0dXJlLW9mLWEtdGVzdC10b2tlbi1vbmx5";

/// A deployment that has a login and a protected path, and neither health paths nor a path at which auth validates.
async fn deployment(accepts_any_token: bool) -> MockServer {
    let server = MockServer::start().await;
    let login = ResponseTemplate::new(200).set_body_json(serde_json::json!({"token": TOKEN}));
    Mock::given(method("POST")).and(path("/login")).respond_with(login).mount(&server).await;
    let at = || Mock::given(method("GET")).and(path("/me"));
    let accepted = if accepts_any_token {
        at().and(header_exists("authorization"))
    } else {
        at().and(header("authorization", format!("Bearer {TOKEN}").as_str()))
    };
    let me = ResponseTemplate::new(200).set_body_json(serde_json::json!({"user": "alice"}));
    accepted.respond_with(me).mount(&server).await;
    at().respond_with(ResponseTemplate::new(401)).mount(&server).await;
    server
}

async fn look(server: &MockServer, named: &str) -> (Evidence, Diagnosis) {
    let text = format!(
        r#"
[targets.named]
stage = "local"
auth = "{at}"
backend = "{at}"
login = {{ path = "/login", json = {{ user = "{{user}}" }}, token = "/token", users = ["alice"] }}
protected = {{ path = "/me" }}
{named}
"#,
        at = server.uri()
    );
    let target =
        target::select(&Source::new("named.toml", text), "named", &|_| None).unwrap_or_else(|error| panic!("{error}"));
    let checked = check(&target).await.expect("the suite does its job");
    (checked.evidence, checked.diagnosis)
}

#[rstest]
#[case::validation(r#"validate = { path = "/auth/check" }"#, "`validate.path`")]
#[case::health_of_auth(r#"health = { auth = "/ping" }"#, "`health.auth`")]
#[case::health_of_the_backend(r#"health = { backend = "/ping" }"#, "`health.backend`")]
#[tokio::test]
async fn a_named_path_that_does_not_exist_is_told_and_never_healthy(#[case] named: &str, #[case] setting: &str) {
    let (evidence, diagnosis) = look(&deployment(false).await, named).await;
    let report = render(Format::Text, &evidence, &diagnosis);
    assert_eq!(diagnosis.verdict, Verdict::Inconclusive, "{report}");
    assert!(report.contains(setting), "{report}");
    // That nothing is validated there says nothing of a token.
    let validation = Verification::SameService.outcome(&evidence, &diagnosis);
    assert!(matches!(validation, Verified::NotPossible(_)), "{validation:?}");
}

#[rstest]
#[case::nothing("")]
#[case::validation_without_a_path(r#"validate = { accepted = "/active" }"#)]
#[case::defaults_written_out(
    r#"validate = { path = "/auth/validate" }
health = { auth = "/health", backend = "/health" }"#
)]
#[tokio::test]
async fn a_default_path_may_be_missing(#[case] named: &str) {
    let (evidence, diagnosis) = look(&deployment(false).await, named).await;
    assert_eq!(diagnosis.verdict, Verdict::Healthy, "{}", render(Format::Text, &evidence, &diagnosis));
}

#[tokio::test]
async fn the_rest_decides_where_a_named_path_does_not_exist() {
    let (evidence, diagnosis) = look(&deployment(true).await, r#"validate = { path = "/auth/check" }"#).await;
    let faults: Vec<Fault> = diagnosis.findings.iter().map(|finding| finding.fault).collect();
    assert!(faults.contains(&Fault::ForgedTokenAccepted), "{}", render(Format::Text, &evidence, &diagnosis));
}
