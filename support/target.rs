//! What to check, what is permitted there, and with which credentials. A `Target` from [`select`] is complete: every variable
//! is resolved and every address validated before anything is sent. It does not tell a mock from a real deployment.
//!
//! The structs are the schema of the target file: a field is a key, its default stands beside it, and other keys are errors.

mod read;
mod tables;
mod template;
mod values;

pub use read::{Environment, list, select};
pub use tables::{
    DirectAddresses, FingerprintEndpoint, Handshake, HealthPaths, LoginEndpoint, ProtectedEndpoint, SelfSigned,
    ServiceCredentials, SigningSecret, ValidationEndpoint, WelcomeFrame,
};
pub use template::{Headers, JsonBody, Text};

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use serde::Deserialize;
use strum::VariantArray;
use url::Host;

use crate::evidence::{Addresses, Settings, Stage};
use crate::secret::Secret;
use crate::token;
use crate::vocabulary::{Hmac, Route, SecretForm};
use values::{minutes, seconds};

/// One deployment that may be checked: the table `[targets.NAME]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Target {
    /// The name of its table.
    #[serde(skip)]
    pub name: String,
    /// Decides the defaults of what is permitted.
    pub stage: Stage,
    /// Base address of the auth service.
    #[serde(deserialize_with = "values::http_address")]
    pub auth: Url,
    /// Base address of the backend.
    #[serde(deserialize_with = "values::http_address")]
    pub backend: Url,
    /// Address of the WebSocket handshake. The file has `ws` or `wss`, this URL `http` or `https`.
    #[serde(deserialize_with = "values::websocket_address")]
    pub websocket: Url,
    /// Paths of the health checks.
    #[serde(default)]
    pub health: HealthPaths,
    /// Limit for one exchange, including the wait for the welcome.
    #[serde(default = "seconds::<10>", deserialize_with = "values::duration")]
    pub timeout: Duration,
    /// Slower authentication is a warning.
    #[serde(default = "seconds::<3>", deserialize_with = "values::duration")]
    pub patience: Duration,
    /// A token that expires sooner is a warning.
    #[serde(default = "minutes::<15>", deserialize_with = "values::duration")]
    pub lifetime: Duration,
    /// Clocks that differ by more are a fault.
    #[serde(default = "seconds::<30>", deserialize_with = "values::duration")]
    pub skew: Duration,
    /// Limit for the whole check. A probe that was not made by then is not tested.
    #[serde(default = "minutes::<1>", deserialize_with = "values::duration")]
    pub deadline: Duration,
    /// Invalid tokens may be sent. In production the file has to permit it.
    #[serde(default, deserialize_with = "values::read_later")]
    pub negatives: bool,
    /// A probe may be repeated many times. In production the file has to permit it.
    #[serde(default, deserialize_with = "values::read_later")]
    pub load: bool,
    /// At most so many at a time; at least 1. In production the default is 1, elsewhere 1000: more than any round has probes.
    #[serde(default, deserialize_with = "values::read_later")]
    pub connections: usize,
    /// Whether probes are repeated even without a failure. Set by a flag, not by the file.
    #[serde(skip)]
    pub thorough: bool,
    /// File of the certificates that are trusted beside those of the system.
    pub ca: Option<PathBuf>,
    /// The certificates of that file.
    #[serde(skip)]
    pub roots: Vec<CertificateDer<'static>>,
    /// How auth issues a token.
    pub login: Option<LoginEndpoint>,
    /// How the client signs a token of its own.
    pub mint: Option<SelfSigned>,
    /// How auth validates a token.
    #[serde(default)]
    pub validate: ValidationEndpoint,
    /// The protected resource of the backend.
    #[serde(default)]
    pub protected: ProtectedEndpoint,
    /// How the client opens a WebSocket connection.
    #[serde(default)]
    pub handshake: Handshake,
    /// The secret that tokens are signed with.
    pub signing: Option<SigningSecret>,
    /// The backend's credentials at auth.
    pub service: Option<ServiceCredentials>,
    /// The addresses that bypass the reverse proxy.
    pub direct: Option<DirectAddresses>,
    /// Where auth and the backend show a fingerprint of their secret.
    pub fingerprint: Option<FingerprintEndpoint>,
}

impl Target {
    /// What evidence records of this target: no secret.
    pub(crate) fn settings(&self) -> Settings {
        let users = match (&self.login, &self.mint) {
            (Some(login), _) => login.users.len(),
            (None, Some(mint)) => mint.users.len(),
            (None, None) => 0,
        };
        let fingerprint = self.fingerprint.as_ref();
        let secret_forms = self.signing.as_ref().map(|signing| token::forms(signing.secret.expose()));
        let secret_forms = secret_forms.unwrap_or_else(|| SecretForm::VARIANTS.to_vec());
        let own = self.signing.as_ref().map(|signing| signing.algorithm);
        let is_other = |hmac: &Hmac| own.is_none_or(|own| own != token::algorithm_of(*hmac));
        let other_algorithms = Hmac::VARIANTS.iter().copied().filter(is_other).collect();
        Settings {
            target: self.name.clone(),
            stage: self.stage,
            addresses: self.shown_addresses(),
            login: self.login.is_some(),
            login_sends: self.login.as_ref().map(LoginEndpoint::sends).unwrap_or_default(),
            mint: self.mint.is_some(),
            users: users.min(2),
            signing: self.signing.is_some(),
            secret_forms,
            other_algorithms,
            service: self.service.is_some(),
            fingerprint: fingerprint.is_some(),
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
            usual_path: self.websocket.path() != Route::USUAL_PATH,
            names_user: self.handshake.user.is_some(),
            welcome: self.handshake.welcome.is_some(),
            provenance: fingerprint.is_some_and(|at| at.version.is_some() || at.source.is_some()),
            thorough: self.thorough,
        }
    }

    /// The addresses as a person knows them.
    fn shown_addresses(&self) -> Addresses {
        let [auth, backend, websocket] = [&self.auth, &self.backend, &self.websocket].map(|url| {
            let mut shown = url.clone();
            shown.set_query(None);
            // An address that cannot have them has none.
            _ = shown.set_username("").and_then(|()| shown.set_password(None));
            shown.to_string()
        });
        Addresses { auth, backend, websocket: websocket.replacen("http", "ws", 1) }
    }

    /// Every secret of this target, for the redactor.
    pub(crate) fn secrets(&self) -> Vec<&Secret> {
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

    /// Every address that probes may be sent to.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &Url> {
        let direct = self.direct.iter().flat_map(|direct| [&direct.backend, &direct.websocket]);
        [&self.auth, &self.backend, &self.websocket].into_iter().chain(direct)
    }

    /// The address of a path at a base: `https://host/base` and `/path` give `https://host/base/path`.
    pub(crate) fn join(base: &Url, path: &str) -> Url {
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

/// Whether an address never leaves this machine (RFC 6890, RFC 6761 §6.3).
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
