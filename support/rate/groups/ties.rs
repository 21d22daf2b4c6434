//! Whether outcomes differ between groups by more than from run to run: Fisher's exact test.

use statrs::stats_tests::Alternative;
use statrs::stats_tests::fisher::fishers_exact;

use super::{Factor, Group, Tie};

/// The clearer of two comparisons: of one group with all others, as one replica of many needs; and of the groups that reject in some
/// samples with all others, by the other samples, as several replicas need.
pub(super) fn tie(by: Factor, all: &[&Group]) -> Option<Tie> {
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

pub(super) fn add(one: Counts, other: Counts) -> Counts {
    (one.0.saturating_add(other.0), one.1.saturating_add(other.1))
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
