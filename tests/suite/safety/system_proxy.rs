//! Other hosts are reached through the proxy that the system names.

use std::net::SocketAddr;
use std::process::Command;

use fivewhys::deployment::{Deployment, VisibleSettings};
use fivewhys::mock;

use super::tap::Tap;

/// Other hosts are reached through the proxy that the system names; this machine is not.
#[tokio::test]
async fn the_proxy_of_the_system_is_respected() {
    let nowhere: SocketAddr = "127.0.0.1:1".parse().expect("an address");
    let proxy = Tap::before(nowhere, None).await;
    let running = mock::start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
    let backend = running.target().unwrap_or_else(|mistake| panic!("{mistake}")).backend.expect("an address");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let target = format!(
        "[targets.x]\nstage = \"staging\"\nauth = \"http://auth.test\"\nbackend = \"{backend}\"\nwebsocket = \"wss://api.test/ws\"\n"
    );
    std::fs::write(&file, target).expect("written");
    let url = format!("http://{}", proxy.address);
    let output = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        command.args(["check", "x", "--verbose", "--config"]).arg(&file);
        command.env("HTTP_PROXY", &url).env("HTTPS_PROXY", &url).output().expect("it runs")
    });
    let output = output.await.expect("it ends");
    let heads: Vec<String> =
        proxy.requests().iter().map(|request| request.lines().next().unwrap_or_default().to_owned()).collect();
    assert!(heads.contains(&"GET http://auth.test/health HTTP/1.1".to_owned()), "{heads:?}");
    assert!(heads.contains(&"CONNECT api.test:443 HTTP/1.1".to_owned()), "{heads:?}");
    assert!(heads.iter().all(|head| !head.contains("127.0.0.1")), "{heads:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("✓ backend is healthy"), "{output:?}");
}

/// So is a success rate.
#[tokio::test]
async fn a_success_rate_respects_the_proxy_of_the_system() {
    let nowhere: SocketAddr = "127.0.0.1:1".parse().expect("an address");
    let proxy = Tap::before(nowhere, None).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let target = "[targets.x]\nstage = \"staging\"\nbackend = \"https://api.test\"\n[targets.x.tokens]\none = { env = \"CANARY\" }\n";
    std::fs::write(&file, target).expect("written");
    let url = format!("http://{}", proxy.address);
    let output = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        command.args(["rate", "x", "--leg", "backend", "--config"]).arg(&file);
        command.env("CANARY", "a-token-of-a-test").env("HTTPS_PROXY", &url).output().expect("it runs")
    });
    let output = output.await.expect("it ends");
    let requests = proxy.requests();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(
        !requests.is_empty() && requests.iter().all(|head| head.starts_with("CONNECT api.test:443 HTTP/1.1")),
        "{requests:?}"
    );
}
