//! Entries of services that were not asked for, with a few of their names: a log of the wrong services looks like an empty one.

use std::collections::BTreeSet;

/// So many names are told, the first by the alphabet.
const MOST: usize = 8;
/// In bytes; no platform has a longer name.
const LONGEST: usize = 100;

/// How many entries there are, and of which services.
#[derive(Default)]
pub(super) struct Elsewhere {
    pub(super) entries: u64,
    pub(super) names: BTreeSet<Box<str>>,
}

impl Elsewhere {
    pub(super) fn count(&mut self, service: &str) {
        self.entries += 1;
        if service.len() <= LONGEST && !self.names.contains(service) {
            self.keep(service.into());
        }
    }

    pub(super) fn merge(&mut self, other: Elsewhere) {
        self.entries += other.entries;
        other.names.into_iter().for_each(|name| self.keep(name));
    }

    fn keep(&mut self, name: Box<str>) {
        self.names.insert(name);
        if self.names.len() > MOST {
            self.names.pop_last();
        }
    }
}
