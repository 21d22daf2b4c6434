//! What logs say, as text: what failed, where and when, and what would tell why.

mod causes;
mod timeline;

use std::cmp::Reverse;

use super::layout::{self, Page, unbroken};
use crate::logs::{Damage, Document, Factor, Group, Groups, Result, ServiceRate};
use crate::wording::{command_line, cut, escaped};

/// More rows of a table are in the JSON only.
const MOST: usize = 8;
/// In columns: the name of a service and its revision, and how many attempts were accepted.
const PLACE: usize = 42;
/// In characters, of a name that has a line of its own.
const LONGEST_NAME: usize = 76;
/// So many values are told of each factor.
const MOST_VALUES: usize = 3;

/// The whole report, in so many columns; `check` is the command that makes a check of the target.
pub(crate) fn logs(document: &Document, check: &[String], width: usize) -> String {
    let mut page = Page::new(width.max(layout::WIDTH));
    page.wrap("", 2, &headline(document));
    page.gap();
    read(&mut page, document);
    rates(&mut page, document);
    timeline::render(&mut page, document);
    records(&mut page, document);
    groups(&mut page, document);
    causes::render(&mut page, document);
    next(&mut page, document, check);
    page.into_text()
}

fn headline(document: &Document) -> String {
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
        Result::NothingRecognised => "? these logs have no record of an attempt to authenticate".into(),
        Result::Incomplete if accepted == 0 => "? not all of these logs could be read, and no attempt was found".into(),
        Result::Incomplete => format!("? no failed attempt among {all}, and not all of these logs could be read"),
    }
}

fn read(page: &mut Page, document: &Document) {
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
    if document.undated > 0 {
        let text = format!("{} no readable timestamp", many(document.undated, "entry has", "entries have"));
        page.wrap("          ", 10, &text);
    }
    if document.unrecognised_errors > 0 {
        let text = format!(
            "{} of severity ERROR or above {} to no pattern",
            many(document.unrecognised_errors, "entry", "entries"),
            if document.unrecognised_errors == 1 { "belongs" } else { "belong" }
        );
        page.wrap("          ", 10, &text);
    }
    if document.interleaved > 0 {
        let text = format!(
            "{} between lines of others of the same process; no detail of them is told",
            many(document.interleaved, "record stands", "records stand")
        );
        page.wrap("          ", 10, &text);
    }
    if document.beyond_bounds > 0 {
        let text = format!(
            "{} in no table: too many services, revisions or hours",
            many(document.beyond_bounds, "record is", "records are")
        );
        page.wrap("          ", 10, &text);
    }
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

fn rates(page: &mut Page, document: &Document) {
    if document.rates.is_empty() {
        return;
    }
    page.gap();
    page.push("  service and revision              accepted    rate  failures (UTC)\n");
    let mut rates: Vec<&ServiceRate> = document.rates.iter().collect();
    rates.sort_by_key(|rate| Reverse(rate.failed));
    rates.iter().take(MOST).for_each(|rate| row(page, rate));
    if rates.len() > MOST {
        page.push(&format!("  and {} more; `--format json` lists them\n", rates.len() - MOST));
    }
}

/// A name that leaves no room beside it has a line of its own.
fn row(page: &mut Page, rate: &ServiceRate) {
    let mark = if rate.failed > 0 { '✗' } else { '✓' };
    let name = place(&rate.service, &rate.revision);
    let of = format!("{} of {}", number(rate.accepted), number(rate.accepted + rate.failed));
    let room = PLACE.saturating_sub(name.chars().count());
    let share = rate.rate.map_or_else(|| "-".into(), percent).replace('\u{a0}', " ");
    let end = format!("{share:>8}  {}", failures(rate));
    let text = match room > of.chars().count() {
        true => format!("{mark} {name}{of:>room$}{end}"),
        false => format!("{mark} {}\n  {of:>PLACE$}{end}", cut(&name, LONGEST_NAME)),
    };
    page.push(&format!("{}\n", text.trim_end()));
}

/// From the hour of the first to that of the last.
fn failures(rate: &ServiceRate) -> String {
    match (&rate.first_failure, &rate.last_failure) {
        (Some(first), Some(last)) if first == last => hour(first),
        (Some(first), Some(last)) if first.get(..10) == last.get(..10) => {
            format!("{} to {}", hour(first), last.get(11..16).unwrap_or(last))
        }
        (Some(first), Some(last)) => format!("{} to {}", hour(first), hour(last)),
        _ => String::new(),
    }
}

/// Cloud Run begins the name of a revision with that of its service.
fn place(service: &str, revision: &str) -> String {
    let service = if service.is_empty() { "(no service)" } else { service };
    let revision = revision.strip_prefix(service).map_or(revision, |rest| rest.trim_start_matches('-'));
    escaped(&if revision.is_empty() { service.to_owned() } else { format!("{service} {revision}") })
}

fn records(page: &mut Page, document: &Document) {
    if document.records.is_empty() {
        return;
    }
    page.gap();
    page.push("   records  what they say                                 first to last (UTC)\n");
    let mut records: Vec<_> = document.records.iter().collect();
    records.sort_by_key(|record| Reverse(record.count));
    for record in &records {
        let when = match (&record.first, &record.last) {
            (Some(first), Some(last)) => format!("{} to {}", &minute(first)[5..], &minute(last)[5..]),
            _ => String::new(),
        };
        page.push(&format!("{:>10}  {:<32}{when:>34}\n", number(record.count), record.pattern));
    }
}

fn groups(page: &mut Page, document: &Document) {
    let told = [
        (Factor::Token, "tokens"),
        (Factor::Reason, "reason"),
        (Factor::User, "users"),
        (Factor::Session, "sessions"),
        (Factor::Replica, "replicas"),
        (Factor::Trace, "traces"),
    ];
    let told = told.iter().filter_map(|(factor, head)| Some((head, factor, document.groups.get(factor)?)));
    let mut told = told.filter(|(_, _, groups)| !groups.values.is_empty()).peekable();
    if told.peek().is_some() {
        page.gap();
        page.push("  of these records; an attempt may write several:\n");
    }
    for (head, factor, groups) in told {
        page.wrap(&format!("  {head:<10}"), 12, &values(*factor, groups));
    }
}

fn values(factor: Factor, groups: &Groups) -> String {
    let told = |group: &Group| {
        let name = match (factor, group.name.as_str()) {
            (Factor::Reason, "null") => "none given (`null`)".to_owned(),
            _ => unbroken(&escaped(&group.name)),
        };
        let records = match (group.accepted, group.failed) {
            (0, failed) => format!("{} failed", number(failed)),
            (accepted, 0) => format!("{} accepted", number(accepted)),
            (accepted, failed) => format!("{} failed, {} accepted", number(failed), number(accepted)),
        };
        format!("{name}: {}", unbroken(&records))
    };
    let few = groups.values.len() > MOST_VALUES;
    let rest: u64 = groups.values.iter().skip(MOST_VALUES).map(|group| group.accepted + group.failed).sum();
    let mut told: Vec<String> = groups.values.iter().take(MOST_VALUES).map(told).collect();
    if few || groups.others > 0 {
        told.push(format!("others: {}", unbroken(&many(rest + groups.others, "record", "records"))));
    }
    told.join("; ")
}

fn next(page: &mut Page, document: &Document, check: &[String]) {
    let text = match document.result {
        Result::NoFailures => return,
        Result::Failures => format!("next, to see why: {}", unbroken(&command_line(check.iter().map(String::as_str)))),
        Result::UnrecognisedErrors => {
            "next: read these errors, and write the wording of those that reject a token into a file for `--patterns`"
                .into()
        }
        Result::NothingRecognised => {
            "next: read the log of the service that verifies tokens, with a wider `--since`, or write its wording into \
             a file for `--patterns`"
                .into()
        }
        Result::Incomplete if document.files.iter().any(|file| file.ended_early.is_some()) => {
            "next: read it again, with a narrower `--since`, `--until` or `--service` where it is too large".into()
        }
        Result::Incomplete => {
            "next: write the file again with `gcloud logging read --format json`, and compare its last line with that of \
             the log"
                .into()
        }
    };
    page.gap();
    page.wrap("", 2, &text);
}

/// `2025-09-08 14:05`, of RFC 3339.
fn minute(date: &str) -> String {
    date.get(..16).unwrap_or(date).replace('T', " ")
}

/// `09-08 14:00`.
fn hour(date: &str) -> String {
    date.get(5..16).unwrap_or(date).replace('T', " ")
}

fn many(count: u64, one: &str, several: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { several })
}

/// With a comma between thousands.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    parts.join(",")
}

/// Never rounded to all or none.
fn percent(share: f64) -> String {
    let percent = (share * 1_000.0).round() / 10.0;
    let percent = if share < 1.0 && percent >= 100.0 {
        99.9
    } else if share > 0.0 && percent <= 0.0 {
        0.1
    } else {
        percent
    };
    unbroken(&format!("{percent:.1} %"))
}
