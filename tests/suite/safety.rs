//! Nothing is broken in an environment that is looked at: what is sent, how often, how many at a time, and to whom.

mod system_proxy;
mod tap;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use fivewhys::check::{Checked, check};
use fivewhys::deployment::{BreakerSettings, Deployment, GatewayRejection, TokenValidation, VisibleSettings};
use fivewhys::diagnosis::Verdict;
use fivewhys::evidence::{Evidence, Stage};
use fivewhys::mock::{self, RunningDeployment};
use fivewhys::rate::{Leg, Observer, Options, measure};
use fivewhys::report::{Format, render};
use fivewhys::scenario::Scenario;
use fivewhys::target::Target;
use fivewhys::vocabulary::{Fault, Probe, Service, User};
use reqwest::Url;
use rstest::rstest;
use tap::Tap;

/// A running deployment, and a tap before auth and before the backend's proxy.
struct Tapped {
    _running: RunningDeployment,
    target: Target,
    auth: Tap,
    backend: Tap,
}

async fn tapped(deployment: &Deployment, visible: &VisibleSettings, cuts: Option<&'static str>) -> Tapped {
    let running = mock::start(deployment, visible).await.expect("loopback sockets");
    let mut target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    let auth = Tap::before(address(&target.auth), cuts).await;
    let backend = Tap::before(address(&target.backend), cuts).await;
    target.auth = moved(&target.auth, &auth);
    target.backend = moved(&target.backend, &backend);
    target.websocket = moved(&target.websocket, &backend);
    target.direct = None;
    Tapped { _running: running, target, auth, backend }
}

fn address(url: &Option<Url>) -> SocketAddr {
    url.as_ref().expect("an address").socket_addrs(|| None).expect("a loopback address")[0]
}

fn moved(url: &Option<Url>, tap: &Tap) -> Option<Url> {
    let mut url = url.clone();
    url.as_mut().expect("an address").set_port(Some(tap.address.port())).expect("it has a host");
    url
}

async fn look(target: &Target) -> Checked {
    check(target).await.expect("the suite does its job")
}

/// As a target of that stage is where its file writes out nothing more.
fn in_production(target: &Target) -> Target {
    Target { stage: Stage::Production, negatives: false, load: false, connections: Some(1), ..target.clone() }
}

/// Everything that looks like a JWT, and the subprotocol's base64 read.
fn tokens(texts: &[String]) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let runs = texts.iter().flat_map(|text| text.split(|c| !is_part(c)));
    let read = runs.map(|run| match run.strip_prefix("jwt.") {
        Some(encoded) => decoded(encoded).unwrap_or_else(|| encoded.to_owned()),
        None => run.to_owned(),
    });
    read.filter(|run| run.starts_with("eyJ") && run.matches('.').count() == 2).collect()
}

fn decoded(text: &str) -> Option<String> {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
    String::from_utf8(bytes).ok()
}

/// In production no token is sent that login has not issued, and one request at a time, however much is refused.
#[rstest]
#[case::healthy("healthy")]
#[case::refused("secret/jwt-secret-mismatch")]
#[case::mixed("secret/jwt-secret-stale-replica")]
#[case::absent("user/login-route-missing")]
#[tokio::test]
async fn production_is_only_read(#[case] id: &str) {
    let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
    let tapped = tapped(&scenario.deployment(), &scenario.target, None).await;
    look(&in_production(&tapped.target)).await;
    let requests = [tapped.auth.requests(), tapped.backend.requests()].concat();
    let issued = tokens(&tapped.auth.answers());
    assert!(tokens(&requests).is_subset(&issued), "{requests:#?}");
    assert_eq!((tapped.auth.most(), tapped.backend.most()), (1, 1));
    assert!(tapped.backend.requests().iter().all(|request| request.starts_with("GET ")), "{requests:#?}");
    assert!(requests.len() < 70, "{} requests are load", requests.len());
}

/// A lockout counts the rejections of one user, however they are spaced: they have a bound of their own, whatever is permitted.
#[rstest]
#[case::mismatch("secret/jwt-secret-mismatch")]
#[case::at_auth("secret/jwt-secret-self-mismatch")]
#[tokio::test]
async fn rejections_of_a_service_that_accepts_nothing_are_bounded(#[case] id: &str) {
    let scenario = Scenario::find(id).unwrap_or_else(|mistake| panic!("{mistake}"));
    let running = mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    let most = |evidence: &Evidence| {
        let rejections = [Service::Auth, Service::Backend].map(|verifier| evidence.rejections(verifier));
        rejections.into_iter().filter(|it| !it.accepted).map(|it| it.count).max().unwrap_or_default()
    };
    let permitted = Target { negatives: true, load: true, ..in_production(&target) };
    let in_production = most(&look(&permitted).await.evidence);
    assert!((1..=8).contains(&in_production), "{in_production} rejections");
    let here = most(&look(&target).await.evidence);
    assert!(here > 8, "{here} rejections: the bound above is never reached");
}

/// The same in staging sends bad ones, so the test above can fail.
#[tokio::test]
async fn staging_is_asked_with_bad_tokens_too() {
    let tapped = tapped(&Deployment::default(), &VisibleSettings::default(), None).await;
    let checked = look(&tapped.target).await;
    assert_eq!(checked.diagnosis.verdict, Verdict::Healthy);
    assert!(!tokens(&tapped.backend.requests()).is_subset(&tokens(&tapped.auth.answers())));
    assert!(tapped.backend.most() > 1, "the probes of a round are made at once");
}

/// Who answers 429 is left alone for as long as it says.
#[tokio::test]
async fn a_limit_is_heeded() {
    let mut deployment = Deployment::default();
    deployment.proxy.request_limit = Some(6);
    let tapped = tapped(&deployment, &VisibleSettings::default(), None).await;
    let checked = look(&Target { connections: Some(1), ..tapped.target.clone() }).await;
    // The seventh is the one that is told so.
    assert_eq!(tapped.backend.requests().len(), 7, "{:#?}", tapped.backend.requests());
    let found: Vec<Fault> = checked.diagnosis.findings.iter().map(|finding| finding.fault).collect();
    assert_eq!(found, [Fault::RateLimited]);
}

/// On a machine that is held up, what took long may have been this side: nothing is concluded from it.
#[tokio::test]
async fn a_machine_that_is_held_up_accuses_nobody() {
    let visible =
        VisibleSettings { slow_after: Some("60ms".into()), timeout: Some("10s".into()), ..Default::default() };
    let running = mock::start(&Deployment::default(), &visible).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    // The one thread of this runtime stands still for longer than the client waits, again and again.
    let busy = tokio::spawn(async {
        loop {
            std::thread::sleep(Duration::from_millis(100));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let checked = look(&target).await;
    busy.abort();
    assert!(checked.evidence.held_up() > Duration::from_millis(60), "{:?}", checked.evidence.held_up());
    assert!(checked.diagnosis.findings.is_empty(), "{:?}", checked.diagnosis.findings);
    assert_eq!(checked.diagnosis.verdict, Verdict::Healthy);
}

/// A network error is met with a second attempt, which is shown and does not make the first one good.
#[tokio::test]
async fn a_network_error_is_told_and_not_forgotten() {
    let tapped = tapped(&Deployment::default(), &VisibleSettings::default(), Some("GET /api/threads")).await;
    let checked = look(&tapped.target).await;
    let retried: Vec<Probe> =
        checked.evidence.iter().filter(|(_, seen)| seen.retried.is_some()).map(|(probe, _)| probe).collect();
    assert_eq!(retried.len(), 1, "{retried:?}");
    assert_eq!(checked.diagnosis.verdict, Verdict::Inconclusive);
    assert!(checked.diagnosis.findings.is_empty(), "{:?}", checked.diagnosis.findings);
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    assert!(report.contains("connection reset, then 200"), "{report}");
    assert!(report.contains("1 of the probes met a network error"), "{report}");
}

/// A login that was cut off may have been carried out.
#[tokio::test]
async fn a_login_is_not_made_twice() {
    let tapped = tapped(&Deployment::default(), &VisibleSettings::default(), Some("/auth/e2e/test-auth")).await;
    let checked = look(&tapped.target).await;
    let logins = tapped.auth.requests().iter().filter(|request| request.contains("/auth/e2e/test-auth")).count();
    assert_eq!(logins, checked.evidence.settings.users);
    assert!(
        [User::First, User::Second]
            .iter()
            .all(|user| checked.evidence.of(Probe::Login(*user)).is_some_and(|seen| seen.retried.is_none()))
    );
}

/// A healthy target is looked at in at most twenty exchanges after one another: after those that may be rejected a valid token has
/// to be accepted before the next.
#[rstest]
#[tokio::test]
async fn a_healthy_target_takes_few_exchanges(
    #[values(TokenValidation::Local, TokenValidation::ThroughAuth)] validation: TokenValidation,
    #[values(GatewayRejection::BeforeUpgrade, GatewayRejection::AfterUpgrade, GatewayRejection::WithoutCloseFrame)]
    rejection: GatewayRejection,
) {
    let mut deployment = Deployment::default();
    deployment.backend.token_validation = validation;
    deployment.gateway.rejects = rejection;
    // Long beside what a busy machine adds, so that what goes on at once overlaps.
    deployment.proxy.delay = Duration::from_millis(300);
    deployment.auth_proxy.delay = Duration::from_millis(300);
    let running = mock::start(&deployment, &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    let checked = look(&target).await;
    assert_eq!(checked.diagnosis.verdict, Verdict::Healthy);
    assert!(checked.diagnosis.findings.is_empty(), "{:?}", checked.diagnosis.findings);
    assert!(in_sequence(&checked.evidence) <= 20, "{} exchanges after one another", in_sequence(&checked.evidence));
}

/// The longest row of exchanges of which each began when the one before had ended.
fn in_sequence(evidence: &Evidence) -> usize {
    let span = |(_, seen): (Probe, &fivewhys::evidence::Observation)| {
        seen.wire.as_ref().map(|wire| (wire.at + seen.elapsed, wire.at))
    };
    let mut spans: Vec<(Duration, Duration)> = evidence.iter().filter_map(span).collect();
    spans.sort();
    let mut row = (0, Duration::ZERO);
    for (end, start) in spans {
        if start >= row.1 {
            row = (row.0 + 1, end);
        }
    }
    row.0
}

/// Bad tokens stand between good ones, so that nobody's breaker opens for them: not even at the second in a row.
#[tokio::test]
async fn a_breaker_stays_closed() {
    let mut deployment = Deployment::default();
    deployment.backend.circuit_breaker = Some(BreakerSettings { opens_after: 2, open_for: Duration::from_secs(60) });
    let running = mock::start(&deployment, &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    // One at a time, so that the order in which they arrive is that in which they are sent.
    let checked = look(&Target { connections: Some(1), ..target }).await;
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    assert_eq!(checked.diagnosis.verdict, Verdict::Healthy, "{report}");
}

/// Where tokens come expired, as from a clock that is behind, the next ones would come so too.
#[tokio::test]
async fn a_success_rate_logs_each_user_in_once_where_tokens_come_expired() {
    let mut deployment = Deployment::default();
    deployment.auth.clock_offset = -100_000;
    let tapped = tapped(&deployment, &VisibleSettings::default(), None).await;
    let options = Options { legs: vec![Leg::Auth], concurrency: 1, ..Options::usual(&tapped.target) };
    let (_end, interrupt) = tokio::sync::watch::channel(false);
    let observer = Observer { progress: &|_, _, _| {}, interrupt };
    let rate = measure(&tapped.target, &options, observer).await.expect("the suite does its job");
    assert!(rate.legs[0].tally.attempts() >= 20, "{:?}", rate.legs[0].tally);
    let logins =
        tapped.auth.requests().iter().filter(|request| request.starts_with("POST /auth/e2e/test-auth")).count();
    assert_eq!(logins, 2);
}

/// What the deadline cut off was not looked at, however well the rest went.
#[tokio::test]
async fn a_deadline_leaves_nothing_healthy() {
    let mut deployment = Deployment::default();
    deployment.backend.delay = Duration::from_millis(400);
    let running = mock::start(&deployment, &VisibleSettings::default()).await.expect("loopback sockets");
    let target = running.target().unwrap_or_else(|mistake| panic!("{mistake}"));
    let checked = look(&Target { deadline: Duration::from_millis(700), ..target }).await;
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    assert_eq!(checked.diagnosis.verdict, Verdict::Inconclusive, "{report}");
    assert!(report.contains("probes were not made: the deadline"), "{report}");
}
