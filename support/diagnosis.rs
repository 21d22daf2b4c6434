//! From evidence to a diagnosis, as a pure function: no clock, no network, no order. The engine reads records and knows no
//! fault by name: symptom, candidates, tests.

mod changes;
pub mod client;
mod engine;
mod finding;
mod need;
pub mod proof;
pub mod property;
pub mod record;
mod rivals;
pub mod symptom;
pub mod test;
mod verdict;
mod verification;
mod wanted;

pub use finding::{Basis, Finding, Link};
pub use rivals::TIE;
pub use verdict::Verdict;
pub use verification::{Verification, Verified};

use std::collections::BTreeMap;

use strum::VariantArray;

use crate::evidence::Evidence;
use crate::vocabulary::{Fault, Probe};
use client::Client;
use engine::Status;
use proof::Probes;
use record::Records;

/// What is to be concluded from evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    pub verdict: Verdict,
    /// The worst first.
    pub findings: Vec<Finding>,
    pub ruled_out: BTreeMap<Fault, Vec<Probe>>,
    /// What would decide, as a text that fits after "needs".
    pub undetermined: BTreeMap<Fault, String>,
}

/// What the evidence says of each fault. Total: any evidence has a diagnosis.
pub fn diagnose(evidence: &Evidence, records: Records) -> Diagnosis {
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
        let rivals = rivals::not_excluded(&client, records(fault), &open);
        finding::tell(records(fault), &client, probes, rivals)
    };
    let undetermined = rivals::needs(&client, &open, confirmed.is_empty());
    let mut findings: Vec<Finding> = confirmed.into_iter().map(tell).collect();
    findings.sort_by_key(|finding| (finding.severity, finding.fault));
    Diagnosis { verdict: verdict::of(&client, &findings), findings, ruled_out, undetermined }
}

/// What a plan has to send next: the probes that the open candidates ask for.
pub fn open_probes(evidence: &Evidence, records: Records) -> Probes {
    let client = Client::new(evidence, records);
    let mut wanted = Probes::new();
    for fault in Fault::VARIANTS {
        engine::wanted(&client, records(*fault), &mut wanted);
    }
    wanted
}

/// What must be sent once more before anything is concluded from it.
pub fn to_repeat(evidence: &Evidence, records: Records) -> Vec<Probe> {
    let client = Client::new(evidence, records);
    let shown = Fault::VARIANTS.iter().filter_map(|fault| match client.shows(*fault) {
        proof::Proof::Holds(probes) => Some(engine::to_repeat(&client, &probes)),
        _ => None,
    });
    shown.flatten().collect::<Probes>().into_iter().collect()
}
