//! Where a login revokes the older token, a check goes on with the newest, and knows that one as well as the first.

use std::sync::{Arc, Mutex};

use fivewhys::bundle;
use fivewhys::check::check;
use fivewhys::input::Source;
use fivewhys::report::{self, Format, render};
use fivewhys::target;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// By their words nobody takes them for secrets, and no part of one is a part of another.
const TOKENS: [&str; 4] = [
    "morning-walk-by-the-old-river",
    "garden-chairs-under-quiet-trees",
    "paper-boats-along-seven-canals",
    "winter-apples-from-northern-hills",
];

/// A user has one session, `bearer` is another scheme than `Bearer`, and each response repeats the token that was sent.
async fn server(issued: Arc<Mutex<Vec<String>>>) -> MockServer {
    let server = MockServer::start().await;
    let respond = move |request: &Request| {
        let mut issued = issued.lock().expect("no panic");
        if request.url.path() == "/login" {
            let token = TOKENS[issued.len() % TOKENS.len()];
            issued.push(token.to_owned());
            return ResponseTemplate::new(200).set_body_json(serde_json::json!({ "access_token": issued.last() }));
        }
        let header = request.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_newest = header.strip_prefix("Bearer ").is_some_and(|token| issued.last().is_some_and(|it| it == token));
        let status = if request.url.path() == "/health" || is_newest { 200 } else { 401 };
        let told = header.trim_start_matches(|c| c != ' ').trim();
        ResponseTemplate::new(status).set_body_json(serde_json::json!({ "told": told }))
    };
    Mock::given(any()).respond_with(respond).mount(&server).await;
    server
}

#[tokio::test]
async fn the_token_of_a_later_login_is_not_shown() {
    let issued = Arc::default();
    let server = server(Arc::clone(&issued)).await;
    let (uri, login) = (server.uri(), r#"{ path = "/login", json = { user = "{user}" }, token = "/access_token" }"#);
    let login = login.replace(" }, token", " }, users = [\"one\"], token");
    let file = format!(
        "[targets.t]\nstage = \"local\"\nauth = \"{uri}\"\nbackend = \"{uri}\"\nvalidate = false\nlogin = {login}\n\
         protected = {{ path = \"/api\" }}\n"
    );
    let source = Source::new("fivewhys.toml", file);
    let target = target::select(&source, "t", &|_: &str| None).unwrap_or_else(|error| panic!("{error}"));
    let checked = check(&target).await.expect("the suite does its job");
    assert_eq!(
        checked.evidence.run.one_session.len(),
        1,
        "{}",
        render(Format::Verbose, &checked.evidence, &checked.diagnosis)
    );
    let told = [
        serde_json::to_string(&checked.evidence).expect("JSON"),
        bundle::encode(&checked.evidence).expect("JSON"),
        report::exchanges(&checked.evidence),
        render(Format::Verbose, &checked.evidence, &checked.diagnosis),
    ];
    let issued = issued.lock().expect("no panic");
    let shown: Vec<_> = issued.iter().filter(|token| told.iter().any(|text| text.contains(*token))).collect();
    assert!(issued.len() > 1 && shown.is_empty(), "of {issued:?}: {shown:?}");
}
