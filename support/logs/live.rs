//! Entries that the platform still has, counted page by page as those of a file are. One page is held at a time.

use tokio::time::Instant;

use super::damage::Damage;
use super::document::{Document, FileRead};
use super::patterns::Patterns;
use super::reader::Reader;
use super::summary::{Filter, Summary};
use crate::cloud::CloudError;
use crate::cloud::entries::{NotRead, Pages, Wanted};
use crate::input::InputError;
use crate::target::PlatformTable;

/// A log that is being read.
pub struct LiveLog<'a> {
    wanted: &'a Wanted,
    table: &'a PlatformTable,
    pages: Pages<'a>,
    summary: Summary<'a>,
    damage: Damage,
}

/// Why a log could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// An expression of the suite is wrong.
    #[error("{0}")]
    Input(#[from] InputError),
    /// The client could not be set up.
    #[error("{0}")]
    Cloud(#[from] CloudError),
}

impl<'a> LiveLog<'a> {
    /// Of which nothing is read yet, and nothing after that time.
    ///
    /// # Errors
    /// When the suite cannot do its job.
    pub fn new(
        table: &'a PlatformTable,
        wanted: &'a Wanted,
        (patterns, filter): (&'a Patterns, &'a Filter),
        until: Instant,
    ) -> Result<Self, LiveError> {
        let (pages, summary) = (Pages::new(table, wanted, until)?, Summary::new(patterns, filter)?);
        Ok(LiveLog { wanted, table, pages, summary, damage: Damage::default() })
    }

    /// Counts all of it, and tells the bytes of each page. Whatever ends this early, what was counted before it stands.
    ///
    /// # Errors
    /// When not all was read.
    pub async fn read(&mut self, progress: &dyn Fn(u64)) -> Result<(), NotRead> {
        self.pages.log_in(self.table).await?;
        let LiveLog { pages, summary, damage, .. } = self;
        while pages.next(|entries| add(entries, summary, damage, progress)).await? {}
        Ok(())
    }

    /// Whether a page was read.
    pub fn has_begun(&self) -> bool {
        self.pages.read() > 0
    }

    /// What was counted, and why not all was, for a reader.
    pub fn into_document(self, not_read: Option<&NotRead>, patterns: &Patterns, filter: &Filter) -> Document {
        let LiveLog { wanted: Wanted { project, .. }, pages, summary, damage, .. } = self;
        let redactor = pages.redactor();
        let ended_early = not_read.map(|why| redactor.redact(&why.says(project)));
        let file = FileRead { file: redactor.redact(&format!("project {project}")), damage, ended_early };
        Document::told(vec![file], summary.into_tally(), (patterns, filter), &redactor)
    }
}

/// A record may go on in the next page, so a page is no end of a file.
fn add(entries: &[u8], summary: &mut Summary<'_>, damage: &mut Damage, progress: &dyn Fn(u64)) {
    progress(entries.len() as u64);
    // Bytes in memory are always read.
    let read = Reader::new(entries).read(|entry| summary.add(entry)).unwrap_or_default();
    damage.add_page(&read);
}
