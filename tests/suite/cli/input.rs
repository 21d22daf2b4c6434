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
    // The code of a fault is the name of its first scenario.
    let output = fivewhys(&["demo", "jwt-secret-mismatch"]);
    assert!(err(&output).contains("did you mean `secret/jwt-secret-mismatch`?"), "{}", err(&output));
    let output = fivewhys(&["demo", "mismatch"]);
    assert!(err(&output).contains(" scenarios mismatch` lists "), "{}", err(&output));
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
        ("handshake = { subprotocols = [\"two words\"] }", "cannot be a subprotocol"),
        ("handshake = { user = \"user_id\" }", "a JSON pointer starts with a slash"),
        ("validate = { scheme = \"two words\" }", "is not a scheme"),
        ("login = { path = \"/l\", json = {}, token = \"/t\", users = [] }", "at least one user"),
        ("login = { path = \"/l\", json = {}, token = \"/t\", users = [\"a\", \"b\"] }", "`{user}` is missing"),
        (
            "login = { path = \"//elsewhere\", json = {}, token = \"/t\", users = [\"u\"] }",
            "a path starts with one slash",
        ),
        ("validate = { json = { token = \"t\" } }", "`{token}` is missing"),
        ("validate = { accepted = \"/a~2b\" }", "not a JSON pointer"),
        ("handshake = { headers = { Host = \"other\" } }", "belongs to the connection"),
        ("handshake = { headers = { authorization = \"Bearer x\" } }", "carries the token of a probe"),
        ("signing = { secret = { env = \"CANARY\" } }", "the variable `CANARY` is not set"),
        ("mint = { claims = {}, users = [\"u\"] }", "needs `signing`"),
        ("ca = \"/nowhere/ca.pem\"", "cannot use `/nowhere/ca.pem`"),
    ] {
        let message = config_error(&format!("{TARGET}{line}\n"));
        assert!(
            message.contains("targets.toml:6:") && message.contains('^') && message.contains(said),
            "{line}:\n{message}"
        );
    }
}

/// What contradicts itself, or would send something else than is meant: one message with the place, and what is allowed.
#[test]
fn a_contradiction_in_a_target_is_said_with_what_is_allowed() {
    let login = |keys: &str| format!("login = {{ path = \"/l\", token = \"/t\", users = [\"u\"], {keys} }}");
    let cases = [
        (login("form = { u = \"{user}\" }, json = { u = \"{user}\" }"), "a request has one body"),
        (login("method = \"GET\", form = { u = \"{user}\" }"), "a GET has no body"),
        (login("json = { u = \"{usr}\" }"), "nothing stands for the placeholder `{usr}`"),
        (login("json = { u = \"{token}\" }"), "allowed: {user}"),
        (login("headers = { Content-Type = \"text/xml\" }, json = { u = \"{user}\" }"), "contradicts the body"),
        (login("json = { u = \"{user}\" }, method = \"FETCH\""), "is not a method here"),
        ("handshake = { presents = \"message\" }".into(), "the token would stand nowhere"),
        ("handshake = { presents = \"cookie\" }".into(), "`cookie` names the cookie"),
        (
            "handshake = { presents = \"subprotocol\", subprotocols = [\"graphql-ws\"] }".into(),
            "no entry of `subprotocols`",
        ),
        ("handshake = { message = { a = \"{token}\" } }".into(), "add `message` to `presents`"),
        ("handshake = { presents = \"message\", message = { a = \"b\" } }".into(), "`{token}` is missing"),
        ("handshake = { rejects = { close = [99] } }".into(), "from 1000 to 4999"),
        ("handshake = { rejects = { close = [70000] } }".into(), "from 1000 to 4999"),
        ("handshake = { rejects = { close = [true] } }".into(), "from 1000 to 4999"),
        ("handshake = { rejects = { at = \"/type\" } }".into(), "`at` and `is` belong together"),
        ("handshake = { welcome = { is = \"x\" } }".into(), "not a welcome"),
        ("handshake = { headers = { X-Kind = \"{token}\" } }".into(), "nothing stands for"),
        ("validate = { json = { token = \"{token}\" }, token = { query = \"t\" } }".into(), "stands in two places"),
        ("validate = { accepted = { status = 401 } }".into(), "from 200 to 299"),
        ("protected = { token = { header = \"A\", query = \"b\" } }".into(), "a token stands in one place"),
        (
            login("json = { u = \"{user}\" }, before = [{ path = \"/c\", keep = { user = \"/c\" } }]"),
            "`user` cannot be the name",
        ),
        (login("json = { u = \"{user}\" }, before = [{ path = \"/{nobody}\" }]"), "the placeholder `{nobody}`"),
        ("login = { path = \"/{user}/{x}\", token = \"/t\", users = [\"u\"] }".into(), "the placeholder `{x}`"),
        ("signing = { secret = { env = \"HOME\" }, encoding = \"hex\" }".into(), "the secret is not written so"),
        ("tokens = { one = \"literal\" }".into(), "a secret must not stand in this file"),
        ("mint = { claims = {}, users = [\"u\"] }".into(), "needs `signing`"),
    ];
    for (line, expected) in cases {
        let said = config_error(&format!("{TARGET}{line}\n"));
        assert!(said.contains("targets.toml:") && said.contains('^') && said.contains(expected), "{line}\n{said}");
    }
    let without = config_error("[targets.x]\nstage = \"staging\"\n");
    assert!(without.contains("nothing in this target validates a token"), "{without}");
    let without = config_error(
        "[targets.x]\nstage = \"staging\"\nbackend = \"https://api.test\"\n[targets.x.validate]\npath = \"/v\"\n",
    );
    assert!(without.contains("needs the address of its service") && without.contains("add `auth ="), "{without}");
}

/// A password may be a number, and the users may differ in what stands for a placeholder.
#[test]
fn what_stands_beside_an_error_is_blanked_and_every_user_has_what_is_sent() {
    let login = |users: &str| {
        format!(
            "login = {{ path = \"/l\", token = \"/t\", json = {{ u = \"{{user}}\", p = \"{{password}}\" }}, users = [{users}] }}"
        )
    };
    let said = config_error(&format!("{TARGET}{}\n", login("{ user = \"a\", password = 12345678 }")));
    assert!(said.contains("targets.toml:6") && !said.contains("12345678"), "{said}");
    let both = "{ user = \"a\", password = { env = \"HOME\" } }, { user = \"b\" }";
    let said = config_error(&format!("{TARGET}{}\n", login(both)));
    assert!(said.contains("nothing stands for the placeholder `{password}`"), "{said}");
}

/// Each key that has another name now is one message, and the new name is in it.
#[test]
fn a_key_of_the_older_format_is_named_with_the_new_one() {
    for (line, now) in [
        ("patience = \"3s\"", "slow-after"),
        ("lifetime = \"3m\"", "min-lifetime"),
        ("skew = \"3s\"", "max-skew"),
        ("login = { path = \"/l\", body = {}, token = \"/t\", users = [\"u\"] }", "`json`"),
        ("validate = { body = { t = \"{token}\" } }", "`json`"),
        ("validate = { prefix = \"bearer\" }", "`scheme`"),
        ("handshake = { hold = \"2s\" }", "stays-open"),
        ("handshake = { protocol = \"jwt-auth\" }", "subprotocols"),
        ("handshake = { token-protocol = \"jwt.{token}\" }", "{token|base64url}"),
        ("handshake = { presents = \"both\" }", "[\"header\", \"subprotocol\"]"),
    ] {
        let said = config_error(&format!("{TARGET}{line}\n"));
        assert!(said.contains("targets.toml:6") && said.contains(now), "{line}\n{said}");
    }
}

/// A list, a text or a truth value in the place of a table is said as such, whatever fields the table has.
#[test]
fn what_is_no_table_is_said_with_the_header_to_write() {
    for (text, said) in [
        (TARGET.replace("[targets.x]", "[[targets.x]]"), "write `[targets.x]`"),
        (format!("{TARGET}[[targets.x.login]]\npath = \"/l\"\n"), "write `[targets.x.login]`"),
        (format!("{TARGET}health = true\n"), "write `[targets.x.health]`"),
        ("targets = 3\n".into(), "write `[targets.NAME]`"),
        ("[targets]\nx = \"canary-literal\"\n".into(), "write `[targets.x]`"),
    ] {
        let message = config_error(&text);
        assert!(
            message.contains(said) && message.contains('^') && message.contains("targets.toml:"),
            "{text}\n{message}"
        );
        assert!(!message.contains("canary"), "{message}");
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
        "login = { json = { password = \"canary-literal\" } }",
    ] {
        let said = config_error(&format!("{TARGET}{line}\n"));
        assert!(said.contains("targets.toml:6") && !said.contains("canary"), "{line}\n{said}");
    }
    let said = config_error(&format!("{TARGET}signing = {{ secrt = \"canary-literal\" }}\n"));
    assert!(said.contains("did you mean `secret`?") && !said.contains("canary-literal"), "{said}");
}

#[test]
fn secrets_do_not_travel_in_the_clear_to_another_host() {
    let login = "login = { path = \"/login\", json = {}, token = \"/t\", users = [\"u\"] }\n";
    let said = config_error(&format!(
        "{}validate = {{ json = {{ token = \"{{token}}\", key = {{ env = \"HOME\" }} }} }}\n",
        TARGET.replace("https://auth", "http://auth")
    ));
    assert!(said.contains("in the clear"), "{said}");
    let gate = "headers = { X-Gate-Key = { env = \"HOME\" } }\n";
    let said = config_error(&format!("{TARGET}{gate}keys = {{ jwks = \"http://keys.test/jwks.json\" }}\n"));
    assert!(said.contains("in the clear") && said.contains("keys ="), "{said}");
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

/// An error is read in a terminal too.
#[test]
fn errors_fit_in_eighty_columns_and_say_what_to_do_next() {
    for (arguments, next) in [
        (vec!["init", "--preset", "zzz"], "allowed: netra, fastapi"),
        (vec!["check", "--config", "nowhere.toml"], " init --config nowhere.toml`"),
        (vec!["check", "--from", "nowhere"], " check TARGET --evidence DIR`"),
    ] {
        let output = fivewhys(&arguments);
        assert_eq!(output.status.code(), Some(2));
        let said = err(&output);
        assert!(said.contains(next), "{said}");
        // The name of this program is that of a file in a folder far away.
        let said = said.replace(env!("CARGO_BIN_EXE_fivewhys"), "fivewhys");
        assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    }
}

/// A key is no secret, and the reader has to find it in the file.
#[test]
fn keys_beside_an_error_are_shown() {
    let said =
        config_error(&format!("{TARGET}headers = {{ X-E2E-Key = {{ env = \"CANARY\" }}, X-2 = \"value-7\" }}\n"));
    assert!(said.contains("X-E2E-Key") && said.contains("X-2") && !said.contains("value-7"), "{said}");
}
