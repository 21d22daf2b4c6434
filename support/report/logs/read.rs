//! What was read, what of it does not count, and what could not be read.

use super::{MOST, many, minute};
use crate::logs::{Damage, Document};
use crate::report::layout::{Page, unbroken};
use crate::wording::escaped;

pub(super) fn render(page: &mut Page, document: &Document) {
    let period = match (&document.first, &document.last) {
        (Some(first), Some(last)) => {
            format!(", {} to {}", unbroken(&minute(first)), unbroken(&(minute(last) + " UTC")))
        }
        _ => String::new(),
    };
    let files = match document.files.as_slice() {
        [one] => one.file.clone(),
        several => format!("{} files", several.len()),
    };
    page.wrap(
        "  read    ",
        10,
        &format!("{}: {}{period}", escaped(&files), many(document.entries, "entry", "entries")),
    );
    for file in document.files.iter().filter(|file| !file.is_whole()).take(MOST) {
        let early = file.ended_early.as_deref().map(|why| format!("not read to its end: {}", escaped(why)));
        let damage = Some(damage(&file.damage)).filter(|damage| !damage.is_empty());
        let told: Vec<String> = damage.into_iter().chain(early).collect();
        page.wrap("  not     ", 10, &format!("{}: {}", escaped(&file.file), told.join("; ")));
    }
    for text in not_counted(document).chain(not_told(document)) {
        page.wrap("          ", 10, &text);
    }
}

/// Entries that the flags leave out: where they are all, a log looks empty.
fn not_counted(document: &Document) -> impl Iterator<Item = String> {
    let at = |time: &str| unbroken(&format!("{} UTC", minute(time)));
    let period = match (&document.since, &document.until) {
        (Some(since), None) => format!("they are before `--since`, {}", at(since)),
        (None, Some(until)) => format!("they are not before `--until`, {}", at(until)),
        _ => "they are not between `--since` and `--until`".to_owned(),
    };
    let all = match (&document.read_first, &document.read_last) {
        (Some(first), Some(last)) => format!("; those of these logs are from {} to {}", at(first), at(last)),
        _ => "; none of these logs has a readable timestamp".to_owned(),
    };
    let time = (document.outside_time > 0)
        .then(|| format!("{} not count: {period}{all}", many(document.outside_time, "entry does", "entries do")));
    let others = &document.other_services;
    let names = others.names.iter().map(|name| if name.is_empty() { "no service".into() } else { escaped(name) });
    let names = names.collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { names } else { format!(" ({names})") };
    let services = (others.entries > 0)
        .then(|| format!("{} not count: other services{names}", many(others.entries, "entry does", "entries do")));
    time.into_iter().chain(services)
}

/// What counts, and is not told in full.
fn not_told(document: &Document) -> impl Iterator<Item = String> {
    let Document { undated, unrecognised_errors, rejected_requests, repeated, .. } = *document;
    let Document { interleaved, beyond_bounds, beyond_bounds_failed, .. } = *document;
    let undated =
        (undated > 0).then(|| format!("{} no readable timestamp", many(undated, "entry has", "entries have")));
    let errors = (unrecognised_errors > 0).then(|| {
        let belong = if unrecognised_errors == 1 { "belongs" } else { "belong" };
        format!("{} of severity ERROR or above {belong} to no pattern", many(unrecognised_errors, "entry", "entries"))
    });
    let rejected = (rejected_requests > 0).then(|| {
        let got = many(rejected_requests, "request", "requests");
        format!("{got} of the request log got 401 or 403, which names no reason and is no record of an attempt")
    });
    let repeated = (repeated > 0).then(|| {
        let follow = many(repeated, "record follows", "records follow");
        format!("{follow} one of the same trace and step: an attempt that writes both counts twice")
    });
    let interleaved = (interleaved > 0).then(|| {
        let stand = many(interleaved, "record stands", "records stand");
        format!("{stand} between lines of others of the same process; no detail of them is told")
    });
    let beyond = (beyond_bounds > 0).then(|| {
        let left = many(beyond_bounds, "record is", "records are");
        let failed = match beyond_bounds_failed {
            0 => "none of them is of a failure".to_owned(),
            failed => format!("{} of a failure", many(failed, "is", "are")),
        };
        format!("{left} in no table below, because there are too many services and hours; {failed}")
    });
    undated.into_iter().chain(errors).chain(rejected).chain(repeated).chain(interleaved).chain(beyond)
}

fn damage(damage: &Damage) -> String {
    let at = |count: u64, lines: &[u64]| {
        let list: Vec<String> = lines.iter().take(MOST).map(u64::to_string).collect();
        let more = if count > list.len() as u64 { ", …" } else { "" };
        // Pages of a platform have no lines.
        if list.is_empty() { String::new() } else { format!(", at line {}{more}", list.join(", ")) }
    };
    let malformed = (damage.malformed > 0).then(|| {
        format!(
            "{} no entry{}",
            many(damage.malformed, "text is", "texts are"),
            at(damage.malformed, &damage.malformed_lines)
        )
    });
    let long = (damage.too_long > 0).then(|| {
        format!(
            "{} longer than 1 MiB{}",
            many(damage.too_long, "entry is", "entries are"),
            at(damage.too_long, &damage.too_long_lines)
        )
    });
    let truncated = damage.truncated.then(|| "the file is truncated".to_owned());
    [malformed, long, truncated].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
