//! A summary that was exported earlier, as a check takes it along. Anyone may have changed the file, so that numbers, times and one
//! name are kept of it, and no other text. What its records are compatible with is never read from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::document::SCHEMA;
use super::outcome::Outcome;
use crate::evidence::provenance::{Moment, Name};
use crate::evidence::{LogRecords, RecordCount};
use crate::input::{InputError, Source};
use crate::redact::Redactor;
use crate::wording::short;

/// Before the version.
const FORMAT: &str = "fivewhys.logs/";
/// More services of one log are not kept.
const MOST_SERVICES: usize = 50;
/// In characters: no platform has a service of a longer name.
const LONGEST_NAME: usize = 100;

type Keys = BTreeMap<String, Box<RawValue>>;

#[derive(Deserialize)]
struct Record {
    outcome: Outcome,
    count: u64,
    first: Option<String>,
    last: Option<String>,
}

#[derive(Deserialize)]
struct Rate {
    service: String,
    accepted: u64,
    failed: u64,
}

/// The records of a summary that `fivewhys logs --export` has written.
///
/// # Errors
/// When the text is no summary, or one of another version.
pub fn kept(source: &Source) -> Result<LogRecords, InputError> {
    let no_summary = || {
        let message = format!("`{}` is no summary of a log", source.path());
        InputError::new(message).help("`fivewhys logs FILE --export SUMMARY` writes one")
    };
    let keys: Keys = source.parse_json().map_err(|_| no_summary())?;
    let schema: String = part(&keys, "schema").ok_or_else(no_summary)?;
    let version = schema.strip_prefix(FORMAT).ok_or_else(no_summary)?;
    if schema != SCHEMA {
        let message = format!("`{}` is a summary of a log in version {}", source.path(), short(version));
        return Err(InputError::new(message).help(format!("this program reads `{SCHEMA}`")));
    }
    records(&keys).ok_or_else(no_summary)
}

fn records(keys: &Keys) -> Option<LogRecords> {
    let (records, rates): (Vec<Record>, Vec<Rate>) = (part(keys, "records")?, part(keys, "rates")?);
    let mut outcomes = BTreeMap::<Outcome, RecordCount>::new();
    for record in records {
        let more = RecordCount { records: record.count, first: time(record.first)?, last: time(record.last)? };
        let known = outcomes.entry(record.outcome).or_default();
        *known = known.plus(more);
    }
    let sum = |of: fn(&Rate) -> u64| rates.iter().map(of).fold(0, u64::saturating_add);
    let most_failed = rates.iter().filter(|rate| rate.failed > 0).max_by_key(|rate| rate.failed);
    Some(LogRecords {
        entries: part(keys, "entries")?,
        first: time(part(keys, "first")?)?,
        last: time(part(keys, "last")?)?,
        accepted: sum(|rate| rate.accepted),
        failed: sum(|rate| rate.failed),
        most_failed: most_failed.and_then(|rate| name(&rate.service)),
        services: rates.iter().filter_map(|rate| name(&rate.service)).take(MOST_SERVICES).collect(),
        of_target: BTreeSet::new(),
        outcomes,
    })
}

fn part<T: DeserializeOwned>(keys: &Keys, key: &str) -> Option<T> {
    serde_json::from_str(keys.get(key)?.get()).ok()
}

/// `None` for what is there and no time.
fn time(text: Option<String>) -> Option<Option<Moment>> {
    text.map_or(Some(None), |text| Moment::read(&text).map(Some))
}

/// Of a service as platforms call them; another text is left out.
fn name(text: &str) -> Option<Name> {
    let is_one = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = !text.is_empty() && text.len() <= LONGEST_NAME && text.chars().all(is_one);
    (is_name && Redactor::default().redact(text) == text).then(|| Name::new(text))
}
