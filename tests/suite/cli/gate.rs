//! The gate: one answer, and no way around a part of it.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use boon::{Compiler, Schemas};
use rstest::rstest;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::{err, fivewhys, out};
use crate::words::forbidden;

#[test]
fn a_healthy_deployment_passes_and_says_what_was_required() {
    let gate = fivewhys(&["gate", "--scenario", "healthy"]);
    assert_eq!(gate.status.code(), Some(0), "{}", out(&gate));
    let text = out(&gate);
    assert!(text.starts_with("✓ embedded passes the gate"), "{text}");
    for required in ["✓ success rate of auth", "✓ success rate of REST", "✓ success rate of WebSocket", "✓ same secret"]
    {
        assert!(text.contains(required), "{text}");
    }
    assert!(text.lines().count() <= 8, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

/// What scripts rely on.
#[test]
fn the_json_of_a_gate_follows_its_schema() {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    for (name, text) in [
        ("file:///report.schema.json", include_str!("../../../support/report/report.schema.json")),
        ("file:///gate.schema.json", include_str!("../../../support/report/gate.schema.json")),
    ] {
        compiler.add_resource(name, serde_json::from_str(text).expect("JSON")).expect("a resource");
    }
    let index = compiler.compile("file:///gate.schema.json", &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
    for scenario in ["healthy", "secret/jwt-secret-mismatch", "claims/audience-mismatch-unknowable"] {
        assert_eq!(forbidden(&out(&fivewhys(&["gate", "--scenario", scenario]))), Vec::<String>::new());
        let gate = fivewhys(&["gate", "--scenario", scenario, "--format", "json"]);
        let json = serde_json::from_str(&out(&gate)).expect("JSON");
        schemas.validate(&json, index).unwrap_or_else(|error| panic!("{error:#}\n{json:#}"));
    }
}

#[test]
fn a_fault_closes_the_gate_and_the_broken_service_gets_no_samples() {
    let gate = fivewhys(&["gate", "--scenario", "secret/jwt-secret-mismatch", "--format", "json"]);
    assert_eq!(gate.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_str(&out(&gate)).expect("JSON");
    assert_eq!((&json["schema"], &json["verdict"]), (&"fivewhys.gate/1".into(), &"faulty".into()));
    assert_eq!(json["check"]["findings"][0]["fault"], "jwt-secret-mismatch");
    assert!(json["rate"].is_null(), "{json}");
    let conditions: Vec<_> = json["conditions"].as_array().expect("conditions").iter().collect();
    let verdicts: Vec<_> = conditions.iter().map(|one| (&one["condition"], &one["verdict"])).collect();
    assert_eq!(
        verdicts,
        [
            (&"check".into(), &"faulty".into()),
            (&"success-rate".into(), &"inconclusive".into()),
            (&"secret-consistency".into(), &"faulty".into())
        ]
    );
}

/// Responds as a service that rejects every third valid token from the twentieth request on.
async fn gets_worse() -> MockServer {
    let server = MockServer::start().await;
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
    let session = serde_json::json!({"t": token});
    Mock::given(path("/login")).respond_with(ResponseTemplate::new(200).set_body_json(session)).mount(&server).await;
    Mock::given(path("/health")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let made = AtomicUsize::new(0);
    let of_rest = move |request: &Request| {
        let number = made.fetch_add(1, Ordering::SeqCst);
        let presented = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let is_valid = presented == Some(&format!("Bearer {token}"));
        let status = if is_valid && (number < 20 || !number.is_multiple_of(3)) { 200 } else { 401 };
        let told = if presented.is_some() { "invalid_token" } else { "missing_token" };
        let body = if status == 200 { serde_json::json!([]) } else { serde_json::json!({ "error": told }) };
        ResponseTemplate::new(status).set_body_json(body)
    };
    Mock::given(path("/api")).respond_with(of_rest).mount(&server).await;
    server
}

/// What a check does not meet in its fifty requests.
#[tokio::test]
async fn a_low_success_rate_closes_the_gate_though_the_check_is_healthy() {
    let server = gets_worse().await;
    let folder = tempfile::tempdir().expect("a folder");
    let [config, junit, sarif, markdown, html, metrics] =
        ["fivewhys.toml", "junit", "sarif", "markdown", "html", "openmetrics"].map(|name| folder.path().join(name));
    let uri = server.uri();
    let target = format!(
        "[targets.t]\nstage = \"local\"\nauth = \"{uri}\"\nbackend = \"{uri}\"\nvalidate = false\nprotected = {{ path = \"/api\" }}\n\
         [targets.t.login]\npath = \"/login\"\nusers = [\"a\"]\njson = {{ user = \"{{user}}\" }}\ntoken = \"/t\"\n"
    );
    fs::write(&config, target).expect("written");
    let reports = [&junit, &sarif, &markdown, &html, &metrics]
        .map(|path| format!("{}={}", path.file_name().unwrap_or_default().display(), path.display()));
    let flags = reports.iter().flat_map(|report| ["--report", report.as_str()]);
    let arguments: Vec<&str> =
        ["gate", "t", "--config", config.to_str().expect("UTF-8")].into_iter().chain(flags).collect();
    let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
    let gate = tokio::task::spawn_blocking(move || fivewhys(&arguments.iter().map(String::as_str).collect::<Vec<_>>()));
    let gate = gate.await.expect("it ends");
    let text = out(&gate);
    assert_eq!(gate.status.code(), Some(1), "{text}\n{}", err(&gate));
    assert!(text.starts_with("✗ t does not pass the gate: success rate of REST"), "{text}");
    assert!(text.contains("✗ success rate of REST") && text.contains("✓ same secret"), "{text}");
    for (file, told) in [
        (junit, "<testsuite name=\"gate\" tests=\"3\" skipped=\"0\" errors=\"0\" failures=\"1\" timestamp="),
        (sarif.clone(), "\"ruleId\": \"gate\""),
        (markdown.clone(), "| ✗ | success rate of REST |"),
        // What was measured: how many, how fast, and what is to be said of it.
        (markdown.clone(), "| | success rate | accepted | rate | p50 ms | p99 ms |"),
        (markdown, "\n| ✗ | REST | "),
        (html.clone(), "<body class=\"faulty\">"),
        (html, "<th scope=\"row\">REST</th>"),
        (metrics, "fivewhys_verdict{target=\"t\",verdict=\"faulty\"} 1.0"),
    ] {
        let report = fs::read_to_string(&file).expect("a report");
        assert!(report.contains(told), "{told}: {report}");
    }
    let sarif: serde_json::Value = serde_json::from_str(&fs::read_to_string(&sarif).expect("a report")).expect("JSON");
    let places = sarif["runs"][0]["results"].as_array().expect("results").iter().map(|result| {
        let place = &result["locations"][0]["physicalLocation"];
        (&result["ruleId"], &place["artifactLocation"]["uri"], &place["region"]["startLine"])
    });
    // The line of `backend`, and that of the target.
    let expected = [("bearer-scheme-case-sensitive", 4), ("gate", 1)];
    let expected = expected.map(|(rule, line)| (rule.into(), "fivewhys.toml".into(), line.into()));
    assert_eq!(
        places.collect::<Vec<_>>(),
        expected.iter().map(|(rule, file, line)| (rule, file, line)).collect::<Vec<_>>()
    );
}

/// Somebody rolls back what a gate calls faulty, so it does so only where the deployment is shown to be at fault: a password that is
/// out of date, or an authority that `ca` does not name, is a mistake of the pipeline.
#[rstest]
#[case::a_secret_of_the_target_file("secret/minter-secret-mismatch", 3)]
#[case::a_password_of_the_target_file("user/login-refused", 3)]
#[case::a_path_of_the_target_file("user/login-route-missing", 3)]
#[case::a_header_of_the_target_file("reach/access-gate-in-front", 3)]
#[case::an_address_of_the_target_file("websocket/websocket-path-wrong", 3)]
#[case::an_origin_of_the_target_file("websocket/origin-refused", 3)]
#[case::a_description_of_the_target_file("reach/answer-unlike-contract", 3)]
#[case::an_authority_that_is_not_named("reach/tls-untrusted-self-signed", 3)]
#[case::one_service_of_several("reach/backend-unreachable", 1)]
#[case::a_wrong_certificate("reach/tls-untrusted-wrong-name", 1)]
#[case::fingerprints_that_differ("healthy/unused-secret", 3)]
#[case::a_limit_of_connections("healthy/one-connection-per-user", 0)]
#[case::no_secret_is_shared("healthy/published-keys", 0)]
fn a_gate_calls_faulty_only_what_is_proven_of_the_deployment(#[case] scenario: &str, #[case] code: i32) {
    let gate = fivewhys(&["gate", "--scenario", scenario]);
    assert_eq!(gate.status.code(), Some(code), "{}", out(&gate));
    let text = out(&gate);
    let verdicts = text.lines().filter(|line| line.starts_with(['✓', '✗', '?'])).count();
    assert_eq!(verdicts, 1, "one verdict: {text}");
    let mark = text.chars().next();
    assert_eq!(mark, Some(['✓', '✗', '?', '?'][code as usize]), "{}", out(&gate));
}

/// Such a success rate would be none.
#[test]
fn an_objective_that_requires_nothing_is_rejected() {
    let gate = fivewhys(&["gate", "--scenario", "healthy", "--objective", "0.01"]);
    assert_eq!(gate.status.code(), Some(2));
    assert!(err(&gate).contains("it must be between 0.9 and 0.9999"), "{}", err(&gate));
}

/// Nothing could ever open such a gate, so nothing is sent.
#[test]
fn a_target_that_could_never_pass_is_said_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("fivewhys.toml");
    let target = |keys: &str| {
        format!(
            "[targets.t]\nstage = \"production\"\nbackend = \"https://api.example.test\"\n{keys}\n[targets.t.login]\n\
             path = \"/login\"\nusers = [\"a\"]\ntoken = \"/t\"\n"
        )
    };
    for (keys, told) in [
        ("", "a gate measures the success rate, which `load = false` of"),
        ("load = true", "nothing could show that the services of `t`"),
    ] {
        let text = target(keys).replace("backend =", "auth = \"https://auth.example.test\"\nbackend =");
        fs::write(&file, text).expect("written");
        let gate = fivewhys(&["gate", "t", "--config", file.to_str().expect("UTF-8")]);
        assert_eq!(gate.status.code(), Some(2), "{} {}", out(&gate), err(&gate));
        assert!(err(&gate).contains(told), "{}", err(&gate));
    }
}

/// The secret check has no flag that skips it: these are all that there are.
#[test]
fn no_flag_leaves_a_part_out() {
    let help = out(&fivewhys(&["gate", "--help"]));
    let words = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let flags =
        words.flat_map(|line| line.split([' ', ',']).filter(|word| word.starts_with("--"))).collect::<BTreeSet<_>>();
    let known = "--color --config --evidence --forbid-close --format --help --objective --output --quiet --report --scenario --verbose";
    assert_eq!(flags, known.split(' ').collect());
}
