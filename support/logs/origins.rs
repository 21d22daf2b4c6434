//! The processes that wrote the last entries, each read once: a process writes several lines at a time, and a few of them take turns.

use std::sync::Arc;

use super::entry::{Entry, Origin};

/// So many processes are known at a time.
const MOST: usize = 8;
/// In bytes, of what a process is read from; where there is more of it, it is read each time.
const LONGEST: usize = 4 * 1024;

/// The last processes.
#[derive(Default)]
pub(super) struct Origins {
    /// The last one comes last.
    known: Vec<Known>,
}

struct Known {
    /// What it was read from; `None` where that is too long to be kept.
    json: Option<[Box<str>; 2]>,
    origin: Arc<Origin<'static>>,
}

impl Origins {
    /// That of the entry.
    pub(super) fn of(&mut self, entry: &Entry<'_>) -> &Arc<Origin<'static>> {
        let [resource, labels] = entry.origin_json();
        // The labels differ between processes of one service, whose resource is the same.
        let is_it = |[of_resource, of_labels]: &[Box<str>; 2]| **of_labels == *labels && **of_resource == *resource;
        match self.known.iter().rposition(|known| known.json.as_ref().is_some_and(is_it)) {
            Some(place) => self.known[place..].rotate_left(1),
            None => self.read(entry, [resource, labels]),
        }
        // It was found or read just now.
        let last = self.known.len() - 1;
        &self.known[last].origin
    }

    fn read(&mut self, entry: &Entry<'_>, json: [&str; 2]) {
        if self.known.len() == MOST {
            self.known.remove(0);
        }
        let is_short = json.iter().all(|json| json.len() <= LONGEST);
        let json = is_short.then(|| json.map(Box::from));
        self.known.push(Known { json, origin: Arc::new(entry.origin().into_owned()) });
    }
}
