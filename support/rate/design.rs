//! How many samples decide, and how: Wald's sequential test, or an exact bound for a number of samples that is given.

use serde::{Deserialize, Serialize};
use statrs::distribution::{Beta, ContinuousCDF, Normal};

use super::tally::Tally;

/// What a run says of the success rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Decision {
    /// The rate is above the objective.
    Pass,
    /// Too few samples, or too few that got a response, to say either.
    Inconclusive,
    /// The rate is not above the objective.
    Fail,
}

/// How a run decides. Which error each chance is of: [`alpha`](Design::alpha), [`beta`](Design::beta).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// By which test.
    pub method: Method,
    /// The success rate that is too low.
    pub objective: f64,
    /// The success rate that is surely high enough; of the sequential test only.
    pub against: f64,
    /// The chance of a fail where the rate is high enough.
    pub alpha: f64,
    /// The chance of a pass where the rate is only the objective.
    pub beta: f64,
    /// Before so many samples no sequential test fails.
    pub least: u64,
    /// So many samples at most.
    pub most: u64,
}

/// The statistical test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The sequential probability ratio test (A. Wald, Sequential Tests of Statistical Hypotheses, 1945).
    Sprt,
    /// One-sided exact bounds (C. Clopper and E. Pearson, 1934), once all samples are made.
    ClopperPearson,
}

/// What a design does where the rate is known: computed exactly, sample by sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The chance of a pass.
    pub pass: f64,
    /// The chance of a fail.
    pub fail: f64,
    /// The samples that are made on average.
    pub samples: f64,
}

/// The chance of an error, on either side.
const ERROR: f64 = 0.05;
/// The incident's criterion, for which 99 % is surely high enough.
pub const USUAL_OBJECTIVE: f64 = 0.95;
const SURELY_HIGH: f64 = 0.99;
/// Before so many samples nothing fails.
const LEAST: u64 = 20;
/// So many samples at most, where none are asked for.
const MOST: u64 = 300;
/// So many times as many as a clean run takes, at most.
const CLEAN_RUNS: u64 = 4;
/// With more samples the bounds are those of the normal distribution (E. Wilson, 1927), which differ by less than a digit that is shown.
const MANY: u64 = 1_000_000;

impl Design {
    /// Decides as soon as the samples allow it. The chance of a false fail is shared by the legs, for any of them fails the run.
    pub fn sequential(objective: f64, legs: usize) -> Self {
        // Beyond the usual objective, as many times better as 99 % is than 95 %.
        let against = if objective > USUAL_OBJECTIVE { 1.0 - (1.0 - objective) / 5.0 } else { SURELY_HIGH };
        let alpha = ERROR / legs.max(1) as f64;
        let design = Design { method: Method::Sprt, objective, against, alpha, beta: ERROR, least: LEAST, most: MOST };
        // A clean run passes whatever the objective.
        design.at_most(MOST.max(CLEAN_RUNS * design.to_pass(&Tally::default())))
    }

    /// Decides after so many samples.
    pub fn fixed(objective: f64, legs: usize, samples: u64) -> Self {
        let sequential = Design::sequential(objective, legs);
        Design { method: Method::ClopperPearson, against: objective, least: samples, most: samples, ..sequential }
    }

    /// With another number of samples at most.
    pub fn at_most(self, most: u64) -> Self {
        let least = if self.method == Method::ClopperPearson { most } else { self.least };
        Design { most, least, ..self }
    }

    /// So many samples pass where all are accepted, however many there are at most.
    pub fn clean_run(&self) -> u64 {
        match self.method {
            Method::Sprt => self.to_pass(&Tally::default()),
            Method::ClopperPearson => (self.beta.ln() / self.objective.ln()).ceil() as u64,
        }
    }

    /// So many samples are planned: those of a clean run, where the test is sequential.
    pub fn planned(&self) -> u64 {
        let planned = if self.method == Method::Sprt { self.clean_run() } else { self.most };
        planned.min(self.most).max(1)
    }

    /// Whether these are numbers with which this program decides.
    pub(super) fn is_possible(&self) -> bool {
        let is_share = |share: f64| share > 0.0 && share < 1.0;
        let is_error = |chance: f64| chance > 0.0 && chance <= ERROR;
        let is_higher = match self.method {
            Method::Sprt => self.against > self.objective && self.against < 1.0,
            Method::ClopperPearson => self.against == self.objective,
        };
        is_share(self.objective) && is_error(self.alpha) && is_error(self.beta) && is_higher
    }

    /// The decision so far, or `None` where more samples decide more. What got no usable response never helps to pass, and never
    /// to fail.
    pub fn decide(&self, tally: &Tally) -> Option<Decision> {
        let is_over = tally.attempts() >= self.most || (tally.judged() == 0 && tally.attempts() >= self.least);
        match self.method {
            Method::Sprt if self.score(tally.accepted, tally.rejected + tally.unreached()) >= self.pass_at() => {
                Some(Decision::Pass)
            }
            Method::Sprt
                if tally.judged() >= self.least
                    && self.score(tally.accepted, tally.rejected) <= self.fail_at()
                    // Between the two rates the test may say either; a rate above the objective is no fail.
                    && tally.rate().is_some_and(|rate| rate <= self.objective) =>
            {
                Some(Decision::Fail)
            }
            Method::ClopperPearson if is_over => Some(self.bounded(tally)),
            _ => is_over.then_some(Decision::Inconclusive),
        }
    }

    /// The decision where no more samples are made.
    pub fn conclude(&self, tally: &Tally) -> Decision {
        match self.method {
            Method::Sprt => self.decide(tally).unwrap_or(Decision::Inconclusive),
            // A run that was cut short proves less than it was planned to.
            Method::ClopperPearson if tally.attempts() < self.most => Decision::Inconclusive,
            Method::ClopperPearson => self.bounded(tally),
        }
    }

    /// So many samples in a row have to be accepted before this passes, at least.
    pub fn to_pass(&self, tally: &Tally) -> u64 {
        match self.method {
            Method::Sprt => {
                let missing = self.pass_at() - self.score(tally.accepted, tally.rejected + tally.unreached());
                (missing / self.of_accepted()).ceil().max(0.0) as u64
            }
            Method::ClopperPearson => self.most.saturating_sub(tally.attempts()),
        }
    }

    fn bounded(&self, tally: &Tally) -> Decision {
        let (accepted, judged) = (tally.accepted, tally.judged());
        let all = judged + tally.unreached();
        if accepted > 0 && lower(accepted, all, self.beta) >= self.objective {
            Decision::Pass
        } else if judged > 0 && upper(accepted, judged, self.alpha) < self.objective {
            Decision::Fail
        } else {
            Decision::Inconclusive
        }
    }

    /// What this design does where that share of samples is accepted.
    pub fn predict(&self, rate: f64) -> Prediction {
        let mut prediction = Prediction { pass: 0.0, fail: 0.0, samples: 0.0 };
        // The chance of so many rejections, with no decision so far.
        let mut open = vec![1.0];
        for made in 1..=self.most {
            prediction.samples += open.iter().sum::<f64>();
            let mut next = vec![0.0; open.len() + 1];
            for (rejected, chance) in open.iter().enumerate() {
                next[rejected] += chance * rate;
                next[rejected + 1] += chance * (1.0 - rate);
            }
            for (rejected, chance) in next.iter_mut().enumerate() {
                let rejected = rejected as u64;
                let decision = self.decide(&Tally::of(made - rejected.min(made), rejected));
                match decision {
                    Some(Decision::Pass) => prediction.pass += std::mem::take(chance),
                    Some(Decision::Fail) => prediction.fail += std::mem::take(chance),
                    Some(Decision::Inconclusive) => *chance = 0.0,
                    None => {}
                }
            }
            while next.last() == Some(&0.0) {
                next.pop();
            }
            open = next;
        }
        prediction
    }

    /// By how much more likely the counts are where the rate is high enough than where it is the objective, as a logarithm.
    fn score(&self, accepted: u64, failed: u64) -> f64 {
        let of_failed = ((1.0 - self.against) / (1.0 - self.objective)).ln();
        accepted as f64 * self.of_accepted() + failed as f64 * of_failed
    }

    fn of_accepted(&self) -> f64 {
        (self.against / self.objective).ln()
    }

    fn pass_at(&self) -> f64 {
        ((1.0 - self.alpha) / self.beta).ln()
    }

    fn fail_at(&self) -> f64 {
        (self.alpha / (1.0 - self.beta)).ln()
    }
}

/// The rate of what was judged is at least the one and at most the other: each is wrong in one run of twenty (Clopper and Pearson).
pub fn interval(tally: &Tally) -> (f64, f64) {
    let judged = tally.judged();
    (lower(tally.accepted, judged, ERROR), upper(tally.accepted, judged, ERROR))
}

/// The lower and the upper bound of Wilson.
fn wilson(accepted: u64, all: u64, chance: f64) -> (f64, f64) {
    let deviations = Normal::standard().inverse_cdf(1.0 - chance);
    let (share, all) = (accepted as f64 / all as f64, all as f64);
    let square = deviations * deviations;
    let centre = (share + square / (2.0 * all)) / (1.0 + square / all);
    let half = deviations / (1.0 + square / all) * (share * (1.0 - share) / all + square / (4.0 * all * all)).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// The rate is lower than this with that chance only.
fn lower(accepted: u64, all: u64, chance: f64) -> f64 {
    if all > MANY {
        return wilson(accepted, all, chance).0;
    }
    let failed = all - accepted;
    let beta = if accepted == 0 { None } else { Beta::new(accepted as f64, failed as f64 + 1.0).ok() };
    beta.map_or(0.0, |beta| beta.inverse_cdf(chance))
}

/// The rate is higher than this with that chance only.
fn upper(accepted: u64, all: u64, chance: f64) -> f64 {
    if all > MANY {
        return wilson(accepted, all, chance).1;
    }
    let failed = all - accepted;
    let beta = if failed == 0 { None } else { Beta::new(accepted as f64 + 1.0, failed as f64).ok() };
    beta.map_or(1.0, |beta| beta.inverse_cdf(1.0 - chance))
}

#[cfg(test)]
#[path = "design/tests.rs"]
mod tests;
