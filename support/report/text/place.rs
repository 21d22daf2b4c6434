//! Where it fails: the service, and the address of each request.

use crate::evidence::Evidence;
use crate::report::layout::{Page, unbroken};
use crate::vocabulary::{Probe, Service};

/// What fails among these probes, or all of them where none does: one request for each service, with a token where it can be.
pub(super) fn render(out: &mut Page, evidence: &Evidence, probes: &[Probe]) {
    let has_failed = |probe: &Probe| evidence.is_as_expected_at_once(*probe) == Some(false);
    let failed: Vec<Probe> = probes.iter().copied().filter(has_failed).collect();
    let probes = if failed.is_empty() { probes } else { &failed };
    let mut head = "  where   ";
    for service in [Service::Auth, Service::Backend, Service::Gateway, Service::Issuer] {
        let there = || probes.iter().filter(|probe| probe.service() == service);
        let with_token = there().find(|probe| probe.presented().is_some());
        if let Some(request) = with_token.or_else(|| there().next()).and_then(|probe| request(evidence, *probe)) {
            out.wrap(head, 10, &format!("{}: {request}", service.name()));
            head = "          ";
        }
    }
}

fn request(evidence: &Evidence, probe: Probe) -> Option<String> {
    let (method, url) = evidence.of(probe)?.wire.as_ref()?.request.target()?;
    // A handshake is an HTTP request; people know the address as their target file has it.
    let is_handshake = probe.service() == Service::Gateway && probe != Probe::PlainGet;
    let url = if is_handshake { url.replacen("http", "ws", 1) } else { url.to_string() };
    Some(unbroken(&format!("{method} {url}")))
}
