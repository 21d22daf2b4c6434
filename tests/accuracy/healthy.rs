//! Healthy deployments that differ in what does not matter: where tokens are validated, the format and delay of responses, names,
//! and what is configured.

use std::time::Duration;

use fivewhys::deployment::{
    Algorithm, Backend, ClientConfig, Deployment, GatewayRejection, HideableSetting, KeysSetting, PresentedCarriers,
    Proxy, RejectionResponse, SecretName, TokenValidation, VisibleSettings,
};

use crate::run::Deployed;

#[derive(Debug)]
pub(crate) struct Healthy {
    deployment: Deployment,
    visible: VisibleSettings,
}

impl Healthy {
    pub(crate) fn deployed(&self) -> Deployed {
        (self.deployment.clone(), self.visible.clone())
    }
}

/// What a busy machine may need for a response.
const UNHURRIED: Duration = Duration::from_secs(1);

/// The one with that number.
pub(crate) fn draw(number: u64) -> Healthy {
    let mut random = fastrand::Rng::with_seed(number);
    let mut deployment = Deployment { response_style: Some(number), ..Deployment::default() };
    clients(&mut deployment.client, &mut random);
    validation(&mut deployment.backend, &mut random);
    proxies(&mut deployment, &mut random);
    rejections(&mut deployment, &mut random);
    let mut visible = VisibleSettings { timeout: Some("10s".into()), ..VisibleSettings::default() };
    let parts = ["signing", "service", "fingerprint", "direct", "welcome", "user", "second-user", "provenance"];
    let mut unknown: Vec<&str> = parts.into_iter().filter(|_| random.u8(..6) == 0).collect();
    // Any part that judges tokens may be missing, or two of three.
    unknown.extend(["validate", "protected", "websocket"].into_iter().filter(|_| random.u8(..4) == 0).take(2));
    let unknown_welcome = unknown.contains(&"welcome");
    visible.without = unknown.into_iter().map(|part| serde_json::from_value(part.into()).expect("a part")).collect();
    // Without a welcome to wait for, a rejection that comes later than `hold` looks like an acceptance.
    let Deployment { backend, proxy, auth, auth_proxy, .. } = &deployment;
    let latest = backend.delay + proxy.delay + auth.delay + auth_proxy.delay;
    if latest > Duration::ZERO || unknown_welcome {
        visible.stays_open = Some(format!("{}ms", (latest + UNHURRIED).as_millis()));
    }
    // Half of them sign with a private key, and most of those say where its public one is.
    // A key of RSA takes a while to make, so it is one of sixteen.
    let is_rsa = random.u8(..16) == 0;
    let algorithms = if is_rsa { [Algorithm::Rs256, Algorithm::Ps512] } else { [Algorithm::Es256, Algorithm::EdDsa] };
    if random.bool() {
        deployment.auth.algorithm = one_of(&mut random, algorithms);
        deployment.auth.published_keys.keys = Some(vec![SecretName::Retired, SecretName::Current]);
        visible.keys = Some(one_of(&mut random, [KeysSetting::Issuer, KeysSetting::Jwks]));
        visible.without.extend((random.u8(..4) == 0).then_some(HideableSetting::Keys));
    }
    Healthy { deployment, visible }
}

fn clients(client: &mut ClientConfig, random: &mut fastrand::Rng) {
    client.presents = one_of(
        random,
        [PresentedCarriers::Both, PresentedCarriers::Header, PresentedCarriers::Subprotocol, PresentedCarriers::Query],
    );
    if random.bool() {
        client.origin = Some("https://app.test".into());
    }
    client.users = [random.u16(..), random.u16(..)].map(|user| format!("user-{user}@random.test")).into();
}

fn validation(backend: &mut Backend, random: &mut fastrand::Rng) {
    backend.token_validation = one_of(random, [TokenValidation::Local, TokenValidation::ThroughAuth]);
    backend.rejection_response =
        one_of(random, [RejectionResponse::Distinct, RejectionResponse::Varying, RejectionResponse::Uniform]);
    // The backend allows no leeway for `iat`, so its clock is never behind that of auth.
    backend.clock_offset = random.i64(0..=20);
    backend.delay = sometimes(random);
    backend.replicas.count = random.u32(1..=3);
    backend.replicas.replica_header = random.bool();
}

fn proxies(deployment: &mut Deployment, random: &mut fastrand::Rng) {
    deployment.auth.delay = sometimes(random);
    deployment.auth.clock_offset = random.i64(-20..=0);
    for proxy in [&mut deployment.proxy, &mut deployment.auth_proxy] {
        *proxy = Proxy { delay: sometimes(random), replaces_date: random.bool(), ..proxy.clone() };
    }
}

fn rejections(deployment: &mut Deployment, random: &mut fastrand::Rng) {
    let gateway = &mut deployment.gateway;
    gateway.rejects = one_of(
        random,
        [GatewayRejection::AfterUpgrade, GatewayRejection::BeforeUpgrade, GatewayRejection::WithoutCloseFrame],
    );
    gateway.close_code = one_of(random, [1008, 1011, 4001]);
    gateway.pings_before_welcome = random.bool();
    gateway.protocol = one_of(random, ["jwt-auth", "chat.v2", "bearer-token"]).into();
    gateway.token_protocol = one_of(random, ["jwt.{token}", "auth-{token}", "access_token.{token}"]).into();
    gateway.plain_get_status = one_of(random, [404, 400, 426]);
}

/// Mostly at once, sometimes after up to half a second.
fn sometimes(random: &mut fastrand::Rng) -> Duration {
    Duration::from_millis(if random.u8(..8) == 0 { random.u64(..500) } else { 0 })
}

fn one_of<T, const N: usize>(random: &mut fastrand::Rng, all: [T; N]) -> T {
    let index = random.usize(..N);
    all.into_iter().nth(index).expect("within bounds")
}
