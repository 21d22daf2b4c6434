//! The third fence: a target whose every service repeats what it was sent, in every place where an answer has room. Nothing
//! of a token or a secret may come out of the suite: reports, evidence, debug output, panics, logs of our own.

mod later_login;
mod places;
mod spellings;
mod table;
mod watched;

use std::ffi::OsString;
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use clap::ValueEnum;
use fivewhys::check::check;
use fivewhys::input::Source;
use fivewhys::report::{self, Format, render};
use fivewhys::{bundle, dry_run, target};
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const BYPASS: &str = "canary+bypass/key=1";
const SIGNING: &str = "canary-signing-secret-0123456789abcdef";
const SERVICE: &str = "canary service \"secret\"";
const REFRESH: &str = "cn-Refresh0123456789ABCDEFGHIJKLMNOPqrstuvwxyz";
const PAYLOAD: &str = r#"{"sub":"canary","exp":4102444800}"#;
/// A token that is no JWT, with characters that each encoding writes in its own way.
const OPAQUE: &str = "canary~opaque+/token=42";
const SIGNATURE: &str = "Cn4rySignature0123456789-_abcdefghijklmnopqr";

fn token() -> String {
    format!("{}.{}.{SIGNATURE}", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#), URL_SAFE_NO_PAD.encode(PAYLOAD))
}

/// All that must not be seen, in the encodings in which services repeat things.
fn canaries() -> Vec<String> {
    let token = token();
    let mut canaries: Vec<String> = token.split('.').chain([REFRESH, &SIGNATURE[..12]]).map(String::from).collect();
    for value in [BYPASS, SIGNING, SERVICE, &token, OPAQUE, &format!("Bearer {OPAQUE}")] {
        canaries.extend([STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].map(|engine| engine.encode(value)));
        canaries.push(value.to_owned());
        canaries.push(url::form_urlencoded::byte_serialize(value.as_bytes()).collect());
        canaries.push(serde_json::Value::from(value).to_string().trim_matches('"').to_owned());
    }
    canaries
}

fn assert_clean(what: &str, text: &str) {
    for canary in canaries() {
        assert!(!text.contains(&canary), "{what} holds {canary:?}:\n{text}");
    }
}

/// Says back everything that came, in body and headers.
fn echo(status: u16, request: &Request) -> ResponseTemplate {
    let headers: Vec<String> = request.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    let body = String::from_utf8_lossy(&request.body);
    let encoded = URL_SAFE.encode(&request.body);
    let all =
        serde_json::json!({"error": format!("{headers:?} {body}"), "encoded": encoded, "shortened": &token()[..30]});
    let authorization = request.headers.get("authorization").cloned();
    let answer = ResponseTemplate::new(status)
        .set_body_json(all)
        .insert_header("www-authenticate", format!("Bearer realm={}", token()));
    authorization.into_iter().fold(answer, |answer, value| answer.insert_header("location", value))
}

async fn echoing_server(login: u16, token: &str) -> MockServer {
    let server = MockServer::start().await;
    let session = serde_json::json!({"access_token": token, "refresh_token": REFRESH});
    let answer = move |request: &Request| match login {
        200 => ResponseTemplate::new(200).set_body_json(&session),
        status => echo(status, request),
    };
    Mock::given(method("POST")).and(path("/login")).respond_with(answer).mount(&server).await;
    Mock::given(any()).respond_with(|request: &Request| echo(401, request)).mount(&server).await;
    server
}

fn config(server: &MockServer) -> String {
    let (http, ws) = (server.uri(), server.uri().replace("http", "ws"));
    format!(
        r#"
[targets.canary]
stage = "local"
auth = "{http}"
backend = "{http}"
websocket = "{ws}/ws"
login = {{ path = "/login", headers = {{ X-Bypass-Key = {{ env = "BYPASS" }} }}, json = {{ email = "{{user}}" }}, token = "/access_token", users = ["a", "b"] }}
signing = {{ secret = {{ env = "SIGNING" }} }}
handshake = {{ stays-open = "50ms" }}
service = {{ headers = {{ X-Service-Secret = {{ env = "SERVICE" }} }} }}
fingerprint = {{ path = "/fingerprint", at = "/hash", headers = {{ X-Service-Auth = {{ env = "SERVICE" }} }} }}
"#
    )
}

fn environment(variable: &str) -> Option<OsString> {
    value_of(variable, [BYPASS, SIGNING, SERVICE])
}

/// The value of a variable of these targets, where they are the three in this order.
fn value_of(variable: &str, [bypass, signing, service]: [&str; 3]) -> Option<OsString> {
    match variable {
        "BYPASS" => Some(bypass.into()),
        "SIGNING" => Some(signing.into()),
        "SERVICE" => Some(service.into()),
        _ => None,
    }
}

/// Of a client that presents its token twice.
const BOTH: &str = r#"["header", "subprotocol"]"#;

#[tokio::test]
async fn nothing_that_a_service_repeats_comes_out_of_a_report_or_of_evidence() {
    let presented = [(BOTH, 200, &*token()), (BOTH, 200, OPAQUE), ("\"query\"", 200, OPAQUE)];
    for (presents, login, token) in presented.into_iter().chain([(BOTH, 401, ""), (BOTH, 500, "")]) {
        let server = echoing_server(login, token).await;
        let presenting = format!("handshake = {{ presents = {presents}, ");
        let source = Source::new("canary.toml", config(&server).replace("handshake = { ", &presenting));
        let target = target::select(&source, "canary", &environment).unwrap_or_else(|error| panic!("{error}"));
        assert_clean("the target's debug output", &format!("{target:?}"));
        let checked = check(&target).await.expect("the suite does its job");
        assert_clean("the evidence", &serde_json::to_string(&checked.evidence).expect("JSON"));
        assert_clean("the evidence's debug output", &format!("{:?}", checked.evidence));
        assert_clean("the diagnosis", &format!("{:?}", checked.diagnosis));
        for format in Format::value_variants().iter().copied().chain([Format::Verbose]) {
            assert_clean("a report", &render(format, &checked.evidence, &checked.diagnosis));
        }
        assert_clean("the bundle", &bundle::encode(&checked.evidence).expect("JSON"));
        assert_clean("the exchanges", &report::exchanges(&checked.evidence));
        let plan = dry_run::dry_run(&target, Default::default()).expect("the suite does its job");
        let drafts = plan.rounds.iter().flat_map(|(_, drafts)| drafts).chain(&plan.with_reason);
        let wires: Vec<_> = drafts.map(|(_, wire)| wire).collect();
        assert_clean("a dry run", &format!("{wires:?}{}", report::dry_run(&plan)));
    }
}

#[tokio::test]
async fn nothing_comes_out_of_the_command_either() {
    let server = echoing_server(200, OPAQUE).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("canary.toml");
    std::fs::write(&file, config(&server)).expect("written");
    let run = |flags: &[&str], variables: Vec<(&str, &str)>| -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        // What a workflow is told is told by the same command.
        let command = command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.path().join("summary"));
        let command = command.args(["check", "canary", "--config"]).arg(&file).args(flags);
        command.current_dir(folder.path()).envs(variables).output().expect("it runs")
    };
    let all = [("BYPASS", BYPASS), ("SIGNING", SIGNING), ("SERVICE", SERVICE)];
    let mut outputs = vec![run(&["--format", "json", "--evidence", "seen"], all.to_vec())];
    outputs.extend(
        [&["--thorough"][..], &["--dry-run"], &["--dry-run", "--thorough"]].map(|flags| run(flags, all.to_vec())),
    );
    assert!(outputs.iter().all(|output| !output.stdout.is_empty()), "{outputs:?}");
    let lacking = run(&[], all[..2].to_vec());
    assert_eq!(lacking.status.code(), Some(2), "{lacking:?}");
    let unsendable = run(&[], vec![all[0], all[1], ("SERVICE", "canary service \"secret\"\n")]);
    assert_eq!(unsendable.status.code(), Some(2), "a line break cannot stand in a header: {unsendable:?}");
    for output in outputs.into_iter().chain([lacking, unsendable]) {
        assert_clean("standard output", &String::from_utf8_lossy(&output.stdout));
        assert_clean("standard error", &String::from_utf8_lossy(&output.stderr));
    }
    assert_clean("the summary", &std::fs::read_to_string(folder.path().join("summary")).expect("it was written"));
    for name in [bundle::EVIDENCE, bundle::EXCHANGES] {
        let kept = std::fs::read_to_string(folder.path().join("seen").join(name)).expect("it was written");
        assert!(kept.contains("[TOKEN]"), "nothing was sent: {kept}");
        assert_clean(name, &kept);
    }
}

/// With a private key in `signing`, whatever form of it a service repeats: as it is written, in one line, each line.
#[tokio::test]
async fn nothing_of_a_private_key_that_a_service_repeats_comes_out() {
    let pem = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key").serialize_pem();
    let lines: Vec<String> = pem.lines().filter(|line| !line.starts_with('-')).map(str::to_owned).collect();
    let repeated = serde_json::json!({
        "error": pem, "escaped": pem.replace('\n', "\\n"), "body": lines.concat(), "lines": lines,
        "encoded": STANDARD.encode(&pem), "url-safe": lines.concat().replace('+', "-").replace('/', "_"),
    });
    let server = MockServer::start().await;
    let session = serde_json::json!({"access_token": token()});
    Mock::given(method("POST"))
        .and(path("/login"))
        .respond_with(ResponseTemplate::new(200).set_body_json(&session))
        .mount(&server)
        .await;
    Mock::given(any()).respond_with(ResponseTemplate::new(401).set_body_json(&repeated)).mount(&server).await;
    let text = config(&server).replace("{ secret = { env = \"SIGNING\" } }", "{ private-key = { env = \"KEY\" } }");
    let environment = |name: &str| if name == "KEY" { Some(pem.clone().into()) } else { environment(name) };
    let target = target::select(&Source::new("canary.toml", text), "canary", &environment);
    let target = target.unwrap_or_else(|error| panic!("{error}"));
    let checked = check(&target).await.expect("the suite does its job");
    let evidence = serde_json::to_string(&checked.evidence).expect("JSON");
    assert!(evidence.contains("[SECRET]"), "nothing was repeated: {evidence}");
    let plan = dry_run::dry_run(&target, Default::default()).expect("the suite does its job");
    for shown in [evidence, format!("{target:?}"), report::exchanges(&checked.evidence), report::dry_run(&plan)] {
        let mut runs = lines.iter().flat_map(|line| line.split(['+', '/', '='])).filter(|run| run.len() >= 8);
        assert_eq!(runs.find(|run| shown.contains(*run)), None, "{shown}");
        assert!(lines.iter().all(|line| line.len() < 8 || !shown.contains(line)), "{shown}");
    }
}

/// The gateway of the mocks repeats what it was sent in its error frame: header, subprotocol, both ends of the token.
#[tokio::test]
async fn nothing_that_a_gateway_repeats_comes_into_evidence() {
    for id in ["secret/jwt-secret-mismatch", "secret/incident-token", "websocket/protocol-header-missing-query"] {
        let scenario = fivewhys::scenario::Scenario::find(id).unwrap_or_else(|error| panic!("{error}"));
        let mut deployment = scenario.deployment();
        deployment.gateway.token_in_error_frame = fivewhys::deployment::TokenInErrorFrame::Full;
        let running = fivewhys::mock::start(&deployment, &scenario.target).await.expect("loopback sockets");
        let target = running.target().unwrap_or_else(|error| panic!("{error}"));
        let checked = check(&target).await.expect("the suite does its job");
        let evidence = serde_json::to_string(&checked.evidence).expect("JSON");
        assert!(evidence.contains("token_characteristics") && evidence.contains("[TOKEN]"), "nothing was repeated");
        // What a JWT begins with, plain and once more in base64; fewer than eight characters of it tell nothing.
        let mut runs = evidence.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        let like_token = |run: &&str| run.len() >= 8 && (run.starts_with("eyJ") || run.starts_with("ZXlK"));
        assert_eq!(runs.find(like_token), None, "{id}: {evidence}");
        for secret in running.target_file.split('"').filter(|text| text.len() == 64) {
            assert!(!evidence.contains(secret), "{id}: {evidence}");
        }
    }
}
