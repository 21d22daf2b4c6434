//! How a client opens a WebSocket: what of it may be secret, and what contradicts the rest.

use reqwest::header::HeaderName;
use serde_json::Value as Json;
use toml::{Spanned, Value};

use super::text::AUTHORIZATION;
use super::{InputError, Reader};
use crate::target::template::{Text, placeholders};
use crate::target::{FirstMessage, Handshake, Welcome};
use crate::vocabulary::Carrier;

/// A server of one of these protocols acknowledges with this message, whatever it serves.
const GRAPHQL: [&str; 2] = ["graphql-transport-ws", "graphql-ws"];
const ACKNOWLEDGED: &str = "connection_ack";

impl Reader<'_> {
    pub(super) fn handshake(&self, handshake: &mut Handshake) -> Result<(), InputError> {
        handshake.headers = self.handshake_headers()?;
        handshake.first_message = match self.get::<Spanned<Value>>(&["handshake", "message"])? {
            None => None,
            Some(at) => Some(match at.get_ref() {
                Value::String(_) => match self.text(&at, false, &["token"])? {
                    Text::Plain(text) => FirstMessage::Text(text),
                    Text::Secret(_) => return Err(self.secret_error(&at, "a message is a text or a table")),
                },
                _ => FirstMessage::Json(self.body_value(&at, false, &["token"])?),
            }),
        };
        let presents = |carrier| handshake.presents.has(carrier);
        if let Some(what) = handshake.presents.iter().find_map(|carrier| handshake.lacks(carrier)) {
            return Err(self
                .error(&["handshake", "presents"], "the token would stand nowhere")
                .help(format!("add it: {what}")));
        }
        let has_token = match &handshake.first_message {
            Some(FirstMessage::Text(text)) => text.contains("{token}"),
            Some(FirstMessage::Json(body)) => {
                body.any_text(&|text| matches!(text, Text::Plain(text) if text.contains("{token}")))
            }
            None => false,
        };
        self.names(handshake)?;
        self.suits_the_message(handshake)?;
        match handshake.first_message.is_some() && presents(Carrier::Message) != has_token {
            true if has_token => Err(self
                .error(&["handshake", "message"], "`{token}` stands here, and `presents` does not name `message`")
                .help("add `message` to `presents`")),
            true => Err(self.error(&["handshake", "message"], "`{token}` is missing in the message")),
            false => Ok(()),
        }
    }

    /// An `Authorization` here would be sent beside the token of a probe, or where a probe sends none.
    fn handshake_headers(&self) -> Result<crate::target::Headers, InputError> {
        let fields = self.get::<super::text::Fields>(&["handshake", "headers"])?.unwrap_or_default();
        match fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION)) {
            Some((_, at)) => Err(self
                .secret_error(at, "`Authorization` carries the token of a probe and cannot be set here")
                .help("`login`, `tokens` and `mint` provide tokens; `presents` says where the client puts them")),
            None => self.headers(&["handshake", "headers"], &[]),
        }
    }

    /// What is sent as it is written has no placeholders, and a name is one.
    fn names(&self, handshake: &Handshake) -> Result<(), InputError> {
        self.no_placeholder(&["handshake", "origin"], handshake.origin.as_deref().unwrap_or_default())?;
        self.no_placeholder(&["handshake", "query"], &handshake.query)?;
        let cookie = handshake.cookie.as_deref().unwrap_or("token");
        if handshake.query.is_empty() {
            return Err(self.error(&["handshake", "query"], "the name of the parameter is empty"));
        }
        if HeaderName::from_bytes(cookie.as_bytes()).is_err() {
            return Err(self
                .error(&["handshake", "cookie"], format!("`{cookie}` cannot be the name of a cookie"))
                .help("allowed: letters, digits and !#$%&'*+-.^_`|~; the token is its value"));
        }
        let is_offered = |selected: &String| handshake.subprotocols.contains(selected);
        match handshake.selects.as_ref().filter(|selected| !is_offered(selected)) {
            Some(selected) => Err(self
                .error(&["handshake", "selects"], format!("`{selected}` is not offered, so no server may select it"))
                .help(match handshake.subprotocols.as_slice() {
                    [] => "remove it: `subprotocols` is empty".to_owned(),
                    offered => format!("allowed: one of `subprotocols`: {}", offered.join(", ")),
                })),
            None => Ok(()),
        }
    }

    /// What the gateway sends is of the protocol in which the client has begun.
    fn suits_the_message(&self, handshake: &Handshake) -> Result<(), InputError> {
        let is_at = matches!(handshake.welcome, Some(Welcome::At { .. }));
        let rejects_at = handshake.rejects.as_ref().is_some_and(|rejects| rejects.frame.is_some());
        let wrong = [("welcome", is_at), ("rejects", rejects_at)].into_iter().find(|(_, is_json)| *is_json);
        if let Some((key, _)) = wrong.filter(|_| handshake.first_message.as_ref().is_some_and(is_not_json)) {
            return Err(self
                .error(&["handshake", key], "a JSON pointer finds nothing in frames that are no JSON, as `message` is")
                .help(format!("write `{key} = {{ starts-with = \"…\" }}`: how the frame begins")));
        }
        let graphql = handshake.subprotocols.iter().find(|offered| GRAPHQL.contains(&offered.as_str()));
        let acknowledges = |welcome: &Welcome| match welcome {
            Welcome::At { at, is } => at != "/type" || is == ACKNOWLEDGED,
            Welcome::StartsWith(start) => start.starts_with('{'),
        };
        match graphql.filter(|_| handshake.welcome.as_ref().is_some_and(|welcome| !acknowledges(welcome))) {
            Some(protocol) => Err(self
                .error(&["handshake", "welcome"], format!("no server of `{protocol}` sends this"))
                .help(format!("allowed: {{ at = \"/type\", is = \"{ACKNOWLEDGED}\" }}"))),
            None => Ok(()),
        }
    }
}

/// Such as `40{"token":"{token}"}` of Socket.IO.
fn is_not_json(message: &FirstMessage) -> bool {
    match message {
        FirstMessage::Json(_) => false,
        FirstMessage::Text(text) => {
            let filled =
                placeholders(text).iter().fold(text.clone(), |text, name| text.replace(&format!("{{{name}}}"), "0"));
            serde_json::from_str::<Json>(&filled).is_err()
        }
    }
}
