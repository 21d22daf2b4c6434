//! The log of a project, a page at a time: `entries.list` of Cloud Logging. It is bounded in pages, bytes and time, whatever the API
//! responds. What an entry holds is not looked at here.

use std::collections::HashSet;
use std::fmt;
use std::hash::BuildHasher;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::api::{Api, LONGEST_BODY, Limits};
use super::ask::Ask;
use super::client::CloudError;
use crate::evidence::provenance::Unread;
use crate::redact::Redactor;
use crate::target::PlatformTable;

/// More pages of one log are not read.
pub const MOST_PAGES: u32 = 500;
/// Entries on a page: the API gives no more.
pub const PAGE: u32 = 1_000;
/// In bytes: a longer response is not read.
pub const LONGEST_PAGE: usize = LONGEST_BODY;
/// In bytes: tokens of the API have some hundreds.
const LONGEST_TOKEN: usize = 8 * 1024;
/// A project may ask sixty times a minute: with so many attempts the last one comes a minute after the first.
const MOST_ATTEMPTS: u32 = 7;
const LIMITS: Limits = Limits {
    // The bound of pages comes first.
    requests: 2 * MOST_PAGES * MOST_ATTEMPTS,
    attempts: MOST_ATTEMPTS,
    pause: Duration::from_secs(1),
    timeout: Duration::from_secs(60),
};
/// A page that is too long is asked for again with so many times fewer entries.
const FEWER: u32 = 10;

/// Which entries are asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The project whose log it is.
    pub project: String,
    /// In the query language of Cloud Logging.
    pub filter: String,
}

/// The pages of one log, the newest entry first.
pub struct Pages<'a> {
    api: Api<'a>,
    wanted: &'a Wanted,
    size: u32,
    read: u32,
    next: String,
    /// Marks of the tokens that came, the first page's included.
    tokens: HashSet<u64>,
}

/// Why entries were not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRead {
    /// The API gave no page.
    Unread(Unread),
    /// A page leads to an earlier one.
    Circle,
    /// There are more pages.
    MorePages,
    /// Ctrl-C.
    Interrupted,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Page<'a> {
    #[serde(borrow)]
    entries: Option<&'a RawValue>,
    next_page_token: Option<String>,
}

impl<'a> Pages<'a> {
    /// The log that is wanted, of which nothing is read after that time.
    ///
    /// # Errors
    /// When the suite cannot do its job.
    pub fn new(table: &'a PlatformTable, wanted: &'a Wanted, until: Instant) -> Result<Self, CloudError> {
        let api = Api::within(LIMITS, table, until)?;
        Ok(Pages { api, wanted, size: PAGE, read: 0, next: String::new(), tokens: HashSet::new() })
    }

    /// Finds the credentials.
    ///
    /// # Errors
    /// When there are none.
    pub async fn log_in(&mut self, table: &PlatformTable) -> Result<(), NotRead> {
        self.api.log_in(table).await.map_err(|gap| NotRead::Unread(gap.why))
    }

    /// Gives the next page's array of entries to the function; false where that was the last page.
    ///
    /// # Errors
    /// When the page was not read. What came before it stands.
    pub async fn next(&mut self, each: impl FnOnce(&[u8])) -> Result<bool, NotRead> {
        if self.read == MOST_PAGES {
            return Err(NotRead::MorePages);
        }
        if !self.tokens.insert(self.api.marks.hash_one(&self.next)) {
            return Err(NotRead::Circle);
        }
        let text = self.text().await.map_err(NotRead::Unread)?;
        let page: Page<'_> = serde_json::from_slice(&text).map_err(|_| NotRead::Unread(Unread::Unreadable))?;
        let entries = page.entries.map_or("[]", RawValue::get);
        let next = page.next_page_token.unwrap_or_default();
        if !entries.starts_with('[') || next.len() > LONGEST_TOKEN {
            return Err(NotRead::Unread(Unread::Unreadable));
        }
        each(entries.as_bytes());
        self.read += 1;
        self.next = next;
        Ok(!self.next.is_empty())
    }

    /// How many were read.
    pub fn read(&self) -> u32 {
        self.read
    }

    /// For every text of the entries.
    pub(crate) fn redactor(&self) -> Redactor {
        self.api.strict_redactor()
    }

    async fn text(&mut self) -> Result<Vec<u8>, Unread> {
        loop {
            let body = self.body();
            match self.api.object(Ask::Entries { project: &self.wanted.project, body: &body }).await {
                Err(Unread::TooLarge) if self.size > 1 => self.size = (self.size / FEWER).max(1),
                read => return read,
            }
        }
    }

    fn body(&self) -> String {
        let Wanted { project, filter } = self.wanted;
        let mut body = json!({
            "resourceNames": [format!("projects/{project}")], "filter": filter, "orderBy": "timestamp desc",
            "pageSize": self.size,
        });
        if !self.next.is_empty() {
            body["pageToken"] = self.next.as_str().into();
        }
        body.to_string()
    }
}

impl NotRead {
    /// As a sentence without a full stop about that project: what is wrong, and what to do.
    pub fn says(&self, project: &str) -> String {
        let Unread::Status(status, word) = (match self {
            NotRead::Unread(why) => why,
            other => return other.to_string(),
        }) else {
            return self.to_string();
        };
        let word = word.as_ref().map(|word| format!(" {word}")).unwrap_or_default();
        let helps = match status {
            400 => "the API does not accept the filter; `--print-filter` prints it".to_owned(),
            401 => {
                "the access token is not accepted, or has expired; `gcloud auth print-access-token` prints a new one \
                    for `GOOGLE_OAUTH_ACCESS_TOKEN`"
                    .to_owned()
            }
            403 => format!(
                "the credentials lack the permission `logging.logEntries.list` in `{project}`, or the API is not enabled \
                 there; the role `roles/logging.viewer` has it"
            ),
            404 => format!("there is no project `{project}` that these credentials can see"),
            429 => "more requests than the project may send, again and again; try again in a minute".to_owned(),
            _ => return format!("the API responded {status}{word}"),
        };
        format!("{status}{word}: {helps}")
    }
}

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotRead::Interrupted => "interrupted by Ctrl-C",
            NotRead::MorePages => "there are more pages than are read; narrow the time or the services",
            NotRead::Circle => "the API sent the token of a page again, so its pages have no end",
            NotRead::Unread(Unread::Late) => "the time for reading was over; `--deadline` sets it",
            NotRead::Unread(Unread::TooLarge) => "one entry, or what stands in its place, is longer than is read",
            NotRead::Unread(Unread::Unreadable) => "the response is not what the API documents",
            NotRead::Unread(Unread::NoCredentials | Unread::NoCluster) => {
                "no credentials; set `GOOGLE_OAUTH_ACCESS_TOKEN`, or run `gcloud auth application-default login`"
            }
            NotRead::Unread(Unread::Unreached) => "no response",
            NotRead::Unread(Unread::Status(..)) => "the API responded with an error",
        })
    }
}
