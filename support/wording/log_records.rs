//! What a log says, in words.

use crate::evidence::RecordCount;
use crate::evidence::provenance::Name;
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
