//! Where a target's services are, where they take tokens, and which of that its file tells.

use serde::{Deserialize, Serialize};

use crate::vocabulary::Carriers;

/// Where the services are: without a query or a password, in which a secret may stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addresses {
    /// Of the auth service, where there is one.
    pub auth: Option<String>,
    /// Of the backend.
    pub backend: Option<String>,
    /// Of the WebSocket handshake.
    pub websocket: Option<String>,
}

/// Where tokens are validated, and in which carriers the client presents them there; `None` where a target has no such place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// At auth.
    pub validation: Option<Carriers>,
    /// At the backend.
    pub rest: Option<Carriers>,
    /// At the gateway.
    pub websocket: Option<Carriers>,
    /// Which of them the target's file does not describe.
    pub assumed: Assumed,
    /// Which paths the target's file names, so that they have to be there.
    #[serde(default)]
    pub named: NamedPaths,
}

/// What stands in the target's file, and is no default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedPaths {
    /// `validate.path`.
    pub validation: bool,
    /// `health.auth` and `health.backend`.
    pub health: [bool; 2],
    /// `fingerprint.websocket`.
    #[serde(default)]
    pub fingerprint: bool,
}

/// What stands in no target file: it may not be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumed {
    /// The validation path of the incident's auth service.
    pub validation: bool,
    /// The protected path of the incident's backend.
    pub rest: bool,
}

/// Which addresses that bypass the reverse proxy are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direct {
    /// Auth's.
    #[serde(default)]
    pub validation: bool,
    /// The backend's.
    pub rest: bool,
    /// The gateway's.
    pub websocket: bool,
}

/// Where public keys are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysAt {
    /// A discovery document names their address.
    pub discovery: bool,
    /// Auth and that address have one origin.
    pub auth: bool,
}
