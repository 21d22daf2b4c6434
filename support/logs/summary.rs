//! What the entries say together, in bounded room, however many there are. Takes entries one by one, from wherever they come.

use std::collections::BTreeMap;

use super::counts::{Counted, Counts};
use super::details::{Details, Finder};
use super::elsewhere::Elsewhere;
use super::entry::Entry;
use super::fragments::{Fragments, Head, is_part};
use super::memo::Memo;
use super::moment::Clock;
use super::origins::Origins;
use super::patterns::Patterns;
use super::recent::Recent;
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
    memo: Memo,
    fragments: Fragments,
    origins: Origins,
    recent: Recent,
    clock: Clock,
    pub(super) tally: Tally,
}

/// The numbers alone, which add up.
#[derive(Default)]
pub struct Tally {
    /// Entries that the filter lets pass.
    pub(super) entries: u64,
    /// Entries of another time than the filter's.
    pub(super) outside_time: u64,
    /// Entries of that time, of other services.
    pub(super) elsewhere: Elsewhere,
    /// The times of all entries, those included that do not count.
    pub(super) read: Seen,
    /// Entries without a readable timestamp.
    pub(super) undated: u64,
    /// Entries that no pattern matches and that are no part of a record.
    pub(super) unrecognised: u64,
    /// Those of them that their writers call errors.
    pub(super) unrecognised_errors: u64,
    /// Entries of the request log whose response is 401 or 403.
    pub(super) rejected_requests: u64,
    /// Records of a step that another record of their trace has just told of.
    pub(super) repeated: u64,
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
        let (finder, memo, tally) = (Finder::new()?, Memo::default(), Tally::default());
        let (fragments, origins, recent) = (Fragments::default(), Origins::default(), Recent::default());
        let clock = Clock::default();
        Ok(Summary { patterns, filter, finder, memo, fragments, origins, recent, clock, tally })
    }

    /// Counts an entry, if the filter lets it pass.
    pub fn add(&mut self, entry: &Entry<'_>) {
        let at = self.clock.seconds(&entry.timestamp);
        self.tally.undated += u64::from(at.is_none());
        self.tally.read.at(at);
        if !self.filter.is_in_time(at) {
            self.tally.outside_time += 1;
            return;
        }
        if !self.filter.services.is_empty() {
            let service = &self.origins.of(entry).service;
            if !self.filter.has_service(service) {
                self.tally.elsewhere.count(service);
                return;
            }
        }
        self.tally.entries += 1;
        self.tally.seen.at(at);
        match self.memo.first_match(self.patterns, entry.text()) {
            Some(pattern) => self.record(entry, pattern, at),
            None if is_part(entry) => {
                let whole = self.fragments.line(entry, self.origins.of(entry));
                whole.into_iter().for_each(|(head, text)| self.details(head, &text));
            }
            None => {
                self.tally.unrecognised += 1;
                self.tally.unrecognised_errors += u64::from(entry.is_error());
                self.tally.rejected_requests += u64::from(entry.is_rejected_request());
            }
        }
    }

    /// Another file begins: no record goes on in it.
    pub fn end_of_file(&mut self) {
        self.recent = Recent::default();
        self.tally.interleaved += std::mem::take(&mut self.fragments).interleaved();
    }

    /// The numbers.
    pub fn into_tally(mut self) -> Tally {
        self.end_of_file();
        self.tally
    }

    fn record(&mut self, entry: &Entry<'_>, pattern: usize, at: Option<i64>) {
        let of = self.patterns.list().len();
        let is_failure = self.patterns.list()[pattern].outcome.is_failure();
        let origin = self.origins.of(entry);
        self.tally.counts.add(&origin.service, &origin.revision, at, Counted { pattern, of, is_failure, records: 1 });
        let (count, seen) = self.tally.records.entry(pattern).or_default();
        *count += 1;
        seen.at(at);
        for (factor, value) in [(Factor::Trace, &*entry.trace), (Factor::Replica, &*origin.replica)] {
            self.tally.group(factor, Some(value).filter(|value| !value.is_empty()), is_failure, at);
        }
        if !entry.trace.is_empty() {
            let step = (&*entry.trace, &*self.patterns.list()[pattern].step, is_failure);
            self.tally.repeated += u64::from(self.recent.has(self.memo.hash_of(&step)));
        }
        let head = Head { pattern, at };
        let whole = self.fragments.head(entry, origin, head);
        let text = entry.text();
        let details = self.memo.details(text, || self.finder.find(text));
        self.count_details(head, &details);
        whole.into_iter().for_each(|(head, text)| self.details(head, &text));
    }

    fn details(&mut self, head: Head, text: &str) {
        let details = self.finder.find(text);
        self.count_details(head, &details);
    }

    fn count_details(&mut self, head: Head, details: &Details) {
        let Details { token, user, session, reason } = details;
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
    pub fn merge(&mut self, other: Tally, patterns: &Patterns) {
        let is_failure = |pattern: usize| patterns.list().get(pattern).is_some_and(|one| one.outcome.is_failure());
        self.entries += other.entries;
        self.outside_time += other.outside_time;
        self.elsewhere.merge(other.elsewhere);
        self.read.merge(other.read);
        self.undated += other.undated;
        self.unrecognised += other.unrecognised;
        self.unrecognised_errors += other.unrecognised_errors;
        self.rejected_requests += other.rejected_requests;
        self.repeated += other.repeated;
        self.interleaved += other.interleaved;
        self.seen.merge(other.seen);
        self.counts.merge(other.counts, is_failure);
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
    fn is_in_time(&self, at: Option<i64>) -> bool {
        let is_after = self.since.is_none_or(|since| at.is_some_and(|at| at >= since));
        let is_before = self.until.is_none_or(|until| at.is_some_and(|at| at < until));
        is_after && is_before
    }

    fn has_service(&self, service: &str) -> bool {
        self.services.iter().any(|name| name == service)
    }
}
