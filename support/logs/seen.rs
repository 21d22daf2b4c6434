//! When something was first and last seen.

/// In seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    pub(super) first: Option<i64>,
    pub(super) last: Option<i64>,
}

impl Seen {
    pub(super) fn at(&mut self, at: Option<i64>) {
        self.merge(Seen { first: at, last: at });
    }

    pub(super) fn merge(&mut self, other: Seen) {
        // Nothing is less than any time.
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
    }
}
