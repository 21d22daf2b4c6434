//! A resolver that never responds, in a network of its own: what is asked of it is lost. Needs user namespaces of Linux.

use std::process::{Command, Output};

const TARGET: &str = r#"
[targets.silent]
stage = "local"
auth = "https://auth.example.test"
backend = "https://api.example.test"
websocket = "wss://api.example.test/ws"
login = { path = "/login", json = { email = "{user}" }, token = "/access_token", users = ["a"] }
timeout = "1s"
"#;

/// Packets to an address that no interface has are lost on the loopback interface.
const ALONE: &str =
    "ip link set lo up && ip route add 192.0.2.0/24 dev lo && mount --bind resolv.conf /etc/resolv.conf && exec \"$@\"";

fn run(words: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("resolv.conf"), "nameserver 192.0.2.1\n").expect("written");
    std::fs::write(folder.path().join("silent.toml"), TARGET).expect("written");
    Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--net",
            "--mount",
            "sh",
            "-c",
            ALONE,
            "sh",
            env!("CARGO_BIN_EXE_fivewhys"),
        ])
        .args(words)
        .args(["silent", "--config", "silent.toml"])
        .current_dir(folder.path())
        .output()
        .expect("unshare")
}

#[test]
#[ignore = "needs user namespaces"]
fn a_silent_resolver_is_told_and_accuses_no_service() {
    let checked = run(&["check"]);
    let report = String::from_utf8_lossy(&checked.stdout);
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    for service in ["auth", "backend"] {
        assert!(report.contains(&format!("error[{service}-unreachable]")), "{report}");
    }
    assert!(report.contains("does not resolve") && !report.contains("start the service"), "{report}");
    let rated = run(&["rate", "--samples", "20"]);
    assert_eq!(rated.status.code(), Some(3), "{rated:?}");
}
