//! Which parts were added up: each once, all of one size, and begun on one day.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::MergeError;
use crate::rate::{Part, Rate};

#[derive(Default)]
pub(super) struct Parts {
    of: Option<u64>,
    runs: BTreeSet<String>,
    numbers: BTreeSet<u64>,
    /// Which began first, and which last.
    began: Option<(Began, Began)>,
}

/// When a run began, and which it is.
#[derive(Clone)]
struct Began {
    at: SystemTime,
    name: String,
}

/// The parts of one run begin this close to each other.
const DAY: Duration = Duration::from_secs(24 * 3_600);

impl Parts {
    /// # Errors
    /// When that run is none of these parts.
    pub(super) fn add(&mut self, other: &Rate) -> Result<(), MergeError> {
        for Part { run, shard } in &other.parts {
            let of = *self.of.get_or_insert(shard.of);
            if of != shard.of {
                return Err(MergeError::Parts(of, shard.of));
            }
            let is_new = shard.of == 1 || self.numbers.insert(shard.number);
            if !self.runs.insert(run.clone()) || !is_new {
                return Err(MergeError::Twice(shard.number, shard.of));
            }
        }
        let new = Began::of(other)?;
        let (first, last) = self.began.take().unwrap_or_else(|| (new.clone(), new.clone()));
        new.is_near(&first)?;
        new.is_near(&last)?;
        let (first, last) =
            if new.at < first.at { (new, last) } else { (first, if new.at > last.at { new } else { last }) };
        self.began = Some((first, last));
        Ok(())
    }
}

impl Began {
    fn of(rate: &Rate) -> Result<Self, MergeError> {
        let at = humantime::parse_rfc3339(&rate.run.started);
        let at = at.map_err(|_| MergeError::Started(rate.run.started.clone()))?;
        let name = match rate.parts.first() {
            Some(Part { shard, .. }) if shard.of > 1 => format!("part {} of {}", shard.number, shard.of),
            _ => "a whole run".to_owned(),
        };
        Ok(Began { at, name })
    }

    fn is_near(&self, other: &Began) -> Result<(), MergeError> {
        let (first, last) = if self.at < other.at { (self, other) } else { (other, self) };
        match last.at.duration_since(first.at) {
            Ok(between) if between <= DAY => Ok(()),
            _ => Err(MergeError::Apart(first.name.clone(), first.told(), last.name.clone(), last.told())),
        }
    }

    fn told(&self) -> String {
        humantime::format_rfc3339_seconds(self.at).to_string()
    }
}
