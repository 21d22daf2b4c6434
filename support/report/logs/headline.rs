//! What the logs amount to, in a line.

use super::{number, percent};
use crate::logs::{Document, Result};

pub(super) fn of(document: &Document) -> String {
    let (accepted, failed) = document.attempts();
    let all = number(accepted + failed);
    match document.result {
        Result::NoFailures => format!("✓ no failed attempt in these logs: {all} of {all} were accepted"),
        Result::UnrecognisedErrors => {
            format!(
                "? no failed attempt was recognised among {all}, and errors are in these logs that no pattern knows"
            )
        }
        Result::Failures if failed == 0 => "? the logs have records of failed attempts".into(),
        Result::Failures => {
            let share =
                document.attempts_rate().map(|rate| format!(" ({} accepted)", percent(rate))).unwrap_or_default();
            format!("? {} of {all} attempts failed{share}; no log shows why", number(failed))
        }
        Result::NothingRecognised if document.entries == 0 => none_counts(document),
        Result::NothingRecognised => "? these logs have no record of an attempt to authenticate".into(),
        Result::Incomplete if accepted == 0 => "? not all of these logs could be read, and no attempt was found".into(),
        Result::Incomplete => format!("? no failed attempt among {all}, and not all of these logs could be read"),
    }
}

fn none_counts(document: &Document) -> String {
    let read = document.files.iter().map(|file| file.damage.entries).sum();
    let why = match (document.outside_time, document.other_services.entries) {
        (_, 0) => "of another time",
        (0, _) => "of other services",
        _ => "of another time or of other services",
    };
    match read {
        0 => "? these logs have no entry".into(),
        1 => format!("? the only entry of these logs does not count: it is {why}"),
        _ => format!("? none of the {} entries in these logs counts: all are {why}", number(read)),
    }
}
