//! What validates tokens, and how a client opens a WebSocket: what of it may be secret, or depends on the rest.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::HeaderValue;
use toml::{Spanned, Value};

use super::{InputError, Reader};
use crate::secret::Secret;
use crate::target::judges::token_in_json;
use crate::target::request::Body;
use crate::target::template::Text;
use crate::target::{FirstMessage, GivenToken, Handshake, Part, Validation};
use crate::vocabulary::Carrier;

impl Reader<'_> {
    pub(super) fn given_tokens(&self) -> Result<Vec<GivenToken>, InputError> {
        let Some(tokens) = self.get::<BTreeMap<String, Spanned<Value>>>(&["tokens"])? else { return Ok(Vec::new()) };
        if tokens.is_empty() {
            return Err(self.error(&["tokens"], "no token is given").help("write `\"USER\" = { env = \"NAME\" }`"));
        }
        let given = tokens.into_iter().map(|(user, at)| match self.text(&at, true, &[])? {
            // A file from which a variable was read ends with a line break.
            Text::Secret(token) => match Secret::new(token.expose().trim()) {
                token if HeaderValue::from_str(token.expose()).is_ok() => Ok(GivenToken { user, token }),
                _ => Err(self.secret_error(&at, "this token cannot stand in a header: visible characters only")),
            },
            Text::Plain(_) => Err(self.secret_error(&at, "a token is written `{ env = \"NAME\" }`")),
        });
        given.collect()
    }

    pub(super) fn validation(&self, part: Part<Validation>) -> Result<Part<Validation>, InputError> {
        let mut validation = match part {
            Part::LeftOut => return Ok(Part::LeftOut),
            Part::Assumed => return Ok(Part::Described(Box::default())),
            Part::Described(validation) => validation,
        };
        let method = validation.method.take().unwrap_or(Method::POST);
        let path = validation.path.take().unwrap_or_else(|| Validation::default().request.path);
        validation.request = self.request(&["validate"], method, path, &["token"])?;
        match (&validation.token, validation.request.mentions("token")) {
            (Some(_), true) => {
                return Err(self
                    .error(&["validate", "token"], "the token stands in two places")
                    .help("remove `token`, or the placeholder `{token}`"));
            }
            (None, false) if matches!(validation.request.body, Body::Empty) && validation.request.query.is_empty() => {
                match validation.request.method == Method::GET {
                    // As a client presents it elsewhere.
                    true => validation.token = Some(crate::target::TokenPlace::default()),
                    false => validation.request.body = token_in_json(),
                }
            }
            (None, false) => {
                return Err(self
                    .error(&["validate"], "`{token}` is missing: no token would be validated")
                    .help("write it in `json`, `form` or `query`, or add `token = { header = \"Authorization\" }`"));
            }
            (None, true) | (Some(_), false) => {}
        }
        if validation.token.is_some() && validation.scheme.is_some() {
            return Err(self
                .error(&["validate", "scheme"], "`scheme` is for a token in the body")
                .help("write it within `token`"));
        }
        Ok(Part::Described(validation))
    }

    pub(super) fn handshake(&self, handshake: &mut Handshake) -> Result<(), InputError> {
        handshake.headers = self.handshake_headers()?;
        handshake.first_message = match self.get::<Spanned<Value>>(&["handshake", "message"])? {
            None => None,
            Some(at) => Some(match at.get_ref() {
                Value::String(_) => match self.text(&at, false, &["token"])? {
                    Text::Plain(text) => FirstMessage::Text(text),
                    Text::Secret(_) => return Err(self.secret_error(&at, "a message is a text or a table")),
                },
                _ => FirstMessage::Json(self.body_value("message", &at, &["token"])?),
            }),
        };
        let presents = |carrier| handshake.presents.has(carrier);
        let contradiction = [
            (Carrier::Message, handshake.first_message.is_none(), "`message` says what the client sends first"),
            (Carrier::Cookie, handshake.cookie.is_none(), "`cookie` names the cookie"),
            (Carrier::Subprotocol, handshake.token_entry().is_none(), "no entry of `subprotocols` has `{token}`"),
        ]
        .into_iter()
        .find(|(carrier, is_missing, _)| presents(*carrier) && *is_missing);
        if let Some((_, _, what)) = contradiction {
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
        match fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
            Some((_, at)) => Err(self
                .secret_error(at, "`Authorization` carries the token of a probe and cannot be set here")
                .help("`login`, `tokens` and `mint` provide tokens; `presents` says where the client puts them")),
            None => self.headers(&["handshake", "headers"], &[]),
        }
    }
}
