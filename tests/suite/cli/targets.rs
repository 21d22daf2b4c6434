//! Every kind of part that a target file can describe is read, and what contradicts itself is said before anything is sent.

use std::fs;

use super::{TARGET, config_error, err, fivewhys, out};

/// What `check --dry-run` says of that target, which is a valid one.
fn dry_run(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    fs::write(&file, text).expect("written");
    let output = fivewhys(&["check", "--dry-run", "--config", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{text}\n{}", err(&output));
    out(&output)
}

const SERVICES: &str = r#"
[targets.staging]
stage = "staging"
auth = "https://auth.example.test"
backend = "https://api.example.test"
websocket = "wss://api.example.test/socket?vsn=2.0.0"
headers = { CF-Access-Client-Id = { env = "GATE_ID" } }
"#;

#[test]
fn a_login_in_steps_introspection_and_published_keys_are_one_target() {
    let said = dry_run(&format!(
        "{SERVICES}{}",
        r#"
[targets.staging.login]
path = "/token"
form = { grant_type = "password", username = "{user}", password = { env = "E2E_PASSWORD" }, csrf = "{csrf}" }
basic = { user = "client", password = { env = "CLIENT_SECRET" } }
token = "/data/access_token"
expires-in = "/data/seconds"
users = ["alice@example.test", { user = "bob@example.test", password = { env = "BOB_PASSWORD" } }]

[[targets.staging.login.before]]
method = "GET"
path = "/csrf"
keep = { csrf = { cookie = "csrf" } }

[targets.staging.validate]
method = "POST"
path = "/introspect"
form = { token = "{token}" }
accepted = { at = "/active", is = true }

[targets.staging.protected]
path = "/api/items"
headers = { X-Tenant = "one" }
query = { limit = "1" }
token = { header = "X-Token" }

[targets.staging.handshake]
presents = ["header", "subprotocol"]
subprotocols = ["jwt-auth", "jwt.{token|base64url}"]
selects = "jwt-auth"
welcome = { at = "/type", is = "connection_ack" }
rejects = { close = [1008, "4400-4499", 3000], at = "/type", is = "connection_error" }

[targets.staging.signing]
secret = { env = "STAGING_JWT_SECRET" }
encoding = "base64"

[targets.staging.keys]
issuer = "https://auth.example.test"
"#
    ));
    for part in ["/csrf", "/token", "/introspect", "/api/items?limit=1", "/socket?vsn=2.0.0", "openid-configuration"] {
        assert!(said.contains(part), "{part} is missing\n{said}");
    }
}

#[test]
fn tokens_that_one_has_and_a_first_message_are_one_target() {
    for handshake in [
        r#"presents = "message"
message = { type = "connection_init", payload = { authToken = "{token}" } }
welcome = { at = "/type", is = "connection_ack" }"#,
        r#"presents = "message"
message = '40{"token":"{token}"}'
welcome = { starts-with = "40" }
rejects = { starts-with = "44" }"#,
        r#"presents = "message"
message = '["1","1","room","phx_join",{"token":"{token}"}]'
welcome = { at = "/3", is = "phx_reply" }"#,
        r#"presents = "query"
query = "access_token""#,
        r#"presents = "cookie"
cookie = "session""#,
    ] {
        let said = dry_run(&format!(
            "{SERVICES}[targets.staging.tokens]\n\"alice@example.test\" = {{ env = \"ALICE_TOKEN\" }}\n[targets.staging.handshake]\n{handshake}\n"
        ));
        assert!(said.contains("/socket?vsn=2.0.0"), "{said}");
    }
}

/// What stands where nothing is filled in would be sent as it is written.
#[test]
fn a_placeholder_where_nothing_is_filled_in_is_said() {
    let mint = "signing = { secret = { env = \"HOME\" } }\nmint = { users = [\"u\"], claims =";
    for (lines, place) in [
        ("protected = { path = \"/api/{token}\" }".to_owned(), "{token}"),
        ("protected = { path = \"/api\", headers = { X-Kind = \"{token}\" } }".to_owned(), "{token}"),
        ("fingerprint = { path = \"/{token}\", at = \"/hash\" }".to_owned(), "{token}"),
        ("health = { auth = \"/{user}\" }".to_owned(), "{user}"),
        ("headers = { X-User = \"{user}\" }".to_owned(), "{user}"),
        ("handshake = { origin = \"https://{user}.test\" }".to_owned(), "{user}"),
        ("handshake = { query = \"{token}\" }".to_owned(), "{token}"),
        (format!("{mint} {{ sub = \"{{usr}}\" }} }}"), "{usr}"),
        (format!("{mint} {{ realm = {{ roles = [\"{{role}}\"] }} }} }}"), "{role}"),
    ] {
        let said = config_error(&format!("{TARGET}{lines}\n"));
        let expected = format!("nothing stands for the placeholder `{place}` here");
        assert!(said.contains(&expected) && said.contains("allowed"), "{lines}\n{said}");
        assert!(said.contains("targets.toml:") && said.contains('^'), "{lines}\n{said}");
    }
}

#[test]
fn two_sources_of_one_value_are_said() {
    let login = |keys: &str| format!("login = {{ path = \"/l\", token = \"/t\", users = [\"u\"], {keys} }}");
    let secret = "{ env = \"HOME\" }";
    for (lines, expected, allowed) in [
        (
            login(&format!(
                "basic = {{ user = \"c\", password = {secret} }}, headers = {{ Authorization = {secret} }}"
            )),
            "`basic` writes `Authorization`",
            "remove one",
        ),
        (
            format!("protected = {{ path = \"/a\", headers = {{ Authorization = {secret} }} }}"),
            "the token of a probe stands in `Authorization`",
            "another place in `token`",
        ),
        (
            format!("protected = {{ path = \"/a\", basic = {{ user = \"c\", password = {secret} }} }}"),
            "the token of a probe stands in `Authorization`",
            "another place in `token`",
        ),
        (
            format!(
                "validate = {{ method = \"GET\", token = {{ header = \"X-Token\" }}, headers = {{ x-token = {secret} }} }}"
            ),
            "the token of a probe stands in `X-Token`",
            "another place in `token`",
        ),
        (format!("headers = {{ Authorization = {secret} }}"), "`Authorization` stands on every exchange", "remove it"),
        (
            "keys = { issuer = \"https://a.test\", jwks = \"https://a.test/k\" }".into(),
            "published in one place",
            "jwks",
        ),
        (
            format!("{}\ntokens = {{ one = {secret} }}", login("json = { u = \"{user}\" }")),
            "from `login` or from `tokens`",
            "remove one",
        ),
        (
            format!("signing = {{ secret = {secret}, algorithm = \"RS256\" }}"),
            "`RS256` signs with a private key",
            "HS256",
        ),
    ] {
        let said = config_error(&format!("{TARGET}{lines}\n"));
        assert!(said.contains(expected) && said.contains(allowed), "{lines}\n{said}");
        assert!(said.contains("targets.toml:") && said.contains('^'), "{lines}\n{said}");
    }
}

/// The first message of the client says what protocol the gateway speaks.
#[test]
fn a_welcome_that_the_protocol_cannot_give_is_said() {
    let socket_io = "presents = \"message\", message = '40{\"token\":\"{token}\"}'";
    let graphql = "presents = \"header\", subprotocols = [\"graphql-transport-ws\"]";
    for (keys, expected, allowed) in [
        (
            format!("{socket_io}, welcome = {{ at = \"/sid\", is = \"x\" }}"),
            "frames that are no JSON",
            "welcome = { starts-with",
        ),
        (
            format!("{socket_io}, rejects = {{ at = \"/message\", is = \"x\" }}"),
            "frames that are no JSON",
            "rejects = { starts-with",
        ),
        (
            format!("{graphql}, welcome = {{ at = \"/type\", is = \"system_message\" }}"),
            "no server of `graphql-transport-ws` sends this",
            "connection_ack",
        ),
        (
            format!("{graphql}, welcome = {{ starts-with = \"40\" }}"),
            "no server of `graphql-transport-ws` sends this",
            "connection_ack",
        ),
        (format!("{graphql}, selects = \"jwt-auth\""), "`jwt-auth` is not offered", "graphql-transport-ws"),
        ("presents = \"cookie\", cookie = \"a b\"".into(), "cannot be the name of a cookie", "letters, digits"),
        ("presents = \"query\", query = \"\"".into(), "the name of the parameter is empty", ""),
    ] {
        let said = config_error(&format!("{TARGET}handshake = {{ {keys} }}\n"));
        assert!(said.contains(expected) && said.contains(allowed), "{keys}\n{said}");
        assert!(said.contains("targets.toml:6:") && said.contains('^'), "{keys}\n{said}");
    }
}
