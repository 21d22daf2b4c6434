//! What has changed between two success rates.

use serde::Serialize;

use super::document::{Leg, Run};
use super::exact::{ALPHA, Share};
use super::latency::{self, Percentiles, Shift};
use super::{Change, Effect, Kind};
use crate::rate::Decision;

/// A leg of both runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LegCompared {
    /// Its name.
    pub leg: String,
    /// Before.
    pub old: Samples,
    /// After.
    pub new: Samples,
    /// The chance of so many more rejections, where nothing differs.
    pub p: f64,
}

/// What was measured of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Samples {
    /// Accepted samples.
    pub accepted: u64,
    /// Accepted and rejected ones.
    pub judged: u64,
    /// How long all samples took; `None` without any.
    pub latency_ms: Option<Percentiles>,
}

pub(super) fn compare(
    old: &Run,
    new: &Run,
    changes: &mut Vec<Change>,
    unchanged: &mut Vec<String>,
) -> Vec<LegCompared> {
    let in_both = |before: &&Leg| new.legs.iter().any(|now| now.name == before.name);
    let alpha = ALPHA / old.legs.iter().filter(in_both).count().max(1) as f64;
    let mut legs = Vec::new();
    for before in &old.legs {
        let Some(now) = new.legs.iter().find(|now| now.name == before.name) else {
            changes.push(not_measured(before));
            continue;
        };
        let known = changes.len();
        leg(before, now, alpha, changes);
        if changes.len() == known {
            unchanged.push(format!("leg {}", now.name));
        }
        let p = Share::chance(before.rejections(), now.rejections());
        legs.push(LegCompared { leg: now.name.to_string(), old: samples(before), new: samples(now), p });
    }
    if let Some(why) = new.ended_early() {
        changes.push(Change::new(Effect::NotShown, Kind::Coverage, "run", why));
    }
    legs
}

fn not_measured(leg: &Leg) -> Change {
    let text = format!("{} is not measured any longer", leg.name);
    Change::new(Effect::NotShown, Kind::Coverage, leg.name.as_str(), text)
}

fn samples(leg: &Leg) -> Samples {
    Samples { accepted: leg.accepted, judged: leg.judged(), latency_ms: latency::percentiles(&leg.durations()) }
}

fn leg(old: &Leg, new: &Leg, alpha: f64, changes: &mut Vec<Change>) {
    let name = new.name.as_str();
    let of_share = [
        (Kind::SuccessRate, "rejects", old.rejections(), new.rejections()),
        (Kind::Responses, "gives no usable response to", old.unusable(), new.unusable()),
    ];
    for (kind, verb, one, other) in of_share {
        changes.extend(share(kind, name, verb, [one, other], alpha));
    }
    changes.extend(decision(old, new));
    changes.extend(slower(old, new, alpha));
}

fn share(kind: Kind, leg: &str, verb: &str, [old, new]: [Share; 2], alpha: f64) -> Option<Change> {
    if old.is_like(new) || old.all == 0 || new.all == 0 {
        return None;
    }
    let (more, less) = (Share::chance(old, new), Share::chance(new, old));
    let (effect, p) = match () {
        () if more < alpha => (Effect::Worse, more),
        () if less < alpha => (Effect::Better, less),
        () => (Effect::Told, more.min(less)),
    };
    let of = |share: Share| format!("{} of {}", share.failed, share.all);
    let proven = if effect == Effect::Told { "no proof of a difference, " } else { "" };
    let text = format!("{leg} {verb} {} (before: {}), {proven}{}", of(new), of(old), chance(p));
    Some(Change { old: Some(of(old)), new: Some(of(new)), p: Some(p), ..Change::new(effect, kind, leg, text) })
}

fn chance(p: f64) -> String {
    if p < 1e-4 { format!("p = {p:.0e}") } else { format!("p = {p:.4}") }
}

fn decision(old: &Leg, new: &Leg) -> Option<Change> {
    let is_same_objective = (old.design.objective - new.design.objective).abs() < 1e-9;
    let effect = match (old.decision, new.decision) {
        (one, other) if one == other => return None,
        _ if new.judged() == 0 && old.judged() > 0 => Effect::NotShown,
        _ if !is_same_objective => Effect::Told,
        (Decision::Pass, Decision::Fail) => Effect::Worse,
        (_, Decision::Pass) => Effect::Better,
        (Decision::Fail, _) => Effect::Told,
        (_, Decision::Inconclusive | Decision::Fail) => Effect::NotShown,
    };
    let name = format!("decision of {}", new.name);
    let change = Change::of(effect, Kind::Decision, &name, &old.decision.to_string(), &new.decision.to_string());
    Some(Change { subject: new.name.to_string(), ..change })
}

/// One change for a leg: the percentile that rose most clearly.
fn slower(old: &Leg, new: &Leg, alpha: f64) -> Option<Change> {
    let alpha = alpha / latency::TESTS as f64;
    let shifts = latency::shifts(&old.durations(), &new.durations());
    let proven = shifts.into_iter().filter(|shift| shift.is_large() && shift.p < alpha);
    let Shift { name, old: before, new: now, p } = proven.min_by(|one, other| one.p.total_cmp(&other.p))?;
    let [before, now] = [before, now].map(|ms| format!("{ms:.1} ms"));
    let text = format!("{} is slower: {name} {now} (before: {before}), {}", new.name, chance(p));
    let change = Change::new(Effect::Worse, Kind::Latency, new.name.as_str(), text);
    Some(Change { old: Some(before), new: Some(now), p: Some(p), ..change })
}
