//! The counts of a [`Summary`](super::Summary) as one SQL query, from the same patterns, for logs that are too many for one machine
//! or are in a database already. What a query does not count, its own comments say. Nothing is read and nothing is sent.
//!
//! `query/duckdb.sql` and `query/bigquery.sql` read entries, each in its dialect; `query/counts.sql` adds them up in both.

mod dialect;

pub use dialect::Dialect;

use super::document::date;
use super::files::LogFile;
use super::patterns::Patterns;
use super::summary::Filter;

/// What both dialects do with the entries that the first part has read.
const COUNTS: &str = include_str!("query/counts.sql");
/// Stands where no file is named.
const ANY_FILE: &str = "FILE.json";

/// The query over these files, which a dialect of a database does not read; without any, a placeholder stands there.
pub fn query(dialect: Dialect, files: &[LogFile], patterns: &Patterns, filter: &Filter) -> String {
    filled(&[dialect.entries(), COUNTS].concat(), |name| match name {
        "hint" if files.is_empty() => {
            format!("-- Replace '{ANY_FILE}' by the names of files: 'a.json', 'logs/*.json.gz'.\n")
        }
        "hint" => String::new(),
        "files" => names(dialect, files),
        "patterns" => rows(dialect, patterns),
        "matches" => arms(dialect, patterns),
        "filter" => conditions(dialect, filter),
        "period" => period(filter),
        seconds => dialect.date(seconds),
    })
}

/// The template with a value in place of each name in braces. Values may contain braces.
fn filled(template: &str, value: impl Fn(&str) -> String) -> String {
    let parts = template.split(['{', '}']).enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { value(part) } else { part.to_owned() }).collect()
}

fn names(dialect: Dialect, files: &[LogFile]) -> String {
    let name = |file: &LogFile| match file {
        LogFile::Stdin => "/dev/stdin".to_owned(),
        LogFile::Path(path) => without_wildcards(&path.display().to_string()),
    };
    let placeholder = || vec![ANY_FILE.to_owned()];
    let names: Vec<String> = if files.is_empty() { placeholder() } else { files.iter().map(name).collect() };
    list(dialect, &names)
}

/// A name stands for itself, even where another file has the name that its brackets would match.
fn without_wildcards(name: &str) -> String {
    name.chars().map(|c| if matches!(c, '[' | '*' | '?') { format!("[{c}]") } else { c.to_string() }).collect()
}

fn list(dialect: Dialect, texts: &[String]) -> String {
    texts.iter().map(|text| dialect.literal(text)).collect::<Vec<_>>().join(", ")
}

/// The patterns as rows of a table.
fn rows(dialect: Dialect, patterns: &Patterns) -> String {
    let row = |(number, pattern): (usize, &super::Pattern)| {
        let [name, outcome, step] = [pattern.name.clone(), pattern.outcome.to_string(), pattern.step.clone()]
            .map(|text| dialect.literal(&text));
        let is_failure = if pattern.outcome.is_failure() { "TRUE" } else { "FALSE" };
        match number {
            0 => format!(
                "SELECT 0 AS number, {name} AS name, {outcome} AS outcome, {step} AS step, {is_failure} AS is_failure"
            ),
            _ => format!("UNION ALL SELECT {number}, {name}, {outcome}, {step}, {is_failure}"),
        }
    };
    patterns.list().iter().enumerate().map(row).collect::<Vec<_>>().join("\n  ")
}

/// Texts of no pattern, then the patterns in the order in which they are tried.
fn arms(dialect: Dialect, patterns: &Patterns) -> String {
    let arm = |(number, pattern): (usize, &super::Pattern)| {
        format!("WHEN {}({}, {}) THEN {number}", dialect.matches(), "text", dialect.regex(&pattern.regex))
    };
    let none = |regex: &str| format!("WHEN {}({}, {}) THEN NULL", dialect.matches(), "text", dialect.regex(regex));
    let all = patterns.harmless().map(none).chain(patterns.list().iter().enumerate().map(arm));
    all.collect::<Vec<_>>().join("\n    ")
}

/// Which entries count.
fn conditions(dialect: Dialect, Filter { since, until, services }: &Filter) -> String {
    let seconds = |operator: &str, at: i64| format!("seconds {operator} {at} /* {} */", date(at));
    let services = (!services.is_empty()).then(|| format!("service IN ({})", list(dialect, services)));
    let conditions = [since.map(|at| seconds(">=", at)), until.map(|at| seconds("<", at)), services];
    let conditions: Vec<String> = conditions.into_iter().flatten().collect();
    if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") }
}

/// Without a condition on the time, Log Analytics has that of its own page.
fn period(filter: &Filter) -> String {
    let at = |operator: &str, at: i64| format!("timestamp {operator} TIMESTAMP '{}'", date(at));
    let bounds = [filter.since.map(|since| at(">=", since)), filter.until.map(|until| at("<", until))];
    let bounds: Vec<String> = bounds.into_iter().flatten().collect();
    if bounds.is_empty() { "TRUE".to_owned() } else { bounds.join(" AND ") }
}
