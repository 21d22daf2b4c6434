//! The process that wrote an entry, read once for a row of entries: a process writes several lines at a time.

use super::entry::{Entry, Origin};

/// The last process.
#[derive(Default)]
pub(super) struct Origins {
    json: [String; 2],
    last: Origin<'static>,
}

impl Origins {
    /// That of the entry.
    pub(super) fn of(&mut self, entry: &Entry<'_>) -> &Origin<'static> {
        let json = entry.origin_json();
        if self.json != json {
            self.json = json.map(str::to_owned);
            self.last = entry.origin().into_owned();
        }
        &self.last
    }
}
