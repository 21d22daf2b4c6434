//! A document as it is read: any file may be the work of a stranger, or of a later version of this tool. It is known by its `schema`;
//! keys that are not known are skipped, and what is known has to have its type.

mod check;
mod rate;
mod text;

pub(super) use check::{Check, Finding, Verified};
pub(super) use rate::{Leg, Run};
pub(super) use text::Text;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Side;
use crate::bundle;
use crate::faults;
use crate::input::{InputError, Source};
use crate::report::{Format, render};

const REPORT: &str = "fivewhys.report/1";
const GATE: &str = "fivewhys.gate/1";
const RATE: &str = "fivewhys.rate/1";
/// Of any version: a bundle says itself which one it needs.
const EVIDENCE: &str = "fivewhys.evidence/";

/// A report, a gate, a success rate, or the diagnosis of evidence.
#[derive(Clone, Debug)]
pub struct Document {
    file: Text,
    schema: Text,
    /// `None` of evidence.
    pub(super) tool: Option<Tool>,
    pub(super) check: Option<Check>,
    pub(super) rate: Option<Run>,
    conditions: Vec<Condition>,
    /// Of evidence, which records them.
    pub(super) settings: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Which version has written it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Tool {
    pub(super) version: Text,
}

/// What a gate requires beside a check.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Condition {
    #[serde(rename = "condition")]
    pub(super) code: Text,
    pub(super) name: Text,
    pub(super) verdict: crate::diagnosis::Verdict,
}

#[derive(Deserialize)]
struct Head {
    schema: Text,
}

#[derive(Deserialize)]
struct Gate {
    conditions: Vec<Condition>,
    check: Check,
    rate: Option<Run>,
}

#[derive(Deserialize)]
struct Evidence {
    settings: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Bundle {
    evidence: Evidence,
}

impl Document {
    /// Reads it; evidence is diagnosed.
    ///
    /// # Errors
    /// When the text is none of these, or says what cannot be.
    pub fn read(source: &Source) -> Result<Self, InputError> {
        let Head { schema } = source.parse_json().map_err(|error: InputError| error.help(READABLE))?;
        let document = match schema.as_str() {
            REPORT => Document::of_check(parse(source)?),
            GATE => Document::of_gate(parse(source)?),
            RATE => Document::of_rate(parse(source)?),
            evidence if evidence.starts_with(EVIDENCE) => Document::of_evidence(source)?,
            _ => return Err(unknown(source, &schema)),
        };
        if let Some(reason) = document.rate.as_ref().and_then(Run::impossible) {
            return Err(InputError::new(format!("no run can have written `{}`: {reason}", source.path())));
        }
        Ok(Document { file: Text::of(source.path()), schema, ..document })
    }

    fn of_check(check: Check) -> Self {
        Document {
            file: Text::default(),
            schema: Text::default(),
            tool: Some(check.tool.clone()),
            check: Some(check),
            rate: None,
            conditions: Vec::new(),
            settings: None,
        }
    }

    fn of_gate(gate: Gate) -> Self {
        Document { rate: gate.rate, conditions: gate.conditions, ..Document::of_check(gate.check) }
    }

    fn of_rate(run: Run) -> Self {
        Document {
            file: Text::default(),
            schema: Text::default(),
            tool: Some(run.tool.clone()),
            check: None,
            rate: Some(run),
            conditions: Vec::new(),
            settings: None,
        }
    }

    /// By way of its report, so that both say the same of one check.
    fn of_evidence(source: &Source) -> Result<Self, InputError> {
        let evidence = bundle::decode(source)?;
        let report = render(Format::Json, &evidence, &faults::diagnose(&evidence));
        let check: Check = Source::new(source.path(), report).parse_json()?;
        let Bundle { evidence: Evidence { settings } } = parse(source)?;
        Ok(Document { tool: None, settings: Some(settings), ..Document::of_check(check) })
    }

    pub(super) fn schema(&self) -> &str {
        self.schema.as_str()
    }

    pub(super) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    pub(super) fn is_gate(&self) -> bool {
        self.schema() == GATE
    }

    /// Of the check, which comes first.
    pub(super) fn target(&self) -> &str {
        let of_rate = || self.rate.as_ref().map_or("", |run| run.target.as_str());
        self.check.as_ref().map_or_else(of_rate, |check| check.target.name.as_str())
    }

    pub(super) fn started(&self) -> &str {
        let of_rate = || self.rate.as_ref().map_or("", |run| run.started.as_str());
        self.check.as_ref().map_or_else(of_rate, |check| check.started.as_str())
    }

    pub(super) fn side(&self) -> Side {
        let elapsed_s = match (&self.check, &self.rate) {
            (Some(check), _) => check.elapsed_ms / 1_000.0,
            (None, rate) => rate.as_ref().map_or(0.0, |run| run.elapsed_s),
        };
        Side {
            file: self.file.to_string(),
            schema: self.schema.to_string(),
            tool_version: self.tool.as_ref().map(|tool| tool.version.to_string()),
            target: self.target().to_owned(),
            started: self.started().to_owned(),
            verdict: self.check.as_ref().map(|check| check.verdict),
            decision: self.rate.as_ref().map(|run| run.decision),
            elapsed_s: elapsed_s.clamp(0.0, LONGEST),
        }
    }
}

/// In seconds: no check lasts longer.
const LONGEST: f64 = 1e6;

fn parse<T: DeserializeOwned>(source: &Source) -> Result<T, InputError> {
    source.parse_json().map_err(|error| error.help("it is damaged, or something else has written it"))
}

const READABLE: &str = "`compare` reads what `check`, `gate` and `rate` write with `--format json`, and evidence";

fn unknown(source: &Source, schema: &Text) -> InputError {
    let known = [REPORT, GATE, RATE, "fivewhys.evidence/3"].map(|one| format!("`{one}`")).join(", ");
    InputError::new(format!("`{}` has the schema `{schema}`, which this version does not compare", source.path()))
        .help(format!("it compares {known}"))
}

#[cfg(test)]
#[path = "document/tests.rs"]
mod tests;
