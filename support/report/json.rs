//! The report as one JSON object. Scripts rely on its keys; `schema` names their version.

use std::time::Duration;

use serde_json::{Value, json};
use strum::VariantArray;

use super::preflight;
use crate::diagnosis::{Basis, Diagnosis, Finding, Link, Undetermined, Verification, Verified};
use crate::evidence::{Evidence, Skipped};
use crate::outcome::Expectation;
use crate::vocabulary::{Fault, Probe, Service};

/// The object of a check.
pub(super) fn object(evidence: &Evidence, diagnosis: &Diagnosis) -> Value {
    let cited = |probes: &[Probe]| cited(evidence, probes);
    let mut object = json!({
        "schema": "fivewhys.report/1",
        "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "started": evidence.run.started,
        "elapsed_ms": ms(evidence.run.elapsed),
        "interrupted": evidence.run.interrupted,
        "target": {
            "name": evidence.settings.target,
            "stage": evidence.settings.stage,
            "auth": evidence.settings.addresses.auth,
            "backend": evidence.settings.addresses.backend,
            "websocket": evidence.settings.addresses.websocket,
        },
        "verdict": diagnosis.verdict,
        "tokens": evidence.token_facts().map(|facts| &facts.description).collect::<Vec<_>>(),
        "findings": diagnosis.findings.iter().map(|found| finding(evidence, found, cited(&found.because))).collect::<Vec<_>>(),
        "ruled_out": diagnosis.ruled_out.iter().map(|(fault, probes)| json!({"fault": fault, "because": cited(probes)})).collect::<Vec<_>>(),
        "undetermined": diagnosis.undetermined.iter().map(|(fault, open)| undetermined(evidence, *fault, open)).collect::<Vec<_>>(),
        "verifications": Verification::VARIANTS.iter().map(|one| verification(*one, evidence, diagnosis)).collect::<Vec<_>>(),
        "rejections": {
            "auth": evidence.rejections(Service::Auth).count,
            "backend": evidence.rejections(Service::Backend).count,
            "gateway": evidence.rejections(Service::Gateway).count,
        },
        "not_made_in_time": evidence.late().map(|probe| probe.name(&evidence.settings)).collect::<Vec<_>>(),
        "skipped": evidence.skipped().map(|(probe, why)| skipped(evidence, probe, why)).collect::<Vec<_>>(),
        "probes": evidence.iter().map(|(probe, _)| probe_object(evidence, probe)).collect::<Vec<_>>(),
    });
    if let Some(provenance) = &evidence.provenance {
        object["provenance"] = preflight::provenance(provenance);
    }
    if let Some(logs) = &evidence.logs {
        object["logs"] = json!(logs);
    }
    object
}

fn skipped(evidence: &Evidence, probe: Probe, why: Skipped) -> Value {
    json!({"probe": probe.name(&evidence.settings), "why": why, "because": why.to_string()})
}

fn cited(evidence: &Evidence, probes: &[Probe]) -> Vec<Value> {
    probes
        .iter()
        .map(|probe| json!({"probe": probe.name(&evidence.settings), "saw": evidence.summary(*probe)}))
        .collect()
}

fn verification(verification: Verification, evidence: &Evidence, diagnosis: &Diagnosis) -> Value {
    let (result, because, why) = match verification.outcome(evidence, diagnosis) {
        Verified::Pass(probes) => ("pass", probes, None),
        Verified::Fail(probes) => ("fail", probes, None),
        Verified::NotPossible(why) => ("not possible", Vec::new(), Some(why)),
    };
    let because = cited(evidence, &because);
    json!({"verification": verification.to_string(), "result": result, "because": because, "why_not": why})
}

fn finding(evidence: &Evidence, finding: &Finding, because: Vec<Value>) -> Value {
    json!({
        "fault": finding.fault,
        "severity": finding.severity,
        "headline": finding.headline,
        "because": because,
        "comparison": finding.comparison,
        "whys": finding.whys.iter().map(|link| why(evidence, link)).collect::<Vec<_>>(),
        "not_separable_from": finding.not_separable_from,
        "remedy": finding.remedy,
        "detail": finding.detail,
    })
}

fn undetermined(evidence: &Evidence, fault: Fault, open: &Undetermined) -> Value {
    let others: Vec<&str> = open.not_separable_from.iter().map(|other| other.code()).collect();
    let until_then = if others.is_empty() {
        String::new()
    } else {
        format!("; until then not separable from {}", others.join(", "))
    };
    json!({
        "fault": fault,
        "needs": open.needs(evidence) + &until_then,
        "settings": open.settings,
        "probes": open.probes.iter().map(|probe| probe.name(&evidence.settings)).collect::<Vec<_>>(),
        "not_separable_from": open.not_separable_from,
        "hidden_by": open.hidden_by,
    })
}

fn why(evidence: &Evidence, why: &Link) -> Value {
    let (basis, probes) = match &why.basis {
        Basis::Observed(probes) => ("observed", probes.iter().map(|probe| probe.name(&evidence.settings)).collect()),
        Basis::Inferred => ("inferred", Vec::new()),
        Basis::Unknown(_) => ("unknown", Vec::new()),
    };
    let needs = match why.basis {
        Basis::Unknown(needs) => Some(needs),
        _ => None,
    };
    let mut link = json!({"why": why.question, "because": why.answer, "basis": basis, "probes": probes});
    if let (Some(link), Some(needs)) = (link.as_object_mut(), needs) {
        link.insert("needs".into(), needs.into());
    }
    link
}

fn probe_object(evidence: &Evidence, probe: Probe) -> Value {
    let request = evidence.of(probe).and_then(|observation| observation.wire.as_ref()?.request.target());
    let observation = evidence.of(probe);
    let retried = observation.is_some_and(|observation| observation.retried.is_some());
    json!({
        "probe": probe.name(&evidence.settings),
        "service": probe.service(),
        "method": request.as_ref().map(|(method, _)| method),
        "url": request.as_ref().map(|(_, url)| url),
        "expected": match evidence.expectation(probe) {
            Expectation::Accept => "accepted",
            Expectation::Reject => "rejected",
            Expectation::Any => "any",
        },
        "saw": evidence.summary(probe),
        "met": evidence.is_as_expected_at_once(probe),
        "attempts": if retried { 2 } else { 1 },
        "retried": retried,
        "elapsed_ms": observation.map(|observation| ms(observation.elapsed)),
    })
}

/// In milliseconds, to a tenth.
fn ms(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}
