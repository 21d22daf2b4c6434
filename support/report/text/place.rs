//! Where it fails: the service, and the address of each request.

use crate::evidence::Evidence;
use crate::report::layout::{unbroken, wrap};
use crate::vocabulary::{Probe, Service};

/// What fails among these probes, or all of them where none does: for each service its requests, each address once.
pub(super) fn render(out: &mut String, evidence: &Evidence, probes: &[Probe]) {
    let failed: Vec<Probe> =
        probes.iter().copied().filter(|probe| evidence.is_as_expected_at_once(*probe) == Some(false)).collect();
    let probes = if failed.is_empty() { probes } else { &failed };
    let (mut head, mut left) = ("  where   ", MOST);
    for service in [Service::Auth, Service::Backend, Service::Gateway] {
        let mut requests: Vec<String> = Vec::new();
        for probe in probes.iter().filter(|probe| probe.service() == service) {
            requests.extend(request(evidence, *probe).filter(|request| !requests.contains(request)));
        }
        requests.truncate(left);
        left -= requests.len();
        if !requests.is_empty() {
            wrap(out, head, 10, &format!("{}: {}", service.name(), requests.join(", ")));
            head = "          ";
        }
    }
}

/// Addresses: what is to be done stands below them, on the first lines.
const MOST: usize = 2;

fn request(evidence: &Evidence, probe: Probe) -> Option<String> {
    let (method, url) = evidence.of(probe)?.wire.as_ref()?.request.target()?;
    Some(unbroken(&format!("{method} {url}")))
}
