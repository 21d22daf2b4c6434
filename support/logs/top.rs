//! What occurs most often, in bounded room: Metwally's "Space-Saving" keeps the values with the largest counts, and what it does not
//! keep is counted together.

use std::collections::HashMap;

use super::seen::Seen;

/// So many values are kept of each kind.
const MOST: usize = 512;

/// In characters, of a value; what is longer is told by its beginning.
const LONGEST: usize = 512;

/// The values of one kind.
#[derive(Default)]
pub(super) struct Top {
    kept: HashMap<Box<str>, Kept>,
    /// Values that had the least bound when they were looked for: the next that are given up.
    least: Vec<Box<str>>,
    /// That bound.
    bound: u64,
    total: u64,
}

#[derive(Clone, Default)]
struct Kept {
    /// An upper bound, by which the least is given up.
    bound: u64,
    accepted: u64,
    failed: u64,
    seen: Seen,
}

/// A value that was kept.
pub(super) struct Value {
    pub(super) name: Box<str>,
    pub(super) accepted: u64,
    pub(super) failed: u64,
    pub(super) seen: Seen,
}

impl Top {
    /// Counts a record with that value.
    pub(super) fn count(&mut self, name: &str, is_failure: bool, at: Option<i64>) {
        self.total += 1;
        self.change(beginning(name), |kept| {
            kept.bound += 1;
            *(if is_failure { &mut kept.failed } else { &mut kept.accepted }) += 1;
            kept.seen.at(at);
        });
    }

    /// Adds what another thread has counted.
    pub(super) fn merge(&mut self, other: Top) {
        self.total += other.total;
        for (name, of_other) in other.kept {
            self.change(&name, |kept| {
                kept.bound += of_other.bound;
                kept.accepted += of_other.accepted;
                kept.failed += of_other.failed;
                kept.seen.merge(of_other.seen);
            });
        }
    }

    /// Changes the value's numbers; a new value takes the place of the least.
    fn change(&mut self, name: &str, change: impl FnOnce(&mut Kept)) {
        if let Some(kept) = self.kept.get_mut(name) {
            return change(kept);
        }
        let bound = if self.kept.len() < MOST { 0 } else { self.give_up() };
        let mut kept = Kept { bound, ..Kept::default() };
        change(&mut kept);
        self.kept.insert(name.into(), kept);
    }

    /// Gives up a value with the least bound, and returns that.
    fn give_up(&mut self) -> u64 {
        loop {
            match self.least.pop() {
                // Bounds only grow, so it is still the least.
                Some(name) if self.kept.get(&name).is_some_and(|kept| kept.bound == self.bound) => {
                    self.kept.remove(&name);
                    return self.bound;
                }
                Some(_) => {}
                None => self.find_least(),
            }
        }
    }

    /// Where values come once each, these are all of them.
    fn find_least(&mut self) {
        self.bound = self.kept.values().map(|kept| kept.bound).min().unwrap_or_default();
        let least = self.kept.iter().filter(|(_, kept)| kept.bound == self.bound);
        self.least = least.map(|(name, _)| name.clone()).collect();
        self.least.sort_unstable_by(|one, other| other.cmp(one));
    }

    /// The most frequent first, and how many records had another value.
    pub(super) fn into_values(self) -> (Vec<Value>, u64) {
        let count = |kept: &Kept| kept.accepted + kept.failed;
        let others = self.total - self.kept.values().map(count).sum::<u64>();
        let mut kept: Vec<(Box<str>, Kept)> = self.kept.into_iter().collect();
        kept.sort_by(|(one, of_one), (other, of_other)| {
            let failed = of_other.failed.cmp(&of_one.failed);
            failed.then(count(of_other).cmp(&count(of_one))).then(of_one.seen.cmp(&of_other.seen)).then(one.cmp(other))
        });
        let value = |(name, Kept { accepted, failed, seen, .. })| Value { name, accepted, failed, seen };
        (kept.into_iter().map(value).collect(), others)
    }
}

fn beginning(name: &str) -> &str {
    if name.len() <= LONGEST {
        return name;
    }
    name.char_indices().nth(LONGEST).map_or(name, |(end, _)| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frequent_value_stays_among_ever_new_ones_and_all_are_counted() {
        let mut top = Top::default();
        for number in 0..20_000_u32 {
            top.count(&format!("rare {number}"), true, None);
            if number % 10 == 0 {
                top.count("frequent", true, None);
            }
        }
        let (values, others) = top.into_values();
        assert_eq!(&*values[0].name, "frequent");
        assert!(values[0].failed > 1_900, "{}", values[0].failed);
        assert_eq!(values.iter().map(|value| value.failed).sum::<u64>() + others, 22_000);
        assert!(values.len() <= MOST);
    }
}
