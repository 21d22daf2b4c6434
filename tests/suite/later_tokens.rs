//! Later tokens of one user: where one is rejected and the next accepted, a cached rejection, an unknown user and an issuer that
//! signs with two secrets by turns look alike at first. More logins tell them apart, and they come last.

use std::sync::atomic::{AtomicUsize, Ordering};

use fivewhys::check::{Checked, check};
use fivewhys::diagnosis::Verdict;
use fivewhys::evidence::Evidence;
use fivewhys::input::Source;
use fivewhys::report::{Format, render};
use fivewhys::target;
use fivewhys::vocabulary::{Attempt, Fault, Probe};
use rstest::rstest;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// Auth issues opaque tokens `[USER]-[NUMBER]`, counted from 0 over all users, and accepts them all. REST accepts those for which
/// `accepts` holds.
async fn deployment(accepts: fn(&str, usize) -> bool) -> MockServer {
    let server = MockServer::start().await;
    let issued = AtomicUsize::new(0);
    let login = move |request: &Request| {
        let body: serde_json::Value = request.body_json().unwrap_or_default();
        let user = body["user"].as_str().unwrap_or_default();
        let token = format!("token-of-{user}-{:04}", issued.fetch_add(1, Ordering::SeqCst));
        ResponseTemplate::new(200).set_body_json(serde_json::json!({ "token": token }))
    };
    Mock::given(method("POST")).and(path("/login")).respond_with(login).mount(&server).await;
    let validate = |request: &Request| {
        let body: serde_json::Value = request.body_json().unwrap_or_default();
        let is_valid = parts(body["token"].as_str()).is_some();
        ResponseTemplate::new(200).set_body_json(serde_json::json!({ "valid": is_valid }))
    };
    Mock::given(method("POST")).and(path("/auth/validate")).respond_with(validate).mount(&server).await;
    let me = move |request: &Request| {
        let header = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let is_accepted =
            parts(header.and_then(|value| value.strip_prefix("Bearer ").or(value.strip_prefix("bearer "))))
                .is_some_and(|(user, number)| accepts(user, number));
        match (header, is_accepted) {
            (None, _) => ResponseTemplate::new(403),
            (Some(_), true) => ResponseTemplate::new(200).set_body_json(serde_json::json!({})),
            (Some(_), false) => ResponseTemplate::new(401).set_body_json(serde_json::json!({ "detail": "invalid" })),
        }
    };
    Mock::given(method("GET")).and(path("/me")).respond_with(me).mount(&server).await;
    Mock::given(method("GET")).and(path("/health")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    server
}

/// The user and the number of a token that auth has issued.
fn parts(token: Option<&str>) -> Option<(&str, usize)> {
    let (user, number) = token?.strip_prefix("token-of-")?.rsplit_once('-')?;
    let is_known = ["alice", "bob"].contains(&user) && number.len() == 4;
    Some((user, number.parse().ok().filter(|_| is_known)?))
}

async fn look(server: &MockServer, users: &str) -> Checked {
    let text = format!(
        r#"
[targets.later]
stage = "local"
auth = "{at}"
backend = "{at}"
login = {{ path = "/login", json = {{ user = "{{user}}" }}, token = "/token", users = {users} }}
protected = {{ path = "/me" }}
"#,
        at = server.uri()
    );
    let target =
        target::select(&Source::new("later.toml", text), "later", &|_| None).unwrap_or_else(|error| panic!("{error}"));
    check(&target).await.expect("the suite does its job")
}

fn errors(checked: &Checked) -> Vec<Fault> {
    checked.diagnosis.findings.iter().map(|finding| finding.fault).collect()
}

#[rstest]
#[case::one_user("[\"alice\"]")]
#[case::two_users("[\"alice\", \"bob\"]")]
#[tokio::test]
async fn an_issuer_that_signs_by_turns_is_neither_a_cache_nor_an_unknown_user(#[case] users: &str) {
    for accepted in
        [|_: &str, number: usize| number.is_multiple_of(2), |_: &str, number: usize| !number.is_multiple_of(2)]
    {
        let checked = look(&deployment(accepted).await, users).await;
        let report = render(Format::Verbose, &checked.evidence, &checked.diagnosis);
        assert_eq!(errors(&checked), [], "{report}");
        let accepts_the_first = checked.diagnosis.verdict == Verdict::Healthy;
        assert!(accepts_the_first == (users == "[\"alice\"]" && accepted("", 0)), "{report}");
    }
}

/// With one of two secrets at random, of which REST has one: several tokens in a row may be accepted. Which of them were is drawn.
#[rstest]
#[tokio::test]
async fn an_issuer_that_signs_at_random_is_no_cache(#[values(1, 2, 3, 4, 5, 6)] rejected_again: usize) {
    static REJECTED: AtomicUsize = AtomicUsize::new(0);
    // One deployment at a time has the number.
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = ONE.lock().await;
    REJECTED.store(rejected_again, Ordering::SeqCst);
    let checked =
        look(&deployment(|_, number| number > 0 && number != REJECTED.load(Ordering::SeqCst)).await, "[\"alice\"]")
            .await;
    let report = render(Format::Verbose, &checked.evidence, &checked.diagnosis);
    assert_eq!(errors(&checked), [], "{report}");
    assert_eq!(checked.diagnosis.verdict, Verdict::Inconclusive, "{report}");
}

#[tokio::test]
async fn a_cached_rejection_ends_with_each_later_token() {
    let checked = look(&deployment(|_, number| number > 0).await, "[\"alice\"]").await;
    assert_eq!(errors(&checked), [Fault::RefusalCached]);
}

#[tokio::test]
async fn an_unknown_user_is_rejected_with_each_later_token() {
    let checked = look(&deployment(|user, _| user == "bob").await, "[\"alice\", \"bob\"]").await;
    assert_eq!(errors(&checked), [Fault::UserUnknown]);
}

/// A service that keeps one session for each user ends the first one with the next login.
#[tokio::test]
async fn later_logins_come_after_every_other_login_and_token() {
    let checked = look(&deployment(|user, _| user == "bob").await, "[\"alice\", \"bob\"]").await;
    let evidence = &checked.evidence;
    let sent = |probe: Probe| evidence.of(probe).and_then(|seen| seen.wire.as_ref()).map(|wire| wire.at);
    let later = evidence.iter().map(|(probe, _)| probe).filter(|probe| is_later(*probe)).filter_map(sent).min();
    let first = earlier(evidence).filter_map(sent).max();
    assert!(later.is_some() && first < later, "{first:?} {later:?}");
}

fn is_later(probe: Probe) -> bool {
    matches!(probe, Probe::SecondLogin(_) | Probe::LaterLogin(..))
}

/// With the first token of a user, or without one.
fn earlier(evidence: &Evidence) -> impl Iterator<Item = Probe> + '_ {
    let is_first = |probe: &Probe| {
        let presented = probe.presented().filter(|one| one.attempt == Attempt::First);
        presented.is_some_and(|one| one.token.is_the_clients() || one.token.is_invalid())
    };
    evidence.iter().map(|(probe, _)| probe).filter(is_first)
}
