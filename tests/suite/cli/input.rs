//! What a person writes wrongly: one clear message with file, line and caret, before anything is sent.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use super::{TARGET, config_error, err, fivewhys, out};

#[test]
fn an_unknown_scenario_or_target_gets_a_suggestion() {
    let output = fivewhys(&["check", "--scenario", "secret/jwt-secret-mismach"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `secret/jwt-secret-mismatch`?"), "{}", err(&output));
    let said = config_error(&TARGET.replace("targets.x", "targets.xy"));
    assert!(said.contains("unknown target `x`") && said.contains("xy"), "{said}");
    let output = fivewhys(&["explain", "jwt-secret-mismach"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `jwt-secret-mismatch`?"), "{}", err(&output));
}

#[test]
fn an_error_in_a_file_has_its_line_and_a_caret() {
    for (line, said) in [
        ("tiemout = \"3s\"", "did you mean `timeout`?"),
        ("timeout = 3", "expected a string"),
        ("timeout = \"3 bananas\"", "not a duration"),
        ("timeout = \"0s\"", "between 1ms and 30d"),
        ("health = { auht = \"/h\" }", "did you mean `auth`?"),
        ("handshake = { presents = \"heeder\" }", "did you mean `header`?"),
        ("handshake = { protocol = \"two words\" }", "cannot be a subprotocol"),
        ("handshake = { user = \"user_id\" }", "a JSON pointer starts with a slash"),
        ("validate = { prefix = \"Bearer\" }", "did you mean `bearer`?"),
        ("login = { path = \"/l\", body = {}, token = \"/t\", users = [] }", "at least one user"),
        ("login = { path = \"/l\", body = {}, token = \"/t\", users = [\"a\", \"b\"] }", "`{user}` is missing"),
        (
            "login = { path = \"//elsewhere\", body = {}, token = \"/t\", users = [\"u\"] }",
            "a path starts with one slash",
        ),
        ("validate = { body = { token = \"t\" } }", "`{token}` is missing"),
        ("validate = { accepted = \"/a~2b\" }", "not a JSON pointer"),
        ("handshake = { headers = { Host = \"other\" } }", "belongs to the connection"),
        ("handshake = { headers = { authorization = \"Bearer x\" } }", "carries the token of a probe"),
        ("signing = { secret = { env = \"CANARY\" } }", "the variable `CANARY` is not set"),
        ("mint = { claims = {}, users = [\"u\"] }", "needs the signing secret"),
        ("ca = \"/nowhere/ca.pem\"", "cannot use `/nowhere/ca.pem`"),
    ] {
        let message = config_error(&format!("{TARGET}{line}\n"));
        assert!(
            message.contains("targets.toml:6:") && message.contains('^') && message.contains(said),
            "{line}:\n{message}"
        );
    }
}

/// A typing error in one target must not wait until that target is needed.
#[test]
fn every_target_of_a_file_is_validated() {
    let other = TARGET.replace("targets.x", "targets.y");
    let said = config_error(&format!("{TARGET}\n{other}timeout = \"soon\"\n"));
    assert!(said.contains("targets.toml:12:") && said.contains("not a duration"), "{said}");
    let said = config_error("");
    assert!(said.contains("no table `[targets.NAME]`") && said.contains(" init`"), "{said}");
}

#[test]
fn a_literal_secret_is_rejected_outside_local_and_not_repeated() {
    let said = config_error(&format!("{TARGET}signing = {{ secret = \"canary-literal\" }}\n"));
    assert!(said.contains("a secret must not stand in this file") && !said.contains("canary-literal"), "{said}");
    let said =
        config_error(&format!("{TARGET}service = {{ headers = {{ X-Service-Secret = \"canary-literal\" }} }}\n"));
    assert!(said.contains("a secret must not stand in this file") && !said.contains("canary-literal"), "{said}");
    let said = config_error(&format!("{TARGET}service = {{ headers = {{ \"not a name\" = \"canary-literal\" }} }}\n"));
    assert!(said.contains("is not the name of a header") && !said.contains("canary-literal"), "{said}");
    for address in [
        "https://user:canary-literal@auth.test",
        "https://auth.test/?token=canary-literal",
        "http s://u:canary-literal@a",
    ] {
        let said = config_error(&TARGET.replace("https://auth.test", address));
        assert!(said.contains("an address has no user") && !said.contains("canary-literal"), "{said}");
    }
    for line in [
        "signing = \"canary-literal\"",
        "signing = { secret = canary-literal }",
        "signing = { secret = [\"canary-literal\"] }",
        "service = { headers = \"canary-literal\" }",
        "signing = { secrt = \"a\\\"canary-literal\" }",
        "signing = { secret = \"canary-literal }",
        "login = { body = { password = \"canary-literal\" } }",
    ] {
        let said = config_error(&format!("{TARGET}{line}\n"));
        assert!(said.contains("targets.toml:6") && !said.contains("canary"), "{line}\n{said}");
    }
    let said = config_error(&format!("{TARGET}signing = {{ secrt = \"canary-literal\" }}\n"));
    assert!(said.contains("did you mean `secret`?") && !said.contains("canary-literal"), "{said}");
}

#[test]
fn secrets_do_not_travel_in_the_clear_to_another_host() {
    let login = "login = { path = \"/login\", body = {}, token = \"/t\", users = [\"u\"] }\n";
    let said = config_error(&format!(
        "{}validate = {{ body = {{ token = \"{{token}}\", key = {{ env = \"HOME\" }} }} }}\n",
        TARGET.replace("https://auth", "http://auth")
    ));
    assert!(said.contains("in the clear"), "{said}");
    for (secure, clear) in [("https://auth", "http://auth"), ("https://api", "http://api"), ("wss://", "ws://")] {
        let said = config_error(&format!("{}{login}", TARGET.replace(secure, clear)));
        assert!(said.contains("in the clear") && said.contains('^'), "{said}");
    }
}

/// A proxy that cannot be used would be passed over, and a variable that is no text would be called unset.
#[test]
fn variables_that_cannot_be_used_are_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let secret = "[targets.x.service]\nheaders = { X-Service-Secret = { env = \"CANARY\" } }\n";
    fs::write(&file, format!("{TARGET}{secret}")).expect("written");
    let with = |variable: &str, value: &[u8]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        command.args(["check", "x", "--config"]).arg(&file).env("CANARY", "0123456789abcdef");
        let output = command.env(variable, OsStr::from_bytes(value)).output().expect("it runs");
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{}", err(&output));
        err(&output)
    };
    assert!(with("CANARY", b"\xff\xfe").contains("the variable `CANARY` is not valid UTF-8"));
    for value in ["::hunter2::", "socks5://hunter2@proxy.test:1080", "http://"] {
        let said = with("https_proxy", value.as_bytes());
        assert!(said.contains("`https_proxy` is not the address of a proxy") && said.contains("allowed"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
