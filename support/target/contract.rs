//! The parts of a target that say how its services are spoken to.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use reqwest::Url;

use super::template::{Body, Headers};
use crate::secret::Secret;
use crate::token::Claims;
use crate::vocabulary::{Carriers, Scheme};

/// Paths of the health checks.
#[derive(Clone, Debug)]
pub struct Health {
    pub auth: String,
    pub backend: String,
}

/// How auth issues a token: `POST`, JSON.
#[derive(Clone, Debug)]
pub struct Login {
    pub path: String,
    pub headers: Headers,
    pub body: Body,
    /// JSON pointer to the token in the answer.
    pub token: String,
    /// At least one; the first two are asked for.
    pub users: Vec<String>,
}

/// How the client signs a token of its own.
#[derive(Clone, Debug)]
pub struct Mint {
    /// `{user}` and `{now}` stand in its texts; `iat` and `exp` are added.
    pub claims: Claims,
    pub lifetime: Duration,
    pub users: Vec<String>,
}

/// How auth judges a token: `POST`, JSON.
#[derive(Clone, Debug)]
pub struct Validate {
    pub path: String,
    pub body: Body,
    /// JSON pointer to the verdict, a boolean.
    pub accepted: String,
    /// What the contract says auth takes.
    pub prefix: Scheme,
}

/// How the real client opens a WebSocket connection.
#[derive(Clone, Debug)]
pub struct Handshake {
    pub presents: Carriers,
    /// The subprotocol that the server should select.
    pub protocol: String,
    /// The subprotocol that carries the token; `{token}` is base64url without padding.
    pub token_protocol: String,
    pub origin: Option<String>,
    pub headers: Headers,
    pub welcome: Option<Welcome>,
    /// JSON pointer to the user in the welcome, who must be the token's `sub`.
    pub user: Option<String>,
    /// JSON pointer to the code in an error frame.
    pub error_code: String,
    /// How long a connection is watched in silence.
    pub hold: Duration,
}

/// The frame by which the gateway says that it has accepted.
#[derive(Clone, Debug)]
pub struct Welcome {
    /// JSON pointer.
    pub at: String,
    pub is: String,
}

/// The environment's signing secret, which lets the suite sign controls.
#[derive(Clone, Debug)]
pub struct Signing {
    pub secret: Secret,
    pub algorithm: Algorithm,
}

/// The backend's own credentials at auth.
#[derive(Clone, Debug)]
pub struct Credentialed {
    pub headers: Headers,
}

/// The same services without the proxy.
#[derive(Clone, Debug)]
pub struct Direct {
    pub backend: Url,
    pub websocket: Url,
}

/// `GET` at auth and at the backend.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    pub path: String,
    /// JSON pointer to the fingerprint.
    pub at: String,
    /// JSON pointers to where the secret comes from.
    pub version: Option<String>,
    pub source: Option<String>,
    pub headers: Headers,
}
