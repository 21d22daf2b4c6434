//! The tables of a target: how its services are called. Texts that may be secret are read after the rest, by
//! [`select`](super::select), because they need the environment.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use reqwest::Url;
use serde::Deserialize;

use super::template::{Headers, JsonBody, Text};
use super::values::{self, minutes, read_later};
use crate::secret::Secret;
use crate::token::Claims;
use crate::vocabulary::{Carriers, Scheme};

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

/// `login`: how auth issues a token. `POST`, JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LoginEndpoint {
    /// Path at the auth service.
    #[serde(deserialize_with = "values::path")]
    pub path: String,
    /// Headers of the request.
    #[serde(default, deserialize_with = "read_later")]
    pub headers: Headers,
    /// Body of the request, with `{user}` for the user.
    #[serde(deserialize_with = "read_later")]
    pub body: JsonBody,
    /// JSON pointer to the token in the response.
    #[serde(deserialize_with = "values::pointer")]
    pub token: String,
    /// At least one; the check uses the first two.
    #[serde(deserialize_with = "values::users")]
    pub users: Vec<String>,
}

impl LoginEndpoint {
    /// The names of what it sends, without the values.
    pub(super) fn sends(&self) -> Vec<String> {
        let headers = self.headers.iter().map(|(name, _)| format!("the header `{name}`"));
        headers.chain(self.body.names().into_iter().map(|name| format!("`{name}` of the body"))).collect()
    }
}

/// `mint`: how the client signs a token of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SelfSigned {
    /// `{user}` and `{now}` are replaced in its texts; `iat` and `exp` are added.
    pub claims: Claims,
    /// From `iat` to `exp`.
    #[serde(default = "minutes::<30>", deserialize_with = "values::duration")]
    pub lifetime: Duration,
    /// At least one; the check uses the first two.
    #[serde(deserialize_with = "values::users")]
    pub users: Vec<String>,
}

/// `validate`: how auth validates a token. `POST`, JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ValidationEndpoint {
    /// Path at the auth service.
    #[serde(deserialize_with = "values::path")]
    pub path: String,
    /// Body of the request, with `{token}` for the token.
    #[serde(deserialize_with = "read_later")]
    pub body: JsonBody,
    /// JSON pointer to a boolean in the response: whether the token is valid.
    #[serde(deserialize_with = "values::pointer")]
    pub accepted: String,
    /// The prefix of a token in the body, by auth's contract.
    #[serde(deserialize_with = "values::prefix")]
    pub prefix: Scheme,
}

impl Default for ValidationEndpoint {
    fn default() -> Self {
        let field = |name: &str, text: &str| (name.to_owned(), JsonBody::Text(Text::Plain(text.to_owned())));
        ValidationEndpoint {
            path: "/auth/validate".into(),
            body: JsonBody::Object(vec![field("token", "{token}"), field("token_type", "access")]),
            accepted: "/valid".into(),
            prefix: Scheme::None,
        }
    }
}

/// `protected`: a resource of the backend that requires a token. `GET`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ProtectedEndpoint {
    /// Path at the backend.
    #[serde(deserialize_with = "values::path")]
    pub path: String,
}

impl Default for ProtectedEndpoint {
    fn default() -> Self {
        ProtectedEndpoint { path: "/api/threads".into() }
    }
}

/// `handshake`: how the client opens a WebSocket connection (RFC 6455 §4.1).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Handshake {
    /// Where the client puts its token.
    #[serde(deserialize_with = "values::presents")]
    pub presents: Carriers,
    /// The subprotocol that the server should select.
    #[serde(deserialize_with = "values::subprotocol")]
    pub protocol: String,
    /// The subprotocol that carries the token; `{token}` is base64url without padding.
    #[serde(deserialize_with = "values::token_subprotocol")]
    pub token_protocol: String,
    /// The `Origin` of the client, as a browser sends it.
    #[serde(deserialize_with = "values::header_value")]
    pub origin: Option<String>,
    /// Further headers of the client.
    #[serde(deserialize_with = "read_later")]
    pub headers: Headers,
    /// Without it, a connection that stays open through `hold` is accepted.
    pub welcome: Option<WelcomeFrame>,
    /// JSON pointer to the user in the welcome, which must equal the token's `sub`.
    #[serde(deserialize_with = "values::optional_pointer")]
    pub user: Option<String>,
    /// JSON pointer to the code in an error frame.
    #[serde(deserialize_with = "values::pointer")]
    pub error_code: String,
    /// How long a silent connection is watched.
    #[serde(deserialize_with = "values::duration")]
    pub hold: Duration,
}

impl Default for Handshake {
    fn default() -> Self {
        Handshake {
            presents: Carriers::HEADER_AND_SUBPROTOCOL,
            protocol: "jwt-auth".into(),
            token_protocol: "jwt.{token}".into(),
            origin: None,
            headers: Headers::default(),
            welcome: None,
            user: None,
            error_code: "/error_code".into(),
            hold: Duration::from_secs(2),
        }
    }
}

/// `handshake.welcome`: the frame that the gateway sends once it has accepted the token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WelcomeFrame {
    /// JSON pointer to a text of the frame.
    #[serde(deserialize_with = "values::pointer")]
    pub at: String,
    /// The text there.
    pub is: String,
}

/// `signing`: the environment's signing secret, with which the suite signs controls.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SigningSecret {
    /// Shared by auth and the backend.
    #[serde(deserialize_with = "values::secret_read_later")]
    pub secret: Secret,
    /// With a shared secret: HS256, HS384 or HS512 (RFC 7518 §3.2).
    #[serde(default, deserialize_with = "values::algorithm")]
    pub algorithm: Algorithm,
}

/// `service`: the backend's own credentials at auth.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceCredentials {
    /// Headers of the backend's requests.
    #[serde(deserialize_with = "read_later")]
    pub headers: Headers,
}

/// `direct`: addresses that bypass the reverse proxy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DirectAddresses {
    /// As [`Target::backend`](super::Target::backend).
    #[serde(deserialize_with = "values::http_address")]
    pub backend: Url,
    /// As [`Target::websocket`](super::Target::websocket).
    #[serde(deserialize_with = "values::websocket_address")]
    pub websocket: Url,
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
    #[serde(default, deserialize_with = "read_later")]
    pub headers: Headers,
}
