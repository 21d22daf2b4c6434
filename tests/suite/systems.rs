//! Systems as people run them, from the package registries: each is healthy when it is, and its faults behind a real nginx are
//! named or honestly open. tests/systems/README.md says what they are.

pub(crate) mod process;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fivewhys::check::{Checked, check};
use fivewhys::diagnosis::Verdict;
use fivewhys::input::Source;
use fivewhys::report::{Format, render};
use fivewhys::target;
use fivewhys::vocabulary::{Fault, Severity};
use process::{Process, installed};
use rstest::rstest;

use crate::proxies::ports;

/// What nginx does before the system.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Variant {
    Forwards,
    /// Round robin over two replicas with different secrets.
    TwoReplicas,
    StripsAuthorization,
    NoUpgrade,
}

impl Variant {
    fn config(self) -> &'static str {
        match self {
            Variant::Forwards => "forwards.conf",
            Variant::TwoReplicas => "two-replicas.conf",
            Variant::StripsAuthorization => "strips-authorization.conf",
            Variant::NoUpgrade => "no-upgrade.conf",
        }
    }

    /// The fault that is there.
    fn fault(self) -> Option<Fault> {
        match self {
            Variant::Forwards => None,
            Variant::TwoReplicas => Some(Fault::JwtSecretStaleReplica),
            Variant::StripsAuthorization => Some(Fault::AuthorizationHeaderStripped),
            Variant::NoUpgrade => Some(Fault::UpgradeBlocked),
        }
    }
}

fn folder(system: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/systems").join(system)
}

/// What signs tokens where there is one secret; the target file of `directus` knows it.
const SECRET: &str = "the-secret-of-a-healthy-directus";
const OTHER_SECRET: &str = "another-secret-of-thirty-two-chars";

/// One process of the system at that port.
fn replica(system: &str, port: u16, secret: &str, scratch: &Path, variables: &[(&str, &str)]) -> Process {
    let environment = installed(system, &folder(system));
    let database = match system {
        // Made once, in a minute; replicas share it, and its users with it.
        "directus" => Path::new(env!("CARGO_TARGET_TMPDIR")).join("directus.sqlite3"),
        _ => scratch.join(format!("{port}.sqlite3")),
    };
    let (port, database) = (port.to_string(), database.display().to_string());
    let own = [("PORT", port.as_str()), ("SECRET", secret), ("DATABASE", &database)];
    let installed = environment.iter().map(|(key, value)| (*key, value.as_str()));
    let variables: Vec<_> = installed.chain(own).chain(variables.iter().copied()).collect();
    let script = folder(system).join("serve.js");
    match script.is_file() {
        true => Process::start(Path::new("node"), &[&script.display().to_string()], &variables),
        false => Process::start(&folder(system).join("serve"), &[], &variables),
    }
}

/// The system in one process or two, behind nginx.
async fn behind_nginx(system: &str, variant: Variant, variables: &[(&str, &str)]) -> Checked {
    let scratch = tempfile::tempdir().expect("a folder");
    let [port, one, other] = ports(3)[..] else { panic!("three ports") };
    let health = if system == "directus" { "/server/ping" } else { "/health" };
    let replicas = match variant {
        Variant::TwoReplicas => vec![(one, SECRET), (other, OTHER_SECRET)],
        _ => vec![(one, SECRET)],
    };
    let started = replicas.iter().map(|(port, secret)| replica(system, *port, secret, scratch.path(), variables));
    let mut processes: Vec<Process> = started.collect();
    for (process, (port, _)) in processes.iter_mut().zip(&replicas) {
        process.responds(&format!("http://127.0.0.1:{port}{health}")).await;
    }
    let template = fs::read_to_string(folder("nginx").join(variant.config())).expect("a configuration");
    let config = template
        .replace("@PORT@", &port.to_string())
        .replace("@UPSTREAM_A@", &format!("127.0.0.1:{one}"))
        .replace("@UPSTREAM_B@", &format!("127.0.0.1:{other}"))
        .replace("@FOLDER@", &scratch.path().display().to_string());
    let file = scratch.path().join("nginx.conf");
    fs::write(&file, config).expect("written");
    let log = scratch.path().join("error.log").display().to_string();
    let arguments = ["-e", &log, "-c", &file.display().to_string(), "-g", "daemon off;"];
    let mut nginx = Process::start(Path::new("nginx"), &arguments, &[]);
    nginx.responds(&format!("http://127.0.0.1:{port}{health}")).await;
    let text = fs::read_to_string(folder(system).join("target.toml")).expect("a target");
    let text = ["@ADDRESS@", "@AUTH@", "@BACKEND@"]
        .iter()
        .fold(text, |text, address| text.replace(address, &format!("http://127.0.0.1:{port}")))
        .replace("@WEBSOCKET@", &format!("ws://127.0.0.1:{port}"));
    // Directus reads a token in the query too: only the address behind nginx tells whether nginx drops the header.
    let direct = match (system, variant) {
        ("directus", Variant::StripsAuthorization) => {
            format!("[targets.directus.direct]\nbackend = \"http://127.0.0.1:{one}\"\n")
        }
        _ => String::new(),
    };
    look(system, &format!("{text}\n{direct}")).await
}

async fn look(system: &str, text: &str) -> Checked {
    let source = Source::new(format!("{system}.toml"), text);
    let target = target::select(&source, system, &|_| None).unwrap_or_else(|error| panic!("{error}"));
    check(&target).await.expect("the suite does its job")
}

/// Nothing else is accused; what is there is named, or open.
#[track_caller]
fn assert_named_or_open(checked: &Checked, fault: Option<Fault>) {
    let Checked { evidence, diagnosis } = checked;
    let report = render(Format::Text, evidence, diagnosis);
    let errors = diagnosis.findings.iter().filter(|finding| finding.severity <= Severity::Error);
    let errors: BTreeSet<Fault> = errors.map(|finding| finding.fault).collect();
    match fault {
        None => assert!(errors.is_empty() && diagnosis.verdict == Verdict::Healthy, "{report}"),
        Some(fault) => {
            assert!(errors.iter().all(|found| *found == fault), "{errors:?}\n{report}");
            assert!(errors.contains(&fault) || diagnosis.undetermined.contains_key(&fault), "{fault}\n{report}");
            assert_ne!(diagnosis.verdict, Verdict::Healthy, "{report}");
        }
    }
}

#[rstest]
#[tokio::test]
#[ignore = "needs nginx and python3"]
async fn a_python_system_is_healthy_or_its_fault_is_named_or_open(
    #[values("fastapi", "django-channels")] system: &str,
    #[values(Variant::Forwards, Variant::TwoReplicas, Variant::StripsAuthorization, Variant::NoUpgrade)]
    variant: Variant,
) {
    let checked = behind_nginx(system, variant, &[]).await;
    assert_named_or_open(&checked, variant.fault());
    if variant == Variant::TwoReplicas {
        let found = faults(&checked);
        assert!(found.contains(&Fault::JwtSecretStaleReplica), "{found:?}");
    }
}

fn faults(checked: &Checked) -> Vec<Fault> {
    checked.diagnosis.findings.iter().map(|finding| finding.fault).collect()
}

#[rstest]
#[tokio::test]
#[ignore = "needs nginx and node"]
async fn directus_is_healthy_or_its_fault_is_named_or_open(
    #[values(Variant::Forwards, Variant::TwoReplicas, Variant::StripsAuthorization, Variant::NoUpgrade)]
    variant: Variant,
) {
    assert_named_or_open(&behind_nginx("directus", variant, &[]).await, variant.fault());
}

#[tokio::test]
#[ignore = "needs nginx and node"]
async fn tokens_of_directus_that_live_for_a_minute_are_told() {
    let checked = behind_nginx("directus", Variant::Forwards, &[("ACCESS_TOKEN_TTL", "1m")]).await;
    assert_eq!(faults(&checked), [Fault::TokenExpiresTooSoon]);
}

/// An OpenID provider, a resource server and a gateway, each on a port of its own; and with an audience that is not the token's.
#[rstest]
#[case::healthy(&[], None)]
#[case::healthy_on_a_curve(&[("ALGORITHM", "ES256")], None)]
#[case::another_issuer(&[("BACKEND_ISSUER", "https://other.example.com")], Some(Fault::IssuerMismatch))]
#[case::without_keys(&[("GATEWAY_JWKS", "http://127.0.0.1:1/jwks")], Some(Fault::JwtSecretMismatch))]
#[case::another_audience(&[("BACKEND_AUDIENCE", "https://other.example.com")], Some(Fault::AudienceMismatch))]
#[case::gateway_with_another_audience(&[("GATEWAY_AUDIENCE", "https://other.example.com")], Some(Fault::AudienceMismatch))]
#[tokio::test]
#[ignore = "needs node"]
async fn an_openid_provider_is_healthy_or_its_fault_is_open(
    #[case] variables: &[(&str, &str)],
    #[case] fault: Option<Fault>,
) {
    let checked = openid_provider(variables, None).await;
    assert_named_or_open(&checked, fault);
}

/// The keys of another provider have not signed the token, and every verifier accepts it.
#[tokio::test]
#[ignore = "needs node"]
async fn a_token_of_another_openid_provider_than_that_of_the_keys_is_told() {
    installed("oidc", &folder("oidc"));
    let port = ports(1)[0];
    let issuer = format!("http://127.0.0.1:{port}");
    let script = folder("oidc").join("serve.js").display().to_string();
    let mut other =
        Process::start(Path::new("node"), &[&script], &[("ISSUER", issuer.as_str()), ("AUTH_PORT", &port.to_string())]);
    other.responds(&format!("{issuer}/.well-known/openid-configuration")).await;
    let checked = openid_provider(&[], Some(&issuer)).await;
    let found: Vec<(Fault, Severity)> =
        checked.diagnosis.findings.iter().map(|finding| (finding.fault, finding.severity)).collect();
    let report = render(Format::Text, &checked.evidence, &checked.diagnosis);
    assert_eq!(found, [(Fault::SigningKeyUnknown, Severity::Warning)], "{report}");
    assert_eq!(checked.diagnosis.verdict, Verdict::Healthy, "{report}");
}

/// Checked with its own keys, or with those of another issuer.
async fn openid_provider(variables: &[(&str, &str)], keys: Option<&str>) -> Checked {
    installed("oidc", &folder("oidc"));
    let [auth, backend, gateway] = ports(3)[..] else { panic!("three ports") };
    let issuer = format!("http://127.0.0.1:{auth}");
    let [auth_port, backend_port, gateway_port] = [auth, backend, gateway].map(|port| port.to_string());
    let own = [
        ("ISSUER", issuer.as_str()),
        ("AUTH_PORT", &auth_port),
        ("BACKEND_PORT", &backend_port),
        ("GATEWAY_PORT", &gateway_port),
    ];
    let variables: Vec<_> = variables.iter().copied().chain(own).collect();
    let script = folder("oidc").join("serve.js").display().to_string();
    let mut process = Process::start(Path::new("node"), &[&script], &variables);
    process.responds(&format!("{issuer}/.well-known/openid-configuration")).await;
    process.responds(&format!("http://127.0.0.1:{backend}/health")).await;
    process.responds(&format!("http://127.0.0.1:{gateway}/health")).await;
    let text = fs::read_to_string(folder("oidc").join("target.toml")).expect("a target");
    let text = text
        .replace("issuer = \"@AUTH@\"", &format!("issuer = \"{}\"", keys.unwrap_or(&issuer)))
        .replace("@AUTH@", &issuer)
        .replace("@BACKEND@", &format!("http://127.0.0.1:{backend}"))
        .replace("@WEBSOCKET@", &format!("ws://127.0.0.1:{gateway}"));
    look("oidc", &text).await
}
