//! What validates tokens over HTTP: auth, and a protected resource of the backend.

use reqwest::{Method, Url};
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::Value;

use super::Part;
use super::request::{Body, Request, part_with_request};
use super::template::{Headers, JsonBody, Text};
use super::token_place::{TokenPlace, scheme_word};
use super::values;
use crate::vocabulary::{Carrier, Carriers, Scheme};

/// `health`: paths of the health checks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct HealthPaths {
    /// At the auth service.
    #[serde(deserialize_with = "values::path")]
    pub auth: String,
    /// At the backend.
    #[serde(deserialize_with = "values::path")]
    pub backend: String,
    /// Which of the two the file names: a default that is written out says no more than the default.
    #[serde(skip)]
    pub named: [bool; 2],
}

impl HealthPaths {
    pub(super) fn differs_from_default(&self) -> [bool; 2] {
        let usual = HealthPaths::default();
        [self.auth != usual.auth, self.backend != usual.backend]
    }
}

impl Default for HealthPaths {
    fn default() -> Self {
        HealthPaths { auth: "/health".into(), backend: "/health".into(), named: [false; 2] }
    }
}

part_with_request! {
    /// `validate`: how auth validates a token, such as introspection (RFC 7662), a verify route, or `GET /me`. `{token}` in its request is
    /// the token.
    #[derive(Default)]
    pub struct Validation {
        /// Where the token stands, if not in the body.
        pub token: Option<TokenPlace>,
        /// What says that the token is valid.
        #[serde(default)]
        pub accepted: Verdict,
        /// The word before the token in the body.
        #[serde(default, deserialize_with = "optional_scheme")]
        pub scheme: Option<String>,
        /// It stands in no file: the default of a target with an auth service.
        #[serde(skip)]
        pub is_assumed: bool,
        /// The file names its path, and it is not the default.
        #[serde(skip)]
        pub names_path: bool,
    }
}

/// What a response has to be where the token is valid.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The value at this JSON pointer.
    Value {
        /// The JSON pointer.
        at: String,
        /// The value there.
        is: Value,
    },
    /// One of these statuses.
    Status(Vec<u16>),
}

part_with_request! {
    /// `protected`: a resource of the backend that requires a token.
    #[derive(Default)]
    pub struct ProtectedEndpoint {
        /// Where the token stands.
        #[serde(default)]
        pub token: TokenPlace,
        /// It stands in no file: the default of a target with a backend.
        #[serde(skip)]
        pub is_assumed: bool,
    }
}

impl Default for Verdict {
    fn default() -> Self {
        Verdict::Value { at: "/valid".into(), is: true.into() }
    }
}

/// As the incident's auth service expects it.
pub(super) fn token_in_json() -> Body {
    let field = |name: &str, text: &str| (name.to_owned(), JsonBody::Text(Text::Plain(text.to_owned())));
    Body::Json(JsonBody::Object(vec![field("token", "{token}"), field("token_type", "access")]))
}

impl ProtectedEndpoint {
    /// Its path where the file has none.
    pub(super) const USUAL_PATH: &str = "/api/threads";

    /// That of a target whose file does not describe one.
    pub(super) fn assumed() -> Self {
        let request = Request { path: Self::USUAL_PATH.into(), ..Request::default() };
        ProtectedEndpoint { request, is_assumed: true, ..ProtectedEndpoint::default() }
    }
}

impl Validation {
    /// Its path where the file has none.
    pub(super) const USUAL_PATH: &str = "/auth/validate";

    /// That of a target whose file does not describe one.
    pub(super) fn assumed() -> Self {
        let (path, body) = (Self::USUAL_PATH.into(), token_in_json());
        let request = Request { method: Method::POST, path, body, ..Request::default() };
        Validation { request, is_assumed: true, ..Validation::default() }
    }

    /// Where the token stands.
    pub(crate) fn carriers(&self) -> Carriers {
        Carriers::of(self.token.as_ref().map_or(Carrier::Body, |place| place.carrier))
    }

    /// What stands before the token.
    pub(crate) fn usual_scheme(&self) -> Scheme {
        let word = self.token.as_ref().map_or(&self.scheme, |place| &place.word);
        if word.is_some() { Scheme::Bearer } else { Scheme::None }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    at: Option<String>,
    is: Option<Value>,
    status: Option<Statuses>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Statuses {
    One(u16),
    Several(Vec<u16>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum PointerOrTable {
    Pointer(String),
    Table(Written),
}

impl<'de> Deserialize<'de> for Verdict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let invalid = |what: &str| D::Error::custom(format!("{what}\n{ALLOWED}"));
        let written =
            PointerOrTable::deserialize(deserializer).map_err(|_| invalid("not what a response has to be"))?;
        let pointer = |at: String| values::valid_pointer(at).map_err(D::Error::custom);
        match written {
            PointerOrTable::Pointer(at) => Ok(Verdict::Value { at: pointer(at)?, is: true.into() }),
            PointerOrTable::Table(Written { at: Some(at), is, status: None }) => {
                Ok(Verdict::Value { at: pointer(at)?, is: is.unwrap_or(Value::Bool(true)) })
            }
            PointerOrTable::Table(Written { at: None, is: None, status: Some(status) }) => {
                let statuses = match status {
                    Statuses::One(status) => vec![status],
                    Statuses::Several(statuses) => statuses,
                };
                let is_success = |status: &u16| (200..300).contains(status);
                match !statuses.is_empty() && statuses.iter().all(is_success) {
                    true => Ok(Verdict::Status(statuses)),
                    false => Err(invalid("a valid token gets a status from 200 to 299")),
                }
            }
            PointerOrTable::Table(_) => Err(invalid("either a value at a place, or a status")),
        }
    }
}

const ALLOWED: &str = "allowed: { at = \"/active\", is = true }, { status = 200 }, or a JSON pointer to `true`";

fn optional_scheme<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    scheme_word(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// `service`: the backend's own credentials at auth.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceCredentials {
    /// Headers of the backend's requests.
    #[serde(deserialize_with = "values::read_later")]
    pub headers: Headers,
}

/// `direct`: addresses that bypass the reverse proxy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DirectAddresses {
    /// As [`Target::auth`](super::Target::auth).
    #[serde(default, deserialize_with = "values::http_address")]
    pub auth: Option<Url>,
    /// As [`Target::backend`](super::Target::backend).
    #[serde(default, deserialize_with = "values::http_address")]
    pub backend: Option<Url>,
    /// As [`Target::websocket`](super::Target::websocket).
    #[serde(default, deserialize_with = "values::websocket_address")]
    pub websocket: Option<Url>,
}

part_with_request! {
    /// `fingerprint`: a fingerprint of the signing secret, at auth, at the backend, and at a gateway of its own.
    pub struct FingerprintEndpoint {
        /// JSON pointer to the fingerprint.
        #[serde(deserialize_with = "values::pointer")]
        pub at: String,
        /// JSON pointer to the version of the secret.
        #[serde(default, deserialize_with = "values::optional_pointer")]
        pub version: Option<String>,
        /// JSON pointer to the source that the secret was loaded from.
        #[serde(default, deserialize_with = "values::optional_pointer")]
        pub source: Option<String>,
        /// The path at the gateway: the same as elsewhere where the gateway has an origin of its own, unless the file says otherwise.
        #[serde(default, deserialize_with = "values::path_or_false")]
        pub websocket: Part<String>,
    }
}
