//! The redactor for JSON. Its texts are searched one by one and all in a row, for a server may cut a secret into pieces, and a value
//! is masked where its name says that it is secret.

use serde_json::{Map, Value};

use super::known::Hit;
use super::labelled::{is_nothing, is_word, tells_a_reason};
use super::readings;
use super::shapes::SECRET;
use super::{Redactor, whole_run};
use crate::secret::{header_is_secret, names_a_code, names_a_secret};

/// The members of a private or a symmetric key (RFC 7518 §6.2.2, §6.3.2, §6.4).
const KEY_MEMBERS: [&str; 8] = ["d", "dp", "dq", "k", "oth", "p", "q", "qi"];

/// What the name of a value says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    /// Nothing.
    Free,
    Secret,
    /// It stands within something that is called secret.
    Within,
    Code,
}

/// A text of a JSON document: a key, a string or a number.
struct Leaf {
    text: String,
    is_key: bool,
    named: Named,
}

/// The document with its secrets replaced.
pub(super) fn redacted(redactor: &Redactor, value: &Value) -> Value {
    let mut leaves = Vec::new();
    collect(value, Named::Free, &mut leaves);
    let across = across(redactor, &leaves);
    let shown = leaves.iter().zip(across).map(|(leaf, hits)| leaf.shown(redactor, hits));
    rebuilt(value, &mut shown.collect::<Vec<_>>().into_iter())
}

fn collect(value: &Value, named: Named, leaves: &mut Vec<Leaf>) {
    let leaf = |text: String, is_key, named| Leaf { text, is_key, named };
    match value {
        Value::String(text) => leaves.push(leaf(text.clone(), false, named)),
        Value::Number(number) => leaves.push(leaf(number.to_string(), false, named)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, named.below(), leaves)),
        Value::Object(fields) => {
            for (key, field) in in_order(fields) {
                leaves.push(leaf(key.clone(), true, Named::Free));
                collect(field, named.of(key, fields), leaves);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// `{"name": "X-Api-Key", "value": …}`, as records of requests have it.
fn is_value_of_a_secret(key: &str, fields: &Map<String, Value>) -> bool {
    let named = || ["name", "key"].iter().filter_map(|name| fields.get(*name)?.as_str());
    key == "value" && named().any(header_is_secret)
}

/// Numbered fields by their numbers: `{"0": "s", "1": "e", …, "10": "t"}` is a text in pieces.
fn in_order(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut all: Vec<_> = fields.iter().collect();
    let number = |key: &String| key.parse::<u64>().unwrap_or(u64::MAX);
    all.sort_by_key(|(key, _)| number(key));
    all
}

impl Named {
    fn of(self, key: &str, fields: &Map<String, Value>) -> Self {
        let is_key_member = fields.contains_key("kty") && KEY_MEMBERS.contains(&key);
        match self.below() {
            _ if is_key_member || names_a_secret(key) || is_value_of_a_secret(key, fields) => Named::Secret,
            Named::Within => Named::Within,
            _ if names_a_code(key) => Named::Code,
            other => other,
        }
    }

    fn below(self) -> Self {
        if self == Named::Secret { Named::Within } else { self }
    }

    fn hides(self, text: &str) -> bool {
        match self {
            _ if is_nothing(text) => false,
            Named::Free => false,
            Named::Secret => true,
            // `{"password": ["is too short"]}` is a message.
            Named::Within => !text.contains(' ') && !is_word(text),
            Named::Code => !text.contains(' ') && !tells_a_reason(text),
        }
    }
}

impl Leaf {
    fn shown(&self, redactor: &Redactor, hits: Vec<Hit>) -> String {
        let hits = hits.into_iter().map(|hit| Hit { part: whole_run(&self.text, hit.part), ..hit }).collect();
        let mut labelled = Vec::new();
        if self.named.hides(&self.text) {
            labelled.push(0..self.text.len());
        }
        redactor.hide(&self.text, hits, labelled)
    }
}

/// What is found in the keys one after the other, in the values, and in both.
fn across(redactor: &Redactor, leaves: &[Leaf]) -> Vec<Vec<Hit>> {
    let mut hits = vec![Vec::new(); leaves.len()];
    if leaves.len() < 2 {
        return hits;
    }
    let sequences: [fn(&Leaf) -> bool; 3] = [|leaf| leaf.is_key, |leaf| !leaf.is_key, |_| true];
    for belongs in sequences {
        let (mut joined, mut starts) = (String::new(), Vec::new());
        for (index, leaf) in leaves.iter().enumerate().filter(|(_, leaf)| belongs(leaf)) {
            starts.push((joined.len(), index));
            joined.push_str(&leaf.text);
            joined.push('\n');
        }
        for Hit { part, word } in pieces(redactor, &joined) {
            let first = starts.partition_point(|(start, _)| *start <= part.start).saturating_sub(1);
            let touched = starts[first..].iter().take_while(|(start, _)| *start < part.end);
            for (start, index) in touched {
                let length = leaves[*index].text.len();
                let within = part.start.saturating_sub(*start).min(length)..(part.end - start).min(length);
                hits[*index].extend((!within.is_empty()).then_some(Hit { part: within, word }));
            }
        }
    }
    hits
}

/// What is found in a text, and in the letters whose numbers stand there.
fn pieces(redactor: &Redactor, text: &str) -> Vec<Hit> {
    let mut found = Vec::new();
    redactor.find_pieces(text, &mut found);
    readings::each_of_digits(text, &mut |reading| {
        let mut hits = Vec::new();
        redactor.find_pieces(&reading.text, &mut hits);
        found.extend(hits.into_iter().map(|hit| Hit { part: reading.source(hit.part), ..hit }));
    });
    found
}

/// The same document with these texts, in the order in which they were collected.
fn rebuilt(value: &Value, shown: &mut impl Iterator<Item = String>) -> Value {
    let mut next = || shown.next().unwrap_or_else(|| SECRET.to_owned());
    match value {
        Value::String(_) => next().into(),
        Value::Number(number) => {
            let text = next();
            if text == number.to_string() { value.clone() } else { text.into() }
        }
        Value::Array(items) => items.iter().map(|item| rebuilt(item, shown)).collect(),
        Value::Object(fields) => {
            let mut out = Map::new();
            for (_, field) in in_order(fields) {
                let key = shown.next().unwrap_or_else(|| SECRET.to_owned());
                out.insert(key, rebuilt(field, shown));
            }
            Value::Object(out)
        }
        Value::Null | Value::Bool(_) => value.clone(),
    }
}
