//! Adds up runs of several machines, and decides anew. Counts and histograms add up; marks of replicas and users are equal where the
//! runs shared a key.

use super::document::{Document, SCHEMA};
use super::{Latency, Measured, Method, Rate};

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
    /// Counts that cannot be.
    #[error("the counts of leg `{0}` do not add up: attempts are accepted, refused and unreached ones")]
    Counts(super::Leg),
}

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
    match document.legs.iter().find(|leg| !adds_up(leg)) {
        Some(leg) => Err(MergeError::Counts(leg.leg)),
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
    sum.run.elapsed = sum.run.elapsed.max(other.run.elapsed);
    sum.run.interrupted |= other.run.interrupted;
    sum.run.started = sum.run.started.clone().min(other.run.started);
    sum.login = sum.login.take().or(other.login);
    for leg in other.legs {
        match sum.legs.iter_mut().find(|known| known.leg == leg.leg) {
            Some(known) => add_leg(known, &leg)?,
            None => sum.legs.push(leg),
        }
    }
    sum.legs.sort_by_key(|leg| leg.leg);
    Ok(())
}

fn add_leg(sum: &mut Measured, other: &Measured) -> Result<(), MergeError> {
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
    sum.design.most = sum.design.most.saturating_add(other.design.most);
    if sum.design.method == Method::ClopperPearson {
        sum.design.least = sum.design.most;
    }
    sum.tally.add(&other.tally);
    add_latency(&mut sum.latency, &other.latency);
    other.groups.all().into_iter().for_each(|group| sum.groups.add(group));
    sum.slowed.samples += other.slowed.samples;
    sum.slowed.time += other.slowed.time;
    sum.elapsed = sum.elapsed.max(other.elapsed);
    Ok(())
}

fn add_latency(sum: &mut Latency, other: &Latency) {
    for (phase, buckets) in other.buckets() {
        buckets.into_iter().for_each(|(micros, count)| sum.add_bucket(phase, micros, count));
    }
}
