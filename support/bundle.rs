//! The evidence of a check as a file: the same report follows from it, without access to the target.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::evidence::{Addresses, Evidence};
use crate::input::{InputError, Source};
use crate::wording::{is_printable, printable};

/// Name of the file that [`decode`] reads.
pub const EVIDENCE: &str = "evidence.json";
/// Name of the file that [`report::exchanges`](crate::report::exchanges) fills; only people read it.
pub const EXCHANGES: &str = "exchanges.txt";
/// The version of the format.
const SCHEMA: &str = "fivewhys.evidence/3";

/// Of what a report prints as it is, in bytes: a target file has no longer address.
const LONGEST: usize = 64 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bundle<E> {
    schema: String,
    evidence: E,
}

/// The evidence as JSON, which ends with a line break.
///
/// # Errors
/// When the evidence cannot be serialised.
pub fn encode(evidence: &Evidence) -> serde_json::Result<String> {
    let bundle = Bundle { schema: SCHEMA.into(), evidence };
    serde_json::to_string_pretty(&bundle).map(|text| shown(&text) + "\n")
}

/// A name of the target file may have characters that move or hide others. JSON needs no escape sequence for most of them, and a
/// terminal that prints the file does.
fn shown(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' => out.push(c),
            c if is_printable(c) => out.push(c),
            c => out.extend(std::iter::once('\\').chain(c.escape_default())),
        }
    }
    out
}

/// The evidence that [`encode`] has written.
///
/// # Errors
/// When the text is not evidence of this version, or contains control characters that the suite never writes.
pub(crate) fn decode(source: &Source) -> Result<Evidence, InputError> {
    let bundle: Bundle<Value> = source.parse_json()?;
    if bundle.schema != SCHEMA {
        let help = format!("this version reads `{SCHEMA}`");
        return Err(InputError::new(format!("`{}` is evidence of another version", source.path())).help(help));
    }
    let document = bundle.evidence;
    let bundle: Bundle<Evidence> = source.parse_json()?;
    let evidence = bundle.evidence;
    // A report prints these as they are, so none is what the suite never writes.
    let is_printable = |text: &String| text.len() <= LONGEST && text.chars().all(is_printable);
    let Addresses { auth, backend, websocket } = &evidence.settings.addresses;
    let names = [&evidence.settings.target, &evidence.run.started];
    let described = evidence.run.described.as_ref();
    if described.is_some_and(|described| !described.is_within()) {
        return Err(not_ours(source));
    }
    let addresses = [auth, backend, websocket].into_iter().flatten();
    let facts = evidence.token_facts().map(|facts| &facts.description);
    if names.into_iter().chain(addresses).chain(&evidence.run.command).chain(facts).all(is_printable) {
        // Everything else is escaped like the texts of a server.
        return serde_json::from_value(cleaned(document)).map_err(|_| not_ours(source));
    }
    Err(not_ours(source))
}

fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => printable(&text).into(),
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(fields) => fields.into_iter().map(|(key, field)| (printable(&key), cleaned(field))).collect(),
        other => other,
    }
}

fn not_ours(source: &Source) -> InputError {
    InputError::new(format!("`{}` was not written by this suite", source.path()))
}
