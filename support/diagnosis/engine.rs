//! From records to a diagnosis: every fault is confirmed, ruled out, or not tested with what would decide it. What decides is
//! seen twice: a conclusion never rests on one response.

use super::client::Client;
use super::proof::{Need, Probes, Proof};
use super::record::Record;
use super::symptom::Symptom;
use super::wanted::Known;
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Fault, Presentation, Probe};

/// What the evidence says of one fault.
pub(super) enum Status {
    Confirmed(Probes),
    RuledOut(Probes),
    /// What would decide; nothing, where another failure hides the fault.
    Open(Vec<Need>),
}

pub(super) fn status(client: &Client<'_>, record: &Record) -> Status {
    let shown = client.shows(record.fault);
    if let Proof::Holds(probes) = shown {
        let explained_by = record.yields_to.iter().find(|rival| is_confirmed(client, **rival));
        let repeats = to_repeat(client, probes);
        return match explained_by {
            Some(rival) => Status::Open(vec![
                format!("a check without {}, which explains the same responses", rival.code()).into(),
            ]),
            None if repeats.is_empty() => Status::Confirmed(probes.clone()),
            None => Status::Open(repeats.into_iter().map(Need::Response).collect()),
        };
    }
    if let Some(token) = never_shown(client, record) {
        return Status::RuledOut(token);
    }
    match (shown, (record.ruled_out_by)(client).prove(client)) {
        (_, Proof::Holds(probes)) => Status::RuledOut(probes),
        (Proof::Open(needs), _) => Status::Open(needs.iter().cloned().collect()),
        (_, Proof::Open(needs)) => Status::Open(needs.into_iter().collect()),
        _ => Status::Open(Vec::new()),
    }
}

/// Where tokens are random texts, some faults are not there: no token could show them.
fn never_shown(client: &Client<'_>, record: &Record) -> Option<Probes> {
    let of_token = || (record.shown_by)(client).prove_of_token_alone(client);
    match client.is_opaque().then(of_token) {
        Some(Proof::Fails(probes)) if !probes.is_empty() => Some(probes),
        _ => None,
    }
}

/// The same evidence shows the fault and rules it out: the record is wrong.
pub(super) fn is_contradicted(client: &Client<'_>, record: &Record) -> bool {
    client.shows(record.fault).holds() && (record.ruled_out_by)(client).prove(client).holds()
}

/// Shown twice, and nothing that it yields to is.
fn is_confirmed(client: &Client<'_>, fault: Fault) -> bool {
    let Proof::Holds(probes) = client.shows(fault) else { return false };
    let record = client.record(fault);
    let yields = record.yields_to.iter().any(|rival| is_confirmed(client, *rival));
    !yields && to_repeat(client, probes).is_empty()
}

/// The probes that a record still asks for: what must be sent once more before it is confirmed, and those of its tests that
/// are open where one of its symptoms may be there.
pub(super) fn wanted(client: &Client<'_>, record: &Record) -> (Probes, Probes) {
    let (mut to_show, mut to_rule_out) = (Vec::new(), Vec::new());
    if (record.shown_by)(client).wanted(client, &mut to_show) == Known::Holds {
        let Proof::Holds(probes) = client.shows(record.fault) else { return (Probes::new(), Probes::new()) };
        let mut to_tell = Vec::new();
        record.conditions().for_each(|test| _ = test(client).wanted(client, &mut to_tell));
        return (to_repeat(client, probes), to_tell.into_iter().collect());
    }
    let refuted = |symptom: &Symptom| matches!(client.symptom(*symptom), Some(Proof::Fails(_)));
    let is_closed = record.symptoms.iter().all(refuted)
        || (record.ruled_out_by)(client).wanted(client, &mut to_rule_out) == Known::Holds;
    let to_test = to_show.into_iter().chain(to_rule_out).filter(|_| !is_closed);
    (Probes::new(), to_test.collect())
}

/// Every probe that the record's tests look at.
pub(super) fn probes(client: &Client<'_>, record: &Record) -> Probes {
    let symptoms = record.symptoms.iter().map(|symptom| symptom.test(client));
    let tests = symptoms.chain([(record.shown_by)(client), (record.ruled_out_by)(client)]);
    let tests = tests.chain(record.conditions().map(|test| test(client)));
    tests.flat_map(|test| test.probes()).collect()
}

/// What must be sent once more before these probes decide: a presentation that was made only once may have met a transient
/// error, or one replica of several. A service that asks for fewer requests gets no more.
pub(super) fn to_repeat(client: &Client<'_>, probes: &Probes) -> Probes {
    let limited = |presented| client.evidence().outcome(presented) == Some(Outcome::RateLimited);
    let later = |one: Presentation| client.evidence().of(one.after_pause(0).into()).is_some();
    let once = |one: &Presentation| client.evidence().attempts(*one).count() < 2 && !later(*one) && !limited(*one);
    let first = probes.iter().filter_map(|probe| probe.presented()).filter(|one| one.attempt == Attempt::First);
    first.filter(once).map(|presented| Probe::Present(presented.repeat(1))).collect()
}

#[cfg(test)]
mod tests;
