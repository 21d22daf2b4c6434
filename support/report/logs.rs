//! What logs say, as text: what failed, where and when, and what would tell why.

mod causes;
mod headline;
mod read;
mod timeline;

use std::cmp::Reverse;

use super::layout::{self, Page, unbroken};
use crate::logs::{Document, Factor, Group, Groups, Result, ServiceRate};
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
    page.wrap("", 2, &headline::of(document));
    page.gap();
    read::render(&mut page, document);
    rates(&mut page, document);
    timeline::render(&mut page, document);
    records(&mut page, document);
    groups(&mut page, document);
    causes::render(&mut page, document);
    next(&mut page, document, check);
    page.into_text()
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
        Result::NothingRecognised if document.entries == 0 => none_counts(document),
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

/// What leads to an entry that counts.
fn none_counts(document: &Document) -> String {
    let since = document.read_first.as_deref().filter(|_| document.outside_time > 0 && document.until.is_none());
    match (since, document.other_services.entries) {
        (Some(first), _) => format!("next: {}", unbroken(&format!("--since {first}"))),
        (None, 1..) => "next: name a service of these logs with `--service`, or in `log-services` of the target".into(),
        _ if document.outside_time > 0 => "next: choose `--since` and `--until` around the time of these logs".into(),
        _ => "next: ask for more with a wider filter and an earlier `--since`; where nothing matches, the platform gives \
              an empty log"
            .into(),
    }
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
