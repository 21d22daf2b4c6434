//! What the outcomes may be tied to: a replica that the response names, a cookie, an address, a user, a time. A share of rejections
//! proves none of these; an exact test does.

use std::collections::BTreeMap;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use statrs::stats_tests::Alternative;
use statrs::stats_tests::fisher::fishers_exact;

use super::tally::Judged;

/// What samples are grouped by.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Factor {
    /// The replica that a header of the response names.
    Replica,
    /// A cookie that the response sets.
    Cookie,
    /// The address that the name resolves to.
    Address,
    /// The user of the token.
    User,
    /// The first half of the samples, and the second.
    Time,
}

/// The samples of one replica, cookie, address, user or half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What it is grouped by.
    pub by: Factor,
    /// The same for equal values, in all runs that share a key; what it stands for cannot be read from it.
    pub mark: String,
    /// What may be shown of the value.
    pub name: Option<String>,
    /// Accepted samples.
    pub accepted: u64,
    /// Rejected samples.
    pub rejected: u64,
    /// Of these, what is tested: accepted and rejected. The others, one of three, choose which groups are compared.
    pub tested: (u64, u64),
}

/// The outcomes differ between groups by more than chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// By what.
    pub by: Factor,
    /// The groups that reject more than the others.
    pub groups: Vec<Group>,
    /// Accepted and rejected samples of these.
    pub these: (u64, u64),
    /// Accepted and rejected samples of all the others.
    pub others: (u64, u64),
    /// The chance of a difference as large, where nothing differs: Fisher's exact test, times the number of comparisons (Bonferroni).
    pub p: f64,
}

/// The groups of a leg.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    seen: BTreeMap<(Factor, String), Group>,
    /// Factors with more values than can be kept: each sample has its own.
    too_many: Vec<Factor>,
    bins: Bins,
}

/// A factor with more values says nothing of any of them.
const MOST: usize = 64;
/// Of so many samples one chooses.
const ONE_CHOOSES: u64 = 3;
/// A smaller chance is no chance.
const SIGNIFICANT: f64 = 0.01;

/// What makes marks: equal for equal values.
#[derive(Clone)]
pub(super) struct Marker(Hmac<Sha256>);

impl Marker {
    /// Any length of key will do.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(key).ok().map(Marker)
    }

    fn mark(&self, by: Factor, value: &str) -> String {
        let mut hmac = self.0.clone();
        hmac.update(format!("{by}\0{value}").as_bytes());
        let bytes = hmac.finalize().into_bytes();
        bytes[..6].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Groups {
    /// One sample with that value.
    pub(super) fn count(&mut self, marker: &Marker, by: Factor, value: &str, name: Option<&str>, judged: Judged) {
        if self.too_many.contains(&by) {
            return;
        }
        let mark = marker.mark(by, value);
        let group = Group::new(by, mark.clone(), name.map(str::to_owned));
        self.seen.entry((by, mark)).or_insert(group).count(judged);
        if self.seen.keys().filter(|(other, _)| *other == by).count() > MOST {
            self.seen.retain(|(other, _), _| *other != by);
            self.too_many.push(by);
        }
    }

    /// The next sample in time.
    pub(super) fn count_in_time(&mut self, judged: Judged) {
        self.bins.count(judged);
    }

    /// The groups of another run with the same key.
    pub(super) fn add(&mut self, group: Group) {
        let new = || Group::new(group.by, group.mark.clone(), group.name.clone());
        let known = self.seen.entry((group.by, group.mark.clone())).or_insert_with(new);
        known.accepted += group.accepted;
        known.rejected += group.rejected;
        known.tested = add(known.tested, group.tested);
    }

    /// All groups, where there are several of a factor.
    pub fn all(&self) -> Vec<Group> {
        let seen: Vec<&Group> = self.seen.values().collect();
        let is_one_of_several = |group: &&&Group| seen.iter().filter(|other| other.by == group.by).count() > 1;
        let several = seen.iter().filter(is_one_of_several).map(|group| (*group).clone());
        several.chain(self.bins.halves()).collect()
    }

    /// What the outcomes are tied to, the clearest first.
    pub fn ties(&self) -> Vec<Tie> {
        use strum::VariantArray;
        let all = self.all();
        let of = |by: &Factor| all.iter().filter(|group| group.by == *by).collect::<Vec<&Group>>();
        let ties = Factor::VARIANTS.iter().filter_map(|by| tie(*by, &of(by)));
        let mut ties: Vec<Tie> = ties.filter(|tie| tie.p < SIGNIFICANT).collect();
        ties.sort_by(|one, other| one.p.total_cmp(&other.p));
        ties
    }
}

impl Group {
    fn new(by: Factor, mark: String, name: Option<String>) -> Self {
        Group { by, mark, name, accepted: 0, rejected: 0, tested: (0, 0) }
    }

    fn count(&mut self, judged: Judged) {
        let chooses = (self.accepted + self.rejected).is_multiple_of(ONE_CHOOSES);
        let (all, tested) = match judged {
            Judged::Accepted => (&mut self.accepted, &mut self.tested.0),
            Judged::Rejected => (&mut self.rejected, &mut self.tested.1),
            Judged::Unreached(_) => return,
        };
        *all += 1;
        *tested += u64::from(!chooses);
    }

    fn is_one_of(&self, groups: &[&Group]) -> bool {
        groups.iter().any(|other| other.mark == self.mark)
    }
}

/// The clearer of two comparisons: of one group with all others, as one replica of many needs; and of the groups that reject in some
/// samples with all others, by the other samples, as several replicas need.
fn tie(by: Factor, all: &[&Group]) -> Option<Tie> {
    let one =
        all.iter().map(|group| compare(by, &[group], all, all.len())).min_by(|one, other| one.p.total_cmp(&other.p))?;
    if all.len() == 2 {
        // Both comparisons are the same one, and so is the other group's.
        let rejecting = all.iter().max_by(|one, other| share(one).total_cmp(&share(other)))?;
        return Some(compare(by, &[rejecting], all, 1));
    }
    let choosing = |group: &Group| (group.accepted - group.tested.0, group.rejected - group.tested.1);
    let (accepted, rejected) = all.iter().map(|group| choosing(group)).fold((0, 0), add);
    let rejects_more = |group: &&&Group| {
        let (accepted_here, rejected_here) = choosing(group);
        rejected_here * (accepted + rejected) > rejected * (accepted_here + rejected_here)
    };
    let rejecting: Vec<&Group> = all.iter().filter(rejects_more).copied().collect();
    let (these, others) = (sum(&rejecting, all, true, tested), sum(&rejecting, all, false, tested));
    let several = Tie { p: 2.0 * chance(these, others), ..compare(by, &rejecting, all, 1) };
    let one = Tie { p: (2.0 * one.p).min(1.0), ..one };
    Some(if several.p < one.p { several } else { one })
}

/// These groups with all others.
fn compare(by: Factor, these: &[&Group], all: &[&Group], comparisons: usize) -> Tie {
    let (counted, others) = (sum(these, all, true, whole), sum(these, all, false, whole));
    let p = (chance(counted, others) * comparisons as f64).min(1.0);
    Tie { by, groups: these.iter().map(|group| (*group).clone()).collect(), these: counted, others, p }
}

type Counts = (u64, u64);

/// Of these groups, or of all others.
fn sum(these: &[&Group], all: &[&Group], inside: bool, counts: fn(&Group) -> Counts) -> Counts {
    all.iter().filter(|group| group.is_one_of(these) == inside).map(|group| counts(group)).fold((0, 0), add)
}

fn add(one: Counts, other: Counts) -> Counts {
    (one.0 + other.0, one.1 + other.1)
}

fn whole(group: &Group) -> Counts {
    (group.accepted, group.rejected)
}

fn tested(group: &Group) -> Counts {
    group.tested
}

fn share(group: &Group) -> f64 {
    group.rejected as f64 / (group.accepted + group.rejected).max(1) as f64
}

/// The chance of a table as unlikely as this one (R. Fisher, 1922).
fn chance(these: Counts, others: Counts) -> f64 {
    fishers_exact(&[these.0, others.0, these.1, others.1], Alternative::TwoSided).unwrap_or(1.0)
}

/// Outcomes in the order of time, in a number of bins that stays the same: when all are full, each takes twice as many samples.
#[derive(Clone, Debug)]
struct Bins {
    size: u64,
    bins: Vec<(u64, u64)>,
}

impl Default for Bins {
    fn default() -> Self {
        Bins { size: 1, bins: vec![(0, 0)] }
    }
}

impl Bins {
    fn count(&mut self, judged: Judged) {
        let full = self.bins.last().is_some_and(|(accepted, rejected)| accepted + rejected >= self.size);
        if full && self.bins.len() == MOST {
            self.size *= 2;
            self.bins = self
                .bins
                .chunks(2)
                .map(|pair| pair.iter().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1)))
                .collect();
        }
        let full = self.bins.last().is_none_or(|(accepted, rejected)| accepted + rejected >= self.size);
        if full {
            self.bins.push((0, 0));
        }
        let Some(last) = self.bins.last_mut() else { return };
        match judged {
            Judged::Accepted => last.0 += 1,
            Judged::Rejected => last.1 += 1,
            Judged::Unreached(_) => {}
        }
    }

    /// As two groups, where there are two.
    fn halves(&self) -> Vec<Group> {
        let (first, second) = self.bins.split_at(self.bins.len().div_ceil(2));
        let group = |(name, bins): (&str, &[(u64, u64)])| {
            let sum = bins.iter().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1));
            Group {
                accepted: sum.0,
                rejected: sum.1,
                ..Group::new(Factor::Time, name.to_owned(), Some(name.to_owned()))
            }
        };
        if second.is_empty() { Vec::new() } else { [("first half", first), ("second half", second)].map(group).into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(samples: impl IntoIterator<Item = (&'static str, bool)>) -> Groups {
        let marker = Marker::new(b"key").expect("any key");
        let mut groups = Groups::default();
        for (replica, accepted) in samples {
            let judged = if accepted { Judged::Accepted } else { Judged::Rejected };
            groups.count(&marker, Factor::Replica, replica, Some(replica), judged);
            groups.count_in_time(judged);
        }
        groups
    }

    #[test]
    fn a_replica_that_rejects_is_named() {
        let samples = (0..24).map(|number| (["a", "b", "c"][number % 3], number % 3 != 1));
        let ties = counted(samples).ties();
        assert_eq!(ties.len(), 1, "{ties:?}");
        let names: Vec<_> = ties[0].groups.iter().filter_map(|group| group.name.as_deref()).collect();
        assert_eq!((ties[0].by, names, ties[0].others), (Factor::Replica, vec!["b"], (16, 0)));
        // 8 of 8 against 0 of 16: one way of C(24, 8) = 735471, times three groups and two comparisons.
        assert!((ties[0].p - 6.0 / 735_471.0).abs() < 1e-9, "{}", ties[0].p);
    }

    #[test]
    fn several_replicas_that_reject_are_named_by_few_samples() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let ties = counted((0..27).map(|number| (names[number % 8], number % 8 > 2))).ties();
        let named: Vec<_> = ties[0].groups.iter().filter_map(|group| group.name.as_deref()).collect();
        assert_eq!((named.len(), ties[0].these.0, ties[0].others.1), (3, 0, 0), "{ties:?}");
    }

    #[test]
    fn a_share_of_rejections_is_no_proof() {
        let mut random = fastrand::Rng::with_seed(7);
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let found = (0..200).filter(|_| {
            let samples: Vec<_> = (0..80).map(|_| (names[random.usize(..8)], random.u8(..8) >= 3)).collect();
            !counted(samples).ties().is_empty()
        });
        assert!(found.count() <= 8, "more than 1 % for each of two factors, and what chance adds");
    }

    #[test]
    fn what_begins_to_be_rejected_is_told() {
        let ties = counted((0..100).map(|number| ("a", number < 50))).ties();
        assert_eq!(ties.first().map(|tie| tie.by), Some(Factor::Time));
    }

    #[test]
    fn a_value_of_each_sample_is_no_group() {
        let marker = Marker::new(b"key").expect("any key");
        let mut groups = Groups::default();
        (0..1_000)
            .for_each(|number| groups.count(&marker, Factor::Cookie, &number.to_string(), None, Judged::Accepted));
        assert_eq!(groups.all(), []);
        (0..100_000).for_each(|_| groups.count_in_time(Judged::Accepted));
        assert!(groups.bins.bins.len() <= MOST);
        let halves = groups.all();
        assert_eq!(halves.iter().map(|half| half.accepted).sum::<u64>(), 100_000);
    }
}
