//! Users log in again while samples are open.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fivewhys::input::Source;
use fivewhys::rate::{Decision, Leg, Options, Rate, measure};
use fivewhys::target::{self, Target};
use rstest::rstest;
use tokio::sync::watch;

use super::server::Server;
use super::{only, options};

/// In seconds.
const LIFETIME: u64 = 4;

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970")
}

/// By the clock of auth, which is so much ahead.
fn token(ahead: u64) -> String {
    let now = since_1970().as_secs() + ahead;
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let claims = format!(r#"{{"sub":"one","iat":{now},"exp":{}}}"#, now + LIFETIME);
    format!("{}.{}.{}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(&claims), part("no signature that is verified"))
}

fn has_expired(request: &str, ahead: u64) -> bool {
    let token = request.split("Bearer ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
    let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap_or_default();
    claims["exp"].as_u64().is_none_or(|exp| since_1970() + Duration::from_secs(ahead) >= Duration::from_secs(exp))
}

fn respond(stream: &mut TcpStream, status: &str, body: &str) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Auth and a backend of one address. Each login after the first two takes so long.
fn server(login: Duration, ahead: u64) -> Server {
    let logins = Arc::new(AtomicUsize::new(0));
    Server::new(move |_, request, stream| {
        if request.starts_with("POST /login") {
            if logins.fetch_add(1, Ordering::SeqCst) >= 2 {
                sleep(login);
            }
            return respond(stream, "200 OK", &format!(r#"{{"token":"{}"}}"#, token(ahead)));
        }
        respond(stream, if has_expired(request, ahead) { "401 Unauthorized" } else { "200 OK" }, "[]")
    })
}

/// The same with tokens that say nothing: what it has issued it knows, and `{token}` of the body stands for it.
fn opaque_server(body: &'static str) -> Server {
    let issued = Mutex::new(HashMap::new());
    Server::new(move |number, request, stream| {
        let mut issued = issued.lock().expect("a lock");
        if request.starts_with("POST /login") {
            let token = format!("opaque-{number}-{}", fastrand::u64(..));
            issued.insert(token.clone(), Instant::now() + Duration::from_secs(LIFETIME));
            return respond(stream, "200 OK", &body.replace("{token}", &token));
        }
        let token = request.split("Bearer ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
        let is_valid = issued.get(token).is_some_and(|until| Instant::now() < *until);
        respond(stream, if is_valid { "200 OK" } else { "401 Unauthorized" }, "[]")
    })
}

fn target(server: &Server) -> Target {
    target_with(server, "")
}

fn target_with(server: &Server, login: &str) -> Target {
    let text = format!(
        r#"
[targets.renewal]
stage = "local"
auth = "http://{0}"
backend = "http://{0}"
validate = false
[targets.renewal.login]
path = "/login"
json = {{ user = "{{user}}" }}
token = "/token"
users = ["one", "two"]
{login}
"#,
        server.address
    );
    target::select(&Source::new("renewal.toml", text), "renewal", &|_| None).unwrap_or_else(|error| panic!("{error}"))
}

async fn rate_until(target: &Target, options: &Options, end: Option<Duration>) -> Rate {
    let (sender, interrupt) = watch::channel(false);
    let observer = fivewhys::rate::Observer { progress: &|_, _, _| {}, interrupt };
    let end = async {
        match end {
            Some(end) => tokio::time::sleep(end).await,
            None => std::future::pending().await,
        }
        _ = sender.send(true);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        rate = measure(target, options, observer) => rate.expect("the suite does its job"),
        () = end => unreachable!("it waits for ever"),
    }
}

fn paced() -> Options {
    Options { samples: Some(120), spread: Some(Duration::from_secs(6)), ..options(&[Leg::Backend]) }
}

/// Samples go on with the tokens that there are.
#[tokio::test]
async fn a_slow_login_holds_up_no_sample_and_no_token_is_presented_once_it_has_expired() {
    let server = server(Duration::from_millis(900), 0);
    let found = rate_until(&target(&server), &paced(), None).await;
    let leg = only(&found);
    assert_eq!((found.decision(), leg.tally.accepted), (Decision::Pass, 120), "{:?} {:?}", leg.tally, found.login);
    assert!(leg.latency.total().max < 500.0, "{:?}", leg.latency.total());
}

/// A token lives as long as it says, whatever the clock of auth.
#[tokio::test]
async fn tokens_of_an_auth_whose_clock_is_ahead_are_replaced_in_time() {
    let server = server(Duration::ZERO, 60);
    let found = rate_until(&target(&server), &paced(), None).await;
    assert_eq!(only(&found).tally.accepted, 120, "{:?}", only(&found).tally);
}

/// RFC 6749 §5.1: some servers write the number as a text, others elsewhere.
#[rstest]
#[case::beside_the_token(r#"{"token":"{token}","expires_in":4}"#, "")]
#[case::as_a_text(r#"{"token":"{token}","expires_in":"4"}"#, "")]
#[case::elsewhere(r#"{"token":"{token}","session":{"seconds":4.0}}"#, r#"expires-in = "/session/seconds""#)]
#[tokio::test]
async fn opaque_tokens_are_replaced_in_time_as_their_login_says(#[case] body: &'static str, #[case] login: &str) {
    let server = opaque_server(body);
    let found = rate_until(&target_with(&server, login), &paced(), None).await;
    assert_eq!(only(&found).tally.accepted, 120, "{:?} {:?}", only(&found).tally, found.login);
}

/// What the test above shows would otherwise be luck.
#[tokio::test]
async fn opaque_tokens_of_a_login_that_says_nothing_expire() {
    let server = opaque_server(r#"{"token":"{token}","expires_in":0}"#);
    let found = rate_until(&target(&server), &paced(), None).await;
    assert!(only(&found).tally.rejected > 0, "{:?}", only(&found).tally);
}

#[tokio::test]
async fn an_interruption_does_not_wait_for_a_login() {
    let server = server(Duration::from_secs(60), 0);
    let begun = Instant::now();
    let found = rate_until(&target(&server), &paced(), Some(Duration::from_secs(3))).await;
    assert!(found.run.interrupted && begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(only(&found).tally.rejected, 0);
}
