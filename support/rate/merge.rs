//! Adds up runs of several machines, and decides anew. Counts and histograms add up; marks of replicas and users are equal where the
//! runs shared a key.

mod parts;

use std::collections::BTreeSet;

use super::document::{Document, SCHEMA};
use super::{Latency, Measured, Rate};
use parts::Parts;

/// Why runs do not add up.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MergeError {
    /// There is nothing to add up.
    #[error("there is no run to merge")]
    Nothing,
    /// Another schema.
    #[error("the schema is `{0}`; it must be `{SCHEMA}`")]
    Schema(String),
    /// Runs of different targets.
    #[error("the runs are of two targets, `{0}` and `{1}`")]
    Targets(String, String),
    /// Runs that decide differently.
    #[error("the runs decide differently: {0} is not the same")]
    Designs(&'static str),
    /// A design with which this program decides nothing.
    #[error("the design of leg `{0}` is none of `fivewhys rate`")]
    Design(super::Leg),
    /// The same part twice.
    #[error("part {0} of {1} is there twice")]
    Twice(u64, u64),
    /// Parts of runs of different sizes.
    #[error("one run has {0} parts, and another one {1}")]
    Parts(u64, u64),
    /// A part that no run has.
    #[error("there is no part {0} of {1}")]
    NoPart(u64, u64),
    /// Parts that measured different legs.
    #[error("one run has the legs `{0}`, and another one `{1}`")]
    Legs(String, String),
    /// A leg twice in one run.
    #[error("leg `{0}` is there twice")]
    LegTwice(super::Leg),
    /// A time that is none.
    #[error("`started` is no time: `{0}`")]
    Started(String),
    /// Parts of one run begin on one day.
    #[error("{0} began at {1}, and {2} at {3}: that is more than a day apart")]
    Apart(String, String, String, String),
    /// More than can be.
    #[error("leg `{0}` has more samples than its design, or than the {MOST} that a run can have")]
    Many(super::Leg),
    /// Counts that cannot be.
    #[error("the counts of leg `{0}` do not add up: attempts are accepted, refused and unreached ones")]
    Counts(super::Leg),
}

/// No run has more samples of a leg.
const MOST: u64 = 10_000_000;
/// One run of all of them.
///
/// # Errors
/// When they are not parts of one run.
pub fn merge(documents: impl IntoIterator<Item = Document>) -> Result<Rate, MergeError> {
    let mut sum = Sum::default();
    documents.into_iter().try_for_each(|document| sum.add(document))?;
    sum.into_rate()
}

/// Runs that are added up, one after the other: what is kept does not grow with them.
#[derive(Default)]
pub struct Sum {
    rate: Option<Rate>,
    parts: Parts,
}

impl Sum {
    /// One more of them.
    ///
    /// # Errors
    /// When it is no run, or no part of the run that the others are parts of.
    pub fn add(&mut self, document: Document) -> Result<(), MergeError> {
        let document = document.printable();
        valid(&document)?;
        let other = document.rate();
        self.parts.add(&other)?;
        match &mut self.rate {
            Some(sum) => add(sum, other),
            None => {
                self.rate = Some(other);
                Ok(())
            }
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// When nothing was added.
    pub fn into_rate(self) -> Result<Rate, MergeError> {
        self.rate.ok_or(MergeError::Nothing)
    }
}

/// Whether the document can be of a run.
fn valid(document: &Document) -> Result<(), MergeError> {
    if document.schema != SCHEMA {
        return Err(MergeError::Schema(document.schema.clone()));
    }
    if let Some(part) = document.parts.iter().find(|part| !(1..=part.of).contains(&part.number)) {
        return Err(MergeError::NoPart(part.number, part.of));
    }
    let mut seen = BTreeSet::new();
    for leg in &document.legs {
        let checks = [
            (seen.insert(leg.leg), MergeError::LegTwice(leg.leg)),
            (leg.adds_up(), MergeError::Counts(leg.leg)),
            (leg.design.is_possible(), MergeError::Design(leg.leg)),
            // The groups of a leg are of its samples.
            (leg.attempts <= leg.design.most.min(MOST) && leg.has_possible_groups(), MergeError::Many(leg.leg)),
        ];
        checks.into_iter().try_for_each(|(is_right, error)| if is_right { Ok(()) } else { Err(error) })?;
    }
    Ok(())
}

fn add(sum: &mut Rate, other: Rate) -> Result<(), MergeError> {
    if sum.target != other.target {
        return Err(MergeError::Targets(sum.target.clone(), other.target));
    }
    if sum.forbidden != other.forbidden {
        return Err(MergeError::Designs("what `--forbid-close` forbids"));
    }
    if legs(sum) != legs(&other) {
        let named = |rate: &Rate| legs(rate).iter().map(super::Leg::to_string).collect::<Vec<_>>().join(", ");
        return Err(MergeError::Legs(named(sum), named(&other)));
    }
    if sum.key != other.key {
        // Their marks do not compare; only the halves do.
        sum.key = None;
    }
    let compares = sum.key.is_some();
    sum.run.elapsed = sum.run.elapsed.max(other.run.elapsed);
    sum.run.interrupted |= other.run.interrupted;
    sum.run.started = sum.run.started.clone().min(other.run.started);
    sum.login = sum.login.take().or(other.login);
    sum.parts.extend(other.parts);
    for leg in other.legs {
        if let Some(known) = sum.legs.iter_mut().find(|known| known.leg == leg.leg) {
            add_leg(known, leg, compares)?;
        }
    }
    Ok(())
}

fn legs(rate: &Rate) -> BTreeSet<super::Leg> {
    rate.legs.iter().map(|leg| leg.leg).collect()
}

fn add_leg(sum: &mut Measured, other: Measured, compares: bool) -> Result<(), MergeError> {
    let (one, two) = (&sum.design, &other.design);
    if one.method != two.method {
        return Err(MergeError::Designs("whether `--samples` is given"));
    }
    if (one.objective, one.against) != (two.objective, two.against) {
        return Err(MergeError::Designs("the objective"));
    }
    if (one.alpha, one.beta) != (two.alpha, two.beta) {
        return Err(MergeError::Designs("the number of legs"));
    }
    if sum.hold.zip(other.hold).is_some_and(|(one, two)| one != two) {
        return Err(MergeError::Designs("`--hold`"));
    }
    // It was that of a part.
    sum.decided = None;
    sum.hold = sum.hold.or(other.hold);
    sum.ended = sum.ended.take().or(other.ended);
    sum.design = sum.design.at_most(sum.design.most.saturating_add(other.design.most));
    sum.tally.add(&other.tally);
    add_latency(&mut sum.latency, &other.latency);
    if !compares {
        sum.groups.keep_halves();
    }
    let groups = other.groups.all().into_iter().filter(|group| compares || group.by == super::Factor::Time);
    groups.for_each(|group| sum.groups.add(group));
    sum.slowed.samples = sum.slowed.samples.saturating_add(other.slowed.samples);
    sum.slowed.time = sum.slowed.time.saturating_add(other.slowed.time);
    sum.elapsed = sum.elapsed.max(other.elapsed);
    Ok(())
}

fn add_latency(sum: &mut Latency, other: &Latency) {
    for (phase, buckets) in other.buckets() {
        buckets.into_iter().for_each(|(micros, count)| sum.add_bucket(phase, micros, count));
    }
}
