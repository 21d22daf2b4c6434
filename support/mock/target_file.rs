//! The target's file of a running deployment: the same text that a person writes for staging, so that nothing right of it can
//! tell the two apart.

use std::path::Path;

use toml::{Table, Value};

use super::Origin;
use super::knowledge::{Knowledge, Part};
use super::paths::{FINGERPRINT, PROTECTED, WEBSOCKET};
use super::secrets::Secrets;
use crate::deployment::{Algorithm, Client, Deployment, Form, Key, SecretName, ServiceSecret, TokenSource};

/// Where the servers stand.
pub struct Addresses<'a> {
    pub auth: Origin,
    pub front: Origin,
    /// The backend without its proxy.
    pub direct: Origin,
    /// The certificate of the authority, where anything speaks TLS.
    pub ca: Option<&'a Path>,
}

pub fn write(deployment: &Deployment, secrets: &Secrets, addresses: &Addresses<'_>, knowledge: &Knowledge) -> String {
    let mut target = address_book(deployment, addresses);
    durations(&mut target, knowledge);
    let tables = [
        ("validate", Some(validate(deployment))),
        ("protected", Some(table([("path", PROTECTED)]))),
        ("handshake", Some(handshake(deployment, knowledge))),
        ("login", login(deployment, secrets, knowledge)),
        ("mint", mint(&deployment.client, knowledge)),
        ("signing", signing(deployment, secrets, knowledge)),
        ("service", service(deployment, secrets, knowledge)),
        ("direct", knowledge.has(Part::Direct).then(|| direct(addresses))),
        ("fingerprint", fingerprint(knowledge)),
    ];
    target.extend(tables.into_iter().filter_map(|(name, table)| Some((name.to_owned(), table?.into()))));
    let targets = Table::from_iter([("local".to_owned(), Value::from(target))]);
    Table::from_iter([("targets".to_owned(), Value::from(targets))]).to_string()
}

fn address_book(deployment: &Deployment, addresses: &Addresses<'_>) -> Table {
    let mut target = table([
        ("stage", "local".to_owned()),
        ("auth", addresses.auth.http()),
        ("backend", addresses.front.http()),
        ("websocket", addresses.front.websocket(&deployment.client.websocket_path)),
    ]);
    if let Some(ca) = addresses.ca {
        put(&mut target, "ca", ca.display().to_string());
    }
    target
}

fn durations(target: &mut Table, knowledge: &Knowledge) {
    put(target, "timeout", knowledge.timeout.as_deref().unwrap_or("5s"));
    put(target, "patience", knowledge.patience.as_deref().unwrap_or("3s"));
    let others = [("lifetime", &knowledge.lifetime), ("skew", &knowledge.skew), ("deadline", &knowledge.deadline)];
    for (key, duration) in others {
        if let Some(duration) = duration {
            put(target, key, duration.as_str());
        }
    }
}

fn validate(deployment: &Deployment) -> Table {
    table([("prefix", if deployment.auth.takes == Form::Prefixed { "bearer" } else { "none" })])
}

fn signing(deployment: &Deployment, secrets: &Secrets, knowledge: &Knowledge) -> Option<Table> {
    if !knowledge.has(Part::Signing) && !mints(&deployment.client, knowledge) {
        return None;
    }
    let name = knowledge.signs_with.unwrap_or(SecretName::Current);
    let mut signing = table([("secret", secrets.named(name).expose())]);
    let algorithm = knowledge.algorithm.as_deref().or(match deployment.auth.algorithm {
        // What a target's file means when it says nothing.
        Algorithm::Hs256 => None,
        Algorithm::Hs384 => Some("HS384"),
        Algorithm::Hs512 => Some("HS512"),
    });
    if let Some(algorithm) = algorithm {
        put(&mut signing, "algorithm", algorithm);
    }
    Some(signing)
}

fn direct(addresses: &Addresses<'_>) -> Table {
    table([("backend", addresses.direct.http()), ("websocket", addresses.direct.websocket(WEBSOCKET))])
}

fn fingerprint(knowledge: &Knowledge) -> Option<Table> {
    let mut fingerprint = table([("path", FINGERPRINT), ("at", "/hash")]);
    if knowledge.has(Part::Provenance) {
        fingerprint.extend(table([("version", "/version"), ("source", "/source")]));
    }
    knowledge.has(Part::Fingerprint).then_some(fingerprint)
}

fn login(deployment: &Deployment, secrets: &Secrets, knowledge: &Knowledge) -> Option<Table> {
    let client = &deployment.client;
    if client.token == TokenSource::Minted || !knowledge.has(Part::Login) {
        return None;
    }
    let wrong = super::secrets::random();
    let key = if client.bypass_key == Key::Right { &secrets.bypass_key } else { &wrong };
    let users = client.users.iter().take(if knowledge.has(Part::SecondUser) { 2 } else { 1 });
    let mut login = table([("path", client.login_path.as_str()), ("token", "/access_token")]);
    login.insert("headers".into(), table([("X-E2E-Bypass-Key", key.expose())]).into());
    login.insert("body".into(), table([("email", "{user}"), ("name", "{user}")]).into());
    login.insert("users".into(), users.cloned().map(Value::from).collect::<Vec<_>>().into());
    Some(login)
}

fn mints(client: &Client, knowledge: &Knowledge) -> bool {
    client.token != TokenSource::Issued && knowledge.has(Part::Mint)
}

/// As the end-to-end client of the incident: 373 characters, no `token_type`, no `aud`.
fn mint(client: &Client, knowledge: &Knowledge) -> Option<Table> {
    let mut claims = table([
        ("sub", "{user}"),
        ("email", "e2e-test-001@staging.netrasystems.ai"),
        ("type", "access"),
        ("iss", "netra-auth-service"),
        ("jti", "test-{now}"),
    ]);
    claims.insert("permissions".into(), ["read", "write", "execute"].map(Value::from).to_vec().into());
    claims.extend(client.mints_claims.clone());
    client.mints_without.iter().for_each(|claim| _ = claims.remove(claim));
    let users = client.users.iter().map(|user| user.split('@').next().unwrap_or(user));
    let mut mint = Table::from_iter([("claims".to_owned(), Value::from(claims))]);
    mint.insert("users".into(), users.map(Value::from).collect::<Vec<_>>().into());
    mints(client, knowledge).then_some(mint)
}

/// The credentials that the backend really sends: what the operator believes is true here.
fn service(deployment: &Deployment, secrets: &Secrets, knowledge: &Knowledge) -> Option<Table> {
    let sends = deployment.backend.service_secret;
    if sends == ServiceSecret::None || !knowledge.has(Part::Service) {
        return None;
    }
    let wrong = super::secrets::random();
    let secret = if sends == ServiceSecret::Right { &secrets.service } else { &wrong };
    let headers = table([("X-Service-ID", "netra-backend"), ("X-Service-Secret", secret.expose())]);
    Some(Table::from_iter([("headers".to_owned(), Value::from(headers))]))
}

fn handshake(deployment: &Deployment, knowledge: &Knowledge) -> Table {
    let (client, gateway) = (&deployment.client, &deployment.gateway);
    let mut handshake = table([
        ("presents", client.presents.to_string()),
        ("protocol", client.protocol.as_ref().unwrap_or(&gateway.protocol).clone()),
        ("token-protocol", client.token_protocol.as_ref().unwrap_or(&gateway.token_protocol).clone()),
        ("hold", knowledge.hold.as_deref().unwrap_or("100ms").to_owned()),
    ]);
    if let Some(origin) = &client.origin {
        put(&mut handshake, "origin", origin.as_str());
    }
    if knowledge.has(Part::User) {
        put(&mut handshake, "user", "/data/user_id");
    }
    if knowledge.has(Part::Welcome) {
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
