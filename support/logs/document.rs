//! What is told of the entries, as one document: `fivewhys.logs/1`. A user or a session has a number instead of a name, and every
//! text from a log passes the redactor.

mod causes;
mod groups;
mod places;

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

pub use causes::{Cause, TellingProbe};
pub use groups::{Group, Groups};
pub use places::{HourOfService, ServiceRate};

use super::counts::Attempts;
use super::damage::Damage;
use super::files::{Counted, LogFile};
use super::outcome::Outcome;
use super::patterns::Patterns;
use super::seen::Seen;
use super::summary::{Factor, Filter, Tally};
use crate::redact::Redactor;
use places::{hour, rates};

/// The name and version of the format.
pub const SCHEMA: &str = "fivewhys.logs/1";

/// All that is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: String,
    /// The name of the program and its version.
    pub tool: BTreeMap<String, String>,
    /// What it amounts to.
    pub result: Result,
    /// What was read of each file.
    pub files: Vec<FileRead>,
    /// From when on entries count, in RFC 3339.
    pub since: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// Of which services; empty for all.
    pub services: Vec<String>,
    /// Entries that count.
    pub entries: u64,
    /// Entries that do not, because they are of another time.
    #[serde(default)]
    pub outside_time: u64,
    /// Entries that do not, because they are of other services.
    #[serde(default)]
    pub other_services: OtherServices,
    /// The time of the first entry that was read, whether it counts or not.
    #[serde(default)]
    pub read_first: Option<String>,
    /// Of the last.
    #[serde(default)]
    pub read_last: Option<String>,
    /// Entries without a readable timestamp.
    pub undated: u64,
    /// Entries that no pattern matches and that are no part of a record.
    #[serde(default)]
    pub unrecognised: u64,
    /// Those of them that their writers call errors or worse.
    #[serde(default)]
    pub unrecognised_errors: u64,
    /// Entries of the request log whose response is 401 or 403: they name no reason, and count as no attempt.
    #[serde(default)]
    pub rejected_requests: u64,
    /// Records of a step that another record of their trace has just told of: such an attempt counts more than once.
    #[serde(default)]
    pub repeated: u64,
    /// Records of which no detail is told, because another one of their process began before they were whole.
    #[serde(default)]
    pub interleaved: u64,
    /// The time of the first entry that counts.
    pub first: Option<String>,
    /// Of the last.
    pub last: Option<String>,
    /// The records that were recognised, by pattern.
    pub records: Vec<Record>,
    /// Records that no number by service has, because there are too many services, revisions or hours.
    pub beyond_bounds: u64,
    /// Those of them that tell of a failure.
    #[serde(default)]
    pub beyond_bounds_failed: u64,
    /// Attempts by service and revision.
    pub rates: Vec<ServiceRate>,
    /// Records by service, revision and hour.
    pub hours: Vec<HourOfService>,
    /// Records by what they tell, by factor.
    pub groups: BTreeMap<Factor, Groups>,
    /// Which faults the records are compatible with, by outcome.
    pub causes: Vec<Cause>,
}

/// What the logs amount to. A log shows no fault, so nothing is faulty here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Result {
    /// Attempts were accepted, none failed, and all was read.
    NoFailures,
    /// The same, and beside them stand errors that no pattern matches.
    UnrecognisedErrors,
    /// Attempts failed.
    Failures,
    /// No record of an attempt was recognised.
    NothingRecognised,
    /// No attempt failed in what was read, and not all was.
    Incomplete,
}

/// A file, and what was read of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileRead {
    /// Its path.
    pub file: String,
    /// What was read of it.
    #[serde(flatten)]
    pub damage: Damage,
    /// Of a log that was read from its platform: why it was not read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_early: Option<String>,
}

impl FileRead {
    /// Whether all of it was read.
    pub fn is_whole(&self) -> bool {
        self.damage.is_none() && self.ended_early.is_none()
    }
}

/// What was read of services that were not asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherServices {
    /// Entries.
    pub entries: u64,
    /// A few of their names; empty where the entries name none.
    pub names: Vec<String>,
}

/// The records of one pattern.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The name of the pattern.
    pub pattern: String,
    /// What such a record says.
    pub outcome: Outcome,
    /// The step of an attempt that writes it.
    pub step: String,
    /// How many there are.
    pub count: u64,
    /// When the first was written.
    pub first: Option<String>,
    /// When the last was.
    pub last: Option<String>,
}

impl Document {
    /// What was counted, for a reader.
    pub fn of((files, tally): Counted, patterns: &Patterns, filter: &Filter) -> Self {
        let redactor = Redactor::default();
        let file = |(file, damage): (LogFile, Damage)| FileRead {
            file: redactor.redact(&file.name()),
            damage,
            ended_early: None,
        };
        Document::told(files.into_iter().map(file).collect(), tally, (patterns, filter), &redactor)
    }

    /// The same of what was read anywhere; every text of it passes this redactor.
    pub(super) fn told(
        files: Vec<FileRead>,
        tally: Tally,
        (patterns, filter): (&Patterns, &Filter),
        redactor: &Redactor,
    ) -> Self {
        let records = records(&tally, patterns);
        let failing: BTreeMap<Outcome, u64> =
            records.iter().filter(|record| record.outcome.is_failure()).fold(BTreeMap::new(), |mut failing, record| {
                *failing.entry(record.outcome).or_default() += record.count;
                failing
            });
        let Tally { entries, outside_time, elsewhere, read, undated, unrecognised, .. } = tally;
        let Tally { rejected_requests, repeated, .. } = tally;
        let Tally { unrecognised_errors, interleaved, seen, counts, groups, .. } = tally;
        let (beyond_bounds, beyond_bounds_failed) = (counts.others.all, counts.others.failed);
        let cells = counts.into_cells();
        let is_whole = files.iter().all(FileRead::is_whole);
        Document {
            schema: SCHEMA.into(),
            tool: [("name", env!("CARGO_PKG_NAME")), ("version", env!("CARGO_PKG_VERSION"))]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            result: result([!failing.is_empty(), is_whole, !records.is_empty(), unrecognised_errors > 0]),
            files,
            since: filter.since.map(date),
            until: filter.until.map(date),
            services: filter.services.iter().map(|name| redactor.redact(name)).collect(),
            entries,
            outside_time,
            other_services: OtherServices {
                entries: elsewhere.entries,
                names: elsewhere.names.iter().map(|name| redactor.redact(name)).collect(),
            },
            read_first: read.first.map(date),
            read_last: read.last.map(date),
            undated,
            unrecognised,
            unrecognised_errors,
            rejected_requests,
            repeated,
            interleaved,
            first: seen.first.map(date),
            last: seen.last.map(date),
            records,
            beyond_bounds,
            beyond_bounds_failed,
            rates: rates(&cells, patterns, redactor),
            hours: cells.iter().map(|cell| hour(cell, patterns, redactor)).collect(),
            groups: groups.into_iter().map(|(factor, top)| (factor, Groups::of(factor, top, redactor))).collect(),
            causes: causes::of(&failing),
        }
    }

    /// As one object, which ends with a line break.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// The share of attempts that were accepted; `None` where there were none.
    pub(crate) fn attempts_rate(&self) -> Option<f64> {
        let (accepted, failed) = self.attempts();
        Attempts { accepted, failed }.rate()
    }

    /// Attempts that were accepted, and those that failed.
    pub(crate) fn attempts(&self) -> (u64, u64) {
        self.rates.iter().fold((0, 0), |(accepted, failed), rate| (accepted + rate.accepted, failed + rate.failed))
    }
}

fn result([has_failures, is_whole, has_records, has_unrecognised_errors]: [bool; 4]) -> Result {
    match (has_failures, is_whole, has_records, has_unrecognised_errors) {
        (true, ..) => Result::Failures,
        (false, false, ..) => Result::Incomplete,
        (false, true, false, _) => Result::NothingRecognised,
        (false, true, true, true) => Result::UnrecognisedErrors,
        (false, true, true, false) => Result::NoFailures,
    }
}

fn records(tally: &Tally, patterns: &Patterns) -> Vec<Record> {
    let record = |(number, (count, seen)): (&usize, &(u64, Seen))| {
        let pattern = patterns.list().get(*number)?;
        Some(Record {
            pattern: pattern.name.clone(),
            outcome: pattern.outcome,
            step: pattern.step.clone(),
            count: *count,
            first: seen.first.map(date),
            last: seen.last.map(date),
        })
    };
    tally.records.iter().filter_map(record).collect()
}

/// RFC 3339, in UTC. Before 1970 there were no such logs.
pub(super) fn date(seconds: i64) -> String {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    humantime::format_rfc3339_seconds(UNIX_EPOCH + since).to_string()
}
