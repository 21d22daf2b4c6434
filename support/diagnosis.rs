//! From evidence to a diagnosis, as a pure function: no clock, no network, no order. Every fault of the catalogue is
//! confirmed, ruled out, or undetermined; a rule says what would have to be true for the first two.

mod alike;
mod answers;
mod case;
mod changes;
mod claims;
pub mod client;
mod connections;
mod controls;
mod credential;
mod engine;
mod fault;
mod finding;
mod need;
mod pages;
pub mod proof;
pub mod property;
mod reach;
pub mod record;
mod report;
mod secret;
pub mod symptom;
pub mod test;
mod trust;
mod user;
mod verdict;
mod verification;
mod wanted;
mod websocket;

pub use alike::TIE;
pub use fault::{Fault, Severity};
pub use finding::{Basis, Finding, Why};
pub use verdict::Verdict;
pub use verification::{Verification, Verified};

use std::collections::BTreeMap;

use strum::VariantArray;

use crate::evidence::Evidence;
use crate::vocabulary::Probe;
use case::Case;
use client::Client;
use finding::Account;
use proof::{Need, Probes, Proof};

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

/// How one fault is recognised. `confirm` and `rule_out` are separate experiments: evidence that does not confirm a fault
/// does not thereby exclude it.
struct Rule {
    fault: Fault,
    confirm: fn(&Case<'_>) -> Proof,
    rule_out: fn(&Case<'_>) -> Proof,
    /// What to tell about a confirmed fault.
    account: fn(&Case<'_>, &Probes) -> Account,
}

/// What a rule says of a case.
enum Judgement {
    Confirmed(Finding),
    RuledOut(Probes),
    Undetermined(String),
}

/// The families of rules; every fault has one.
const RULES: [&[Rule]; 8] = [
    secret::RULES,
    claims::RULES,
    report::RULES,
    credential::RULES,
    websocket::RULES,
    reach::RULES,
    user::RULES,
    trust::RULES,
];

/// What the evidence says. Total: any evidence has a diagnosis.
pub fn diagnose(evidence: &Evidence) -> Diagnosis {
    let case = Case::new(evidence);
    let client = Client::new(evidence);
    let mut diagnosis = Diagnosis {
        verdict: Verdict::Inconclusive,
        findings: Vec::new(),
        ruled_out: BTreeMap::new(),
        undetermined: BTreeMap::new(),
    };
    for fault in Fault::VARIANTS {
        if let Some(record) = crate::faults::record(*fault) {
            case.remember(*fault, (record.shown_by)(&client).prove(&client));
        }
    }
    for fault in Fault::VARIANTS {
        match judge(*fault, &case, &client) {
            Judgement::Confirmed(finding) => diagnosis.findings.push(finding),
            Judgement::RuledOut(cites) => _ = diagnosis.ruled_out.insert(*fault, cites.into_iter().collect()),
            Judgement::Undetermined(needs) => _ = diagnosis.undetermined.insert(*fault, needs),
        }
    }
    let confirmed: Vec<Fault> = diagnosis.findings.iter().map(|finding| finding.fault).collect();
    alike::needs(&case, &confirmed, &mut diagnosis.undetermined);
    diagnosis.findings.sort_by_key(|finding| (finding.severity, finding.fault));
    diagnosis.verdict = verdict::of(&client, &diagnosis.findings);
    diagnosis
}

/// What a plan has to send next: the probes that the open candidates ask for.
pub fn open_probes(evidence: &Evidence) -> Probes {
    let client = Client::new(evidence);
    let mut wanted = Probes::new();
    for record in Fault::VARIANTS.iter().filter_map(|fault| crate::faults::record(*fault)) {
        engine::wanted(&client, record, &mut wanted);
    }
    wanted
}

/// What must be sent once more before anything is concluded from it.
pub fn to_repeat(evidence: &Evidence) -> Vec<Probe> {
    let client = Client::new(evidence);
    let records = Fault::VARIANTS.iter().filter_map(|fault| crate::faults::record(*fault));
    let holding = records.filter_map(|record| match (record.shown_by)(&client).prove(&client) {
        Proof::Holds(probes) => Some(engine::to_repeat(&client, &probes)),
        _ => None,
    });
    holding.flatten().collect::<Probes>().into_iter().collect()
}

fn judge(fault: Fault, case: &Case<'_>, client: &Client<'_>) -> Judgement {
    if let Some(record) = crate::faults::record(fault) {
        return match engine::status(client, record) {
            engine::Status::Confirmed(probes) => Judgement::Confirmed(finding::of_record(record, client, probes)),
            engine::Status::RuledOut(probes) => Judgement::RuledOut(probes),
            engine::Status::Open(needs) => undetermined(client, needs),
        };
    }
    let Some(rule) = rule(fault) else { return Judgement::Undetermined("a rule for it".into()) };
    let confirmed = match case.shows(fault) {
        Proof::Holds(cites) => return Judgement::Confirmed(finding::tell(rule, client, case, cites)),
        open_or_not => open_or_not,
    };
    match (confirmed, (rule.rule_out)(case)) {
        (_, Proof::Holds(cites)) => Judgement::RuledOut(cites),
        (Proof::Open(needs), _) | (_, Proof::Open(needs)) => undetermined(client, needs.into_iter().collect()),
        _ => Judgement::Undetermined("an experiment that the failures seen here do not spoil".into()),
    }
}

fn undetermined(client: &Client<'_>, needs: Vec<Need>) -> Judgement {
    Judgement::Undetermined(need::enumerate(needs.iter().map(|need| client.say(need)).collect()))
}

fn rule(fault: Fault) -> Option<&'static Rule> {
    RULES.iter().flat_map(|family| family.iter()).find(|rule| rule.fault == fault)
}
