//! Whether outcomes differ between groups by more than from run to run: Fisher's exact test.

use statrs::distribution::{ChiSquared, ContinuousCDF, Discrete, Hypergeometric};
use statrs::statistics::{Max, Min};

use super::{Factor, Group, Tie};

/// The clearer of two comparisons: of one group with all others, as one replica of many needs; and of the groups that reject in some
/// samples with all others, by the other samples, as several replicas need.
pub(super) fn tie(by: Factor, all: &[Group]) -> Option<Tie> {
    let all: Vec<&Group> = all.iter().collect();
    let all = all.as_slice();
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
        let product = |one: u64, other: u64| u128::from(one) * u128::from(other);
        product(rejected_here, accepted + rejected) > product(rejected, accepted_here + rejected_here)
    };
    let rejecting: Vec<&Group> = all.iter().filter(rejects_more).copied().collect();
    let (p, is_exact) = chance(sum(&rejecting, all, true, tested), sum(&rejecting, all, false, tested));
    let several = Tie { p: 2.0 * p, is_exact, ..compare(by, &rejecting, all, 1) };
    let one = Tie { p: (2.0 * one.p).min(1.0), ..one };
    Some(if several.p < one.p { several } else { one })
}

/// These groups with all others.
fn compare(by: Factor, these: &[&Group], all: &[&Group], comparisons: usize) -> Tie {
    let (counted, others) = (sum(these, all, true, whole), sum(these, all, false, whole));
    let (p, is_exact) = chance(counted, others);
    let p = (p * comparisons as f64).min(1.0);
    let is_of_a_response = matches!(by, Factor::Replica | Factor::Cookie);
    // What only follows from an outcome is the same for each acceptance, and replicas have names.
    let accepting = all.iter().filter(|group| group.accepted > 0).count();
    let of_one_outcome = all.iter().all(|group| group.accepted == 0 || group.rejected == 0);
    let may_follow = is_of_a_response && of_one_outcome && accepting < 2;
    let groups = these.iter().map(|group| (*group).clone()).collect();
    Tie { by, groups, these: counted, others, p, is_exact, may_follow }
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

/// Above that, in each row and column, the exact test takes as many steps.
const LONG: u64 = 10_000;
/// The approximation holds where in each cell so many are expected.
const EXPECTED: f64 = 20.0;
/// Tables whose logarithms differ by less are as unlikely as each other.
const SAME: f64 = 1e-6;

/// The chance of a table as unlikely as this one, and whether it is exact.
fn chance(these: Counts, others: Counts) -> (f64, bool) {
    let (rows, columns) = ([these.0 + these.1, others.0 + others.1], [these.0 + others.0, these.1 + others.1]);
    let (row, column) = (rows[0].min(rows[1]), columns[0].min(columns[1]));
    let all = rows[0] + rows[1];
    if row.min(column) > LONG && row as f64 * column as f64 / all as f64 >= EXPECTED {
        return (by_chi_squared(these, others, (rows, columns)), false);
    }
    (Hypergeometric::new(all, columns[0], rows[0]).map_or(1.0, |table| by_fisher(&table, these.0)), true)
}

/// The sum of all tables with these sums that are as unlikely (R. Fisher, 1922).
fn by_fisher(table: &Hypergeometric, accepted: u64) -> f64 {
    // Its logarithm: of thousands of samples the coefficients are larger than a number can be.
    let likely = table.ln_pmf(accepted) + SAME;
    let unlikely = (table.min()..=table.max()).map(|accepted| table.ln_pmf(accepted)).filter(|one| *one <= likely);
    unlikely.map(f64::exp).sum::<f64>().min(1.0)
}

/// With one degree of freedom (K. Pearson, 1900): one step, of however many samples.
fn by_chi_squared(these: Counts, others: Counts, (rows, columns): ([u64; 2], [u64; 2])) -> f64 {
    let [this, other, accepted, rejected] = [rows[0], rows[1], columns[0], columns[1]].map(|sum| sum as f64);
    let difference = these.0 as f64 * others.1 as f64 - these.1 as f64 * others.0 as f64;
    let square = difference / this * (difference / other) / accepted * ((this + other) / rejected);
    ChiSquared::new(1.0).map_or(1.0, |distribution| distribution.sf(square))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `scipy.stats.fisher_exact` has them.
    #[test]
    fn the_chance_is_that_of_fishers_exact_test() {
        let tables = [
            ((3, 5), (4, 50), 0.039_707_492_465),
            ((61, 118), (2, 1), 0.275_350_616_235),
            ((8, 0), (0, 16), 1.0 / 735_471.0),
            ((2_000, 300), (2_000, 250), 0.050_431_397_185),
            ((20_000, 4_800), (20_000, 4_600), 0.064_970_397_461),
        ];
        for (these, others, p) in tables {
            let (found, is_exact) = chance(these, others);
            assert!(is_exact && (found / p - 1.0).abs() < 1e-6, "{these:?} {others:?}: {found}");
        }
        for (these, others) in [((0, 1_000), (4_000, 0)), ((100, 900), (3_900, 100))] {
            assert!(chance(these, others).0 < 1e-99, "{these:?} {others:?}");
        }
    }

    #[test]
    fn the_test_of_very_many_samples_agrees_with_the_exact_one() {
        let (these, others) = ((20_000, 4_900), (20_000, 4_600));
        let sums = ([24_900, 24_600], [40_000, 9_500]);
        let (exact, about) = (chance(these, others).0, by_chi_squared(these, others, sums));
        assert!((about / exact - 1.0).abs() < 0.05, "{about} {exact}");
    }

    /// A file may claim as many.
    #[test]
    fn the_test_of_as_many_samples_as_there_can_be_ends() {
        let (p, is_exact) = chance((4_500_000, 500_000), (4_500_000, 503_000));
        assert!(!is_exact && (0.001..0.01).contains(&p), "{p}");
        let (p, is_exact) = chance((9_980_000, 9_000), (10_000, 1_000));
        assert!(is_exact && p < 1e-9, "{p}");
    }
}
