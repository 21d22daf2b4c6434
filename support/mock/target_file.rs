//! The target's file of a running deployment: the same text that a person writes for staging, so that nothing right of it can
//! tell the two apart.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use serde::Deserialize;
use toml::{Table, Value};

use super::paths::{FINGERPRINT, PROTECTED, WEBSOCKET};
use super::secrets::Secrets;
use crate::deployment::{Deployment, Form, Key, SecretName, ServiceSecret, TokenSource};

/// What the suite knows of the deployment beside its addresses. A scenario may take knowledge away.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Knowledge {
    /// Parts of the target's file to leave out.
    pub without: BTreeSet<Part>,
    /// Which secret `signing` is given.
    pub signs_with: Option<SecretName>,
    /// For one exchange; a duration as in a target's file.
    pub timeout: Option<String>,
    /// Slower authentication is a warning; a duration as in a target's file.
    pub patience: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Signing,
    Service,
    Fingerprint,
    Direct,
    Login,
    Welcome,
    SecondUser,
}

pub struct Addresses {
    pub auth: SocketAddr,
    /// The proxy.
    pub front: SocketAddr,
    pub backend: SocketAddr,
}

pub fn write(deployment: &Deployment, secrets: &Secrets, addresses: &Addresses, knowledge: &Knowledge) -> String {
    let knows = |part| !knowledge.without.contains(&part);
    let client = &deployment.client;
    let mints = client.token != TokenSource::Issued;
    let mut target = Table::new();
    put(&mut target, "stage", "local");
    put(&mut target, "auth", format!("http://{}", addresses.auth));
    put(&mut target, "backend", format!("http://{}", addresses.front));
    put(&mut target, "websocket", format!("ws://{}{}", addresses.front, WEBSOCKET));
    put(&mut target, "timeout", knowledge.timeout.as_deref().unwrap_or("5s"));
    put(&mut target, "patience", knowledge.patience.as_deref().unwrap_or("3s"));
    target.insert(
        "validate".into(),
        table([("prefix", if deployment.auth.takes == Form::Prefixed { "bearer" } else { "none" })]).into(),
    );
    target.insert("protected".into(), table([("path", PROTECTED)]).into());
    target.insert("handshake".into(), handshake(deployment, knows(Part::Welcome)).into());
    if client.token != TokenSource::Minted && knows(Part::Login) {
        target.insert("login".into(), login(deployment, secrets, knows(Part::SecondUser)).into());
    }
    if mints {
        target.insert("mint".into(), mint(deployment).into());
    }
    if knows(Part::Signing) || mints {
        let name = knowledge.signs_with.unwrap_or(SecretName::Current);
        target.insert("signing".into(), table([("secret", secrets.named(name).expose())]).into());
    }
    if knows(Part::Service) && deployment.backend.service_secret != ServiceSecret::None {
        target.insert("service".into(), service(deployment, secrets).into());
    }
    if knows(Part::Direct) {
        let websocket = format!("ws://{}{}", addresses.backend, WEBSOCKET);
        target.insert(
            "direct".into(),
            table([("backend", format!("http://{}", addresses.backend)), ("websocket", websocket)]).into(),
        );
    }
    if knows(Part::Fingerprint) {
        target.insert("fingerprint".into(), table([("path", FINGERPRINT), ("at", "/hash")]).into());
    }
    let targets = Table::from_iter([("local".to_owned(), Value::from(target))]);
    Table::from_iter([("targets".to_owned(), Value::from(targets))]).to_string()
}

fn login(deployment: &Deployment, secrets: &Secrets, second_user: bool) -> Table {
    let client = &deployment.client;
    let wrong = super::secrets::random();
    let key = if client.bypass_key == Key::Right { &secrets.bypass_key } else { &wrong };
    let users = client.users.iter().take(if second_user { 2 } else { 1 });
    let mut login = table([("path", client.login_path.as_str()), ("token", "/access_token")]);
    login.insert("headers".into(), table([("X-E2E-Bypass-Key", key.expose())]).into());
    login.insert("body".into(), table([("email", "{user}"), ("name", "{user}")]).into());
    login.insert("users".into(), users.cloned().map(Value::from).collect::<Vec<_>>().into());
    login
}

/// As the end-to-end client of the incident: 373 characters, no `token_type`, no `aud`.
fn mint(deployment: &Deployment) -> Table {
    let mut claims = table([
        ("sub", "{user}"),
        ("email", "e2e-test-001@staging.netrasystems.ai"),
        ("type", "access"),
        ("iss", "netra-auth-service"),
        ("jti", "test-{now}"),
    ]);
    claims.insert("permissions".into(), ["read", "write", "execute"].map(Value::from).to_vec().into());
    let users = deployment.client.users.iter().map(|user| user.split('@').next().unwrap_or(user));
    let mut mint = Table::from_iter([("claims".to_owned(), Value::from(claims))]);
    mint.insert("users".into(), users.map(Value::from).collect::<Vec<_>>().into());
    mint
}

/// The credentials that the backend really sends: what the operator believes is true here.
fn service(deployment: &Deployment, secrets: &Secrets) -> Table {
    let wrong = super::secrets::random();
    let secret = if deployment.backend.service_secret == ServiceSecret::Right { &secrets.service } else { &wrong };
    let headers = table([("X-Service-ID", "netra-backend"), ("X-Service-Secret", secret.expose())]);
    Table::from_iter([("headers".to_owned(), Value::from(headers))])
}

fn handshake(deployment: &Deployment, welcome: bool) -> Table {
    let mut handshake = table([
        ("presents", deployment.client.presents.to_string()),
        ("hold", "100ms".into()),
        ("user", "/data/user_id".into()),
    ]);
    if welcome {
        handshake.insert("welcome".into(), table([("at", "/type"), ("is", "system_message")]).into());
    }
    handshake
}

fn put(table: &mut Table, key: &str, value: impl Into<Value>) {
    table.insert(key.to_owned(), value.into());
}

fn table<V: Into<Value>, const N: usize>(fields: [(&str, V); N]) -> Table {
    fields.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
}
