//! A request as a target file describes it: login, its steps, validation, a protected resource, a fingerprint.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny};

use super::template::{Headers, JsonBody, Text, filled};
use super::values;
use crate::secret::Secret;

/// A part of a target file that describes a request: the keys of the request stand here once, beside those of its own. Their values may
/// be secret, so the reader reads them after the rest, and makes [`Request`] of them. (serde's `flatten` would accept unknown keys.)
macro_rules! part_with_request {
    ($(#[$attribute:meta])* pub struct $name:ident { $($own:tt)* }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $name {
            /// What is sent.
            #[serde(skip)]
            pub request: $crate::target::request::Request,
            #[serde(default, rename = "path", deserialize_with = "crate::target::request::path")]
            pub(in crate::target) written_path: Option<String>,
            #[serde(default, rename = "method", deserialize_with = "crate::target::request::method")]
            pub(in crate::target) written_method: Option<reqwest::Method>,
            #[serde(default, rename = "headers")]
            _headers: $crate::target::request::ReadLater,
            #[serde(default, rename = "basic")]
            _basic: $crate::target::request::ReadLater,
            #[serde(default, rename = "query")]
            _query: $crate::target::request::ReadLater,
            #[serde(default, rename = "json")]
            _json: $crate::target::request::ReadLater,
            #[serde(default, rename = "form")]
            _form: $crate::target::request::ReadLater,
            $($own)*
        }

        impl $name {
            /// Takes what the file says of it in plain text.
            pub(in crate::target) fn written(&mut self) -> $crate::target::request::Written {
                $crate::target::request::Written { path: self.written_path.take(), method: self.written_method.take() }
            }
        }
    };
}

pub(super) use part_with_request;

/// Where a request goes, as far as the file says so.
pub(super) struct Written {
    pub(super) path: Option<String>,
    pub(super) method: Option<Method>,
}

/// What is sent, with placeholders in its texts.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `POST` where nothing else is said of a login or a validation, and else `GET`.
    pub method: Method,
    /// At the service; may have a query.
    pub path: String,
    /// Headers.
    pub headers: Headers,
    /// User and password (RFC 7617).
    pub basic: Option<[Text; 2]>,
    /// Further parameters of the query.
    pub query: Vec<(String, Text)>,
    /// The body.
    pub body: Body,
}

/// The body of a request.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// No body.
    #[default]
    Empty,
    /// `application/json`.
    Json(JsonBody),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(String, Text)>),
}

/// All but the unreserved characters (RFC 3986 §2.3).
const VALUE_OF_A_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What stands for the placeholders.
pub(crate) type Values = BTreeMap<String, String>;

impl Request {
    /// Whether the placeholder stands somewhere in it.
    pub(crate) fn mentions(&self, placeholder: &str) -> bool {
        let pattern = format!("{{{placeholder}}}");
        let in_text = |text: &Text| matches!(text, Text::Plain(text) if text.contains(&pattern));
        let body = match &self.body {
            Body::Empty => false,
            Body::Json(body) => body.any_text(&in_text),
            Body::Form(fields) => fields.iter().any(|(_, text)| in_text(text)),
        };
        body || self.query.iter().any(|(_, text)| in_text(text))
            || self.basic.iter().flatten().any(in_text)
            || self.headers.texts().any(|(_, text)| in_text(text))
            || self.path.contains(&pattern)
    }

    /// The path with its placeholders replaced. In the query, a value is one value, whatever signs it has.
    pub(crate) fn path_with(&self, values: &Values) -> String {
        let Some((path, query)) = self.path.split_once('?') else { return filled(&self.path, values) };
        let encoded = |(name, value): (&String, &String)| {
            (name.clone(), utf8_percent_encode(value, VALUE_OF_A_QUERY).to_string())
        };
        format!("{}?{}", filled(path, values), filled(query, &values.iter().map(encoded).collect()))
    }

    /// Every secret in it.
    pub(super) fn secrets(&self) -> Vec<&Secret> {
        let body = match &self.body {
            Body::Empty => Vec::new(),
            Body::Json(body) => body.secrets().collect(),
            Body::Form(fields) => fields.iter().filter_map(|(_, text)| text.secret()).collect(),
        };
        let basic = self.basic.iter().flatten().filter_map(Text::secret);
        self.headers
            .secrets()
            .chain(basic)
            .chain(self.query.iter().filter_map(|(_, text)| text.secret()))
            .chain(body)
            .collect()
    }

    /// The names of what it sends beside the path, without the values.
    pub(super) fn sends(&self) -> Vec<String> {
        let headers = self.headers.texts().map(|(name, _)| format!("the header `{name}`"));
        let basic = self.basic.iter().map(|_| "`basic`".to_owned());
        let query = self.query.iter().map(|(name, _)| format!("`{name}` of the query"));
        let names: Vec<&str> = match &self.body {
            Body::Empty => Vec::new(),
            Body::Json(body) => body.names(),
            Body::Form(fields) => fields.iter().map(|(name, _)| name.as_str()).collect(),
        };
        let body = names.into_iter().map(|name| format!("`{name}` of the body"));
        headers.chain(basic).chain(query).chain(body).collect()
    }
}

/// The keys that describe a request. Their values may be secret, so they are read after the rest.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReadLater;

impl<'de> Deserialize<'de> for ReadLater {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| ReadLater)
    }
}

/// A path of the service.
pub(super) fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    values::path(deserializer).map(Some)
}

/// A method that a request may have.
pub(super) fn method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Method>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let allowed = ["GET", "POST", "PUT", "PATCH"];
    match allowed.contains(&name.as_str()) {
        true => Ok(Method::from_bytes(name.as_bytes()).ok()),
        false => Err(D::Error::custom(format!("`{name}` is not a method here\nallowed: {}", allowed.join(", ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_a_query_is_one_value_whatever_signs_it_has() {
        let request = Request { path: "/{user}/l?u={user}&kind=b%20c".into(), ..Request::default() };
        let values = Values::from([("user".to_owned(), "a&b=ü #?".to_owned())]);
        assert_eq!(request.path_with(&values), "/a&b=ü #?/l?u=a%26b%3D%C3%BC%20%23%3F&kind=b%20c");
    }
}
