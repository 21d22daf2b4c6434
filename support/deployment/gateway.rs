//! The WebSocket handshake.

use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::{GatewayRejection, RequiredToken, SecretName};
use crate::vocabulary::Carrier;

/// The settings of the gateway; what it lacks is as in the backend.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Gateway {
    /// When and how it rejects a token.
    pub rejects: GatewayRejection,
    /// 1008 or 1011: both were observed.
    pub close_code: u16,
    /// Where it looks for a token, in this order.
    #[serde(deserialize_with = "handshake_carriers")]
    pub token_carriers: Vec<Carrier>,
    /// Whether the first token that is found decides; else one valid token is enough.
    pub first_token_decides: bool,
    /// The subprotocol that it selects.
    pub protocol: String,
    /// The entry that carries the token.
    pub token_protocol: String,
    /// How the token is written in that entry.
    pub token_encoding: SubprotocolEncoding,
    /// The parameter of the query that carries the token.
    pub token_query: String,
    /// The cookie that carries the token.
    pub token_cookie: String,
    /// Where the token stands in the first message of a client: a JSON pointer.
    pub token_message: String,
    /// Which subprotocol its 101 names.
    pub selected_subprotocol: SelectedSubprotocol,
    /// As of the backend, for the handshake alone.
    pub required_token: Option<RequiredToken>,
    /// Whether it sends a JSON ping before the welcome.
    pub pings_before_welcome: bool,
    /// Any other `Origin` gets a bare HTTP 403; a client without one is allowed.
    pub allowed_origins: Option<Vec<String>>,
    /// `Sec-WebSocket-Accept` of its 101.
    pub sec_websocket_accept: SecWebSocketAccept,
    /// A connection on which the client sends nothing for this long is closed.
    #[serde(with = "humantime_serde")]
    pub idle_timeout: Option<Duration>,
    /// Whether it keeps one connection of a user and closes the older one with 4409.
    pub one_connection_per_user: bool,
    /// It is a service of its own, at its own address.
    pub own_address: bool,
    /// With which secret it verifies tokens there; without it, as the backend.
    pub jwt_secret: Option<SecretName>,
    /// Whether there is a WebSocket server at all; without one, an upgrade is an ordinary request.
    pub websocket_server: bool,
    /// What it does with every connection before it validates a token.
    pub before_validation: BeforeValidation,
    /// What it does with a connection whose token it accepts.
    pub after_acceptance: AfterAcceptance,
    /// The text of its welcome, where it is not that of the incident's system; `{user}` in it is the id of the user.
    pub welcome: Option<String>,
    /// The text of the frame with which it rejects, before it closes.
    pub error_frame: Option<String>,
    /// Whose id is in its welcome.
    pub welcomed_user: WelcomedUser,
    /// How much of the token its error frame repeats.
    pub token_in_error_frame: TokenInErrorFrame,
    /// The status of a GET at its path without an upgrade.
    pub plain_get_status: u16,
    /// Whether it rejects an invalid token of such a GET before that.
    pub plain_get_validates: bool,
}

/// How a token is written in an entry of `Sec-WebSocket-Protocol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubprotocolEncoding {
    /// Base64url without padding.
    Base64url,
    /// Base64url with its padding, which is required where the length needs it.
    Base64Padded,
    /// The token as it is.
    Raw,
}

/// Which subprotocol the 101 names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SelectedSubprotocol {
    /// The gateway's, if it was offered.
    IfOffered,
    /// The 101 names no subprotocol.
    None,
    /// The gateway's, offered or not.
    Always,
    /// One that no client offers.
    Unoffered,
}

/// `Sec-WebSocket-Accept` of the 101.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecWebSocketAccept {
    /// Computed from the key of the request (RFC 6455 §4.2.2).
    Correct,
    /// Computed from another key.
    Wrong,
    /// The header is missing.
    Missing,
}

/// What the gateway does with every connection before it validates a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BeforeValidation {
    /// It validates the token.
    Continues,
    /// 101, then close 1011 without a reason.
    #[serde(rename = "closes-with-1011")]
    ClosesWith1011,
    /// 101, then the connection is closed without a frame.
    DropsConnection,
}

/// What the gateway does with a connection whose token it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterAcceptance {
    /// It sends the welcome and keeps the connection open.
    Welcomes,
    /// Close 1011 instead of a welcome.
    #[serde(rename = "closes-with-1011")]
    ClosesWith1011,
    /// The connection is closed without a frame instead.
    DropsConnection,
    /// The connection stays open without a frame instead.
    SendsNothing,
    /// The connection is closed without a frame soon after the welcome.
    WelcomesThenDrops,
}

/// Whose id is in the welcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WelcomedUser {
    /// The user of the token.
    Own,
    /// Another user.
    Other,
}

/// How much of the token an error frame repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenInErrorFrame {
    /// The frame does not repeat it.
    Absent,
    /// Its first 12 and its last 8 characters.
    Partial,
    /// The headers that carry it, unchanged.
    Full,
}

/// A handshake has no body, so that no token can be there.
fn handshake_carriers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Carrier>, D::Error> {
    let carriers = Vec::<Carrier>::deserialize(deserializer)?;
    if carriers.contains(&Carrier::Body) {
        let allowed = Carrier::words_of_a_handshake().join(", ");
        return Err(D::Error::custom(format!("a handshake has no body\nallowed: {allowed}")));
    }
    Ok(carriers)
}

impl Default for Gateway {
    fn default() -> Self {
        Gateway {
            rejects: GatewayRejection::AfterUpgrade,
            close_code: 1008,
            token_carriers: vec![Carrier::Header, Carrier::Subprotocol, Carrier::Query],
            first_token_decides: false,
            protocol: "jwt-auth".into(),
            token_protocol: "jwt.{token}".into(),
            token_encoding: SubprotocolEncoding::Base64url,
            token_query: "token".into(),
            token_cookie: "token".into(),
            token_message: "/payload/authToken".into(),
            selected_subprotocol: SelectedSubprotocol::IfOffered,
            required_token: None,
            pings_before_welcome: false,
            allowed_origins: None,
            sec_websocket_accept: SecWebSocketAccept::Correct,
            one_connection_per_user: false,
            own_address: false,
            jwt_secret: None,
            websocket_server: true,
            idle_timeout: None,
            before_validation: BeforeValidation::Continues,
            after_acceptance: AfterAcceptance::Welcomes,
            welcome: None,
            error_frame: None,
            welcomed_user: WelcomedUser::Own,
            token_in_error_frame: TokenInErrorFrame::Absent,
            plain_get_status: 404,
            plain_get_validates: false,
        }
    }
}
