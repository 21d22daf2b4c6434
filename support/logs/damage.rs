//! What of a file could not be read, by line: nothing is lost silently.

use serde::{Deserialize, Serialize};

/// So many lines are listed of each kind; all are counted.
const MOST_LINES: usize = 20;

/// What was read of a file, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Entries that were read.
    pub entries: u64,
    /// Texts that are no entry.
    pub malformed: u64,
    /// The lines at which the first of them begin, from 1.
    pub malformed_lines: Vec<u64>,
    /// Entries that are longer than the bound.
    pub too_long: u64,
    /// The lines at which the first of them begin.
    pub too_long_lines: Vec<u64>,
    /// The file ends inside an entry, an array or a compressed block.
    pub truncated: bool,
}

impl Damage {
    /// Whether everything was read.
    pub fn is_none(&self) -> bool {
        self.malformed == 0 && self.too_long == 0 && !self.truncated
    }

    /// Adds what was not read of a page, whose lines are those of no file.
    pub(super) fn add_page(&mut self, page: &Damage) {
        self.entries += page.entries;
        self.malformed += page.malformed;
        self.too_long += page.too_long;
        self.truncated |= page.truncated;
    }

    pub(super) fn malformed(&mut self, line: u64) {
        self.malformed += 1;
        if self.malformed_lines.len() < MOST_LINES {
            self.malformed_lines.push(line);
        }
    }

    pub(super) fn too_long(&mut self, line: u64) {
        self.too_long += 1;
        if self.too_long_lines.len() < MOST_LINES {
            self.too_long_lines.push(line);
        }
    }
}
