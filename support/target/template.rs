//! Headers and bodies as a target's file writes them: texts in which `{user}` and `{token}` stand, and secrets.

use serde_json::{Map, Value};

use crate::secret::Secret;

/// A text to send, plain or secret.
#[derive(Clone, Debug)]
pub enum Text {
    Plain(String),
    Secret(Secret),
}

#[derive(Clone, Debug, Default)]
pub struct Headers(pub Vec<(String, Text)>);

/// A JSON object to send.
#[derive(Clone, Debug)]
pub enum Body {
    Object(Vec<(String, Body)>),
    Array(Vec<Body>),
    Text(Text),
    Other(Value),
}

impl Text {
    pub fn expose(&self) -> &str {
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
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter().filter_map(|(_, text)| text.secret())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.expose()))
    }
}

impl Body {
    /// The JSON to send, with `{placeholder}` replaced by `value` in every plain text.
    pub fn fill(&self, placeholder: &str, value: &str) -> Value {
        match self {
            Body::Object(fields) => {
                let filled = fields.iter().map(|(key, field)| (key.clone(), field.fill(placeholder, value)));
                Value::Object(filled.collect::<Map<_, _>>())
            }
            Body::Array(items) => items.iter().map(|item| item.fill(placeholder, value)).collect(),
            Body::Text(Text::Plain(text)) => text.replace(&format!("{{{placeholder}}}"), value).into(),
            Body::Text(Text::Secret(secret)) => secret.expose().into(),
            Body::Other(value) => value.clone(),
        }
    }

    pub fn secrets(&self) -> Box<dyn Iterator<Item = &Secret> + '_> {
        match self {
            Body::Object(fields) => Box::new(fields.iter().flat_map(|(_, field)| field.secrets())),
            Body::Array(items) => Box::new(items.iter().flat_map(Body::secrets)),
            Body::Text(text) => Box::new(text.secret().into_iter()),
            Body::Other(_) => Box::new(std::iter::empty()),
        }
    }
}
