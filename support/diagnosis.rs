//! From evidence to a diagnosis, as a pure function: no clock, no network, no order. The engine reads records and knows no
//! fault by name: symptom, candidates, tests.

mod changes;
pub(crate) mod client;
mod details;
mod engine;
mod finding;
mod forged;
mod logged;
mod need;
pub(crate) mod proof;
pub(crate) mod property;
pub(crate) mod record;
pub(crate) mod symptom;
pub(crate) mod test;
mod undetermined;
mod verdict;
mod verification;
mod wanted;

pub use finding::{Basis, Finding, Link};
pub use undetermined::Undetermined;
pub use verdict::Verdict;
pub use verification::{Verification, Verified};

use std::collections::{BTreeMap, BTreeSet};

use strum::VariantArray;

use crate::evidence::Evidence;
use crate::vocabulary::{Fault, Probe, Severity};
use client::Client;
use engine::Status;
use proof::{Need, Probes};
use record::{Record, Records};
use symptom::Symptom;
use test::Test;

/// What is to be concluded from evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// Healthy, faulty or inconclusive.
    pub verdict: Verdict,
    /// The worst first.
    pub findings: Vec<Finding>,
    /// Faults that are ruled out, with the probes that show it.
    pub ruled_out: BTreeMap<Fault, Vec<Probe>>,
    /// What would decide the others.
    pub undetermined: BTreeMap<Fault, Undetermined>,
}

/// What the evidence says of each fault. Total: any evidence has a diagnosis.
pub(crate) fn diagnose(evidence: &Evidence, records: Records) -> Diagnosis {
    let client = Client::new(evidence, records);
    let (mut confirmed, mut ruled_out, mut open) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for fault in Fault::VARIANTS {
        match engine::status(&client, records(*fault)) {
            Status::Confirmed(probes) => _ = confirmed.insert(*fault, probes),
            Status::RuledOut(probes) => _ = ruled_out.insert(*fault, probes.into_iter().collect()),
            Status::Open(needs) => _ = open.insert(*fault, needs),
        }
    }
    let tell = |(fault, probes): (Fault, Probes)| {
        let rivals = undetermined::not_excluded(&client, records(fault), &open);
        finding::tell(records(fault), &client, probes, rivals)
    };
    let mut findings: Vec<Finding> = confirmed.into_iter().map(tell).collect();
    findings.sort_by_key(|finding| (finding.severity, finding.fault));
    // Warnings and notes explain nothing.
    let cause = findings.iter().find(|finding| finding.severity <= Severity::Error).map(|finding| finding.fault);
    let undetermined = undetermined::of_each(&client, &open, cause);
    Diagnosis { verdict: verdict::of(evidence, &findings), findings, ruled_out, undetermined }
}

/// The faults of which the same evidence says that they are there and that they are not.
pub(crate) fn contradicted(evidence: &Evidence, records: Records) -> Vec<Fault> {
    let client = Client::new(evidence, records);
    Fault::VARIANTS.iter().copied().filter(|fault| engine::is_contradicted(&client, records(*fault))).collect()
}

/// The probes that would close what is open, each with the number of candidates that it would help to close.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// Whether there is a symptom at all.
    pub by_symptoms: Probes,
    /// What shows a fault, once more.
    pub to_confirm: Probes,
    pub by_candidates: BTreeMap<Probe, usize>,
}

/// What a plan has to send next.
pub(crate) fn wanted(evidence: &Evidence, records: Records) -> Wanted {
    let client = Client::new(evidence, records);
    let mut wanted = Wanted::default();
    let mut by_symptoms = Vec::new();
    Symptom::VARIANTS.iter().for_each(|symptom| _ = symptom.test(&client).wanted(&client, &mut by_symptoms));
    wanted.by_symptoms.extend(by_symptoms);
    for fault in Fault::VARIANTS {
        let (to_confirm, to_test) = engine::wanted(&client, records(*fault));
        wanted.to_confirm.extend(to_confirm);
        to_test.into_iter().for_each(|probe| *wanted.by_candidates.entry(probe).or_default() += 1);
    }
    wanted
}

/// The probes of every test: of the faults that are looked for where valid tokens are accepted, or of the others.
pub(crate) fn probes(evidence: &Evidence, records: Records, where_accepted: bool) -> Probes {
    let client = Client::new(evidence, records);
    let is_looked_for = |record: &&Record| record.symptoms.contains(&Symptom::ValidTokenAccepted) == where_accepted;
    let looked_for = Fault::VARIANTS.iter().map(|fault| records(*fault)).filter(is_looked_for);
    looked_for.flat_map(|record| engine::probes(&client, record)).collect()
}

/// What shows the fault, and what rules it out.
pub(crate) fn tests(evidence: &Evidence, records: Records, fault: Fault) -> [Test; 2] {
    let (client, record) = (Client::new(evidence, records), records(fault));
    [(record.shown_by)(&client), (record.ruled_out_by)(&client)]
}

/// The settings that are not there, and the faults that each would help to tell.
pub(crate) fn lacking_settings(evidence: &Evidence, records: Records) -> BTreeMap<&'static str, BTreeSet<Fault>> {
    let client = Client::new(evidence, records);
    let mut lacking: BTreeMap<&str, BTreeSet<Fault>> = BTreeMap::new();
    for fault in Fault::VARIANTS {
        let needs: Vec<Need> = engine::probes(&client, records(*fault)).into_iter().map(Need::Response).collect();
        for setting in client.lacking_settings(&needs) {
            lacking.entry(setting).or_default().insert(*fault);
        }
    }
    lacking
}
