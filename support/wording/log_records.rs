//! What a log says, in words.

use std::collections::BTreeSet;

use crate::evidence::provenance::{Moment, Name};
use crate::evidence::{Evidence, LogRecords, RecordCount};
use crate::logs::Outcome;

/// How many records say this of an attempt, and when; and at which service most attempts failed.
pub(crate) fn records_that_fit(outcome: Outcome, count: &RecordCount, service: Option<&Name>) -> String {
    let records = match count.records {
        1 => "1 record in the log fits".to_owned(),
        several => format!("{several} records in the log fit"),
    };
    let period = match (&count.first, &count.last) {
        (Some(first), Some(last)) if first.to_string() == last.to_string() => format!(" ({first})"),
        (Some(first), Some(last)) => format!(" ({first} to {last})"),
        _ => String::new(),
    };
    let most = service.map(|name| format!(" Most attempts failed at {name}.")).unwrap_or_default();
    format!("{records} this{period}: {}.{most}", outcome.says())
}

const MOST_NAMES: usize = 4;
/// Nearer in time, a log is of what the check saw; in seconds.
const NEAR: i64 = 3_600;

/// Why the log that was taken along may not be of what the check saw, in one sentence.
pub(crate) fn log_beside(evidence: &Evidence) -> Option<String> {
    let log = evidence.logs.as_ref()?;
    let others = log.is_of_others().then(|| {
        format!("is of other services ({}) than this target's ({})", names(&log.services), names(&log.of_target))
    });
    let time = Moment::read(&evidence.run.started).and_then(|began| of_another_time(log, &began, evidence));
    let empty = log.outcomes.is_empty().then(|| "has no record of an attempt".to_owned());
    let said: Vec<String> = others.into_iter().chain(time).chain(empty).collect();
    (!said.is_empty()).then(|| format!("The log that was taken along {}.", said.join(", and ")))
}

fn of_another_time(log: &LogRecords, began: &Moment, evidence: &Evidence) -> Option<String> {
    let (first, last) = (log.first.as_ref()?, log.last.as_ref()?);
    let (before, behind) = (began.seconds_after(last)?, first.seconds_after(began)?);
    let behind = behind - i64::try_from(evidence.run.elapsed.as_secs()).ok()?;
    match (before > NEAR, behind > NEAR) {
        (true, _) => Some(format!("ends at {last}, {} before this check", ago(before))),
        (_, true) => Some(format!("begins at {first}, {} after this check", ago(behind))),
        _ => None,
    }
}

/// A few of them.
fn names(names: &BTreeSet<Name>) -> String {
    let few: Vec<&str> = names.iter().map(Name::as_str).take(MOST_NAMES).collect();
    let more = names.len() - few.len();
    few.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
}

fn ago(seconds: i64) -> String {
    match seconds / 3_600 {
        1 => "an hour".to_owned(),
        hours @ ..48 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}
