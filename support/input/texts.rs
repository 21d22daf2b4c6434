//! Every text that a person has written below a key.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::Source;

impl Source {
    /// The texts below these keys, each with its place. The name of a variable is none.
    pub(crate) fn texts(&self, keys: &[&str]) -> Vec<(Range<usize>, String)> {
        let mut found = Vec::new();
        self.find(keys).iter().for_each(|value| collect(value, &mut found));
        found
    }
}

fn collect(value: &Spanned<DeValue<'_>>, found: &mut Vec<(Range<usize>, String)>) {
    match value.get_ref() {
        DeValue::String(text) => found.push((value.span(), text.to_string())),
        DeValue::Array(items) => items.iter().for_each(|item| collect(item, found)),
        DeValue::Table(table) if table.len() == 1 && table.contains_key("env") => {}
        DeValue::Table(table) => table.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}
