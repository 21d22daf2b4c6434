//! The documents in which an issuer publishes its keys, from servers that are made for a test.

use fivewhys::check::{Checked, check};
use fivewhys::evidence::{Extracted, Response};
use fivewhys::input::Source;
use fivewhys::outcome::Outcome;
use fivewhys::target;
use fivewhys::vocabulary::{Probe, Reading, TokenKind};
use rstest::rstest;
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

const DISCOVERY: &str = "/realms/one/.well-known/openid-configuration";

/// A healthy check with a private key presents what one with a shared secret does: an expired token, and no other control.
#[tokio::test]
async fn a_private_key_adds_the_controls_that_a_secret_adds() {
    let mut resigned = Vec::new();
    for id in ["healthy", "healthy/private-key"] {
        let scenario = fivewhys::scenario::Scenario::find(id).unwrap_or_else(|error| panic!("{error}"));
        let running = fivewhys::mock::start(&scenario.deployment(), &scenario.target).await.expect("loopback sockets");
        let target = running.target().unwrap_or_else(|error| panic!("{error}"));
        let evidence = check(&target).await.expect("the suite does its job").evidence;
        let signed = |probe: &Probe| {
            probe.presented().is_some_and(|presented| matches!(presented.token, TokenKind::Resigned(..)))
        };
        resigned.push(evidence.iter().map(|(probe, _)| probe).filter(signed).collect::<Vec<Probe>>());
    }
    assert_eq!(resigned[0], resigned[1]);
    assert!(!resigned[0].is_empty());
}

async fn serves(server: &MockServer, at: &str, document: &Value) {
    let response = ResponseTemplate::new(200).set_body_json(document);
    Mock::given(path(at)).respond_with(response).mount(server).await;
}

/// Auth, an access proxy before it that wants a header, and the issuer `/realms/one` there.
async fn checked(auth: &MockServer) -> Checked {
    let address = auth.uri();
    let text = format!(
        "[targets.local]\nstage = \"local\"\nauth = \"{address}\"\nheaders = {{ X-Gate-Key = \"opens-the-gate\" }}\n\
         [targets.local.keys]\nissuer = \"{address}/realms/one\"\n"
    );
    let target =
        target::select(&Source::new("test", text), "local", &|_| None).unwrap_or_else(|mistake| panic!("{mistake}"));
    check(&target).await.expect("the suite does its job")
}

fn is_sent_with_key(requests: &[wiremock::Request], at: &str) -> Vec<bool> {
    let there = requests.iter().filter(|request| request.url.path() == at);
    there.map(|request| request.headers.contains_key("x-gate-key")).collect()
}

#[tokio::test]
async fn what_an_access_proxy_wants_is_sent_to_no_other_address() {
    let (auth, other) = (MockServer::start().await, MockServer::start().await);
    let issuer = format!("{}/realms/one", auth.uri());
    serves(&auth, DISCOVERY, &json!({"issuer": issuer, "jwks_uri": format!("{}/keys", other.uri())})).await;
    serves(&other, "/keys", &json!({"keys": [{"kty": "EC", "crv": "P-521", "kid": "one"}]})).await;
    let Checked { evidence, .. } = checked(&auth).await;
    assert_eq!(evidence.outcome(Probe::Keys(Reading::First)), Some(Outcome::Accepted));
    assert_eq!(is_sent_with_key(&auth.received_requests().await.expect("recorded"), DISCOVERY), [true]);
    assert_eq!(is_sent_with_key(&other.received_requests().await.expect("recorded"), "/keys"), [false]);
}

/// What is found in the key set, whatever stands there.
#[rstest]
#[case::no_set(json!({"key": []}), &[])]
#[case::no_list(json!({"keys": {}}), &[])]
#[case::empty(json!({"keys": []}), &[])]
#[case::no_objects(json!({"keys": [1, null, "text", []]}), &[false, false, false, false])]
#[case::short_keys(json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": ""}, {"kty": "EC", "crv": "P-256", "x": "", "y": ""}]}), &[false, true])]
#[case::a_secret(json!({"keys": [{"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA", "n": "!", "e": "AQAB"}]}), &[false, false])]
#[tokio::test]
async fn any_key_set_is_read_without_harm(#[case] set: Value, #[case] usable: &[bool]) {
    let auth = MockServer::start().await;
    let issuer = format!("{}/realms/one", auth.uri());
    serves(&auth, DISCOVERY, &json!({"issuer": issuer, "jwks_uri": format!("{issuer}/keys")})).await;
    serves(&auth, "/realms/one/keys", &set).await;
    let Checked { evidence, .. } = checked(&auth).await;
    let found = match evidence.of(Probe::Keys(Reading::First)).map(|seen| &seen.response) {
        Some(Response::Http(http)) => match &http.extracted {
            Extracted::Keys(keys) => keys.iter().map(|key| key.is_usable()).collect(),
            Extracted::Nothing => Vec::new(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(found, usable);
}

#[rstest]
#[case::relative(json!("/keys"))]
#[case::another_scheme(json!("file:///etc/passwd"))]
#[case::no_text(json!(1))]
#[case::none(Value::Null)]
#[tokio::test]
async fn keys_are_read_only_at_an_address_of_http(#[case] address: Value) {
    let auth = MockServer::start().await;
    let issuer = format!("{}/realms/one", auth.uri());
    serves(&auth, DISCOVERY, &json!({"issuer": issuer, "jwks_uri": address})).await;
    let Checked { evidence, .. } = checked(&auth).await;
    assert_eq!(evidence.outcome(Probe::Discovery(Reading::First)), Some(Outcome::Unexpected));
    assert!(evidence.of(Probe::Keys(Reading::First)).is_none());
}
