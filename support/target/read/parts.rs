//! Tokens that one already has, and what validates tokens: what of it may be secret, or depends on the rest.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::HeaderValue;
use toml::{Spanned, Value};

use super::text::AUTHORIZATION;
use super::{InputError, Reader};
use crate::secret::Secret;
use crate::target::judges::token_in_json;
use crate::target::request::{Body, Request};
use crate::target::template::Text;
use crate::target::{GivenToken, Part, ProtectedEndpoint, TokenPlace, Validation};
use crate::token::Claims;
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
            Part::Assumed => return Ok(Part::Described(Box::new(Validation::assumed()))),
            Part::Described(validation) => validation,
        };
        let usual = (Method::POST, Some(Validation::USUAL_PATH));
        let missing = || {
            self.error(&["validate"], "`{token}` is missing: no token would be validated")
                .help("write it in `json`, `form` or `query`, or add `token = { header = \"Authorization\" }`")
        };
        let request = self.request(&["validate"], validation.written(), usual, &["token"]);
        validation.request = match request {
            Err(_) if self.has_another_token()? => return Err(missing()),
            request => request?,
        };
        // A default that is written out says no more than the default.
        validation.names_path = validation.request.path != Validation::USUAL_PATH;
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
            (None, false) => return Err(missing()),
            (None, true) | (Some(_), false) => {}
        }
        if validation.token.is_some() && validation.scheme.is_some() {
            return Err(self
                .error(&["validate", "scheme"], "`scheme` is for a token in the body")
                .help("write it within `token`"));
        }
        if let Some(place) = &validation.token {
            self.only_the_token(&["validate"], place, &validation.request)?;
        }
        Ok(Part::Described(validation))
    }

    /// Whether a text stands in the place of `{token}`, which stands nowhere.
    fn has_another_token(&self) -> Result<bool, InputError> {
        let field = self.get::<Value>(&["validate", "json", "token"])?;
        let part = self.get::<Value>(&["validate"])?;
        Ok(field.is_some_and(|field| field.is_str())
            && part.is_some_and(|part| part.get("token").is_none() && !part.to_string().contains("{token")))
    }

    /// The claims of `mint`, in which two placeholders are replaced.
    pub(super) fn claims(&self, claims: &Claims) -> Result<(), InputError> {
        for (claim, value) in claims {
            for text in texts(value) {
                self.known_placeholders(&["mint", "claims", claim], text, &["user", "now"])?;
            }
        }
        Ok(())
    }

    pub(super) fn protected(&self, part: Part<ProtectedEndpoint>) -> Result<Part<ProtectedEndpoint>, InputError> {
        let mut protected = match part {
            Part::LeftOut => return Ok(Part::LeftOut),
            Part::Assumed => return Ok(Part::Described(Box::new(ProtectedEndpoint::assumed()))),
            Part::Described(protected) => protected,
        };
        let usual = (Method::GET, Some(ProtectedEndpoint::USUAL_PATH));
        protected.request = self.request(&["protected"], protected.written(), usual, &[])?;
        self.only_the_token(&["protected"], &protected.token, &protected.request)?;
        Ok(Part::Described(protected))
    }

    /// Two values of one header: which of them a service reads is up to the service.
    fn only_the_token(&self, table: &[&str], place: &TokenPlace, request: &Request) -> Result<(), InputError> {
        let is_there = |name: &str| place.carrier == Carrier::Header && place.name.eq_ignore_ascii_case(name);
        let header = request.headers.texts().find(|(name, _)| is_there(name)).map(|_| "headers");
        let basic = request.basic.as_ref().filter(|_| is_there(AUTHORIZATION)).map(|_| "basic");
        match header.or(basic) {
            Some(key) => Err(self
                .error(&[table, &[key]].concat(), format!("the token of a probe stands in `{}`", place.name))
                .help("remove this, or write another place in `token`")),
            None => Ok(()),
        }
    }
}

/// Every text in that value.
fn texts(value: &serde_json::Value) -> Vec<&str> {
    match value {
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Array(items) => items.iter().flat_map(texts).collect(),
        serde_json::Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
