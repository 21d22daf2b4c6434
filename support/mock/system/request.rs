//! A request that was described by a target file, read backwards: what stood for a placeholder.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{AUTHORIZATION, HeaderMap};
use serde_json::Value;

use crate::mock::carrier::{in_cookies, in_query};
use crate::target::{Body, JsonBody, Request, Text, TokenPlace};
use crate::vocabulary::Carrier;

/// What came.
pub(super) struct Sent<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) query: Option<&'a str>,
    pub(super) body: &'a [u8],
}

impl Sent<'_> {
    /// What stood for `{name}` in that request.
    pub(super) fn value_of(&self, placeholder: &str, described: &Request) -> Option<String> {
        let pattern = format!("{{{placeholder}}}");
        let is_it = |text: &Text| matches!(text, Text::Plain(text) if *text == pattern);
        let named =
            |fields: &[(String, Text)]| fields.iter().find(|(_, text)| is_it(text)).map(|(name, _)| name.clone());
        let in_body = match &described.body {
            Body::Json(body) => in_json(body, &serde_json::from_slice(self.body).unwrap_or_default(), &is_it),
            Body::Form(fields) => named(fields).and_then(|name| in_query(std::str::from_utf8(self.body).ok()?, &name)),
            Body::Empty => None,
        };
        let in_query = || named(&described.query).and_then(|name| in_query(self.query?, &name));
        let in_basic = || {
            described.basic.as_ref().filter(|[user, _]| is_it(user))?;
            let value = self.headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
            let both = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
            Some(both.split_once(':')?.0.to_owned())
        };
        in_body.or_else(in_query).or_else(in_basic).filter(|value| !value.is_empty())
    }

    /// The token at that place.
    pub(super) fn token_at(&self, place: &TokenPlace) -> Option<String> {
        let token = match place.carrier {
            Carrier::Header => {
                let value = self.headers.get(&place.name)?.to_str().ok()?;
                match &place.word {
                    None => value.to_owned(),
                    Some(word) => {
                        let (scheme, token) = value.split_once(' ')?;
                        scheme.eq_ignore_ascii_case(word).then(|| token.to_owned())?
                    }
                }
            }
            Carrier::Query => in_query(self.query?, &place.name)?,
            Carrier::Cookie => in_cookies(self.headers, &place.name)?,
            Carrier::Body | Carrier::Subprotocol | Carrier::Message => return None,
        };
        (!token.is_empty()).then_some(token)
    }
}

fn in_json(template: &JsonBody, sent: &Value, is_it: &dyn Fn(&Text) -> bool) -> Option<String> {
    match template {
        JsonBody::Text(text) if is_it(text) => sent.as_str().map(str::to_owned),
        JsonBody::Object(fields) => fields.iter().find_map(|(name, field)| in_json(field, sent.get(name)?, is_it)),
        JsonBody::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| in_json(item, sent.get(index)?, is_it))
        }
        JsonBody::Text(_) | JsonBody::Other(_) | JsonBody::Secret(..) => None,
    }
}
