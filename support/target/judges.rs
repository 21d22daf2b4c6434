//! What validates tokens over HTTP: auth, and a protected resource of the backend.

use reqwest::{Method, Url};
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::Value;

use super::request::{self, Body, ReadLater, Request};
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
}

impl Default for HealthPaths {
    fn default() -> Self {
        HealthPaths { auth: "/health".into(), backend: "/health".into() }
    }
}

/// `validate`: how auth validates a token, such as introspection (RFC 7662), a verify route, or `GET /me`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Validation {
    /// What is sent; `{token}` in its body is the token.
    #[serde(skip)]
    pub request: Request,
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
    #[serde(default, deserialize_with = "request::method")]
    pub(super) method: Option<Method>,
    #[serde(default, deserialize_with = "optional_path")]
    pub(super) path: Option<String>,
    #[serde(default, rename = "json")]
    _json: ReadLater,
    #[serde(default, rename = "form")]
    _form: ReadLater,
    #[serde(default, rename = "query")]
    _query: ReadLater,
    #[serde(default, rename = "headers")]
    _headers: ReadLater,
    #[serde(default, rename = "basic")]
    _basic: ReadLater,
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

/// `protected`: a resource of the backend that requires a token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ProtectedEndpoint {
    /// Path at the backend. `GET`.
    #[serde(deserialize_with = "values::path")]
    pub path: String,
    /// Where the token stands.
    pub token: TokenPlace,
    /// It stands in no file: the default of a target with a backend.
    #[serde(skip)]
    pub is_assumed: bool,
}

impl Default for Verdict {
    fn default() -> Self {
        Verdict::Value { at: "/valid".into(), is: true.into() }
    }
}

impl Default for Validation {
    fn default() -> Self {
        Validation {
            request: Request {
                method: Method::POST,
                path: "/auth/validate".into(),
                body: token_in_json(),
                ..Request::default()
            },
            token: None,
            accepted: Verdict::default(),
            scheme: None,
            is_assumed: true,
            method: None,
            path: None,
            _json: ReadLater,
            _form: ReadLater,
            _query: ReadLater,
            _headers: ReadLater,
            _basic: ReadLater,
        }
    }
}

/// As the incident's auth service expects it.
pub(super) fn token_in_json() -> Body {
    let field = |name: &str, text: &str| (name.to_owned(), JsonBody::Text(Text::Plain(text.to_owned())));
    Body::Json(JsonBody::Object(vec![field("token", "{token}"), field("token_type", "access")]))
}

impl Default for ProtectedEndpoint {
    fn default() -> Self {
        ProtectedEndpoint { path: "/api/threads".into(), token: TokenPlace::default(), is_assumed: false }
    }
}

impl Validation {
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

fn optional_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    values::path(deserializer).map(Some)
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
    /// As [`Target::backend`](super::Target::backend).
    #[serde(default, deserialize_with = "values::http_address")]
    pub backend: Option<Url>,
    /// As [`Target::websocket`](super::Target::websocket).
    #[serde(default, deserialize_with = "values::websocket_address")]
    pub websocket: Option<Url>,
}

/// `fingerprint`: a fingerprint of the signing secret. `GET`, at auth and at the backend.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FingerprintEndpoint {
    /// Path at both services.
    #[serde(deserialize_with = "values::path")]
    pub path: String,
    /// JSON pointer to the fingerprint.
    #[serde(deserialize_with = "values::pointer")]
    pub at: String,
    /// JSON pointer to the version of the secret.
    #[serde(default, deserialize_with = "values::optional_pointer")]
    pub version: Option<String>,
    /// JSON pointer to the source that the secret was loaded from.
    #[serde(default, deserialize_with = "values::optional_pointer")]
    pub source: Option<String>,
    /// Headers of the request.
    #[serde(default, deserialize_with = "values::read_later")]
    pub headers: Headers,
}
