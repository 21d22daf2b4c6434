//! Who connects, and what it believes.

use serde::Deserialize;

use super::{Key, Presents, TokenSource};

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Client {
    /// Where it puts its token on the handshake.
    pub presents: Presents,
    /// Where its token comes from.
    pub token: TokenSource,
    /// Claims of the tokens that it signs itself, beside the usual ones or instead of them.
    pub mints_claims: toml::Table,
    /// Usual claims that its own tokens lack.
    pub mints_without: Vec<String>,
    /// The path at which it logs in.
    pub login_path: String,
    /// Whether its key opens the login.
    pub bypass_key: Key,
    pub users: Vec<String>,
    /// What a browser would send as `Origin`.
    pub origin: Option<String>,
    /// The path at which it opens a WebSocket.
    pub websocket_path: String,
    /// The subprotocol that it wants; the gateway's, where it knows better than to differ.
    pub protocol: Option<String>,
    /// The entry in which it sends its token; the gateway's likewise.
    pub token_protocol: Option<String>,
}

impl Default for Client {
    fn default() -> Self {
        let users = ["staging-e2e-user-001@test.local", "staging-e2e-user-002@test.local"];
        Client {
            presents: Presents::Both,
            token: TokenSource::Issued,
            mints_claims: toml::Table::new(),
            mints_without: Vec::new(),
            login_path: "/auth/e2e/test-auth".into(),
            bypass_key: Key::Right,
            users: users.map(String::from).into(),
            origin: None,
            websocket_path: "/ws".into(),
            protocol: None,
            token_protocol: None,
        }
    }
}
