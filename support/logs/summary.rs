//! What the entries say together, in bounded room, however many there are. Takes entries one by one, from wherever they come.

use std::collections::BTreeMap;

use super::counts::Counts;
use super::details::{Details, Finder};
use super::entry::{Entry, Origin};
use super::fragments::{Fragments, Head, is_part};
use super::origins::Origins;
use super::patterns::Patterns;
use super::seen::Seen;
use super::top::Top;
use crate::input::InputError;

/// Which entries count.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In seconds since 1970: those from then on.
    pub since: Option<i64>,
    /// Those before then.
    pub until: Option<i64>,
    /// Those of these services; none stands for all.
    pub services: Vec<String>,
}

/// What a record is grouped by.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, strum::Display,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Factor {
    /// The description of the token.
    Token,
    /// The reason that auth gave, as the backend tells it.
    Reason,
    /// The user, by number.
    User,
    /// The session or connection, by number.
    Session,
    /// The process that wrote the record.
    Replica,
    /// The request that it belongs to.
    Trace,
}

/// What was counted, of one file or of several.
pub struct Summary<'a> {
    patterns: &'a Patterns,
    filter: &'a Filter,
    finder: Finder,
    fragments: Fragments,
    origins: Origins,
    pub(super) tally: Tally,
}

/// The numbers alone, which add up.
#[derive(Default)]
pub struct Tally {
    /// Entries that the filter lets pass.
    pub(super) entries: u64,
    /// Entries without a readable timestamp.
    pub(super) undated: u64,
    /// Entries that no pattern matches and that are no part of a record.
    pub(super) unrecognised: u64,
    /// Those of them that their writers call errors.
    pub(super) unrecognised_errors: u64,
    /// Records of one process whose lines stand between one another, so that nobody can put them together.
    pub(super) interleaved: u64,
    pub(super) seen: Seen,
    pub(super) counts: Counts,
    /// By number of the pattern.
    pub(super) records: BTreeMap<usize, (u64, Seen)>,
    /// Of each service and revision, when attempts failed.
    pub(super) groups: BTreeMap<Factor, Top>,
}

impl<'a> Summary<'a> {
    /// Of nothing yet.
    ///
    /// # Errors
    /// When an expression of the suite is wrong.
    pub fn new(patterns: &'a Patterns, filter: &'a Filter) -> Result<Self, InputError> {
        let (finder, tally) = (Finder::new()?, Tally::default());
        Ok(Summary { patterns, filter, finder, fragments: Fragments::default(), origins: Origins::default(), tally })
    }

    /// Counts an entry, if the filter lets it pass.
    pub fn add(&mut self, entry: &Entry<'_>) {
        let at = entry.seconds();
        if !self.filter.lets_pass(at, || self.origins.of(entry)) {
            self.tally.undated += u64::from(at.is_none());
            return;
        }
        self.tally.entries += 1;
        self.tally.undated += u64::from(at.is_none());
        self.tally.seen.at(at);
        match self.patterns.first_match(entry.text()) {
            Some(pattern) => self.record(entry, pattern, at),
            None if is_part(entry) => {
                let whole = self.fragments.line(entry, &mut self.origins);
                whole.into_iter().for_each(|(head, text)| self.details(&head, &text));
            }
            None => {
                self.tally.unrecognised += 1;
                self.tally.unrecognised_errors += u64::from(entry.is_error());
            }
        }
    }

    /// Another file begins: no record goes on in it.
    pub fn end_of_file(&mut self) {
        self.tally.interleaved += std::mem::take(&mut self.fragments).interleaved();
    }

    /// The numbers.
    pub fn into_tally(mut self) -> Tally {
        self.end_of_file();
        self.tally
    }

    fn record(&mut self, entry: &Entry<'_>, pattern: usize, at: Option<i64>) {
        let of = self.patterns.list().len();
        let origin = self.origins.of(entry);
        self.tally.counts.add(&origin.service, &origin.revision, at, (pattern, of), 1);
        let (count, seen) = self.tally.records.entry(pattern).or_default();
        *count += 1;
        seen.at(at);
        let is_failure = self.patterns.list()[pattern].outcome.is_failure();
        for (factor, value) in [(Factor::Trace, &*entry.trace), (Factor::Replica, &*origin.replica)] {
            self.tally.group(factor, Some(value).filter(|value| !value.is_empty()), is_failure, at);
        }
        let head = Head { text: entry.text().into(), pattern, at };
        self.details(&head, entry.text());
        let whole = self.fragments.head(entry, self.origins.of(entry), head);
        whole.into_iter().for_each(|(head, text)| self.details(&head, &text));
    }

    fn details(&mut self, head: &Head, text: &str) {
        let Details { token, user, session, reason } = self.finder.find(text);
        let is_failure = self.patterns.list()[head.pattern].outcome.is_failure();
        let values =
            [(Factor::Token, token), (Factor::User, user), (Factor::Session, session), (Factor::Reason, reason)];
        for (factor, value) in values {
            self.tally.group(factor, value.as_deref(), is_failure, head.at);
        }
    }
}

impl Tally {
    /// Adds what was counted elsewhere with the same patterns.
    pub fn merge(&mut self, other: Tally) {
        self.entries += other.entries;
        self.undated += other.undated;
        self.unrecognised += other.unrecognised;
        self.unrecognised_errors += other.unrecognised_errors;
        self.interleaved += other.interleaved;
        self.seen.merge(other.seen);
        self.counts.merge(other.counts);
        for (pattern, (count, seen)) in other.records {
            let record = self.records.entry(pattern).or_default();
            record.0 += count;
            record.1.merge(seen);
        }
        for (factor, top) in other.groups {
            self.groups.entry(factor).or_default().merge(top);
        }
    }

    fn group(&mut self, factor: Factor, value: Option<&str>, is_failure: bool, at: Option<i64>) {
        if let Some(value) = value {
            self.groups.entry(factor).or_default().count(value, is_failure, at);
        }
    }
}

impl Filter {
    fn lets_pass<'o>(&self, at: Option<i64>, origin: impl FnOnce() -> &'o Origin<'static>) -> bool {
        let is_after = self.since.is_none_or(|since| at.is_some_and(|at| at >= since));
        let is_before = self.until.is_none_or(|until| at.is_some_and(|at| at < until));
        is_after && is_before && (self.services.is_empty() || self.has_service(&origin().service))
    }

    fn has_service(&self, service: &str) -> bool {
        self.services.iter().any(|name| name == service)
    }
}
