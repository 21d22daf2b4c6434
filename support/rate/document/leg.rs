//! A leg of a run as JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::rate::groups::Factor;
use crate::rate::latency::{Latency, Percentiles, Phase};
use crate::rate::{
    Decided, Decision, Design, Ended, Group, Groups, Leg, Measured, Slowed, Tally, Tie, Unreached, interval,
};
use crate::wording::escaped;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::rate) struct LegDocument {
    pub(in crate::rate) leg: Leg,
    pub(in crate::rate) attempts: u64,
    pub(in crate::rate) accepted: u64,
    pub(in crate::rate) refused: u64,
    pub(in crate::rate) unreached: u64,
    /// What was not reached, by reason.
    pub(in crate::rate) apart: BTreeMap<Unreached, u64>,
    pub(in crate::rate) closes: BTreeMap<u16, u64>,
    rate: Option<f64>,
    interval: [f64; 2],
    pub(in crate::rate) decision: Decision,
    /// The run's own decision, with what was counted when it was made; nothing where runs were merged.
    #[serde(default)]
    decided: Option<DecidedDocument>,
    /// Why there are fewer samples than the design has, where no decision ended them.
    #[serde(default)]
    ended: Option<Ended>,
    pub(in crate::rate) design: Design,
    /// How long a welcomed connection was watched, in milliseconds.
    #[serde(default)]
    hold_ms: Option<u64>,
    pub(in crate::rate) latency_ms: LatencyDocument,
    pub(in crate::rate) groups: Vec<GroupDocument>,
    ties: Vec<TieDocument>,
    slowed: SlowedDocument,
    elapsed_s: f64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct DecidedDocument {
    decision: Decision,
    accepted: u64,
    refused: u64,
    unreached: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::rate) struct LatencyDocument {
    #[serde(flatten)]
    total: PercentilesDocument,
    phases: BTreeMap<String, PercentilesDocument>,
    /// For each phase, microseconds and how many samples took so long.
    pub(in crate::rate) buckets: BTreeMap<String, Vec<(u64, u32)>>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct PercentilesDocument {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::rate) struct GroupDocument {
    pub(in crate::rate) by: Factor,
    /// The name of the header or cookie.
    of: String,
    pub(in crate::rate) mark: String,
    pub(in crate::rate) name: Option<String>,
    pub(in crate::rate) accepted: u64,
    pub(in crate::rate) refused: u64,
    /// Of these, what is tested: accepted and refused.
    tested: (u64, u64),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct TieDocument {
    by: Factor,
    /// The name of the header or cookie.
    #[serde(default)]
    of: String,
    /// The marks of the groups that reject.
    marks: Vec<String>,
    p: f64,
    /// Each value came with one outcome only, and may follow from it.
    #[serde(default)]
    may_follow: bool,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct SlowedDocument {
    samples: u64,
    seconds: f64,
}

impl LegDocument {
    pub(super) fn of(leg: &Measured, decision: Decision) -> Self {
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
            decided: leg.decided.map(DecidedDocument::of),
            ended: leg.ended.clone(),
            design: leg.design,
            hold_ms: leg.hold.map(|hold| u64::try_from(hold.as_millis()).unwrap_or(u64::MAX)),
            latency_ms: LatencyDocument::of(&leg.latency),
            groups: leg.groups.all().into_iter().map(GroupDocument::of).collect(),
            ties: leg.groups.ties().into_iter().map(TieDocument::of).collect(),
            slowed: SlowedDocument { samples: leg.slowed.samples, seconds: leg.slowed.time.as_secs_f64() },
            elapsed_s: leg.elapsed.as_secs_f64(),
        }
    }

    /// Whether a run can have counted this.
    pub(in crate::rate) fn adds_up(&self) -> bool {
        let decided = self.decided.is_none_or(|decided| {
            decided.accepted <= self.accepted && decided.refused <= self.refused && decided.unreached <= self.unreached
        });
        let times = self.latency_ms.buckets.values().all(|buckets| {
            sum(buckets.iter().map(|(_, count)| u64::from(*count))).is_some_and(|sum| sum <= self.attempts)
        });
        sum(self.apart.values().copied()) == Some(self.unreached)
            && sum([self.accepted, self.refused, self.unreached]) == Some(self.attempts)
            // A connection is closed once.
            && sum(self.closes.values().copied()).is_some_and(|sum| sum <= self.attempts)
            && decided
            && times
    }

    /// Whether its groups are of its samples.
    pub(in crate::rate) fn has_possible_groups(&self) -> bool {
        let is_part = |group: &GroupDocument| {
            group.accepted <= self.accepted && group.refused <= self.refused && group.is_possible()
        };
        self.groups.iter().all(is_part)
    }

    pub(super) fn printable(mut self) -> Self {
        self.groups.iter_mut().for_each(|group| {
            (group.of, group.mark) = (escaped(&group.of), escaped(&group.mark));
            group.name = group.name.as_deref().map(escaped);
        });
        if let Some(Ended::Machine { error }) = &mut self.ended {
            *error = escaped(error);
        }
        self
    }

    pub(super) fn measured(self) -> Measured {
        let mut measured = Measured::new(self.leg, self.design);
        measured.decided = self.decided.map(DecidedDocument::decided);
        measured.ended = self.ended;
        measured.hold = self.hold_ms.map(Duration::from_millis);
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
            time: Duration::try_from_secs_f64(self.slowed.seconds).unwrap_or_default(),
        };
        measured.elapsed = Duration::try_from_secs_f64(self.elapsed_s).unwrap_or_default();
        measured
    }
}

fn sum(counts: impl IntoIterator<Item = u64>) -> Option<u64> {
    counts.into_iter().try_fold(0_u64, |sum, count| sum.checked_add(count))
}

impl DecidedDocument {
    fn of(Decided { decision, accepted, rejected, unreached }: Decided) -> Self {
        DecidedDocument { decision, accepted, refused: rejected, unreached }
    }

    fn decided(self) -> Decided {
        let DecidedDocument { decision, accepted, refused, unreached } = self;
        Decided { decision, accepted, rejected: refused, unreached }
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
    fn is_possible(&self) -> bool {
        self.tested.0 <= self.accepted && self.tested.1 <= self.refused
    }

    fn of(group: Group) -> Self {
        let Group { by, of, mark, name, accepted, rejected, tested } = group;
        GroupDocument { by, of, mark, name, accepted, refused: rejected, tested }
    }

    fn group(self) -> Group {
        let GroupDocument { by, of, mark, name, accepted, refused, tested } = self;
        Group { by, of, mark, name, accepted, rejected: refused, tested }
    }
}

impl TieDocument {
    fn of(tie: Tie) -> Self {
        let Tie { by, groups, p, may_follow, .. } = tie;
        let of = groups.first().map(|group| group.of.clone()).unwrap_or_default();
        TieDocument { by, of, marks: groups.into_iter().map(|group| group.mark).collect(), p, may_follow }
    }
}
