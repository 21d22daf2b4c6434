//! A run as JSON, `fivewhys.rate/1`: its keys are a contract. What is written is read again, to add runs up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::groups::Factor;
use super::latency::{Latency, Percentiles, Phase};
use super::{Decision, Design, Groups, Leg, Measured, Part, Rate, Shard, Slowed, Tally, Tie, Unreached, interval};
use crate::evidence::Run;

/// The name and version of this schema.
pub(super) const SCHEMA: &str = "fivewhys.rate/1";

/// A whole run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    pub(super) schema: String,
    tool: Tool,
    pub(super) target: String,
    started: String,
    pub(super) elapsed_s: f64,
    interrupted: bool,
    /// The worst of all legs.
    pub(super) decision: Decision,
    /// What the login responded, where a user has no token.
    login: Option<String>,
    /// Close codes of which none may come.
    pub(super) forbidden_closes: Vec<u16>,
    /// What was added up.
    parts: Vec<PartDocument>,
    /// The same for runs whose marks compare.
    marks_key: Option<String>,
    pub(super) legs: Vec<LegDocument>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct PartDocument {
    run: String,
    number: u64,
    of: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Tool {
    name: String,
    version: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LegDocument {
    pub(super) leg: Leg,
    pub(super) attempts: u64,
    pub(super) accepted: u64,
    pub(super) refused: u64,
    pub(super) unreached: u64,
    /// What was not reached, by reason.
    pub(super) apart: BTreeMap<Unreached, u64>,
    pub(super) closes: BTreeMap<u16, u64>,
    rate: Option<f64>,
    interval: [f64; 2],
    pub(super) decision: Decision,
    pub(super) design: Design,
    pub(super) latency_ms: LatencyDocument,
    pub(super) groups: Vec<GroupDocument>,
    ties: Vec<TieDocument>,
    slowed: SlowedDocument,
    elapsed_s: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LatencyDocument {
    #[serde(flatten)]
    total: PercentilesDocument,
    phases: BTreeMap<String, PercentilesDocument>,
    /// For each phase, microseconds and how many samples took so long.
    pub(super) buckets: BTreeMap<String, Vec<(u64, u32)>>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct PercentilesDocument {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct GroupDocument {
    pub(super) by: Factor,
    /// The name of the header or cookie.
    of: String,
    pub(super) mark: String,
    pub(super) name: Option<String>,
    pub(super) accepted: u64,
    pub(super) refused: u64,
    /// Of these, what is tested: accepted and refused.
    tested: (u64, u64),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct TieDocument {
    by: Factor,
    /// The marks of the groups that reject.
    marks: Vec<String>,
    p: f64,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct SlowedDocument {
    samples: u64,
    seconds: f64,
}

impl Document {
    /// Of a run.
    pub fn of(rate: &Rate) -> Self {
        let Run { started, elapsed, interrupted, .. } = &rate.run;
        Document {
            schema: SCHEMA.to_owned(),
            tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            target: rate.target.clone(),
            started: started.clone(),
            elapsed_s: elapsed.as_secs_f64(),
            interrupted: *interrupted,
            decision: rate.decision(),
            login: rate.login.clone(),
            forbidden_closes: rate.forbidden.iter().copied().collect(),
            parts: rate.parts.iter().map(PartDocument::of).collect(),
            marks_key: rate.key.clone(),
            legs: rate.legs.iter().map(|leg| LegDocument::of(leg, rate.decision_of(leg))).collect(),
        }
    }

    /// As it is written.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).map(|json| json + "\n").unwrap_or_default()
    }

    /// The run again, as far as it is told.
    pub(super) fn rate(self) -> Rate {
        let elapsed = std::time::Duration::try_from_secs_f64(self.elapsed_s).unwrap_or_default();
        Rate {
            target: self.target,
            legs: self.legs.into_iter().map(LegDocument::measured).collect(),
            run: Run { started: self.started, elapsed, interrupted: self.interrupted, ..Run::default() },
            login: self.login,
            forbidden: self.forbidden_closes.into_iter().collect(),
            parts: self.parts.into_iter().map(PartDocument::part).collect(),
            key: self.marks_key,
        }
    }
}

impl PartDocument {
    fn of(part: &Part) -> Self {
        PartDocument { run: part.run.clone(), number: part.shard.number, of: part.shard.of }
    }

    fn part(self) -> Part {
        Part { run: self.run, shard: Shard { number: self.number, of: self.of } }
    }
}

impl LegDocument {
    fn of(leg: &Measured, decision: Decision) -> Self {
        let tally = &leg.tally;
        let (low, high) = interval(tally);
        LegDocument {
            leg: leg.leg,
            attempts: tally.attempts(),
            accepted: tally.accepted,
            refused: tally.rejected,
            unreached: tally.unreached(),
            apart: tally.apart.clone(),
            closes: tally.closes.clone(),
            rate: tally.rate(),
            interval: [low, high],
            decision,
            design: leg.design,
            latency_ms: LatencyDocument::of(&leg.latency),
            groups: leg.groups.all().into_iter().map(GroupDocument::of).collect(),
            ties: leg.groups.ties().into_iter().map(TieDocument::of).collect(),
            slowed: SlowedDocument { samples: leg.slowed.samples, seconds: leg.slowed.time.as_secs_f64() },
            elapsed_s: leg.elapsed.as_secs_f64(),
        }
    }

    fn measured(self) -> Measured {
        let mut measured = Measured::new(self.leg, self.design);
        measured.tally =
            Tally { accepted: self.accepted, rejected: self.refused, apart: self.apart, closes: self.closes };
        for (phase, buckets) in self.latency_ms.buckets {
            let Ok(phase) = phase.parse::<Phase>() else { continue };
            buckets.into_iter().for_each(|(micros, count)| measured.latency.add_bucket(phase, micros, count));
        }
        let mut groups = Groups::default();
        self.groups.into_iter().for_each(|group| groups.add(group.group()));
        measured.groups = groups;
        measured.slowed = Slowed {
            samples: self.slowed.samples,
            time: std::time::Duration::try_from_secs_f64(self.slowed.seconds).unwrap_or_default(),
        };
        measured.elapsed = std::time::Duration::try_from_secs_f64(self.elapsed_s).unwrap_or_default();
        measured
    }
}

impl LatencyDocument {
    fn of(latency: &Latency) -> Self {
        LatencyDocument {
            total: PercentilesDocument::of(latency.total()),
            phases: latency.phases().map(|(phase, told)| (phase.to_string(), PercentilesDocument::of(told))).collect(),
            buckets: latency.buckets().map(|(phase, buckets)| (phase.to_string(), buckets)).collect(),
        }
    }
}

impl PercentilesDocument {
    fn of(Percentiles { p50, p90, p99, max }: Percentiles) -> Self {
        PercentilesDocument { p50, p90, p99, max }
    }
}

impl GroupDocument {
    /// What is tested is a part of it.
    pub(super) fn is_possible(&self) -> bool {
        self.tested.0 <= self.accepted && self.tested.1 <= self.refused
    }

    fn of(group: super::Group) -> Self {
        let super::Group { by, of, mark, name, accepted, rejected, tested } = group;
        GroupDocument { by, of, mark, name, accepted, refused: rejected, tested }
    }

    fn group(self) -> super::Group {
        let GroupDocument { by, of, mark, name, accepted, refused, tested } = self;
        super::Group { by, of, mark, name, accepted, rejected: refused, tested }
    }
}

impl TieDocument {
    fn of(tie: Tie) -> Self {
        TieDocument { by: tie.by, marks: tie.groups.into_iter().map(|group| group.mark).collect(), p: tie.p }
    }
}
