//! What is open, and what would decide it. Faults of one symptom are rivals: where no cause of a failure is confirmed, each
//! names the others; beside a finding, those are named that nothing has tested.

use std::collections::{BTreeMap, BTreeSet};

use strum::VariantArray;

use super::client::Client;
use super::proof::{Need, Proof};
use super::record::Record;
use super::symptom::Symptom;
use crate::outcome::Outcome;
use crate::vocabulary::{Fault, Probe, Severity};

/// What would decide a fault that is neither confirmed nor ruled out. All of it may be empty: an accepted token would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Undetermined {
    /// Settings that the target's file lacks; any one of them helps.
    pub settings: Vec<&'static str>,
    /// Probes without a usable response.
    pub probes: Vec<Probe>,
    /// Anything else, as texts that fit after "needs".
    pub others: Vec<String>,
    /// The cause of other failures, which has to be fixed first.
    pub hidden_by: Option<Fault>,
    /// The failure that has to be fixed first, where its cause is not known.
    pub hidden_by_failure: Option<Probe>,
    /// It may be the cause of a failure that was seen, and so may these.
    pub not_separable_from: Vec<Fault>,
    /// Of those, what the responses speak for most has the lowest.
    pub rank: usize,
}

/// Every fault that is open, with what would decide it.
type Open = BTreeMap<Fault, Vec<Need>>;

/// What the record yields to, where no probe could test that.
pub(super) fn not_excluded(client: &Client<'_>, record: &Record, open: &Open) -> Vec<Fault> {
    let is_untested =
        |fault: &&Fault| may_be_there(client, **fault, open) && matches!(client.shows(**fault), Proof::Open(_));
    record.yields_to.iter().filter(is_untested).copied().collect()
}

/// It is open, and not only for what the target does not have: of that nothing can be lost.
fn may_be_there(client: &Client<'_>, fault: Fault, open: &Open) -> bool {
    open.get(&fault).is_some_and(|needs| needs.is_empty() || !needs.iter().all(|need| client.is_closed(need)))
}

/// What would decide each. Where the cause of the failures is confirmed, it explains what was seen until it is fixed, and rivals
/// are not told.
pub(super) fn of_each(client: &Client<'_>, open: &Open, cause: Option<Fault>) -> BTreeMap<Fault, Undetermined> {
    let failure = failures(client).next();
    // A limit says nothing of the token.
    let is_limited = |probe: &Probe| client.evidence().outcome(*probe) == Some(Outcome::RateLimited);
    let something_failed = failures(client).any(|probe| !is_limited(&probe));
    let told = |(fault, needs): (&Fault, &Vec<Need>)| {
        let alike = if cause.is_none() { alike(client, *fault, open, something_failed) } else { Vec::new() };
        let mut told = Undetermined {
            settings: client.lacking_settings(needs).into_iter().collect(),
            rank: rank(client, *fault),
            not_separable_from: alike.iter().copied().filter(|other| other != fault).collect(),
            ..Undetermined::default()
        };
        // What tells one of several apart may tell this one too.
        if !told.not_separable_from.is_empty() {
            let settings: BTreeSet<&str> =
                alike.iter().flat_map(|fault| client.lacking_settings(&open[fault])).collect();
            told.settings = settings.into_iter().collect();
        }
        for need in needs {
            match need {
                Need::Response(probe) if is_of_private_key(client, *probe) => {
                    told.others.push("a token that only the private key of auth can sign".to_owned());
                }
                Need::Response(Probe::Fingerprint(_)) if client.shares_no_secret() => {}
                Need::Response(probe) if client.lacking_setting(*probe).is_none() => told.probes.push(*probe),
                Need::Response(_) => {}
                Need::Other(text) => told.others.push(text.to_string()),
            }
        }
        if needs.is_empty() {
            told.hidden_by = cause;
            told.hidden_by_failure = failure.filter(|_| cause.is_none());
        }
        (*fault, told)
    };
    open.iter().map(told).collect()
}

fn is_of_private_key(client: &Client<'_>, probe: Probe) -> bool {
    probe.presented().is_some_and(|presented| client.needs_private_key(presented.token))
}

/// Symptoms are ordered by how much they say, and a record names the one first that it is best known by. What a single rejection
/// shows speaks for hardly anything. Where the responses contradict what would show a fault, it comes after the others.
fn rank(client: &Client<'_>, fault: Fault) -> usize {
    let symptoms = client.record(fault).symptoms;
    let seen = symptoms.iter().enumerate().filter(|(_, symptom)| client.symptom(**symptom).is_some_and(Proof::holds));
    let seen = seen.filter(|(_, symptom)| **symptom != Symptom::Unsteady && symptom.is_a_failure(client));
    let contradicted = matches!(client.shows(fault), Proof::Fails(_));
    let after = usize::from(contradicted) * Symptom::VARIANTS.len().pow(2);
    // Where nothing was rejected, what rejects no token comes before what does.
    let of_no_rejection = symptoms.contains(&Symptom::NoResponse) && !Symptom::RejectedLikeForged.may_be_of(client);
    let unseen = usize::MAX - usize::from(of_no_rejection);
    seen.map(|(place, symptom)| *symptom as usize * Symptom::VARIANTS.len() + place + after).min().unwrap_or(unseen)
}

pub(super) fn failures<'a>(client: &Client<'a>) -> impl Iterator<Item = Probe> + use<'a> {
    let evidence = client.evidence();
    evidence.iter().map(|(probe, _)| probe).filter(|probe| evidence.is_as_expected(*probe) == Some(false))
}

/// The open faults of a failure that was seen which would explain it, this one among them; none where it would not.
fn alike(client: &Client<'_>, fault: Fault, open: &Open, something_failed: bool) -> Vec<Fault> {
    let is_failure = |symptom: &&Symptom| symptom.is_a_failure(client);
    let is_seen = |symptom: &&Symptom| client.symptom(**symptom).is_some_and(Proof::holds);
    // Without an invalid token nothing is rejected like one.
    // Nor is it where the target has no such place, or where the response is there and is no rejection.
    let may_be_seen = |symptom: &&Symptom| match client.symptom(**symptom) {
        Some(Proof::Open(needs)) => !needs.iter().all(|need| client.is_closed(need)),
        _ => false,
    };
    let symptoms = || client.record(fault).symptoms.iter().filter(is_failure);
    let open_ones = || symptoms().find(|symptom| something_failed && may_be_seen(symptom) && symptom.may_be_of(client));
    let Some(symptom) = symptoms().find(is_seen).or_else(open_ones) else { return Vec::new() };
    let explains = |other: &&Fault| {
        let record = client.record(**other);
        let is_such = record.severity <= Severity::Error && record.symptoms.contains(symptom);
        is_such && may_be_there(client, **other, open)
    };
    let alike: Vec<Fault> = open.keys().filter(explains).copied().collect();
    if alike.contains(&fault) { alike } else { Vec::new() }
}

#[cfg(test)]
mod tests;
