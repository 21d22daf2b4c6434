//! Faults that fit the same evidence. Those of one symptom are rivals: where nothing is confirmed, each names the others and
//! what would tell them apart; beside a finding, those are named that nothing has tested.

use std::collections::{BTreeMap, BTreeSet};

use super::client::Client;
use super::need::enumerate;
use super::proof::{Need, Proof};
use super::record::Record;
use super::symptom::Symptom;
use crate::vocabulary::Fault;

/// Stands between what would decide and the faults that cannot be told apart until then.
pub(crate) const TIE: &str = "; until then not separable from ";

/// Every fault that is open, with what would decide it.
type Open = BTreeMap<Fault, Vec<Need>>;

/// What the record yields to, where no probe could test that.
pub(super) fn not_excluded(client: &Client<'_>, record: &Record, open: &Open) -> Vec<Fault> {
    let is_untested = |fault: &&Fault| open.contains_key(fault) && matches!(client.shows(**fault), Proof::Open(_));
    record.yields_to.iter().filter(is_untested).copied().collect()
}

/// What would decide each open fault, as a text that fits after "needs". Where the cause of the failures is confirmed, it
/// explains what was seen until it is fixed, and rivals are not told.
pub(super) fn needs(client: &Client<'_>, open: &Open, cause: Option<Fault>) -> BTreeMap<Fault, String> {
    let told = |(fault, needs): (&Fault, &Vec<Need>)| {
        let own = || match cause {
            _ if !needs.is_empty() => enumerate(needs.iter().map(|need| client.say(need)).collect()),
            Some(cause) => format!("a check without {cause}, which hides it"),
            None => hidden_by(client),
        };
        let tie = if cause.is_none() { tie(client, *fault, open) } else { None };
        (*fault, tie.unwrap_or_else(own))
    };
    open.iter().map(told).collect()
}

/// The failure that has to be fixed first.
fn hidden_by(client: &Client<'_>) -> String {
    let evidence = client.evidence();
    let mut failures =
        evidence.iter().map(|(probe, _)| probe).filter(|probe| evidence.is_as_expected(*probe) == Some(false));
    match failures.next() {
        Some(probe) => format!("a check in which \"{}\" succeeds", probe.name(client.settings())),
        None => "an accepted token".to_owned(),
    }
}

/// The settings that would tell the fault from its rivals, and the rivals.
fn tie(client: &Client<'_>, fault: Fault, open: &Open) -> Option<String> {
    let symptoms = client.record(fault).symptoms;
    let symptom = symptoms.iter().find(|symptom| client.symptom(**symptom).is_some_and(Proof::holds))?;
    let has = |fault: &Fault, symptom: &Symptom| client.record(*fault).symptoms.contains(symptom);
    let alike: Vec<Fault> = open.keys().filter(|other| has(other, symptom)).copied().collect();
    let settings: BTreeSet<&str> = alike.iter().flat_map(|fault| client.lacking_settings(&open[fault])).collect();
    let settings: Vec<String> = settings.into_iter().map(|setting| format!("`{setting}`")).collect();
    let decides = match settings.is_empty() {
        true if open[&fault].is_empty() => return None,
        true => enumerate(open[&fault].iter().map(|need| client.say(need)).collect()),
        false => settings.join(" or "),
    };
    let others: Vec<&str> = alike.iter().filter(|other| **other != fault).map(|other| other.code()).collect();
    (!others.is_empty()).then(|| format!("{decides}{TIE}{}", others.join(", ")))
}
