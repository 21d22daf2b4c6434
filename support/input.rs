//! Files that a user writes: TOML or JSON text with its path, parsed strictly, and errors that point at the place in the
//! file. Independent of targets and scenarios.

mod allowed;
mod blanked;
mod bounded;
mod error;
mod excerpt;
mod public;
mod texts;

pub(crate) use bounded::{MOST_WRITTEN, read_bounded};
pub use error::InputError;
pub(crate) use error::closest;
pub(crate) use public::public_name;

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::redact::Redactor;
use crate::wording::short;
use allowed::{Said, said};
use public::may_hold_a_secret;

/// The largest report or evidence that is read, in bytes: those of large systems are smaller than a hundredth of it.
const MOST_KEPT: u64 = 32 * 1024 * 1024;

/// A text and the path of its file.
#[derive(Clone, Debug)]
pub struct Source {
    path: String,
    text: String,
    /// Its values, read when one is first looked up; `None` where it is no TOML.
    values: OnceLock<Option<toml::Table>>,
    /// The header of a table and a key in it whose value no secret is.
    shown: Option<(&'static str, &'static str)>,
}

impl Source {
    /// A text that was read elsewhere; `path` is shown in errors and never opened.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Source { path: path.into(), text: text.into(), values: OnceLock::new(), shown: None }
    }

    /// The same, and errors show lines of that key below that header of a table: their writer has to read them, and no secret
    /// belongs there. A line in which one seems to be stays hidden.
    pub(crate) fn showing(self, header: &'static str, key: &'static str) -> Self {
        Source { shown: Some((header, key)), ..self }
    }

    /// A file that a person writes.
    ///
    /// # Errors
    /// When the file cannot be read, is not UTF-8, is larger than a mebibyte, or is a pipe or a device.
    pub fn read(path: &Path) -> Result<Self, InputError> {
        Source::read_at_most(path, MOST_WRITTEN)
    }

    /// A file that this tool has written: a report or evidence, which a stranger may have changed.
    ///
    /// # Errors
    /// The same, and where it is larger than 32 mebibytes.
    pub fn read_document(path: &Path) -> Result<Self, InputError> {
        Source::read_at_most(path, MOST_KEPT)
    }

    fn read_at_most(path: &Path, most: u64) -> Result<Self, InputError> {
        let shown = path.display().to_string();
        match read_bounded(path, most) {
            Ok(text) => Ok(Source::new(shown, text)),
            Err(why) => Err(InputError::new(format!("cannot read `{shown}`: {why}")).help("check the path")),
        }
    }

    /// Parses the text as TOML. A second line in the message of a serde error becomes the help below the caret.
    ///
    /// # Errors
    /// At the first syntax error, unknown key or value, or wrong type.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, InputError> {
        if let Err(error) = DeTable::parse(&self.text) {
            return Err(self.error(span_of(&error), one_line(error.message())).syntax());
        }
        toml::from_str(&self.text).map_err(|error| self.value_error(&error))
    }

    /// Parses the text as TOML again, with what these tables have and the text does not say.
    ///
    /// # Errors
    /// As [`parse`](Source::parse), without a place in the text.
    pub(crate) fn parse_with<T: DeserializeOwned>(&self, defaults: &toml::Table) -> Result<T, InputError> {
        let mut merged: toml::Table = self.parse()?;
        for (section, keys) in defaults {
            let (Some(keys), toml::Value::Table(written)) =
                (keys.as_table(), merged.entry(section).or_insert_with(|| toml::Table::new().into()))
            else {
                continue;
            };
            for (key, value) in keys {
                written.entry(key).or_insert_with(|| value.clone());
            }
        }
        merged.try_into().map_err(|error: toml::de::Error| InputError::new(one_line(error.message())))
    }

    /// The TOML value below these keys, or `None` where a key is missing.
    ///
    /// # Errors
    /// When the value has another type.
    pub(crate) fn get<T: DeserializeOwned>(&self, keys: &[&str]) -> Result<Option<T>, InputError> {
        let values = self.values.get_or_init(|| toml::from_str(&self.text).ok());
        let Some(value) = values.as_ref().and_then(|table| below(table, keys)) else { return Ok(None) };
        if let Ok(read) = T::deserialize(value.clone()) {
            return Ok(Some(read));
        }
        // The place of what is wrong is in the text only.
        let Some(value) = self.find(keys) else { return Ok(None) };
        T::deserialize(ValueDeserializer::from(value)).map(Some).map_err(|error| self.value_error(&error))
    }

    /// An error at the value below these keys. It shows no more of the value than its first character if a secret may be in
    /// it.
    pub(crate) fn error_at(&self, keys: &[&str], message: impl Into<String>) -> InputError {
        let span = self.find(keys).map_or(0..0, |value| value.span());
        self.error(self.public_part(span), message)
    }

    /// The same, and only the first character of the value is shown: it may be a secret in a place where none belongs.
    pub(crate) fn error_where_begins(&self, keys: &[&str], message: impl Into<String>) -> InputError {
        let start = self.find(keys).map_or(0, |value| value.span().start);
        self.error(start..start + 1, message)
    }

    /// The line, from 1, of the value below these keys.
    pub(crate) fn line_of(&self, keys: &[&str]) -> Option<usize> {
        let start = self.find(keys)?.span().start;
        Some(self.text[..start].matches('\n').count() + 1)
    }

    fn find(&self, keys: &[&str]) -> Option<toml::Spanned<DeValue<'_>>> {
        let (first, rest) = keys.split_first()?;
        let table = DeTable::parse(&self.text).ok()?.into_inner();
        let value = table.get(*first)?;
        // A number is the place in a list.
        let mut value = value.clone();
        for key in rest {
            value = match (value.get_ref(), key.parse::<usize>()) {
                (DeValue::Array(items), Ok(at)) => items.get(at)?.clone(),
                (table, _) => table.get(*key)?.clone(),
            };
        }
        Some(value)
    }

    /// Parses the text as JSON.
    ///
    /// # Errors
    /// At the first syntax error, unknown key or value, or wrong type.
    pub(crate) fn parse_json<T: DeserializeOwned>(&self) -> Result<T, InputError> {
        if self.text.trim().is_empty() {
            return Err(self.error(0..0, format!("`{}` is empty: EOF while parsing a value", self.path)));
        }
        serde_json::from_str(&self.text).map_err(|error| {
            let before: usize =
                self.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let near = (before + error.column().saturating_sub(1)).min(self.text.len());
            let start = (0..=near).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or_default();
            let end = self.text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            self.error(start..end, short(message)).syntax()
        })
    }

    /// The path that errors show.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// An error at this place.
    pub(crate) fn error(&self, span: Range<usize>, message: impl Into<String>) -> InputError {
        InputError::new(message).at(self, span)
    }

    /// What errors show besides the place that they point at.
    fn shown_lines(&self) -> Vec<Range<usize>> {
        let Some((header, key)) = self.shown else { return Vec::new() };
        let lines = self.text.split_inclusive('\n').scan(0, |end, line| {
            let begin = std::mem::replace(end, *end + line.len());
            Some((begin..*end, line))
        });
        let below = lines.skip_while(|(_, line)| line.trim() != header);
        let has_key =
            |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        let is_clean = |line: &str| Redactor::default().redact(line) == line;
        below.filter(|(_, line)| has_key(line) && is_clean(line)).map(|(range, _)| range).collect()
    }

    fn value_error(&self, error: &toml::de::Error) -> InputError {
        let span = self.public_part(span_of(error));
        let (message, help) = error.message().split_once('\n').unwrap_or((error.message(), ""));
        let Said { message: what, help } = said(&one_line(message), help);
        // A text where another type belongs may be a secret: neither message nor caret shows it.
        let is_of_another_type = message.starts_with("invalid type: string");
        let span = if is_of_another_type { span.start..span.start + 1 } else { span };
        let error = self.error(span, what);
        help.into_iter().fold(error, InputError::help)
    }

    /// What an error at this span may show. A table or a list may hold a secret, and an address a password: of these, the
    /// first character.
    fn public_part(&self, span: Range<usize>) -> Range<usize> {
        let text = self.text.get(span.clone()).unwrap_or_default();
        if may_hold_a_secret(text) { span.start..span.start + 1 } else { span }
    }
}

fn span_of(error: &toml::de::Error) -> Range<usize> {
    error.span().unwrap_or(0..0)
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The value below these keys.
fn below<'t>(table: &'t toml::Table, keys: &[&str]) -> Option<&'t toml::Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| match value {
        // A number is the place in a list.
        toml::Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        value => value.get(*key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_at_the_error_and_blanks_the_strings_beside_it() {
        let source = Source::new("x.toml", "secrt = \"canary\" # no\n");
        let error = source.error(0..5, "unknown key `secrt`").help("did you mean `secret`?").to_string();
        assert!(error.contains("x.toml:1:1") && error.contains("^^^^^"), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }

    #[test]
    fn finds_a_value_by_its_keys() {
        let source = Source::new("x.toml", "[a.\"b.c\"]\nd = { e = 7 }\n");
        let keys = ["a", "b.c", "d", "e"];
        assert_eq!(source.get::<i64>(&keys).expect("an integer"), Some(7));
        assert_eq!(source.get::<i64>(&["a", "d"]).expect("nothing there"), None);
        assert!(source.get::<String>(&keys).is_err());
        assert!(source.error_at(&keys, "no").to_string().contains("x.toml:2:11"));
        assert_eq!(["a", "d", "x"].map(|key| source.line_of(&[key])), [Some(1), None, None]);
        assert_eq!(source.line_of(&keys), Some(2));
    }

    #[test]
    fn suggests_the_closest_name_only_where_there_is_one() {
        assert!(
            InputError::unknown("target", "stagin", ["staging", "local"], "")
                .to_string()
                .contains("did you mean `staging`?")
        );
        assert!(
            InputError::unknown("target", "x", ["staging", "local"], "")
                .to_string()
                .contains("allowed: staging, local")
        );
    }
}
