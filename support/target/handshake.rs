//! `handshake`: how the client opens a WebSocket connection, and what the gateway does with it.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::Value;
use strum::VariantArray;

use super::request::ReadLater;
use super::template::{Headers, JsonBody};
use super::values;
use crate::vocabulary::{Carrier, Carriers, Encoding};

/// How the client opens a WebSocket connection (RFC 6455 §4.1).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Handshake {
    /// Where the client puts its token.
    #[serde(deserialize_with = "values::presents")]
    pub presents: Carriers,
    /// All that the client offers, in order. `{token}` in one of them is the token, `{token|base64url}` the token in base64url
    /// without padding.
    #[serde(deserialize_with = "values::subprotocols")]
    pub subprotocols: Vec<String>,
    /// What a healthy server selects; without it, the first that is no token.
    pub selects: Option<String>,
    /// The name of the parameter, where the token stands in the query.
    pub query: String,
    /// The name of the cookie, where the token stands in one.
    pub cookie: Option<String>,
    /// The first message of the client, with `{token}` where the token stands in it.
    #[serde(skip)]
    pub first_message: Option<FirstMessage>,
    /// The `Origin` of the client, as a browser sends it.
    #[serde(deserialize_with = "values::header_value")]
    pub origin: Option<String>,
    /// Further headers of the client.
    #[serde(deserialize_with = "values::read_later")]
    pub headers: Headers,
    /// Without it, a connection that stays open through `stays-open` is accepted.
    pub welcome: Option<Welcome>,
    /// How the gateway rejects; without it, by whatever close is no technical one.
    pub rejects: Option<Rejects>,
    /// JSON pointer to the user in the welcome, which must equal the token's `subject`.
    #[serde(deserialize_with = "values::optional_pointer")]
    pub user: Option<String>,
    /// JSON pointer to the code in an error frame.
    #[serde(deserialize_with = "values::pointer")]
    pub error_code: String,
    /// How long a silent connection is watched.
    #[serde(deserialize_with = "values::duration")]
    pub stays_open: Duration,
    #[serde(rename = "message")]
    pub(super) written_message: ReadLater,
}

/// The first message of a client.
#[derive(Clone, Debug)]
pub enum FirstMessage {
    /// A JSON value.
    Json(JsonBody),
    /// A text, such as `40{"token":"{token}"}` of Socket.IO.
    Text(String),
}

/// The frame that the gateway sends once it has accepted the token.
#[derive(Clone, Debug, PartialEq)]
pub enum Welcome {
    /// A text at a JSON pointer.
    At {
        /// The JSON pointer.
        at: String,
        /// The value there.
        is: Value,
    },
    /// The beginning of the frame.
    StartsWith(String),
}

/// How a gateway rejects a token.
#[derive(Clone, Debug, Default)]
pub struct Rejects {
    /// Close codes (RFC 6455 §7.4).
    pub close: Vec<RangeInclusive<u16>>,
    /// A frame: what stands at the JSON pointer.
    pub frame: Option<(String, Value)>,
    /// A frame: how its text begins.
    pub start: Option<String>,
}

impl Default for Handshake {
    fn default() -> Self {
        Handshake {
            presents: Carriers::HEADER_AND_SUBPROTOCOL,
            subprotocols: vec!["jwt-auth".into(), "jwt.{token|base64url}".into()],
            selects: None,
            query: "token".into(),
            cookie: None,
            first_message: None,
            origin: None,
            headers: Headers::default(),
            welcome: None,
            rejects: None,
            user: None,
            error_code: "/error_code".into(),
            stays_open: Duration::from_secs(2),
            written_message: ReadLater,
        }
    }
}

/// The placeholder of a token as it is.
pub(crate) const TOKEN: &str = "{token}";
/// The placeholder of a token in base64url without padding.
pub(crate) const TOKEN_BASE64URL: &str = "{token|base64url}";

impl Handshake {
    /// The entry that carries the token, with the placeholder `{token}`, and how the token is written there.
    pub(crate) fn token_entry(&self) -> Option<(String, Encoding)> {
        let entry = self.subprotocols.iter().find(|entry| entry.contains(TOKEN) || entry.contains(TOKEN_BASE64URL))?;
        Some(match entry.contains(TOKEN_BASE64URL) {
            true => (entry.replace(TOKEN_BASE64URL, TOKEN), Encoding::Base64url),
            false => (entry.clone(), Encoding::Raw),
        })
    }

    /// What a healthy server selects.
    pub(crate) fn selection(&self) -> Option<&str> {
        let plain = self.subprotocols.iter().find(|entry| !entry.contains("{token"));
        self.selects.as_deref().or(plain.map(String::as_str))
    }

    /// The carriers in which a handshake of this client can present a token.
    pub(crate) fn possible(&self) -> Carriers {
        Carrier::VARIANTS.iter().copied().filter(|carrier| self.lacks(*carrier).is_none()).collect()
    }

    /// What has to be there before a token can stand in that carrier.
    pub(super) fn lacks(&self, carrier: Carrier) -> Option<&'static str> {
        let (is_there, what) = match carrier {
            Carrier::Body => (false, "a handshake has no body"),
            Carrier::Header | Carrier::Query => return None,
            Carrier::Subprotocol => (self.token_entry().is_some(), "no entry of `subprotocols` has `{token}`"),
            Carrier::Cookie => (self.cookie.is_some(), "`cookie` names the cookie"),
            Carrier::Message => (self.first_message.is_some(), "`message` says what the client sends first"),
        };
        (!is_there).then_some(what)
    }
}

impl Welcome {
    /// Whether this frame is the welcome.
    pub(crate) fn is(&self, text: &str, frame: Option<&Value>) -> bool {
        match self {
            Welcome::At { at, is } => frame.and_then(|frame| frame.pointer(at)).is_some_and(|found| found == is),
            Welcome::StartsWith(start) => text.starts_with(start),
        }
    }
}

impl Rejects {
    /// Whether this close code is a rejection; where no code is given, any that is no technical one may be.
    pub(crate) fn by_code(&self, code: u16) -> Option<bool> {
        (!self.close.is_empty()).then(|| self.close.iter().any(|range| range.contains(&code)))
    }

    /// Whether this frame is a rejection.
    pub(crate) fn by_frame(&self, text: &str) -> bool {
        let by_start = self.start.as_ref().is_some_and(|start| text.starts_with(start));
        let by_value = self.frame.as_ref().is_some_and(|(at, is)| {
            serde_json::from_str::<Value>(text).is_ok_and(|frame| frame.pointer(at) == Some(is))
        });
        by_start || by_value
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenWelcome {
    at: Option<String>,
    is: Option<Value>,
    starts_with: Option<String>,
}

impl<'de> Deserialize<'de> for Welcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match WrittenWelcome::deserialize(deserializer)? {
            WrittenWelcome { at: Some(at), is: Some(is), starts_with: None } => {
                Ok(Welcome::At { at: values::valid_pointer(at).map_err(D::Error::custom)?, is })
            }
            WrittenWelcome { at: None, is: None, starts_with: Some(start) } if !start.is_empty() => {
                Ok(Welcome::StartsWith(start))
            }
            _ => Err(D::Error::custom(
                "not a welcome\nallowed: { at = \"/type\", is = \"connection_ack\" }, { starts-with = \"40\" }",
            )),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenRejects {
    #[serde(default)]
    close: Vec<toml::Value>,
    at: Option<String>,
    is: Option<Value>,
    starts_with: Option<String>,
}

impl<'de> Deserialize<'de> for Rejects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let invalid = |what: &str| {
            D::Error::custom(format!(
                "{what}\nallowed: {{ close = [1008, \"4400-4499\"], at = \"/type\", is = \"connection_error\" }}, {{ starts-with = \"44\" }}"
            ))
        };
        let written = WrittenRejects::deserialize(deserializer)?;
        let codes = written.close.into_iter().map(|one| match one {
            toml::Value::Integer(code) => u16::try_from(code).ok().map(|code| code..=code),
            toml::Value::String(text) => {
                let (first, last) = text.split_once('-')?;
                Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
            }
            _ => None,
        });
        let close: Vec<RangeInclusive<u16>> = codes
            .collect::<Option<_>>()
            .ok_or_else(|| invalid("close codes are numbers from 1000 to 4999, or ranges of them"))?;
        if close.iter().any(|range| range.is_empty() || *range.start() < 1000 || *range.end() > 4999) {
            return Err(invalid("close codes are from 1000 to 4999"));
        }
        let start = written.starts_with.filter(|start| !start.is_empty());
        match (written.at, written.is) {
            (None, None) if close.is_empty() && start.is_none() => Err(invalid("nothing says how the gateway rejects")),
            (None, None) => Ok(Rejects { close, frame: None, start }),
            (Some(at), Some(is)) => {
                let at = values::valid_pointer(at).map_err(D::Error::custom)?;
                Ok(Rejects { close, frame: Some((at, is)), start })
            }
            _ => Err(invalid("`at` and `is` belong together")),
        }
    }
}
