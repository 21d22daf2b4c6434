//! What the outcomes may be tied to: a replica that the response names, a cookie, an address, a user, a time. A share of rejections
//! proves none of these; an exact test does.

mod bins;
mod ties;

use std::collections::BTreeMap;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::tally::Judged;
use bins::Bins;
use ties::{add, tie};

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

impl Factor {
    /// A smaller chance is told. What a replica loads differs often; that users or halves differ is told only where it is clearer, for
    /// each run compares both.
    fn significant(self) -> f64 {
        match self {
            Factor::Replica | Factor::Cookie | Factor::Address => 0.01,
            Factor::User | Factor::Time => 0.001,
        }
    }
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
        let mut ties: Vec<Tie> = ties.filter(|tie| tie.p < tie.by.significant()).collect();
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

#[cfg(test)]
#[path = "groups/tests.rs"]
mod tests;
