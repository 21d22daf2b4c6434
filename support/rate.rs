//! The success rate of a target, measured: valid tokens only, a fresh connection for each sample, and a decision whose errors
//! have a known chance. It says how often a token is rejected; [`check`](crate::check()) says why.

mod clients;
mod connection;
mod design;
mod document;
mod expiry;
mod gateway;
mod groups;
mod head;
mod http;
mod latency;
mod leg;
mod limits;
mod measured;
mod merge;
mod named;
mod order;
mod pace;
mod proxy;
mod run;
mod sample;
mod sampler;
mod samples;
mod tally;
mod template;
mod welcomed;

pub use design::{Decision, Design, Method, Prediction, USUAL_OBJECTIVE, interval};
pub use document::Document;
pub use groups::{Factor, Group, Groups, Tie};
pub use latency::{Latency, Percentiles, Phase};
pub use leg::Leg;
pub use limits::Limits;
pub use measured::{Ended, Measured};
pub use merge::{MergeError, Sum, merge};
pub use order::Decided;
pub(crate) use pace::IN_A_ROW;
pub use pace::Slowed;
pub use run::{Observer, measure};
pub use tally::{Judged, Tally, Unreached};

use std::collections::BTreeSet;
use std::time::Duration;

use crate::evidence::Run;
use crate::target::Target;

/// How a run is made; what its limits permit was checked before.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which legs, in this order.
    pub legs: Vec<Leg>,
    /// The success rate that is too low.
    pub objective: f64,
    /// A number of samples for each leg, instead of as many as decide.
    pub samples: Option<u64>,
    /// So many samples at most, where none are asked for.
    pub at_most: u64,
    /// Connections at a time.
    pub concurrency: usize,
    /// The samples of a leg begin evenly over this time.
    pub spread: Option<Duration>,
    /// How long a welcomed connection is watched; without it, as the target's file says, and a quarter of a second at most.
    pub hold: Option<Duration>,
    /// Close codes of which none may come.
    pub forbidden: BTreeSet<u16>,
    /// Which part of a run this is.
    pub shard: Shard,
    /// What marks are made with, where several runs are to be compared.
    pub run_key: Option<Vec<u8>>,
}

/// A part of a run that several machines share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub number: u64,
    /// So many parts.
    pub of: u64,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// Its part of so many samples.
    fn share(self, samples: u64) -> u64 {
        samples / self.of + u64::from(self.number <= samples % self.of)
    }
}

impl Options {
    /// As many samples as decide, of every leg that the target has.
    pub fn usual(target: &Target) -> Self {
        let limits = Limits::of(target);
        Options {
            legs: Leg::of(target),
            objective: USUAL_OBJECTIVE,
            samples: None,
            at_most: limits.samples,
            concurrency: limits.usual_concurrency,
            spread: None,
            hold: None,
            forbidden: BTreeSet::new(),
            shard: Shard::WHOLE,
            run_key: None,
        }
    }

    /// How each leg decides.
    pub fn design(&self) -> Design {
        let design = match self.samples {
            None => Design::sequential(self.objective, self.legs.len()),
            Some(samples) => Design::fixed(self.objective, self.legs.len(), samples),
        };
        let most = if self.samples.is_some() { design.most } else { design.most.min(self.at_most) };
        design.at_most(self.shard.share(most))
    }
}

/// What a run has measured.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The name of the target.
    pub target: String,
    /// In the order in which they were sampled.
    pub legs: Vec<Measured>,
    /// When it was made, for how long, and by which command.
    pub run: Run,
    /// What the login responded, where a user has no token.
    pub login: Option<String>,
    /// Close codes of which none may come.
    pub forbidden: BTreeSet<u16>,
    /// What was added up: one part, unless runs were merged.
    pub parts: Vec<Part>,
    /// The same for runs whose marks compare.
    pub key: Option<String>,
}

/// A part of a run, as one machine has made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Another one for each run of the program.
    pub run: String,
    /// Which part it is.
    pub shard: Shard,
}

impl Rate {
    /// What is said of that leg; nothing of one without samples, nor of a part. A close that is forbidden fails it, however many are
    /// accepted.
    pub fn decision_of(&self, measured: &Measured) -> Decision {
        if self.forbidden.iter().any(|code| measured.tally.closes.contains_key(code)) {
            return Decision::Fail;
        }
        if self.missing_parts() > 0 {
            return Decision::Inconclusive;
        }
        let decided = measured.decided.map(|decided| decided.decision);
        decided.unwrap_or_else(|| measured.design.conclude(&measured.tally))
    }

    /// So many parts of the run are not there: a part decides nothing for all.
    pub fn missing_parts(&self) -> u64 {
        let of = self.parts.first().map_or(1, |part| part.shard.of);
        of.saturating_sub(self.parts.len() as u64)
    }

    /// The worst of all legs; inconclusive without any, where a user has no token, an interruption came first, or parts are missing.
    pub fn decision(&self) -> Decision {
        let worst = self.legs.iter().map(|leg| self.decision_of(leg)).max().unwrap_or(Decision::Inconclusive);
        let is_whole = self.login.is_none() && !self.run.interrupted && self.missing_parts() == 0;
        if is_whole { worst } else { worst.max(Decision::Inconclusive) }
    }

    /// What this machine could not do, where that ended the run.
    pub fn failure(&self) -> Option<&str> {
        self.legs.iter().find_map(|leg| match &leg.ended {
            Some(Ended::Machine { error }) => Some(error.as_str()),
            _ => None,
        })
    }
}
