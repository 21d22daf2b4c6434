//! What a preflight cannot tell, and why: the reasons for a verdict that stays open, beside what could not be read.

use crate::evidence::provenance::{Deployed, Provenance, Running, SecretReference};
use crate::preflight::Preflight;
use crate::vocabulary::Service;
use crate::wording::{loads, loads_of};

/// Each fits after "not known: ".
pub(super) fn of(preflight: &Preflight<'_>) -> Vec<String> {
    let provenance = preflight.provenance;
    if preflight.names_one {
        let one = "whether auth and the backend load one secret: the target file names one service; `platform` takes `auth` and `backend`";
        return [one.to_owned()].into_iter().chain(access(provenance)).collect();
    }
    // What was not read is told as such, and may be the reason for the rest.
    if !provenance.gaps.is_empty() {
        return Vec::new();
    }
    let idle = provenance.services.iter().filter(|(_, deployed)| deployed.running.is_empty());
    let idle =
        idle.map(|(service, deployed)| format!("what {} loads: nothing of {} runs", service.name(), deployed.name));
    idle.chain(access(provenance)).chain(comparison(provenance)).collect()
}

fn access(provenance: &Provenance) -> Vec<String> {
    let all = provenance.undecided_access();
    let mut told: Vec<String> =
        all.into_iter().map(|(service, running, secret)| may_read(service, running, secret)).collect();
    told.dedup();
    told
}

fn may_read(service: Service, running: &Running, secret: &SecretReference) -> String {
    let (name, secret) = (service.name(), &secret.secret);
    match &running.identity {
        Some(account) => {
            format!(
                "whether {name} ({account}) may read `{secret}`: a group, a condition or a role of your own decides"
            )
        }
        None => {
            format!("whether {name} may read `{secret}`: the platform names no service account of {}", running.name)
        }
    }
}

/// Where it is open whether both load one secret: what each loads.
fn comparison(provenance: &Provenance) -> Option<String> {
    let (auth, backend) = (provenance.services.get(&Service::Auth)?, provenance.services.get(&Service::Backend)?);
    if auth.running.is_empty() || backend.running.is_empty() {
        return None;
    }
    let after = |deployed: &Deployed| deployed.next.as_ref().map_or_else(|| loads_of(deployed), loads);
    let (when, auth, backend) = match (provenance.same_secret(), provenance.same_after_deployment()) {
        (None, _) => ("", loads_of(auth), loads_of(backend)),
        (_, None) => (" once the newest revisions get the requests", after(auth), after(backend)),
        _ => return None,
    };
    Some(format!(
        "whether auth and the backend load one secret{when}: auth loads {auth}, and the backend loads {backend}"
    ))
}
