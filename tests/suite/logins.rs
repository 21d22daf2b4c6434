//! Logins of other systems: steps before them, cookies, redirects, forms and Basic; and what they keep is shown nowhere.

use fivewhys::bundle::encode;
use fivewhys::check::{Checked, check};
use fivewhys::diagnosis::Verdict;
use fivewhys::input::Source;
use fivewhys::report::{Format, exchanges, render};
use fivewhys::target;
use fivewhys::vocabulary::Fault;
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Signed with a secret that no check knows.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMCwiaWF0IjoxNzAwMDAwMDAwfQ.\
                     c2lnbmF0dXJlLW9mLWEtdGVzdC10b2tlbi1vbmx5";

async fn look(name: &str, text: &str) -> Checked {
    let target = target::select(&Source::new(name, text), name, &|_| None).unwrap_or_else(|error| panic!("{error}"));
    check(&target).await.expect("the suite does its job")
}

/// What was not accepted before is rejected at that path, and the service is healthy.
async fn otherwise_rejects(server: &MockServer, at: &str) {
    for (at, status) in [(at, 401), ("/health", 200)] {
        Mock::given(method("GET")).and(path(at)).respond_with(ResponseTemplate::new(status)).mount(server).await;
    }
}

/// A target whose login needs a CSRF token from a page before it, and gives the cookie that REST reads.
fn after_a_page(name: &str, address: &str) -> String {
    format!(
        r#"
[targets.{name}]
stage = "local"
auth = "{address}"
backend = "{address}"
validate = false

[targets.{name}.login]
path = "/login"
form = {{ name = "{{user}}", password = "{{password}}", csrf = "{{csrf}}" }}
token = {{ cookie = "sid" }}
users = [{{ user = "alice", password = "password-canary" }}]

[[targets.{name}.login.before]]
path = "/csrf"
keep = {{ csrf = "/csrf" }}

[targets.{name}.protected]
path = "/me"
token = {{ cookie = "sid" }}
"#
    )
}

/// Whatever of a check is written somewhere.
fn written(Checked { evidence, diagnosis }: &Checked) -> String {
    let reports = [Format::Text, Format::Verbose, Format::Json].map(|format| render(format, evidence, diagnosis));
    reports.concat() + &encode(evidence).expect("JSON") + &exchanges(evidence)
}

/// A page with a CSRF token and a cookie, a form that needs both, a redirect with the session's cookie, which REST reads.
#[tokio::test]
async fn a_session_cookie_comes_after_a_csrf_token_and_nothing_of_it_is_shown() {
    let server = MockServer::start().await;
    let page = ResponseTemplate::new(200)
        .set_body_json(serde_json::json!({"csrf": "csrf-canary-1234"}))
        .append_header("set-cookie", "pre=pre-canary-5678; Path=/; HttpOnly");
    Mock::given(method("GET")).and(path("/csrf")).respond_with(page).mount(&server).await;
    let welcome = ResponseTemplate::new(303)
        .append_header("location", "/home")
        .append_header("set-cookie", format!("sid={TOKEN}; Path=/").as_str());
    Mock::given(method("POST"))
        .and(path("/login"))
        .and(header("cookie", "pre=pre-canary-5678"))
        .and(body_string_contains("csrf=csrf-canary-1234"))
        .and(body_string_contains("password=password-canary"))
        .respond_with(welcome)
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path("/me"))
        .and(header("cookie", format!("sid={TOKEN}").as_str()))
        .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!({"user": "alice"})))
        .mount(&server)
        .await;
    otherwise_rejects(&server, "/me").await;
    let checked = look("session", &after_a_page("session", &server.uri())).await;
    let written = written(&checked);
    assert_eq!(
        checked.diagnosis.verdict,
        Verdict::Healthy,
        "{}",
        render(Format::Verbose, &checked.evidence, &checked.diagnosis)
    );
    for canary in ["csrf-canary", "pre-canary", "password-canary", TOKEN] {
        assert!(!written.contains(canary), "{canary} is in:\n{written}");
    }
}

/// RFC 7662: introspection with the credentials of the client, and a header without a scheme at the backend.
#[tokio::test]
async fn introspection_validates_and_a_header_of_another_name_carries_the_token() {
    let server = MockServer::start().await;
    let respond = |body: serde_json::Value| ResponseTemplate::new(200).set_body_json(body);
    Mock::given(method("POST"))
        .and(path("/introspect"))
        .and(header("authorization", "Basic Y2xpZW50OmNsaWVudC1zZWNyZXQ="))
        .and(body_string_contains(format!("token={TOKEN}")))
        .respond_with(respond(serde_json::json!({"active": true})))
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path("/introspect"))
        .respond_with(respond(serde_json::json!({"active": false})))
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path("/items"))
        .and(header("x-access-token", TOKEN))
        .respond_with(respond(serde_json::json!([])))
        .mount(&server)
        .await;
    otherwise_rejects(&server, "/items").await;
    let address = server.uri();
    let checked = look(
        "introspected",
        &format!(
            r#"
[targets.introspected]
stage = "local"
auth = "{address}"
backend = "{address}"

[targets.introspected.tokens]
alice = "{TOKEN}"

[targets.introspected.validate]
path = "/introspect"
form = {{ token = "{{token}}" }}
basic = {{ user = "client", password = "client-secret" }}
accepted = {{ at = "/active", is = true }}

[targets.introspected.protected]
path = "/items"
token = {{ header = "X-Access-Token" }}
"#
        ),
    )
    .await;
    assert_eq!(
        checked.diagnosis.verdict,
        Verdict::Healthy,
        "{}",
        render(Format::Verbose, &checked.evidence, &checked.diagnosis)
    );
    let written = written(&checked);
    assert!(!written.contains("client-secret") && !written.contains("Y2xpZW50OmNsaWVudC1zZWNyZXQ"), "{written}");
}

/// Whatever a step responds that lacks what the login needs, no finding is about the login itself, and the report names the step.
#[rstest::rstest]
#[case::not_there(ResponseTemplate::new(404))]
#[case::refused(ResponseTemplate::new(401))]
#[case::without_the_value(ResponseTemplate::new(200).set_body_json(serde_json::json!({"other": "step-canary"})))]
#[tokio::test]
async fn a_step_that_fails_is_named_and_not_the_login(#[case] response: ResponseTemplate) {
    let server = MockServer::start().await;
    Mock::given(method("GET")).and(path("/csrf")).respond_with(response).mount(&server).await;
    otherwise_rejects(&server, "/me").await;
    let checked = look("step", &after_a_page("step", &server.uri())).await;
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    let found: Vec<Fault> = checked.diagnosis.findings.iter().map(|finding| finding.fault).collect();
    assert_eq!(found, [Fault::AnswerUnlikeContract], "{report}");
    assert!(report.contains("step 1 before it") && report.contains("GET") && report.contains("/csrf"), "{report}");
    assert!(report.contains("`login.before`") && !report.contains("login.token"), "{report}");
    let requests = server.received_requests().await.unwrap_or_default();
    assert!(
        requests.iter().all(|request| request.method != "POST" || request.url.path() != "/login"),
        "a login was sent without what it needs"
    );
}

/// The client sends a header of its own, and the backend reads `Authorization`.
#[tokio::test]
async fn a_backend_that_reads_authorization_instead_of_another_header_is_named() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/items"))
        .and(header("authorization", format!("Bearer {TOKEN}").as_str()))
        .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!([])))
        .mount(&server)
        .await;
    otherwise_rejects(&server, "/items").await;
    let address = server.uri();
    let text = format!(
        r#"
[targets.header]
stage = "local"
backend = "{address}"

[targets.header.tokens]
alice = "{TOKEN}"

[targets.header.protected]
path = "/items"
token = {{ header = "X-Token" }}
"#
    );
    let checked = look("header", &text).await;
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    let found: Vec<Fault> = checked.diagnosis.findings.iter().map(|finding| finding.fault).collect();
    assert_eq!(found, [Fault::CredentialNotRead], "{report}");
    assert!(report.contains("header `Authorization` after `Bearer`"), "{report}");
    assert!(report.contains("In the client's own header the token gets"), "{report}");
}
