//! A run as JSON, `fivewhys.rate/1`: its keys are a contract. What is written is read again, to add runs up.

mod leg;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Decision, Part, Rate, Shard};
use crate::evidence::Run;
use crate::wording::escaped;
pub(super) use leg::LegDocument;

/// The name and version of this schema.
pub(super) const SCHEMA: &str = "fivewhys.rate/1";

/// A whole run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    pub(super) schema: String,
    tool: Tool,
    pub(super) target: String,
    pub(super) started: String,
    pub(super) elapsed_s: f64,
    interrupted: bool,
    /// The worst of all legs.
    pub(super) decision: Decision,
    /// What the login responded, where a user has no token.
    login: Option<String>,
    /// Close codes of which none may come.
    pub(super) forbidden_closes: Vec<u16>,
    /// What was added up.
    pub(super) parts: Vec<PartDocument>,
    /// The same for runs whose marks compare.
    marks_key: Option<String>,
    pub(super) legs: Vec<LegDocument>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PartDocument {
    run: String,
    pub(super) number: u64,
    pub(super) of: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Tool {
    name: String,
    version: String,
}

impl Document {
    /// Of a run.
    pub fn of(rate: &Rate) -> Self {
        let Run { started, elapsed, interrupted, .. } = &rate.run;
        Document {
            schema: SCHEMA.to_owned(),
            tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            target: rate.target.clone(),
            started: started.clone(),
            elapsed_s: elapsed.as_secs_f64(),
            interrupted: *interrupted,
            decision: rate.decision(),
            login: rate.login.clone(),
            forbidden_closes: rate.forbidden.iter().copied().collect(),
            parts: rate.parts.iter().map(PartDocument::of).collect(),
            marks_key: rate.key.clone(),
            legs: rate.legs.iter().map(|leg| LegDocument::of(leg, rate.decision_of(leg))).collect(),
        }
    }

    /// As it is written.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).map(|json| json + "\n").unwrap_or_default()
    }

    /// With nothing that does more to a terminal than take its room: a file may come from anywhere.
    pub(super) fn printable(mut self) -> Self {
        for text in [&mut self.schema, &mut self.target, &mut self.started] {
            *text = escaped(text);
        }
        self.login = self.login.map(|login| escaped(&login));
        self.marks_key = self.marks_key.map(|key| escaped(&key));
        self.parts.iter_mut().for_each(|part| part.run = escaped(&part.run));
        self.legs = self.legs.into_iter().map(LegDocument::printable).collect();
        self
    }

    /// The run again, as far as it is told.
    pub(super) fn rate(self) -> Rate {
        let elapsed = Duration::try_from_secs_f64(self.elapsed_s).unwrap_or_default();
        Rate {
            target: self.target,
            legs: self.legs.into_iter().map(LegDocument::measured).collect(),
            run: Run { started: self.started, elapsed, interrupted: self.interrupted, ..Run::default() },
            login: self.login,
            forbidden: self.forbidden_closes.into_iter().collect(),
            parts: self.parts.into_iter().map(PartDocument::part).collect(),
            key: self.marks_key,
        }
    }
}

impl PartDocument {
    fn of(part: &Part) -> Self {
        PartDocument { run: part.run.clone(), number: part.shard.number, of: part.shard.of }
    }

    fn part(self) -> Part {
        Part { run: self.run, shard: Shard { number: self.number, of: self.of } }
    }
}
