//! Texts that may be secret: headers, bodies, the signing secret. A secret is `{ env = "NAME" }`, or a literal where the
//! stage is local.

use std::collections::BTreeMap;
use std::ffi::OsString;

use reqwest::header::{HeaderName, HeaderValue};
use toml::{Spanned, Value};
use uuid::Uuid;

use super::{InputError, Reader, Stage};
use crate::secret::{Secret, field_is_secret, header_is_secret, is_scheme};
use crate::target::Text;
use crate::target::template::placeholders;

/// A table of texts as the file has it.
pub(super) type Fields = BTreeMap<String, Spanned<Value>>;

/// Headers that belong to the connection (RFC 9110 §7.6.1, RFC 6455 §4.1).
const CONNECTION_HEADERS: [&str; 5] = ["connection", "content-length", "transfer-encoding", "upgrade", "host"];
/// Carries credentials (RFC 9110 §11.6.2).
pub(super) const AUTHORIZATION: &str = "authorization";
const EXPECTED_TEXT: &str = "expected a text or `{ env = \"NAME\" }`";

/// A token, or a scheme and what follows it, whatever the name (RFC 9110 §11.4, RFC 7519 §3).
fn is_credential(literal: &str) -> bool {
    let follows = literal.split_once(' ').filter(|(scheme, _)| is_scheme(scheme)).map(|(_, rest)| rest.trim());
    let is_jwt = literal.starts_with("eyJ") && literal.matches('.').count() == 2;
    is_jwt || follows.is_some_and(|rest| !rest.is_empty() && !rest.contains(' ') && placeholders(rest).is_empty())
}

impl Reader<'_> {
    pub(super) fn header_name(&self, name: &str, at: &Spanned<Value>) -> Result<String, InputError> {
        let lower = name.to_ascii_lowercase();
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(_) if CONNECTION_HEADERS.contains(&lower.as_str()) || lower.starts_with("sec-websocket-") => {
                Err(self.secret_error(at, &format!("the header `{name}` belongs to the connection and cannot be set")))
            }
            Ok(_) => Ok(name.to_owned()),
            Err(_) => Err(self.secret_error(at, &format!("`{name}` is not the name of a header"))),
        }
    }

    pub(super) fn header_text(&self, name: &str, at: &Spanned<Value>, known: &[&str]) -> Result<Text, InputError> {
        let text = self.text(at, header_is_secret(name), known)?;
        HeaderValue::from_str(text.expose())
            .map_err(|_| self.secret_error(at, "not a header value: visible characters only"))?;
        Ok(text)
    }

    /// The text of a field, whose name may say that it is secret.
    pub(super) fn field_text(&self, name: &str, at: &Spanned<Value>, known: &[&str]) -> Result<Text, InputError> {
        self.text(at, field_is_secret(name), known)
    }

    /// A text whose placeholders are among those that are known.
    pub(super) fn text(&self, at: &Spanned<Value>, is_secret: bool, known: &[&str]) -> Result<Text, InputError> {
        match at.get_ref() {
            Value::String(literal) if self.is_a_variable(literal, is_secret, known) => {
                let name = shell_variable(literal, known).unwrap_or_default();
                let error = self.secret_error(at, &format!("`${{{name}}}` would be sent as it stands here"));
                Err(error.help(format!("write `{{ env = \"{name}\" }}`")))
            }
            Value::String(literal) => match placeholders(literal).into_iter().find(|name| !known.contains(name)) {
                // A secret may have braces.
                Some(_) if is_secret => self.literal_secret(at, literal),
                Some(other) => Err(self.secret_error(at, &nothing_stands_for(other)).help(allowed(known))),
                // A text with a placeholder is a template.
                None if is_secret && placeholders(literal).is_empty() => self.literal_secret(at, literal),
                None if self.stage != Stage::Local && is_credential(literal) => self.literal_secret(at, literal),
                None => Ok(Text::Plain(literal.clone())),
            },
            Value::Table(table) if table.len() == 1 => match table.get("env") {
                Some(Value::String(variable)) => self.variable(at, variable).map(Text::Secret),
                _ => Err(self.secret_error(at, EXPECTED_TEXT)),
            },
            _ => Err(self.secret_error(at, EXPECTED_TEXT)),
        }
    }

    /// Of a text that is sent as it is written.
    pub(super) fn no_placeholder(&self, keys: &[&str], text: &str) -> Result<(), InputError> {
        self.known_placeholders(keys, text, &[])
    }

    /// The placeholders of the text at these keys are among those that are known.
    pub(super) fn known_placeholders(&self, keys: &[&str], text: &str, known: &[&str]) -> Result<(), InputError> {
        match placeholders(text).into_iter().find(|name| !known.contains(name)) {
            Some(name) => Err(self.error(keys, nothing_stands_for(name)).help(allowed(known))),
            None => Ok(()),
        }
    }

    /// Whether the text means a variable. Where a literal may be a secret, only one that is nothing else does.
    fn is_a_variable(&self, literal: &str, is_secret: bool, known: &[&str]) -> bool {
        let is_whole = |name: &str| literal.len() == name.len() + 3;
        let may_be_meant = |name| is_whole(name) || !is_secret || self.stage != Stage::Local;
        shell_variable(literal, known).is_some_and(may_be_meant)
    }

    /// The same of a number under such a name.
    pub(super) fn secret_number(&self, at: &Spanned<Value>, number: &Value) -> Result<Secret, InputError> {
        match self.literal_secret(at, &number.to_string())? {
            Text::Secret(secret) => Ok(secret),
            Text::Plain(text) => Ok(Secret::new(text)),
        }
    }

    fn literal_secret(&self, at: &Spanned<Value>, literal: &str) -> Result<Text, InputError> {
        if self.stage == Stage::Local && !literal.is_empty() {
            return Ok(Text::Secret(Secret::new(literal)));
        }
        let help = "write `{ env = \"NAME\" }` and set the variable; a literal needs `stage = \"local\"`";
        Err(self.secret_error(at, "a secret must not stand in this file").help(help))
    }

    fn variable(&self, at: &Spanned<Value>, variable: &str) -> Result<Secret, InputError> {
        let why = match (self.environment)(variable).map(OsString::into_string) {
            Some(Ok(value)) if !value.trim().is_empty() => return Ok(Secret::new(value)),
            Some(Ok(_)) => "is empty",
            Some(Err(_)) => "is not valid UTF-8",
            None => "is not set",
        };
        if let Some(unset) = self.unset.filter(|_| why != "is not valid UTF-8") {
            unset.borrow_mut().insert(variable.to_owned());
            return Ok(stand_in());
        }
        let message = format!("the variable `{variable}` {why}");
        Err(self.source.error(at.span(), message).help("set it, or remove this setting; `--dry-run` works without"))
    }

    /// An error in a value that may be secret: the caret shows its first character, the others are blanked.
    pub(super) fn secret_error(&self, at: &Spanned<Value>, message: &str) -> InputError {
        self.source.error(at.span().start..at.span().start + 1, message)
    }
}

fn nothing_stands_for(placeholder: &str) -> String {
    format!("nothing stands for the placeholder `{{{placeholder}}}` here")
}

fn allowed(placeholders: &[&str]) -> String {
    match placeholders {
        [] => "no placeholder is allowed here".to_owned(),
        known => {
            format!("allowed: {}", known.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", "))
        }
    }
}

/// What is not known, in a form that every encoding of a secret has, and that stands nowhere else.
fn stand_in() -> Secret {
    Secret::new([Uuid::new_v4(), Uuid::new_v4()].map(|half| half.simple().to_string()).concat())
}

/// The name in `${NAME}`, as a shell or a compose file has it.
fn shell_variable<'a>(literal: &'a str, known: &[&str]) -> Option<&'a str> {
    let names = literal.split("${").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    let is_name = |name: &&str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !name.is_empty() && name.chars().all(is_part) && !name.starts_with(|c: char| c.is_ascii_digit())
    };
    names.into_iter().find(|name| is_name(name) && !known.contains(name))
}
