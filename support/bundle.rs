//! A check's evidence as two texts: one from which the same report follows, and one to read. A colleague can diagnose again
//! what was seen, without access to where it was seen.

use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::input::{InputError, Source};
use crate::wording::is_printable;

/// The file from which a report follows.
pub const EVIDENCE: &str = "evidence.json";
/// The file to read, as [`report::exchanges`](crate::report::exchanges) writes it.
pub const EXCHANGES: &str = "exchanges.txt";
/// The version of the format.
const SCHEMA: &str = "fivewhys.evidence/2";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bundle<E> {
    schema: String,
    evidence: E,
}

/// # Errors
/// When the evidence cannot be written as JSON.
pub fn encode(evidence: &Evidence) -> serde_json::Result<String> {
    let bundle = Bundle { schema: SCHEMA.into(), evidence };
    serde_json::to_string_pretty(&bundle).map(|text| text + "\n")
}

/// # Errors
/// When this is no evidence of this version, or not as the suite writes it.
pub fn decode(source: &Source) -> Result<Evidence, InputError> {
    let bundle: Bundle<serde_json::Value> = source.parse_json()?;
    if bundle.schema != SCHEMA {
        let help = format!("this version reads `{SCHEMA}`");
        return Err(InputError::new(format!("`{}` is evidence of another version", source.path())).help(help));
    }
    let bundle: Bundle<Evidence> = source.parse_json()?;
    let evidence = bundle.evidence;
    // What a report prints as it is must be printable; everything else passes the same reading as a server's answer.
    let is_printable = |text: &String| text.chars().all(is_printable);
    if is_printable(&evidence.settings.target) && evidence.token_facts().all(|facts| is_printable(&facts.description)) {
        return Ok(evidence);
    }
    Err(InputError::new(format!("`{}` was not written by this suite", source.path())))
}
