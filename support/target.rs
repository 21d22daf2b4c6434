//! Where to look, what is allowed there, and with which credentials. A `Target` is complete and right: every variable is
//! resolved and every address checked before anything is sent. It cannot tell a mock from real staging.

mod contract;
mod file;
mod read;
mod template;

pub use contract::{Credentialed, Direct, Fingerprint, Handshake, Health, Login, Mint, Signing, Validate, Welcome};
pub use read::{Environment, select};
pub use template::{Body, Headers, Text};

use std::time::Duration;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use url::Host;

use crate::evidence::{Settings, Stage};
use crate::secret::Secret;

/// One deployment that may be looked at.
#[derive(Clone, Debug)]
pub struct Target {
    pub name: String,
    pub stage: Stage,
    /// Base address of the auth service.
    pub auth: Url,
    /// Base address of the backend.
    pub backend: Url,
    /// Address of the WebSocket handshake, with the scheme `http` or `https`.
    pub websocket: Url,
    pub health: Health,
    /// For one exchange, waiting for the welcome included.
    pub timeout: Duration,
    /// Slower authentication is a warning.
    pub patience: Duration,
    /// Tokens that live shorter are a warning.
    pub lifetime: Duration,
    /// How far clocks may differ.
    pub skew: Duration,
    /// Bad tokens may be sent.
    pub negatives: bool,
    /// The same may be asked more than a handful of times.
    pub load: bool,
    /// At most so many at a time; at least 1.
    pub connections: usize,
    /// To look, without a reason, for what shows only now and then.
    pub thorough: bool,
    /// For the whole check; what was not reached by then is undetermined.
    pub deadline: Duration,
    /// Trust roots beside those of the system.
    pub roots: Vec<CertificateDer<'static>>,
    pub login: Option<Login>,
    pub mint: Option<Mint>,
    pub validate: Validate,
    /// Path of the protected resource at the backend.
    pub protected: String,
    pub handshake: Handshake,
    pub signing: Option<Signing>,
    pub service: Option<Credentialed>,
    pub direct: Option<Direct>,
    pub fingerprint: Option<Fingerprint>,
}

impl Target {
    /// What the diagnosis may know of this target.
    pub fn settings(&self) -> Settings {
        let users = self
            .login
            .as_ref()
            .map_or_else(|| self.mint.as_ref().map_or(0, |mint| mint.users.len()), |login| login.users.len());
        Settings {
            target: self.name.clone(),
            stage: self.stage,
            login: self.login.is_some(),
            mint: self.mint.is_some(),
            users: users.min(2),
            signing: self.signing.is_some(),
            service: self.service.is_some(),
            fingerprint: self.fingerprint.is_some(),
            direct: self.direct.is_some(),
            negatives: self.negatives,
            load: self.load,
            one_origin: same_origin(&self.backend, &self.websocket),
            auth_takes: self.validate.prefix,
            presents: self.handshake.presents,
            offers: [self.handshake.protocol.clone(), self.handshake.token_protocol.clone()],
            error_code: self.handshake.error_code.clone(),
            patience: self.patience,
            lifetime: self.lifetime,
            skew: self.skew,
            origin: self.handshake.origin.is_some(),
            names_user: self.handshake.user.is_some(),
            welcome: self.handshake.welcome.is_some(),
            provenance: self
                .fingerprint
                .as_ref()
                .is_some_and(|fingerprint| fingerprint.version.is_some() || fingerprint.source.is_some()),
            thorough: self.thorough,
        }
    }

    /// Every secret of this target, for the redactor.
    pub fn secrets(&self) -> Vec<&Secret> {
        let login = self.login.iter().flat_map(|login| login.headers.secrets().chain(login.body.secrets()));
        let service = self.service.iter().flat_map(|service| service.headers.secrets());
        let fingerprint = self.fingerprint.iter().flat_map(|fingerprint| fingerprint.headers.secrets());
        let others = self.validate.body.secrets().chain(self.handshake.headers.secrets());
        login
            .chain(service)
            .chain(fingerprint)
            .chain(others)
            .chain(self.signing.iter().map(|signing| &signing.secret))
            .collect()
    }

    /// Every address that may be looked at.
    pub fn addresses(&self) -> impl Iterator<Item = &Url> {
        let direct = self.direct.iter().flat_map(|direct| [&direct.backend, &direct.websocket]);
        [&self.auth, &self.backend, &self.websocket].into_iter().chain(direct)
    }

    /// The address of a path at a base: `https://host/base` and `/path` give `https://host/base/path`.
    pub fn join(base: &Url, path: &str) -> Url {
        let mut url = base.clone();
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), path.trim_start_matches('/')));
        url.set_query(query);
        url
    }
}

fn same_origin(one: &Url, other: &Url) -> bool {
    (one.host_str(), one.port_or_known_default()) == (other.host_str(), other.port_or_known_default())
}

/// Addresses that never leave this machine (RFC 6890, RFC 6761 §6.3).
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
