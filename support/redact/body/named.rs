//! What the names in a JSON document say of its values: that of a field, of an element of a list that has names beside it, of the
//! column of a table.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::redact::plain::{all, hidden, hidden_in_list, is_nothing, is_plain, is_word};
use crate::secret::{Said, header_is_secret, is_plural, names_a_login, said_by};

/// The members of a private or a symmetric key (RFC 7518 §6.2.2, §6.3.2, §6.4).
const KEY_MEMBERS: [&str; 8] = ["d", "dp", "dq", "k", "oth", "p", "q", "qi"];
/// Members that say of which field an object tells, as messages of validation and records of requests have them.
const NAMES: [&str; 15] = [
    "name",
    "key",
    "field",
    "fieldName",
    "path",
    "loc",
    "param",
    "property",
    "propertyPath",
    "instancePath",
    "label",
    "header",
    "variable",
    "parameter",
    "k",
];
/// Members of such an object that repeat its value.
const VALUES: [&str; 15] = [
    "value",
    "input",
    "rejectedValue",
    "rejected_value",
    "attemptedValue",
    "invalidValue",
    "val",
    "received",
    "actual",
    "given",
    "data",
    "content",
    "raw",
    "default",
    "v",
];
/// Members with more of such an object: its name, or its value.
const CONTEXTS: [&str; 4] = ["context", "ctx", "params", "meta"];

/// What the name of a value says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Nothing.
    Free,
    /// It is that.
    Is(Said),
    /// It is one of several.
    Listed(Said),
    /// It stands within an object that is called so.
    Within(Said),
    /// It is a user or a password; or a method, which is a plain word.
    Login,
}

impl Named {
    /// Of a field of this.
    pub(super) fn of(self, key: &str, fields: &Map<String, Value>) -> Self {
        let is_key_member = fields.contains_key("kty") && KEY_MEMBERS.contains(&key);
        let own = if is_key_member { Some(Said::Password) } else { said_of(key, fields) };
        match (own, self.below()) {
            (Some(Said::Code), below @ Named::Within(_)) => below,
            (Some(said), _) => Named::Is(said),
            (None, Named::Within(said)) if is_one_of(&VALUES, key) => Named::Is(said),
            (None, Named::Free) if CONTEXTS.contains(&key) => of_the_named(fields).map_or(Named::Free, Named::Within),
            (None, Named::Free) if is_login(key, fields) => Named::Login,
            (None, below) => below,
        }
    }

    /// Of an item of this.
    pub(super) fn item(self) -> Self {
        match self {
            Named::Is(said) => Named::Listed(said),
            other => other,
        }
    }

    fn below(self) -> Self {
        match self {
            Named::Is(Said::Code) | Named::Free | Named::Login => self,
            Named::Is(said) | Named::Listed(said) | Named::Within(said) => Named::Within(said),
        }
    }

    /// The parts of a text that are hidden there.
    pub(super) fn hidden(self, text: &str) -> Vec<Range<usize>> {
        match self {
            Named::Free => Vec::new(),
            Named::Is(said) => hidden(said, text),
            Named::Listed(said) => hidden_in_list(said, text),
            Named::Within(_) if is_nothing(text) || text.contains(' ') || is_word(text) => Vec::new(),
            Named::Login if is_plain(text) => Vec::new(),
            Named::Within(_) | Named::Login => all(text),
        }
    }
}

/// `"auth": ["user", "…"]`.
fn is_login(key: &str, fields: &Map<String, Value>) -> bool {
    let items = fields.get(key).and_then(Value::as_array);
    names_a_login(key) && items.is_some_and(|items| items.len() == 2 && items.iter().all(Value::is_string))
}

fn said_of(key: &str, fields: &Map<String, Value>) -> Option<Said> {
    let is_count = |value: &Value| value.as_u64().is_some_and(|count| count < 10_000_000);
    if is_plural(key) && fields.get(key).is_some_and(is_count) {
        return None;
    }
    said_by(key).or_else(|| is_one_of(&VALUES, key).then(|| of_the_named(fields)).flatten())
}

/// `{"name": "X-Api-Key", "value": …}`, `{"loc": ["body", "password"], "input": …}`.
fn of_the_named(fields: &Map<String, Value>) -> Option<Said> {
    let contexts = CONTEXTS.iter().filter_map(|key| fields.get(*key)?.as_object());
    let all = std::iter::once(fields).chain(contexts).flatten();
    all.filter(|(key, _)| is_one_of(&NAMES, key)).filter_map(|(_, value)| last_step(value)).find_map(said_by_path)
}

/// Of a path, or a name alone.
fn last_step(value: &Value) -> Option<&str> {
    match value {
        Value::String(name) => Some(name.as_str()),
        Value::Array(path) => path.iter().rev().find_map(Value::as_str),
        _ => None,
    }
}

fn is_one_of(names: &[&str], key: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(key))
}

/// By the last step of a path, or by the name of a header.
fn said_by_path(path: &str) -> Option<Said> {
    let last = path.rsplit(['/', '.']).next().unwrap_or_default();
    said_by(last).or_else(|| header_is_secret(last).then_some(Said::Grant))
}

/// What is said of each column, where the rows of a table are lists: by the list of names beside them, or by the first row.
pub(super) fn columns(rows: &[Value], beside: Option<&Map<String, Value>>) -> Vec<Option<Said>> {
    let Some(width) = rows.first().and_then(Value::as_array).map(Vec::len).filter(|width| *width > 0) else {
        return Vec::new();
    };
    if !rows.iter().all(|row| row.as_array().is_some_and(|row| row.len() == width)) {
        return Vec::new();
    }
    let lists = beside.into_iter().flat_map(Map::values).filter_map(Value::as_array);
    let first = rows[0].as_array();
    let mut titled = lists.chain(first).map(|list| titles(list)).filter(|titles| titles.len() == width);
    titled.find(|titles| titles.iter().any(Option::is_some)).unwrap_or_default()
}

/// What each of these says as a name.
fn titles(list: &[Value]) -> Vec<Option<Said>> {
    let name = |item: &Value| item.as_str().or_else(|| item.get("name")?.as_str()).map(said_by);
    list.iter().map(name).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// What an item of a list says of the next one: a flag of a command line, or a header that is secret.
pub(super) fn said_before(item: &Value) -> Option<Said> {
    let is_header =
        |name: &&str| ["authorization", "cookie", "x-api-key"].iter().any(|known| name.eq_ignore_ascii_case(known));
    item.as_str().filter(|name| name.starts_with('-') || is_header(name)).and_then(said_by)
}

/// What the first of two says of the second, as the entries of an object or headers are listed.
pub(super) fn pair(items: &[Value]) -> Option<Said> {
    match items {
        [Value::String(name), _] => said_by(name).filter(|said| *said != Said::Code),
        _ => None,
    }
}
