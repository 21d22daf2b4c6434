//! The WebSocket handshake.

use std::time::Duration;

use serde::Deserialize;

use super::{Demands, Reads, Refuses};

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Gateway {
    pub refuses: Refuses,
    /// 1008 or 1011: both have been seen.
    pub close_code: u16,
    /// Where it looks for a token, in this order.
    pub reads: Vec<Reads>,
    /// Whether the first place that holds anything decides, good or bad; else a bad one is passed over.
    pub first_hit_decides: bool,
    /// The subprotocol that it selects.
    pub protocol: String,
    /// The entry that carries the token.
    pub token_protocol: String,
    /// How the token stands in that entry.
    pub encoding: Encoding,
    pub selects: Selects,
    /// As of the backend, for the handshake alone.
    pub demands: Option<Demands>,
    /// A JSON ping before the welcome.
    pub pings_first: bool,
    /// The only origins that it lets in, where a client names one.
    pub origins: Option<Vec<String>>,
    pub accept_header: AcceptHeader,
    /// A connection on which the client says nothing for so long is cut.
    #[serde(with = "humantime_serde")]
    pub idle_timeout: Option<Duration>,
    /// What it does with everybody before it looks at a credential.
    pub breaks: Breaks,
    /// What it does with those that it lets in.
    pub after_auth: AfterAuth,
    pub welcomes: Welcomes,
    /// What of the token its refusals repeat.
    pub echoes: Echoes,
    /// The status of a plain GET at its path.
    pub plain_get: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Base64url without padding.
    Base64url,
    /// Base64 with its padding, which must be there where the length calls for it.
    Padded,
    /// The token as it is.
    Raw,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selects {
    /// Its protocol, if and only if that was offered.
    Offered,
    Nothing,
    /// Its protocol, offered or not.
    Always,
    /// One that nobody has offered.
    Unoffered,
}

/// `Sec-WebSocket-Accept` of the 101.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AcceptHeader {
    Right,
    Wrong,
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breaks {
    Never,
    /// 101, then close 1011 without a reason.
    Closes,
    /// 101, then it hangs up.
    Drops,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterAuth {
    Welcomes,
    /// Close 1011 instead of a welcome.
    Closes,
    /// Hangs up instead.
    Drops,
    /// Stays silent instead.
    Nothing,
    /// Hangs up soon after the welcome.
    WelcomesThenDrops,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Welcomes {
    TheUser,
    SomebodyElse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Echoes {
    Nothing,
    /// The last eight characters.
    Part,
    /// Whole, as it came.
    Token,
}

impl Default for Gateway {
    fn default() -> Self {
        Gateway {
            refuses: Refuses::AfterAccept,
            close_code: 1008,
            reads: vec![Reads::Header, Reads::Subprotocol, Reads::Query],
            first_hit_decides: false,
            protocol: "jwt-auth".into(),
            token_protocol: "jwt.{token}".into(),
            encoding: Encoding::Base64url,
            selects: Selects::Offered,
            demands: None,
            pings_first: false,
            origins: None,
            accept_header: AcceptHeader::Right,
            idle_timeout: None,
            breaks: Breaks::Never,
            after_auth: AfterAuth::Welcomes,
            welcomes: Welcomes::TheUser,
            echoes: Echoes::Nothing,
            plain_get: 404,
        }
    }
}
