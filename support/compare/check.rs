//! What has changed between two checks.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Check, Condition, Finding, Text, Verified};
use super::{Change, Effect, Kind};
use crate::diagnosis::{Verdict, Verification};
use crate::vocabulary::{Fault, Severity};

/// More findings that are as they were, and more conditions, are in no document of this tool.
const MOST_NAMED: usize = 8;

pub(super) fn compare(old: &Check, new: &Check, changes: &mut Vec<Change>, unchanged: &mut Vec<String>) {
    match verdict(old, new) {
        Some(change) => changes.push(change),
        None => unchanged.push(format!("verdict {}", new.verdict)),
    }
    findings(old, new, changes, unchanged);
    verifications(old, new, changes, unchanged);
    changes.extend(not_made(old, new));
    changes.extend(no_longer_ruled_out(old, new));
}

fn verdict(old: &Check, new: &Check) -> Option<Change> {
    let is_whole = new.ended_early().is_none() && !new.was_limited();
    let effect = match (old.verdict, new.verdict) {
        (one, other) if one == other => return None,
        (Verdict::Healthy, Verdict::Faulty) => Effect::Worse,
        (Verdict::Healthy, _) if is_whole && new.has_failed_probes() => Effect::Worse,
        (Verdict::Inconclusive, Verdict::Faulty) => Effect::Told,
        (_, Verdict::Healthy) => Effect::Better,
        _ => Effect::NotShown,
    };
    Some(Change::of(effect, Kind::Verdict, "verdict", &old.verdict.to_string(), &new.verdict.to_string()))
}

/// By fault; of one that is there twice the first, which is the worst.
fn by_fault(check: &Check) -> BTreeMap<&Text, &Finding> {
    check.findings.iter().rev().map(|finding| (&finding.fault, finding)).collect()
}

fn findings(old: &Check, new: &Check, changes: &mut Vec<Change>, unchanged: &mut Vec<String>) {
    let (before, now) = (by_fault(old), by_fault(new));
    let ruled_out_before: BTreeSet<&Text> = old.ruled_out.iter().map(|one| &one.fault).collect();
    let ruled_out_now: BTreeSet<&Text> = new.ruled_out.iter().map(|one| &one.fault).collect();
    let mut same = Vec::new();
    for (fault, finding) in &now {
        let was_tested = old.verdict == Verdict::Healthy || ruled_out_before.contains(fault);
        match before.get(fault) {
            None => changes.push(appeared(finding, was_tested)),
            Some(known) if known.severity == finding.severity => same.push(format!("{}[{fault}]", finding.severity)),
            Some(known) => changes.push(severity(known, finding)),
        }
    }
    let failed = Probes::of(new);
    let failed_before = Probes::of(old).failed;
    for (fault, finding) in before.iter().filter(|(fault, _)| !now.contains_key(*fault)) {
        let mut shown_by = finding.because.iter().map(|cited| &cited.probe).filter(|one| failed_before.contains(one));
        let is_gone = ruled_out_now.contains(fault) || new.verdict == Verdict::Healthy && failed.met_all(&mut shown_by);
        changes.push(disappeared(finding, is_gone));
    }
    if same.len() > MOST_NAMED {
        let more = same.len() - MOST_NAMED;
        same.truncate(MOST_NAMED);
        same.push(format!("{more} more findings"));
    }
    unchanged.extend(same);
}

/// What became of the probes of a check.
struct Probes<'a> {
    met: BTreeSet<&'a Text>,
    failed: BTreeSet<&'a Text>,
}

impl<'a> Probes<'a> {
    fn of(check: &'a Check) -> Self {
        let with = |met: bool| check.probes.iter().filter(move |made| made.met == Some(met)).map(|made| &made.probe);
        Probes { met: with(true).collect(), failed: with(false).collect() }
    }

    /// Whether there are any, and all of them are as expected.
    fn met_all(&self, probes: &mut dyn Iterator<Item = &Text>) -> bool {
        let mut probes = probes.peekable();
        probes.peek().is_some() && probes.all(|probe| self.met.contains(probe))
    }
}

fn breaks_something(severity: Severity) -> bool {
    severity <= Severity::Error
}

fn appeared(finding: &Finding, was_tested: bool) -> Change {
    let Finding { fault, severity, headline, .. } = finding;
    let (effect, word) = match (breaks_something(*severity), was_tested) {
        (false, true) => (Effect::Told, "new"),
        (false, false) => (Effect::Told, "not tested before"),
        (true, true) => (Effect::Worse, "new"),
        (true, false) => (Effect::NotShown, "not tested before"),
    };
    let text = format!("{word}: {severity}[{fault}]: {headline}");
    Change { new: Some(severity.to_string()), ..Change::new(effect, Kind::Fault, fault.as_str(), text) }
}

fn disappeared(finding: &Finding, is_gone: bool) -> Change {
    let Finding { fault, severity, .. } = finding;
    let (effect, word) = match (is_gone, breaks_something(*severity)) {
        (true, _) => (Effect::Better, "gone"),
        (false, true) => (Effect::NotShown, "not tested any longer"),
        (false, false) => (Effect::Told, "not tested any longer"),
    };
    let text = format!("{word}: {severity}[{fault}]");
    Change { old: Some(severity.to_string()), ..Change::new(effect, Kind::Fault, fault.as_str(), text) }
}

fn severity(known: &Finding, finding: &Finding) -> Change {
    let effect = if finding.severity < known.severity { Effect::Worse } else { Effect::Better };
    let subject = format!("severity of {}", finding.fault);
    let change =
        Change::of(effect, Kind::Severity, &subject, &known.severity.to_string(), &finding.severity.to_string());
    Change { subject: finding.fault.to_string(), ..change }
}

fn verifications(old: &Check, new: &Check, changes: &mut Vec<Change>, unchanged: &mut Vec<String>) {
    let now: BTreeMap<&Text, Verified> = new.verifications.iter().map(|one| (&one.name, one.result)).collect();
    let mut same = 0;
    for before in &old.verifications {
        let result = now.get(&before.name).copied().unwrap_or(Verified::NotPossible);
        match verified(before.name.as_str(), before.result, result) {
            Some(change) => changes.push(change),
            None => same += usize::from(result == Verified::Pass),
        }
    }
    match same {
        0 => {}
        1 => unchanged.push("1 verification passes".into()),
        more => unchanged.push(format!("{more} verifications pass")),
    }
}

fn verified(name: &str, old: Verified, new: Verified) -> Option<Change> {
    let effect = match (old, new) {
        (one, other) if one == other => return None,
        (Verified::Pass, Verified::Fail) => Effect::Worse,
        (Verified::Fail, Verified::Pass) => Effect::Better,
        (Verified::Pass, Verified::NotPossible) | (Verified::NotPossible, Verified::Fail) => Effect::NotShown,
        // Without a fingerprint only a fault tells of the secrets, and nothing once that is fixed.
        (Verified::Fail, Verified::NotPossible) | (Verified::NotPossible, _) | (_, Verified::Pass) => Effect::Told,
        (Verified::Fail, Verified::Fail) => return None,
    };
    let change = Change::of(effect, Kind::Verification, title(name), &old.to_string(), &new.to_string());
    Some(Change { subject: name.into(), ..change })
}

/// As every other report calls it.
fn title(name: &str) -> &str {
    match Verification::named(name) {
        Some(known) => known.title(),
        None => name,
    }
}

/// What both gates require beside the check; the success rates are compared by themselves.
pub(super) fn conditions(old: &[Condition], new: &[Condition], changes: &mut Vec<Change>) {
    let result = |condition: &Condition| match condition.verdict {
        Verdict::Healthy => Verified::Pass,
        Verdict::Faulty => Verified::Fail,
        Verdict::Inconclusive => Verified::NotPossible,
    };
    for before in old.iter().filter(|one| !one.code.as_str().starts_with("success-rate")).take(MOST_NAMED) {
        let now = new.iter().find(|one| one.code == before.code);
        let name = format!("{} (gate)", before.name);
        changes.extend(now.and_then(|now| verified(&name, result(before), result(now))));
    }
}

/// Probes that the new check would have made, had it come to its end.
fn not_made(old: &Check, new: &Check) -> Option<Change> {
    let made: BTreeSet<&Text> = new.probes.iter().map(|made| &made.probe).collect();
    let skipped: BTreeSet<&Text> = new.skipped.iter().map(|skipped| &skipped.probe).collect();
    let early = new.ended_early();
    let is_lost = |probe: &&Text| !made.contains(probe) && (early.is_some() || skipped.contains(probe));
    let lost = old.probes.iter().map(|made| &made.probe).filter(is_lost).count();
    let count = if lost == 1 { "1 probe".to_owned() } else { format!("{lost} probes") };
    let (effect, text) = match (early, lost) {
        (None, 0) => return None,
        (Some(why), 0) => (Effect::NotShown, why.to_owned()),
        (Some(why), _) => (Effect::NotShown, format!("{why}: {count} of the old check not made")),
        (None, _) => (Effect::Told, format!("{count} of the old check skipped by the new one")),
    };
    Some(Change::new(effect, Kind::Coverage, "probes", text))
}

/// Critical faults and errors that the old check had ruled out, and the new one has not tested.
fn no_longer_ruled_out(old: &Check, new: &Check) -> Option<Change> {
    let open: BTreeSet<&Text> = new.undetermined.iter().map(|one| &one.fault).collect();
    let is_severe = |fault: &Text| fault.as_str().parse::<Fault>().map_or(true, |one| breaks_something(one.severity()));
    let mut lost = old.ruled_out.iter().map(|one| &one.fault).filter(|fault| open.contains(fault) && is_severe(fault));
    let (first, more) = (lost.next()?, lost.count());
    let text = match more {
        0 => format!("{first} was ruled out, and is not tested any longer"),
        more => format!("{first} and {more} more faults were ruled out, and are not tested any longer"),
    };
    Some(Change::new(Effect::NotShown, Kind::Coverage, "ruled out", text))
}
