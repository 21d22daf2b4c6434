//! The target file of a running deployment: a text as it is written for staging, so that nothing that reads it can tell the
//! two apart.

use std::net::SocketAddr;
use std::path::Path;

use toml::{Table, Value};

use super::ServerAddress;
use super::paths::{FINGERPRINT, KEYS, PROTECTED, WEBSOCKET};
use super::platform;
use super::secrets::Secrets;
use super::signing_key::{self, SigningKey};
use super::system;
use crate::deployment::{
    Algorithm, BypassKey, ClientConfig, ClientToken, Deployment, HideableSetting, IssuedTokens, KeysSetting,
    PresentedCarriers, SecretName, SecretSource, ServiceSecret, TokenFormat, VisibleSettings,
};

pub(super) struct Addresses<'a> {
    pub(super) auth: ServerAddress,
    /// Auth without its proxy.
    pub(super) issuer: ServerAddress,
    /// Through its proxy, and without it.
    pub(super) backend: [ServerAddress; 2],
    /// Of the gateway: those of the backend, where it is no service of its own.
    pub(super) websocket: [ServerAddress; 2],
    /// The APIs of the platform.
    pub(super) platform: Option<SocketAddr>,
    /// The certificate of the authority, where a server uses TLS.
    pub(super) ca: Option<&'a Path>,
}

pub(super) fn write(
    deployment: &Deployment,
    secrets: &Secrets,
    addresses: &Addresses<'_>,
    visible: &VisibleSettings,
) -> String {
    if let Some(preset) = deployment.system {
        let front = addresses.backend.map(|address| address.socket).into();
        let mut target = system::target_table(preset, (deployment, secrets), front, visible);
        durations(&mut target, visible);
        let known =
            [("signing", signing(deployment, secrets, visible)), ("keys", keys(deployment, addresses, visible))];
        target.extend(known.into_iter().filter_map(|(name, table)| Some((name.to_owned(), table?.into()))));
        return file(target);
    }
    let mut target = addresses_table(deployment, addresses, visible);
    durations(&mut target, visible);
    let tables = [
        ("handshake", visible.has(HideableSetting::Websocket).then(|| handshake(deployment, visible))),
        ("login", login(deployment, secrets, visible)),
        ("mint", mint(&deployment.client, visible)),
        ("signing", signing(deployment, secrets, visible)),
        ("service", service(deployment, secrets, visible)),
        ("direct", visible.has(HideableSetting::Direct).then(|| direct(addresses))),
        ("fingerprint", fingerprint(deployment, visible)),
        ("keys", keys(deployment, addresses, visible)),
        ("platform", platform(deployment, addresses, visible)),
    ];
    target.extend(tables.into_iter().filter_map(|(name, table)| Some((name.to_owned(), table?.into()))));
    let judges = [
        ("validate", HideableSetting::Validate, validate(deployment)),
        ("protected", HideableSetting::Protected, table([("path", PROTECTED)])),
    ];
    // A service that has an address has both unless the file says otherwise.
    target.extend(judges.map(|(name, setting, described)| {
        (name.to_owned(), if visible.has(setting) { described.into() } else { Value::from(false) })
    }));
    file(target)
}

fn file(target: Table) -> String {
    let targets = Table::from_iter([("local".to_owned(), Value::from(target))]);
    Table::from_iter([("targets".to_owned(), Value::from(targets))]).to_string()
}

fn addresses_table(deployment: &Deployment, addresses: &Addresses<'_>, visible: &VisibleSettings) -> Table {
    let mut target = table([
        ("stage", "local".to_owned()),
        ("auth", addresses.auth.http()),
        ("backend", addresses.backend[0].http()),
    ]);
    if visible.has(HideableSetting::Websocket) {
        put(&mut target, "websocket", addresses.websocket[0].websocket(&deployment.client.websocket_path));
    }
    if let Some(ca) = addresses.ca {
        put(&mut target, "ca", ca.display().to_string());
    }
    target
}

fn durations(target: &mut Table, visible: &VisibleSettings) {
    put(target, "timeout", visible.timeout.as_deref().unwrap_or("5s"));
    put(target, "slow-after", visible.slow_after.as_deref().unwrap_or("3s"));
    let others =
        [("min-lifetime", &visible.min_lifetime), ("max-skew", &visible.max_skew), ("deadline", &visible.deadline)];
    for (key, duration) in others {
        if let Some(duration) = duration {
            put(target, key, duration.as_str());
        }
    }
}

fn validate(deployment: &Deployment) -> Table {
    let is_prefixed = deployment.auth.accepted_token_format == TokenFormat::BearerPrefixed;
    table([("scheme", if is_prefixed { "Bearer" } else { "none" })])
}

fn signing(deployment: &Deployment, secrets: &Secrets, visible: &VisibleSettings) -> Option<Table> {
    let mints = mints(&deployment.client, visible);
    // Where auth signs with a private key, that is known only where a scenario says so. Opaque tokens are not signed.
    let is_usual = deployment.auth.issued_tokens == IssuedTokens::Jwt && !deployment.auth.algorithm.is_asymmetric();
    let is_known = visible.signing_secret.is_some() || is_usual;
    if !(is_known && visible.has(HideableSetting::Signing) || mints) {
        return None;
    }
    let name = visible.signing_secret.unwrap_or(SecretName::Current);
    if let SigningKey::Private(_, key) = secrets.unaltered(name) {
        let mut signing = table([("private-key", key.pem())]);
        // What the client signs itself has no `kid` to keep.
        mints.then(|| put(&mut signing, "key-id", signing_key::id(name)));
        visible.signing_algorithm.iter().for_each(|algorithm| put(&mut signing, "algorithm", algorithm.as_str()));
        return Some(signing);
    }
    let mut signing = table([("secret", secrets.named(name).expose())]);
    let algorithm = visible.signing_algorithm.as_deref().or(match deployment.auth.algorithm {
        Algorithm::Hs384 => Some("HS384"),
        Algorithm::Hs512 => Some("HS512"),
        _ => None,
    });
    if let Some(algorithm) = algorithm {
        put(&mut signing, "algorithm", algorithm);
    }
    Some(signing)
}

fn direct(addresses: &Addresses<'_>) -> Table {
    let mut direct =
        table([("backend", addresses.backend[1].http()), ("websocket", addresses.websocket[1].websocket(WEBSOCKET))]);
    // Without a proxy before it there is nothing to bypass.
    if addresses.auth.socket != addresses.issuer.socket {
        put(&mut direct, "auth", addresses.issuer.http());
    }
    direct
}

fn keys(deployment: &Deployment, addresses: &Addresses<'_>, visible: &VisibleSettings) -> Option<Table> {
    let by_default = deployment.auth.algorithm.is_asymmetric().then_some(KeysSetting::Issuer);
    let named = visible.keys.or(by_default).filter(|_| visible.has(HideableSetting::Keys))?;
    let issuer = addresses.issuer.http();
    Some(match named {
        KeysSetting::Issuer => table([("issuer", issuer)]),
        KeysSetting::Jwks => table([("jwks", issuer + KEYS)]),
    })
}

fn platform(deployment: &Deployment, addresses: &Addresses<'_>, visible: &VisibleSettings) -> Option<Table> {
    let api = addresses.platform.filter(|_| visible.has(HideableSetting::Platform))?;
    let hosted = |name: &str, sources: &[SecretSource]| {
        let variables: Vec<Value> = platform::variables(sources).into_iter().map(Value::from).collect();
        let mut service = table([("service", name)]);
        service.insert("secret-sources".into(), variables.into());
        service
    };
    let mut table = table([("project", platform::PROJECT), ("region", platform::REGION)]);
    put(&mut table, "api", format!("http://{api}"));
    table.insert("auth".into(), hosted(platform::AUTH, &deployment.auth.secret_sources).into());
    table.insert("backend".into(), hosted(platform::BACKEND, &deployment.backend.secret_sources).into());
    Some(table)
}

fn fingerprint(deployment: &Deployment, visible: &VisibleSettings) -> Option<Table> {
    if deployment.auth.algorithm.is_asymmetric() || deployment.auth.issued_tokens == IssuedTokens::Opaque {
        return None;
    }
    let mut fingerprint = table([("path", FINGERPRINT), ("at", "/hash")]);
    if visible.has(HideableSetting::Provenance) {
        fingerprint.extend(table([("version", "/version"), ("source", "/source")]));
    }
    visible.has(HideableSetting::Fingerprint).then_some(fingerprint)
}

fn login(deployment: &Deployment, secrets: &Secrets, visible: &VisibleSettings) -> Option<Table> {
    let client = &deployment.client;
    if client.token == ClientToken::Minted || !visible.has(HideableSetting::Login) {
        return None;
    }
    let wrong = super::secrets::random();
    let key = if client.bypass_key == BypassKey::Correct { &secrets.bypass_key } else { &wrong };
    let users = client.users.iter().take(if visible.has(HideableSetting::SecondUser) { 2 } else { 1 });
    let mut login = table([("path", client.login_path.as_str()), ("token", "/access_token")]);
    login.insert("headers".into(), table([("X-E2E-Bypass-Key", key.expose())]).into());
    login.insert("json".into(), table([("email", "{user}"), ("name", "{user}")]).into());
    login.insert("users".into(), users.cloned().map(Value::from).collect::<Vec<_>>().into());
    Some(login)
}

fn mints(client: &ClientConfig, visible: &VisibleSettings) -> bool {
    client.token != ClientToken::Issued && visible.has(HideableSetting::Mint)
}

/// As the end-to-end client of the incident: 373 characters, no `token_type`, no `aud`.
fn mint(client: &ClientConfig, visible: &VisibleSettings) -> Option<Table> {
    let mut claims = table([
        ("sub", "{user}"),
        ("email", "e2e-test-001@staging.netrasystems.ai"),
        ("type", "access"),
        ("iss", "netra-auth-service"),
        ("jti", "test-{now}"),
    ]);
    claims.insert("permissions".into(), ["read", "write", "execute"].map(Value::from).to_vec().into());
    claims.extend(client.minted_claims.clone());
    client.minted_without_claims.iter().for_each(|claim| _ = claims.remove(claim));
    let users = client.users.iter().map(|user| user.split('@').next().unwrap_or(user));
    let mut mint = Table::from_iter([("claims".to_owned(), Value::from(claims))]);
    mint.insert("users".into(), users.map(Value::from).collect::<Vec<_>>().into());
    mints(client, visible).then_some(mint)
}

/// The credentials that the backend sends: here the operator's target file is correct.
fn service(deployment: &Deployment, secrets: &Secrets, visible: &VisibleSettings) -> Option<Table> {
    let sends = deployment.backend.service_secret;
    if sends == ServiceSecret::None || !visible.has(HideableSetting::Service) {
        return None;
    }
    let wrong = super::secrets::random();
    let secret = if sends == ServiceSecret::Correct { &secrets.service } else { &wrong };
    let headers = table([("X-Service-ID", "netra-backend"), ("X-Service-Secret", secret.expose())]);
    Some(Table::from_iter([("headers".to_owned(), Value::from(headers))]))
}

fn handshake(deployment: &Deployment, visible: &VisibleSettings) -> Table {
    let (client, gateway) = (&deployment.client, &deployment.gateway);
    let protocol = client.protocol.as_ref().unwrap_or(&gateway.protocol).clone();
    let entry = client.token_protocol.as_ref().unwrap_or(&gateway.token_protocol);
    let entry = entry.replace("{token}", "{token|base64url}");
    let mut handshake = table([("stays-open", visible.stays_open.as_deref().unwrap_or("100ms").to_owned())]);
    handshake.insert("presents".into(), presents(client.presents));
    put(&mut handshake, "query", gateway.token_query.as_str());
    if client.presents == PresentedCarriers::Cookie {
        put(&mut handshake, "cookie", gateway.token_cookie.as_str());
    }
    if client.presents == PresentedCarriers::Message {
        handshake.insert("message".into(), message(&gateway.token_message));
    }
    handshake.insert("subprotocols".into(), [protocol, entry].map(Value::from).to_vec().into());
    if let Some(origin) = &client.origin {
        put(&mut handshake, "origin", origin.as_str());
    }
    if visible.has(HideableSetting::User) {
        put(&mut handshake, "user", "/data/user_id");
    }
    if visible.has(HideableSetting::Welcome) {
        handshake.insert("welcome".into(), table([("at", "/type"), ("is", "system_message")]).into());
    }
    handshake
}

/// A message that has the token at that JSON pointer.
fn message(pointer: &str) -> Value {
    let nested = pointer.split('/').skip(1).collect::<Vec<_>>().into_iter().rev();
    let message = nested.fold(Value::from("{token}"), |inner, key| Table::from_iter([(key.to_owned(), inner)]).into());
    match message {
        Value::Table(mut message) => {
            message.insert("type".into(), "connection_init".into());
            message.into()
        }
        text => text,
    }
}

fn presents(carriers: PresentedCarriers) -> Value {
    match carriers {
        PresentedCarriers::Both => ["header", "subprotocol"].map(Value::from).to_vec().into(),
        one => one.to_string().into(),
    }
}

fn put(table: &mut Table, key: &str, value: impl Into<Value>) {
    table.insert(key.to_owned(), value.into());
}

fn table<V: Into<Value>, const N: usize>(fields: [(&str, V); N]) -> Table {
    fields.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
}
