//! What occurs most often, in bounded room: Metwally's "Space-Saving" keeps the values with the largest counts, and what it does not
//! keep is counted together.

use std::collections::HashMap;

use super::seen::Seen;

/// So many values are kept of each kind.
const MOST: usize = 512;

/// The values of one kind.
#[derive(Default)]
pub(super) struct Top {
    kept: HashMap<Box<str>, Kept>,
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
        let kept = self.kept(name);
        kept.bound += 1;
        *(if is_failure { &mut kept.failed } else { &mut kept.accepted }) += 1;
        kept.seen.at(at);
    }

    /// Adds what another thread has counted.
    pub(super) fn merge(&mut self, other: Top) {
        self.total += other.total;
        for (name, of_other) in other.kept {
            let kept = self.kept(&name);
            kept.bound += of_other.bound;
            kept.accepted += of_other.accepted;
            kept.failed += of_other.failed;
            kept.seen.merge(of_other.seen);
        }
    }

    /// The value's place; a new one takes that of the least.
    fn kept(&mut self, name: &str) -> &mut Kept {
        if !self.kept.contains_key(name) && self.kept.len() >= MOST {
            let least = self.kept.iter().min_by_key(|(_, kept)| kept.bound).map(|(name, _)| name.clone());
            let bound = least.and_then(|least| self.kept.remove(&least)).map_or(0, |least| least.bound);
            self.kept.insert(name.into(), Kept { bound, ..Kept::default() });
        }
        self.kept.entry(name.into()).or_default()
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
