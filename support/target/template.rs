//! Headers and JSON bodies to send: texts with `{user}` or `{token}` in them, and secrets.

use serde_json::{Map, Value};

use crate::secret::Secret;

/// A text to send.
#[derive(Clone, Debug)]
pub enum Text {
    /// Placeholders in it are replaced.
    Plain(String),
    /// Sent as it is, and never shown.
    Secret(Secret),
}

/// Headers to send, in the order of their names in the file.
#[derive(Clone, Debug, Default)]
pub struct Headers(pub(super) Vec<(String, Text)>);

/// A JSON value to send.
#[derive(Clone, Debug)]
pub enum JsonBody {
    /// Names and values.
    Object(Vec<(String, JsonBody)>),
    /// Values in order.
    Array(Vec<JsonBody>),
    /// A text, possibly secret.
    Text(Text),
    /// A number or a boolean.
    Other(Value),
}

impl Text {
    /// The text itself, for the wire; never for an output of the suite.
    pub(super) fn expose(&self) -> &str {
        match self {
            Text::Plain(text) => text,
            Text::Secret(secret) => secret.expose(),
        }
    }

    fn secret(&self) -> Option<&Secret> {
        match self {
            Text::Plain(_) => None,
            Text::Secret(secret) => Some(secret),
        }
    }
}

impl Headers {
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter().filter_map(|(_, text)| text.secret())
    }

    /// Names and values, secrets included.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.expose()))
    }
}

impl JsonBody {
    /// The JSON to send, with `{placeholder}` replaced by `value` in every plain text.
    pub(crate) fn fill(&self, placeholder: &str, value: &str) -> Value {
        match self {
            JsonBody::Object(fields) => {
                let filled = fields.iter().map(|(key, field)| (key.clone(), field.fill(placeholder, value)));
                Value::Object(filled.collect::<Map<_, _>>())
            }
            JsonBody::Array(items) => items.iter().map(|item| item.fill(placeholder, value)).collect(),
            JsonBody::Text(Text::Plain(text)) => text.replace(&format!("{{{placeholder}}}"), value).into(),
            JsonBody::Text(Text::Secret(secret)) => secret.expose().into(),
            JsonBody::Other(value) => value.clone(),
        }
    }

    /// The names of its fields.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            JsonBody::Object(fields) => fields.iter().map(|(name, _)| name.as_str()).collect(),
            JsonBody::Array(_) | JsonBody::Text(_) | JsonBody::Other(_) => Vec::new(),
        }
    }

    pub(super) fn secrets(&self) -> Box<dyn Iterator<Item = &Secret> + '_> {
        match self {
            JsonBody::Object(fields) => Box::new(fields.iter().flat_map(|(_, field)| field.secrets())),
            JsonBody::Array(items) => Box::new(items.iter().flat_map(JsonBody::secrets)),
            JsonBody::Text(text) => Box::new(text.secret().into_iter()),
            JsonBody::Other(_) => Box::new(std::iter::empty()),
        }
    }
}

impl Default for JsonBody {
    fn default() -> Self {
        JsonBody::Object(Vec::new())
    }
}
