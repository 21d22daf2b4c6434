//! What is compared of a success rate, as `fivewhys.rate/1` tells it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Text, Tool};
use crate::compare::exact::{MOST, Share};
use crate::compare::latency::Buckets;
use crate::rate::Decision;

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Run {
    pub(in crate::compare) tool: Tool,
    pub(in crate::compare) target: Text,
    pub(in crate::compare) started: Text,
    pub(in crate::compare) elapsed_s: f64,
    pub(in crate::compare) interrupted: bool,
    pub(in crate::compare) decision: Decision,
    /// What the login responded, where a user has no token.
    pub(in crate::compare) login: Option<Text>,
    pub(in crate::compare) parts: Vec<Part>,
    pub(in crate::compare) legs: Vec<Leg>,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Part {
    of: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Leg {
    #[serde(rename = "leg")]
    pub(in crate::compare) name: Text,
    attempts: u64,
    pub(in crate::compare) accepted: u64,
    #[serde(rename = "refused")]
    pub(in crate::compare) rejected: u64,
    unreached: u64,
    /// By reason.
    apart: BTreeMap<String, u64>,
    pub(in crate::compare) decision: Decision,
    pub(in crate::compare) design: Design,
    latency_ms: Latency,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Design {
    pub(in crate::compare) objective: f64,
}

#[derive(Clone, Debug, Deserialize)]
struct Latency {
    buckets: BTreeMap<String, Vec<(u64, u32)>>,
}

impl Run {
    /// Why no run can have written this.
    pub(super) fn impossible(&self) -> Option<String> {
        let names: BTreeSet<&Text> = self.legs.iter().map(|leg| &leg.name).collect();
        if names.len() < self.legs.len() {
            return Some("a leg is there twice".into());
        }
        if names.len() > MOST_LEGS {
            return Some(format!("it has more than {MOST_LEGS} legs"));
        }
        self.legs.iter().find_map(|leg| Some(format!("leg `{}` {}", leg.name, leg.impossible()?)))
    }

    /// Why it decides nothing for all, if so.
    pub(in crate::compare) fn ended_early(&self) -> Option<String> {
        let of = self.parts.first().map_or(1, |part| part.of);
        let there = self.parts.len() as u64;
        match &self.login {
            Some(response) => Some(format!("a user has no token: {response}")),
            None if self.interrupted => Some("the new run was interrupted".into()),
            None => (there < of).then(|| format!("the new run has {there} of {of} parts")),
        }
    }
}

impl Leg {
    fn impossible(&self) -> Option<&'static str> {
        let add = |sum: u64, count: u64| sum.checked_add(count);
        let all = add(self.accepted, self.rejected).and_then(|sum| add(sum, self.unreached));
        let apart = self.apart.values().try_fold(0, |sum, count| add(sum, *count));
        let mut timed = self
            .latency_ms
            .buckets
            .values()
            .map(|buckets| buckets.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(u64::from(*count))));
        if self.attempts > MOST {
            Some("has more samples than can be compared")
        } else if all != Some(self.attempts) || apart != Some(self.unreached) {
            Some("has counts that do not add up")
        } else if timed.any(|count| count > self.attempts) {
            Some("has more durations than samples")
        } else {
            None
        }
    }

    pub(in crate::compare) fn judged(&self) -> u64 {
        self.accepted + self.rejected
    }

    /// Of what was judged.
    pub(in crate::compare) fn rejections(&self) -> Share {
        Share { failed: self.rejected, all: self.judged() }
    }

    /// Samples without a usable response; those that a rate limit rejects depend on what else was sent.
    pub(in crate::compare) fn unusable(&self) -> Share {
        let limited = self.apart.get("rate-limited").copied().unwrap_or_default();
        Share { failed: self.unreached - limited, all: self.attempts - limited }
    }

    /// Of whole samples.
    pub(in crate::compare) fn durations(&self) -> Buckets {
        let mut durations = Buckets::new();
        for (micros, count) in self.latency_ms.buckets.get("total").into_iter().flatten() {
            *durations.entry((*micros).min(LONGEST)).or_default() += u64::from(*count);
        }
        durations
    }
}

/// There are three, and a later version may know more.
const MOST_LEGS: usize = 16;
/// An hour, in microseconds: no timeout is longer.
const LONGEST: u64 = 3_600_000_000;
