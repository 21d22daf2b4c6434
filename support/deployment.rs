//! The modelled system as data: client, proxy, backend, gateway, auth. Every default is healthy and follows the real system,
//! so a scenario writes only what a hop does otherwise. Knows nothing of servers.

mod behaviour;

pub use behaviour::{
    Address, Availability, BearerRewrite, Demands, Form, Key, Login, Presents, Reaches, Reads, ReadsBearer, Refuses,
    SecretName, Selects, ServiceSecret, TokenSource, Verifies, Words,
};

use serde::Deserialize;

/// Every hop between a user and an answer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Deployment {
    pub client: Client,
    pub proxy: Proxy,
    pub backend: Backend,
    pub gateway: Gateway,
    pub auth: Auth,
}

/// Who connects, and what it believes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Client {
    /// Where it puts its token on the handshake.
    pub presents: Presents,
    /// Where its token comes from.
    pub token: TokenSource,
    /// The path at which it logs in.
    pub login_path: String,
    /// Whether its key opens the login.
    pub bypass_key: Key,
    pub users: Vec<String>,
}

/// What stands before the backend.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Proxy {
    /// Request headers that it drops, in lower case.
    pub strips: Vec<String>,
    /// Request headers that it drops from upgrades only.
    pub strips_on_upgrade: Vec<String>,
    /// Response headers that it drops.
    pub strips_response: Vec<String>,
    pub bearer: BearerRewrite,
    pub forwards_upgrades: bool,
    /// Which of the backend's parts it reaches; for the others it answers 502.
    pub reaches: Reaches,
}

/// REST, and what REST and the gateway share: how a token is judged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Backend {
    pub verifies: Verifies,
    pub jwt_secret: SecretName,
    /// What it demands of a token before it lets it in.
    pub demands: Demands,
    /// The same, for REST alone.
    pub rest_demands: Option<Demands>,
    /// What it takes from `Authorization`.
    pub reads_bearer: ReadsBearer,
    /// The form in which it hands the token to auth.
    pub hands_over: Form,
    /// Whether it sends its service credentials to auth, and which.
    pub service_secret: ServiceSecret,
    /// Whether it finds auth.
    pub auth_address: Address,
    /// Whether a refusal of a missing and of a bad credential look the same.
    pub words: Words,
    pub availability: Availability,
    /// Users that it does not know.
    pub unknown_users: Vec<String>,
}

/// The WebSocket handshake.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Gateway {
    pub refuses: Refuses,
    /// 1008 or 1011: both have been seen.
    pub close_code: u16,
    /// Where it looks for a token; the first hit decides.
    pub reads: Vec<Reads>,
    pub selects: Selects,
    /// As of the backend, for the handshake alone.
    pub demands: Option<Demands>,
    /// A JSON ping before the welcome.
    pub pings_first: bool,
}

/// The auth service.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Auth {
    /// Signs with this one.
    pub jwt_secret: SecretName,
    /// Verifies with another one.
    pub verifying_secret: Option<SecretName>,
    pub takes: Form,
    pub demands: Demands,
    /// Claims without which it refuses a token.
    pub required_claims: Vec<String>,
    pub login: Login,
    pub availability: Availability,
    pub unknown_users: Vec<String>,
    /// Whether it validates for services only, which must show their credentials.
    pub for_services_only: bool,
}

impl Default for Client {
    fn default() -> Self {
        let users = ["staging-e2e-user-001@test.local", "staging-e2e-user-002@test.local"];
        Client {
            presents: Presents::Both,
            token: TokenSource::Issued,
            login_path: "/auth/e2e/test-auth".into(),
            bypass_key: Key::Right,
            users: users.map(String::from).into(),
        }
    }
}

impl Default for Proxy {
    fn default() -> Self {
        Proxy {
            strips: Vec::new(),
            strips_on_upgrade: Vec::new(),
            strips_response: Vec::new(),
            bearer: BearerRewrite::Keeps,
            forwards_upgrades: true,
            reaches: Reaches::Everything,
        }
    }
}

impl Default for Backend {
    fn default() -> Self {
        Backend {
            verifies: Verifies::Itself,
            jwt_secret: SecretName::Current,
            demands: Demands::Valid,
            rest_demands: None,
            reads_bearer: ReadsBearer::Token,
            hands_over: Form::Raw,
            service_secret: ServiceSecret::Right,
            auth_address: Address::Right,
            words: Words::Telling,
            availability: Availability::Up,
            unknown_users: Vec::new(),
        }
    }
}

impl Default for Gateway {
    fn default() -> Self {
        Gateway {
            refuses: Refuses::AfterAccept,
            close_code: 1008,
            reads: vec![Reads::Header, Reads::Subprotocol, Reads::Query],
            selects: Selects::Offered,
            demands: None,
            pings_first: false,
        }
    }
}

impl Default for Auth {
    fn default() -> Self {
        Auth {
            jwt_secret: SecretName::Current,
            verifying_secret: None,
            takes: Form::Raw,
            demands: Demands::Valid,
            required_claims: ["token_type", "jti", "iss"].map(String::from).into(),
            login: Login::Open,
            availability: Availability::Up,
            unknown_users: Vec::new(),
            for_services_only: false,
        }
    }
}
