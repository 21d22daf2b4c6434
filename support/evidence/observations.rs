//! Observations by probe: in the order of the vocabulary for whoever reads them all, and by their hash for the rules, which ask
//! for thousands of single ones (a fifth of a diagnosis was spent on comparing probes with one another).

use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Observation, Probe};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observations {
    sorted: Vec<(Probe, Observation)>,
    /// Where in that row each stands.
    places: FxHashMap<Probe, usize>,
}

impl Observations {
    pub fn insert(&mut self, probe: Probe, observation: Observation) {
        match self.places.get(&probe) {
            Some(place) => self.sorted[*place].1 = observation,
            None => {
                let place = self.sorted.partition_point(|(other, _)| *other < probe);
                self.sorted.insert(place, (probe, observation));
                self.find_places(place);
            }
        }
    }

    pub fn get(&self, probe: Probe) -> Option<&Observation> {
        self.places.get(&probe).map(|place| &self.sorted[*place].1)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Probe, &Observation)> {
        self.sorted.iter().map(|(probe, observation)| (*probe, observation))
    }

    /// Those that the vocabulary has between two, both included.
    pub fn range(&self, range: RangeInclusive<Probe>) -> impl Iterator<Item = (Probe, &Observation)> {
        let first = self.sorted.partition_point(|(probe, _)| probe < range.start());
        self.iter().skip(first).take_while(move |(probe, _)| probe <= range.end())
    }

    pub fn retain(&mut self, keeps: impl Fn(Probe) -> bool) {
        self.sorted.retain(|(probe, _)| keeps(*probe));
        self.places.clear();
        self.find_places(0);
    }

    fn find_places(&mut self, from: usize) {
        let moved = self.sorted.iter().enumerate().skip(from);
        self.places.extend(moved.map(|(place, (probe, _))| (*probe, place)));
    }
}

/// JSON knows only strings as keys of an object, so they travel as a list of pairs.
impl Serialize for Observations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.sorted)
    }
}

impl<'de> Deserialize<'de> for Observations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs = Vec::<(Probe, Observation)>::deserialize(deserializer)?;
        let mut observations = Observations::default();
        pairs.into_iter().for_each(|(probe, observation)| observations.insert(probe, observation));
        Ok(observations)
    }
}
