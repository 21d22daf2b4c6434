//! What to check, what is permitted there, and with which credentials. A `Target` from [`select`] is complete: every variable
//! is resolved and every address validated before anything is sent. It does not tell a mock from a real deployment.
//!
//! The structs are the schema of the target file: a field is a key, its default stands beside it, and other keys are errors.

mod handshake;
mod judges;
mod keys;
mod login;
mod moved;
mod named;
mod platform;
mod read;
mod request;
mod settings;
mod signing;
mod tables;
mod template;
mod token_place;
mod values;

pub(crate) use handshake::TOKEN;
#[cfg(test)]
pub(crate) use handshake::TOKEN_BASE64URL;
pub use handshake::{FirstMessage, Handshake, Rejects, Welcome};
pub use judges::{
    DirectAddresses, FingerprintEndpoint, HealthPaths, ProtectedEndpoint, ServiceCredentials, Validation, Verdict,
};
pub use keys::PublishedKeys;
pub use login::{Account, Found, GivenToken, Login, SelfSigned, Step};
pub use named::named;
pub(crate) use named::{DEFAULT_FILE, nearest};
pub(crate) use platform::is_project;
pub use platform::{HostedService, PlatformHost, PlatformTable};
pub use read::{Environment, list, select, select_to_list};
pub(crate) use read::{access_token, listed};
pub(crate) use request::Values;
pub use request::{Body, Request};
pub use signing::{GivenKey, SecretEncoding, Signing};
pub(crate) use template::filled;
pub use template::{Headers, JsonBody, Text};
pub use token_place::{BEARER, TokenPlace};

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use serde::Deserialize;
use url::Host;

use crate::evidence::Stage;
use crate::secret::Secret;
use values::{minutes, seconds};

/// One deployment that may be checked: the table `[targets.NAME]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Target {
    /// The name of its table.
    #[serde(skip)]
    pub name: String,
    /// Decides the defaults of what is permitted.
    #[serde(deserialize_with = "values::word")]
    pub stage: Stage,
    /// Base address of the auth service, with a fixed query where it needs one.
    #[serde(default, deserialize_with = "values::http_address")]
    pub auth: Option<Url>,
    /// Base address of the backend.
    #[serde(default, deserialize_with = "values::http_address")]
    pub backend: Option<Url>,
    /// Address of the WebSocket handshake. The file has `ws` or `wss`, this URL `http` or `https`.
    #[serde(default, deserialize_with = "values::websocket_address")]
    pub websocket: Option<Url>,
    /// On every exchange: for an access proxy before the services.
    #[serde(default, deserialize_with = "values::read_later")]
    pub headers: Headers,
    /// Paths of the health checks.
    #[serde(default)]
    pub health: HealthPaths,
    /// Limit for one exchange, including the wait for the welcome.
    #[serde(default = "seconds::<10>", deserialize_with = "values::duration")]
    pub timeout: Duration,
    /// Slower authentication is a warning.
    #[serde(default = "seconds::<3>", deserialize_with = "values::duration")]
    pub slow_after: Duration,
    /// A token that expires sooner is a warning.
    #[serde(default = "minutes::<15>", deserialize_with = "values::duration")]
    pub min_lifetime: Duration,
    /// Clocks that differ by more are a fault.
    #[serde(default = "seconds::<30>", deserialize_with = "values::duration")]
    pub max_skew: Duration,
    /// Limit for the whole check. A probe that was not made by then is not tested.
    #[serde(default = "minutes::<1>", deserialize_with = "values::duration")]
    pub deadline: Duration,
    /// Invalid tokens may be sent. In production the file has to permit it.
    #[serde(default, deserialize_with = "values::read_later")]
    pub negatives: bool,
    /// A probe may be repeated many times. In production the file has to permit it.
    #[serde(default, deserialize_with = "values::read_later")]
    pub load: bool,
    /// At most so many are open at a time; at least 1. By default 1 in production, 16 in staging, and without a limit for a local
    /// target, of which a check opens 16.
    #[serde(default, deserialize_with = "values::read_later")]
    pub connections: Option<usize>,
    /// Whether probes are repeated even without a failure. Set by a flag, not by the file.
    #[serde(skip)]
    pub thorough: bool,
    /// File of the certificates that are trusted beside those of the system.
    pub ca: Option<PathBuf>,
    /// The certificates of that file.
    #[serde(skip)]
    pub roots: Vec<CertificateDer<'static>>,
    /// The claim that names the user.
    #[serde(default = "values::subject")]
    pub subject: String,
    /// How auth issues a token.
    pub login: Option<Login>,
    /// Tokens that one already has.
    #[serde(default, rename = "tokens", deserialize_with = "values::read_later")]
    pub given: Vec<GivenToken>,
    /// What Basic authentication sends of the users and passwords above and below (RFC 7617 §2): a server may repeat it.
    #[serde(skip)]
    pub basics: Vec<Secret>,
    /// How the client signs a token of its own.
    pub mint: Option<SelfSigned>,
    /// How auth validates a token.
    #[serde(default, deserialize_with = "values::part")]
    pub validate: Part<Validation>,
    /// The protected resource of the backend.
    #[serde(default, deserialize_with = "values::part")]
    pub protected: Part<ProtectedEndpoint>,
    /// How the client opens a WebSocket connection.
    #[serde(default)]
    pub handshake: Handshake,
    /// The key that tokens are signed with.
    pub signing: Option<Signing>,
    /// Where the issuer publishes its public keys.
    pub keys: Option<PublishedKeys>,
    /// The backend's credentials at auth.
    pub service: Option<ServiceCredentials>,
    /// The addresses that bypass the reverse proxy.
    pub direct: Option<DirectAddresses>,
    /// Where the services show a fingerprint of their secret.
    pub fingerprint: Option<FingerprintEndpoint>,
    /// What runs auth and the backend.
    #[serde(default, deserialize_with = "values::read_later")]
    pub platform: Option<PlatformTable>,
    /// Whether the values of their secrets may be read, to compare them. Set by a flag, not by the file.
    #[serde(skip)]
    pub compare_payloads: bool,
    /// As the platform names the services: `logs --target` counts their entries, and those of all where none is named.
    #[serde(default)]
    pub log_services: Vec<String>,
}

/// A part that a target file describes, leaves to its default, or leaves out with `false`.
#[derive(Clone, Debug, Default)]
pub enum Part<T> {
    /// The file says nothing: the default holds where the service is there, and is left out where its responses show that the
    /// service has no such path.
    #[default]
    Assumed,
    /// `false`.
    LeftOut,
    /// As described.
    Described(Box<T>),
}

/// As many as `rate` opens in staging. What a server sends in each of them stays within a check's memory.
const USUAL_CONNECTIONS: usize = 16;

impl Target {
    /// How many connections a check has open at a time.
    pub(crate) fn open_at_a_time(&self) -> usize {
        self.connections.unwrap_or(USUAL_CONNECTIONS)
    }

    /// How auth validates a token, where it does.
    pub(crate) fn validation(&self) -> Option<&Validation> {
        self.auth.as_ref()?;
        self.validate.described()
    }

    /// The resource that requires a token, where there is one.
    pub(crate) fn protected(&self) -> Option<&ProtectedEndpoint> {
        self.backend.as_ref()?;
        self.protected.described()
    }

    /// Where the gateway shows its fingerprint: at its own origin, where it is a service of its own or the file names a path for it.
    pub(crate) fn fingerprint_at_gateway(&self) -> Option<Url> {
        let (fingerprint, websocket) = (self.fingerprint.as_ref()?, self.websocket.as_ref()?);
        let is_alone = || [&self.auth, &self.backend].into_iter().flatten().all(|other| !same_origin(other, websocket));
        let path = match &fingerprint.websocket {
            Part::Described(path) => path,
            Part::Assumed if is_alone() => &fingerprint.request.path,
            Part::Assumed | Part::LeftOut => return None,
        };
        let mut origin = websocket.clone();
        origin.set_path("");
        origin.set_query(None);
        Some(Target::join(&origin, path))
    }

    /// What the file describes of each request, but for those of the login.
    fn requests(&self) -> impl Iterator<Item = &Request> {
        let validation = self.validation().map(|part| &part.request);
        let protected = self.protected().map(|part| &part.request);
        let fingerprint = self.fingerprint.as_ref().map(|part| &part.request);
        [validation, protected, fingerprint].into_iter().flatten()
    }

    /// Every secret of this target, for the redactor.
    pub(crate) fn secrets(&self) -> Vec<&Secret> {
        let message = match &self.handshake.first_message {
            Some(FirstMessage::Json(body)) => body.secrets().collect(),
            Some(FirstMessage::Text(_)) | None => Vec::new(),
        };
        let requests = self.login.iter().flat_map(Login::secrets);
        let requests = requests.chain(self.requests().flat_map(Request::secrets));
        let service = self.service.iter().flat_map(|service| service.headers.secrets());
        let headers = self.headers.secrets().chain(self.handshake.headers.secrets());
        let signing = self.signing.iter().flat_map(Signing::secrets);
        let requests = requests.chain(&self.basics);
        let platform = self.platform.iter().filter_map(|platform| platform.token.as_ref());
        let tables = service.chain(headers).chain(message).chain(signing);
        requests.chain(tables).chain(platform).collect()
    }

    /// Every address that probes may be sent to.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &Url> {
        let direct = self.direct.iter().flat_map(|direct| [&direct.auth, &direct.backend, &direct.websocket]);
        let keys = self.keys.as_ref().map(PublishedKeys::address);
        [&self.auth, &self.backend, &self.websocket].into_iter().chain(direct).flatten().chain(keys)
    }

    /// The address of a path at a base: `https://host/base?v=2` and `/path?x=1` give `https://host/base/path?v=2&x=1`.
    pub(crate) fn join(base: &Url, path: &str) -> Url {
        let mut url = base.clone();
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), path.trim_start_matches('/')));
        let both = [base.query(), query].into_iter().flatten().filter(|query| !query.is_empty()).collect::<Vec<_>>();
        url.set_query(if both.is_empty() { None } else { Some(both.join("&")) }.as_deref());
        url
    }
}

impl<T> Part<T> {
    /// How it is, where it is there.
    pub fn described(&self) -> Option<&T> {
        match self {
            Part::Described(part) => Some(part),
            Part::Assumed | Part::LeftOut => None,
        }
    }
}

/// Whether one process may serve both addresses (RFC 6454 §4).
fn same_origin(one: &Url, other: &Url) -> bool {
    (one.host_str(), one.port_or_known_default()) == (other.host_str(), other.port_or_known_default())
}

/// Whether an address never leaves this machine (RFC 6890, RFC 6761 §6.3).
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        // An IPv4 address may be written as one of IPv6 (RFC 4291 §2.5.5.2).
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        Some(Host::Domain(name)) => is_local_name(name),
        None => false,
    }
}

/// A name of this machine: it is looked up only to find a loopback address.
pub(crate) fn is_local_name(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}
