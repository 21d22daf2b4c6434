//! The redactor for JSON. Its texts are searched one by one and all in a row, for a server may cut a secret into pieces, and a value
//! is masked where its name says that it is secret.

mod named;

use serde_json::{Map, Value};

use super::clean::{Read, Ways};
use super::known::Hit;
use super::plain::is_word;
use super::readings;
use super::shapes::SECRET;
use super::{Redactor, whole_run};
use crate::secret::{Said, said_by};
use named::{Named, columns, pair, said_before};

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
        Value::Array(items) => collect_items(items, None, named, leaves),
        Value::Object(fields) => {
            for (key, field) in in_order(fields) {
                leaves.push(leaf(key.clone(), true, Named::Free));
                match (field, named.of(key, fields)) {
                    (Value::Array(items), Named::Free) => collect_items(items, Some(fields), Named::Free, leaves),
                    (field, named) => collect(field, named, leaves),
                }
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// The items of a list, which may be the rows of a table, or names with their values.
fn collect_items(items: &[Value], beside: Option<&Map<String, Value>>, named: Named, leaves: &mut Vec<Leaf>) {
    let columns = if named == Named::Free { columns(items, beside) } else { Vec::new() };
    let mut before = None;
    for item in items {
        match (item, before) {
            (Value::Array(row), _) if named == Named::Free => collect_row(row, &columns, leaves),
            // The names of headers are listed too.
            (Value::String(text), Some(said)) if !is_word(text) => collect(item, Named::Is(said), leaves),
            _ => collect(item, named.item(), leaves),
        }
        before = said_before(item);
    }
}

fn collect_row(row: &[Value], columns: &[Option<Said>], leaves: &mut Vec<Leaf>) {
    if columns.is_empty() && pair(row).is_none() {
        return collect_items(row, None, Named::Free, leaves);
    }
    for (at, cell) in row.iter().enumerate() {
        let above = columns.get(at).copied().flatten();
        let beside = if at == 1 { pair(row) } else { None };
        // A title is not its own value.
        let is_title = cell.as_str().is_some_and(|cell| said_by(cell).is_some());
        let below = above.filter(|_| !is_title).map_or(Named::Free, Named::Is);
        let said = beside.map_or(below, Named::Listed);
        collect(cell, said, leaves);
    }
}

/// Numbered fields by their numbers: `{"0": "s", "1": "e", …, "10": "t"}` is a text in pieces.
fn in_order(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut all: Vec<_> = fields.iter().collect();
    let number = |key: &String| key.parse::<u64>().unwrap_or(u64::MAX);
    all.sort_by_key(|(key, _)| number(key));
    all
}

impl Leaf {
    fn counts(&self) -> bool {
        self.is_key && self.text.bytes().all(|c| c.is_ascii_digit())
    }

    fn shown(&self, redactor: &Redactor, hits: Vec<Hit>) -> String {
        let hits = hits.into_iter().map(|hit| Hit { part: whole_run(&self.text, hit.part), ..hit }).collect();
        redactor.hide(&self.text, hits, self.named.hidden(&self.text))
    }
}

/// What is found in the keys one after the other, in the values, and in both.
fn across(redactor: &Redactor, leaves: &[Leaf]) -> Vec<Vec<Hit>> {
    let mut hits = vec![Vec::new(); leaves.len()];
    if leaves.len() < 2 {
        return hits;
    }
    // Where names and values are read together, a name that counts is left.
    let sequences: [fn(&Leaf) -> bool; 3] = [|leaf| leaf.is_key, |leaf| !leaf.is_key, |leaf| !leaf.counts()];
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
    if redactor.is_clean(Ways::OfDigits, text) {
        return Vec::new();
    }
    let (mut found, mut read) = (Vec::new(), Read::new(text));
    read.push(text);
    redactor.find_pieces(text, &mut found);
    readings::each_of_digits(text, redactor.least(), &mut |reading| {
        let mut hits = Vec::new();
        redactor.find_pieces(&reading.text, &mut hits);
        found.extend(hits.into_iter().map(|hit| Hit { part: reading.source(hit.part), ..hit }));
        read.push(&reading.text);
    });
    if found.is_empty() {
        redactor.keep_clean(Ways::OfDigits, text, read);
    }
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
