//! Adds up runs of several machines, and decides anew. Counts and histograms add up; marks of replicas and users are equal where the
//! runs shared a key.

use super::document::{Document, SCHEMA};
use super::{Latency, Measured, Part, Rate};

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
    /// More than can be.
    #[error("leg `{0}` has more samples than a run can have")]
    Many(super::Leg),
    /// Counts that cannot be.
    #[error("the counts of leg `{0}` do not add up: attempts are accepted, refused and unreached ones")]
    Counts(super::Leg),
}

/// No run has more samples of a leg.
const MOST: u64 = 1_000_000_000;

/// One run of all of them.
///
/// # Errors
/// When they are not parts of one run.
pub fn merge(documents: Vec<Document>) -> Result<Rate, MergeError> {
    let mut documents = documents.into_iter().map(valid);
    let mut sum = documents.next().ok_or(MergeError::Nothing)??;
    for document in documents {
        add(&mut sum, document?)?;
    }
    Ok(sum)
}

/// The run, where the document can be one.
fn valid(document: Document) -> Result<Rate, MergeError> {
    if document.schema != SCHEMA {
        return Err(MergeError::Schema(document.schema));
    }
    let adds_up = |leg: &super::document::LegDocument| {
        let apart = leg.apart.values().try_fold(0_u64, |sum, count| sum.checked_add(*count));
        let all = leg.accepted.checked_add(leg.refused).and_then(|sum| sum.checked_add(leg.unreached));
        apart == Some(leg.unreached) && all == Some(leg.attempts)
    };
    if let Some(leg) = document.legs.iter().find(|leg| !adds_up(leg)) {
        return Err(MergeError::Counts(leg.leg));
    }
    if let Some(leg) = document.legs.iter().find(|leg| !leg.design.is_possible()) {
        return Err(MergeError::Design(leg.leg));
    }
    // The groups of a leg are of its samples.
    let is_of_the_leg = |leg: &super::document::LegDocument| {
        let is_part = |group: &super::document::GroupDocument| {
            group.accepted <= leg.accepted && group.refused <= leg.refused && group.is_possible()
        };
        leg.attempts <= MOST && leg.groups.iter().all(is_part)
    };
    match document.legs.iter().find(|leg| !is_of_the_leg(leg)) {
        Some(leg) => Err(MergeError::Many(leg.leg)),
        None => Ok(document.rate()),
    }
}

fn add(sum: &mut Rate, other: Rate) -> Result<(), MergeError> {
    if sum.target != other.target {
        return Err(MergeError::Targets(sum.target.clone(), other.target));
    }
    if sum.forbidden != other.forbidden {
        return Err(MergeError::Designs("what `--forbid-close` forbids"));
    }
    add_parts(sum, &other)?;
    if sum.key != other.key {
        // Their marks do not compare; only the halves do.
        sum.key = None;
    }
    let compares = sum.key.is_some();
    sum.run.elapsed = sum.run.elapsed.max(other.run.elapsed);
    sum.run.interrupted |= other.run.interrupted;
    sum.run.started = sum.run.started.clone().min(other.run.started);
    sum.login = sum.login.take().or(other.login);
    for leg in other.legs {
        match sum.legs.iter_mut().find(|known| known.leg == leg.leg) {
            Some(known) => add_leg(known, &leg, compares)?,
            None => sum.legs.push(leg),
        }
    }
    sum.legs.sort_by_key(|leg| leg.leg);
    Ok(())
}

/// Each part once, and all of one size.
fn add_parts(sum: &mut Rate, other: &Rate) -> Result<(), MergeError> {
    for part in &other.parts {
        if let Some(first) = sum.parts.first().filter(|first| first.shard.of != part.shard.of) {
            return Err(MergeError::Parts(first.shard.of, part.shard.of));
        }
        let is_same = |known: &Part| known.run == part.run || (part.shard.of > 1 && known.shard == part.shard);
        if sum.parts.iter().any(is_same) {
            return Err(MergeError::Twice(part.shard.number, part.shard.of));
        }
        sum.parts.push(part.clone());
    }
    Ok(())
}

fn add_leg(sum: &mut Measured, other: &Measured, compares: bool) -> Result<(), MergeError> {
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
