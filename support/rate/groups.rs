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
    /// The name of the header or cookie; empty of the others.
    pub of: String,
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
    /// Of so many samples the chance is that of the chi-squared distribution.
    pub is_exact: bool,
    /// One value came with all acceptances, and the others with rejections only: it may be the reason, or follow from the outcome.
    /// Which user and which address a sample has is chosen before.
    pub may_follow: bool,
}

/// The groups of a leg.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    seen: BTreeMap<Factor, BTreeMap<String, Values>>,
    bins: Bins,
}

/// The groups of a header or cookie, by their marks.
#[derive(Clone, Debug)]
enum Values {
    Few(BTreeMap<String, Group>),
    /// More than can be kept: each sample has its own.
    TooMany,
}

/// A factor with more values says nothing of any of them.
const MOST: usize = 64;
/// So many headers, and so many cookies, are looked at: there are services that give a cookie another name each time.
const MOST_NAMES: usize = 16;
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

    /// Equal for equal keys.
    pub(super) fn of_key(&self) -> String {
        self.mark(Factor::Time, "")
    }

    fn mark(&self, by: Factor, value: &str) -> String {
        let mut hmac = self.0.clone();
        hmac.update(format!("{by}\0{value}").as_bytes());
        let bytes = hmac.finalize().into_bytes();
        bytes[..6].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Groups {
    /// One sample with that value of that header, cookie or the like; `name` is what may be shown of it.
    pub(super) fn count(
        &mut self,
        marker: &Marker,
        (by, of): (Factor, &str),
        value: &str,
        judged: Judged,
        name: impl FnOnce() -> Option<String>,
    ) {
        let Some(values) = self.values(by, of) else { return };
        let mark = marker.mark(by, &format!("{of}\0{value}"));
        let new = |mark: &str| Group { of: of.to_owned(), ..Group::new(by, mark.to_owned(), name()) };
        values.group(&mark, new).into_iter().for_each(|group| group.count(judged));
    }

    /// Those of that header or cookie, unless there are too many others.
    fn values(&mut self, by: Factor, of: &str) -> Option<&mut Values> {
        let names = self.seen.entry(by).or_default();
        if !names.contains_key(of) {
            if names.len() == MOST_NAMES {
                return None;
            }
            names.insert(of.to_owned(), Values::Few(BTreeMap::new()));
        }
        names.get_mut(of)
    }

    /// The sample with that number, in the order in which they began.
    pub(super) fn count_in_time(&mut self, number: u64, judged: Judged) {
        self.bins.count(number, judged);
    }

    /// The groups of another run with the same key.
    pub(super) fn add(&mut self, group: Group) {
        let Some(values) = self.values(group.by, &group.of) else { return };
        let new = |_: &str| Group { accepted: 0, rejected: 0, tested: (0, 0), ..group.clone() };
        let Some(known) = values.group(&group.mark, new) else { return };
        known.accepted = known.accepted.saturating_add(group.accepted);
        known.rejected = known.rejected.saturating_add(group.rejected);
        known.tested = add(known.tested, group.tested);
    }

    /// Without what has marks.
    pub(super) fn keep_halves(&mut self) {
        self.seen.retain(|by, _| *by == Factor::Time);
    }

    /// All groups.
    pub fn all(&self) -> Vec<Group> {
        let seen = self.seen.values().flat_map(BTreeMap::values).flat_map(Values::few);
        seen.cloned().chain(self.bins.halves()).collect()
    }

    /// What the outcomes are tied to, the clearest first.
    pub fn ties(&self) -> Vec<Tie> {
        let all = self.all();
        let factors = all.chunk_by(|one, other| (one.by, &one.of) == (other.by, &other.of));
        let of = |groups: &[Group]| if groups.len() > 1 { tie(groups[0].by, groups) } else { None };
        let mut ties: Vec<Tie> = factors.filter_map(of).filter(|tie| tie.p < tie.by.significant()).collect();
        ties.sort_by(|one, other| one.p.total_cmp(&other.p));
        ties
    }
}

impl Values {
    /// The group with that mark, which may be new; `None` where there are too many.
    fn group(&mut self, mark: &str, new: impl FnOnce(&str) -> Group) -> Option<&mut Group> {
        if matches!(self, Values::Few(known) if known.len() == MOST && !known.contains_key(mark)) {
            *self = Values::TooMany;
        }
        let Values::Few(known) = self else { return None };
        if !known.contains_key(mark) {
            known.insert(mark.to_owned(), new(mark));
        }
        known.get_mut(mark)
    }

    fn few(&self) -> impl Iterator<Item = &Group> {
        let known = if let Values::Few(known) = self { Some(known) } else { None };
        known.into_iter().flat_map(BTreeMap::values)
    }
}

impl Group {
    fn new(by: Factor, mark: String, name: Option<String>) -> Self {
        Group { by, of: String::new(), mark, name, accepted: 0, rejected: 0, tested: (0, 0) }
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
