//! Texts to send, with placeholders such as `{user}` or `{token}` in them, and secrets.

use serde_json::{Map, Value};

use super::request::Values;
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
    /// A number that must not be shown.
    Secret(Value, Secret),
}

impl Text {
    /// The text for the wire, with its placeholders replaced; never for an output of the suite.
    pub(crate) fn fill(&self, values: &Values) -> String {
        match self {
            Text::Plain(text) => filled(text, values),
            Text::Secret(secret) => secret.expose().to_owned(),
        }
    }

    pub(super) fn expose(&self) -> &str {
        match self {
            Text::Plain(text) => text,
            Text::Secret(secret) => secret.expose(),
        }
    }

    pub(super) fn secret(&self) -> Option<&Secret> {
        match self {
            Text::Plain(_) => None,
            Text::Secret(secret) => Some(secret),
        }
    }
}

/// The text with `{name}` replaced by the value of that name.
pub(crate) fn filled(text: &str, values: &Values) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The names between braces: `{user}`, and `{token|base64url}` for what is written in another encoding.
pub(crate) fn placeholders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        rest = after;
        let Some((name, after)) = after.split_once('}') else { break };
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-|".contains(c);
        if !name.is_empty() && name.chars().all(is_name) {
            found.push(name);
            rest = after;
        }
    }
    found
}

impl Headers {
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter().filter_map(|(_, text)| text.secret())
    }

    /// Names, and values with their placeholders replaced, secrets included.
    pub(crate) fn fill(&self, values: &Values) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.fill(values)))
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &Text)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text))
    }
}

impl JsonBody {
    /// The JSON to send, with the placeholders of every plain text replaced.
    pub(crate) fn fill(&self, values: &Values) -> Value {
        match self {
            JsonBody::Object(fields) => {
                let filled = fields.iter().map(|(key, field)| (key.clone(), field.fill(values)));
                Value::Object(filled.collect::<Map<_, _>>())
            }
            JsonBody::Array(items) => items.iter().map(|item| item.fill(values)).collect(),
            JsonBody::Text(text) => text.fill(values).into(),
            JsonBody::Other(value) | JsonBody::Secret(value, _) => value.clone(),
        }
    }

    /// The same without the fields in which this stands, as a client writes it that has none.
    pub(crate) fn without(&self, pattern: &str) -> Option<JsonBody> {
        match self {
            JsonBody::Object(fields) => {
                let left = fields.iter().filter_map(|(key, field)| Some((key.clone(), field.without(pattern)?)));
                Some(JsonBody::Object(left.collect()))
            }
            JsonBody::Array(items) => {
                Some(JsonBody::Array(items.iter().filter_map(|item| item.without(pattern)).collect()))
            }
            JsonBody::Text(Text::Plain(text)) if text.contains(pattern) => None,
            other => Some(other.clone()),
        }
    }

    /// Where this text stands, as a JSON pointer.
    pub(crate) fn pointer_to(&self, text: &str) -> Option<String> {
        match self {
            JsonBody::Text(Text::Plain(found)) => (found == text).then(String::new),
            JsonBody::Object(fields) => {
                fields.iter().find_map(|(name, field)| Some(format!("/{name}{}", field.pointer_to(text)?)))
            }
            JsonBody::Array(items) => {
                let mut items = items.iter().enumerate();
                items.find_map(|(index, item)| Some(format!("/{index}{}", item.pointer_to(text)?)))
            }
            JsonBody::Text(Text::Secret(_)) | JsonBody::Other(_) | JsonBody::Secret(..) => None,
        }
    }

    /// Whether one of its texts is like that.
    pub(super) fn any_text(&self, is: &dyn Fn(&Text) -> bool) -> bool {
        match self {
            JsonBody::Object(fields) => fields.iter().any(|(_, field)| field.any_text(is)),
            JsonBody::Array(items) => items.iter().any(|item| item.any_text(is)),
            JsonBody::Text(text) => is(text),
            JsonBody::Other(_) | JsonBody::Secret(..) => false,
        }
    }

    /// The names of its fields.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            JsonBody::Object(fields) => fields.iter().map(|(name, _)| name.as_str()).collect(),
            JsonBody::Array(_) | JsonBody::Text(_) | JsonBody::Other(_) | JsonBody::Secret(..) => Vec::new(),
        }
    }

    pub(super) fn secrets(&self) -> Box<dyn Iterator<Item = &Secret> + '_> {
        match self {
            JsonBody::Object(fields) => Box::new(fields.iter().flat_map(|(_, field)| field.secrets())),
            JsonBody::Array(items) => Box::new(items.iter().flat_map(JsonBody::secrets)),
            JsonBody::Text(text) => Box::new(text.secret().into_iter()),
            JsonBody::Secret(_, secret) => Box::new(std::iter::once(secret)),
            JsonBody::Other(_) => Box::new(std::iter::empty()),
        }
    }
}

impl Default for JsonBody {
    fn default() -> Self {
        JsonBody::Object(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn a_placeholder_is_a_name_in_braces() {
        assert_eq!(placeholders("jwt.{token|base64url} for {user}"), ["token|base64url", "user"]);
        assert_eq!(placeholders(r#"40{"token":"{token}"}"#), ["token"]);
        assert_eq!(placeholders("{ }{}{"), [""; 0]);
    }
}
