//! What the dialects of SQL write differently.

/// A dialect of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Dialect {
    /// Log Analytics: the view `_AllLogs` of a log bucket
    Bigquery,
    /// Files of entries
    Duckdb,
}

impl Dialect {
    /// The first part of a query, which reads entries.
    pub(super) fn entries(self) -> &'static str {
        match self {
            Dialect::Bigquery => include_str!("bigquery.sql"),
            Dialect::Duckdb => include_str!("duckdb.sql"),
        }
    }

    /// The function that searches a text for a regular expression; both have RE2.
    pub(super) fn matches(self) -> &'static str {
        match self {
            Dialect::Bigquery => "REGEXP_CONTAINS",
            Dialect::Duckdb => "regexp_matches",
        }
    }

    /// Seconds since 1970 as a date in RFC 3339.
    pub(super) fn date(self, seconds: &str) -> String {
        match self {
            Dialect::Bigquery => format!("FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%SZ', TIMESTAMP_SECONDS({seconds}))"),
            Dialect::Duckdb => format!("strftime(make_timestamp({seconds} * 1000000), '%Y-%m-%dT%H:%M:%SZ')"),
        }
    }

    /// A text, whatever it contains.
    pub(super) fn literal(self, text: &str) -> String {
        match self {
            // A backslash is one.
            Dialect::Duckdb => format!("'{}'", text.replace('\'', "''")),
            Dialect::Bigquery => format!("'{}'", text.chars().map(escaped).collect::<String>()),
        }
    }

    /// A regular expression, with its backslashes as they are where that is possible.
    pub(super) fn regex(self, regex: &str) -> String {
        let is_raw = !regex.contains(['\'', '\n', '\r']) && !regex.ends_with('\\');
        match self {
            Dialect::Bigquery if is_raw => format!("r'{regex}'"),
            _ => self.literal(regex),
        }
    }
}

/// A character within a literal of BigQuery.
fn escaped(c: char) -> String {
    match c {
        '\\' | '\'' => format!("\\{c}"),
        '\n' => "\\n".into(),
        '\r' => "\\r".into(),
        _ => c.to_string(),
    }
}
