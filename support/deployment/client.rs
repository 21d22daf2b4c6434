//! The client: its token, its users, and the addresses that it is configured with.

use serde::Deserialize;

use super::{BypassKey, ClientToken, PresentedCarriers};

/// The settings of the client, and of the target file that describes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ClientConfig {
    /// Where it puts its token on the handshake.
    pub presents: PresentedCarriers,
    /// Where its token comes from.
    pub token: ClientToken,
    /// Claims of the tokens that it signs itself: added to the usual ones, or replacing them.
    pub minted_claims: toml::Table,
    /// Usual claims that its own tokens lack.
    pub minted_without_claims: Vec<String>,
    /// The path at which it logs in.
    pub login_path: String,
    /// Whether auth accepts its key for the test login.
    pub bypass_key: BypassKey,
    /// The addresses of the users that log in.
    pub users: Vec<String>,
    /// The `Origin` that a browser would send.
    pub origin: Option<String>,
    /// The path at which it opens a WebSocket.
    pub websocket_path: String,
    /// The subprotocol that it offers; default: the gateway's.
    pub protocol: Option<String>,
    /// The entry that carries its token; default: the gateway's.
    pub token_protocol: Option<String>,
}

impl Default for ClientConfig {
    fn default() -> Self {
        let users = ["staging-e2e-user-001@test.local", "staging-e2e-user-002@test.local"];
        ClientConfig {
            presents: PresentedCarriers::Both,
            token: ClientToken::Issued,
            minted_claims: toml::Table::new(),
            minted_without_claims: Vec::new(),
            login_path: "/auth/e2e/test-auth".into(),
            bypass_key: BypassKey::Correct,
            users: users.map(String::from).into(),
            origin: None,
            websocket_path: "/ws".into(),
            protocol: None,
            token_protocol: None,
        }
    }
}
