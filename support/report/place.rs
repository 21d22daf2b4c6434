//! Where it fails: the service, and the address of each request.

use super::headline::is_a_cause;
use super::rows::failed;
use crate::diagnosis::{Basis, Diagnosis, Finding};
use crate::evidence::Evidence;
use crate::vocabulary::{Probe, Service};

/// Each service with a request to it: of what fails among these probes, or else of what presents a token, or of all of them.
pub(super) fn requests(evidence: &Evidence, probes: &[Probe]) -> Vec<(Service, String)> {
    let has_failed = |probe: &Probe| evidence.is_as_expected_at_once(*probe) == Some(false);
    let failed: Vec<Probe> = probes.iter().copied().filter(has_failed).collect();
    // A login that only tells of the token is no place.
    let presented: Vec<Probe> = probes.iter().copied().filter(|probe| probe.presented().is_some()).collect();
    let probes = match (failed.is_empty(), presented.is_empty()) {
        (false, _) => failed.as_slice(),
        (true, false) => presented.as_slice(),
        (true, true) => probes,
    };
    let of_service = |service: Service| {
        let there = || probes.iter().filter(|probe| probe.service() == service);
        let with_token = there().find(|probe| probe.presented().is_some());
        Some((service, request(evidence, *with_token.or_else(|| there().next())?)?))
    };
    [Service::Auth, Service::Backend, Service::Gateway, Service::Issuer].into_iter().filter_map(of_service).collect()
}

/// Its method and address.
pub(super) fn request(evidence: &Evidence, probe: Probe) -> Option<String> {
    let (method, url) = evidence.of(probe)?.wire.as_ref()?.request.target()?;
    // A handshake is an HTTP request; people know the address as their target file has it.
    let is_handshake = probe.service() == Service::Gateway && probe != Probe::PlainGet;
    let url = if is_handshake { url.replacen("http", "ws", 1) } else { url.to_string() };
    Some(format!("{method} {url}"))
}

/// The probes that show it and what users see of it; where it is the only cause, everything that fails.
pub(super) fn touched(evidence: &Evidence, diagnosis: &Diagnosis, finding: &Finding) -> Vec<Probe> {
    let seen = match finding.whys.first().map(|why| &why.basis) {
        Some(Basis::Observed(probes)) => probes.as_slice(),
        _ => &[],
    };
    let is_only = diagnosis.findings.iter().filter(|finding| is_a_cause(finding)).count() == 1;
    finding.because.iter().chain(seen).copied().chain(failed(evidence).filter(|_| is_only)).collect()
}
