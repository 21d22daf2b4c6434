//! Which secret auth signs with, and with which one each service verifies.

pub(super) mod jwt_secret_altered;
pub(super) mod jwt_secret_mismatch;
pub(super) mod jwt_secret_self_mismatch;
pub(super) mod jwt_secret_stale_replica;
pub(super) mod minter_secret_mismatch;
mod platform;
mod replicas;
pub(super) mod secret_version_drift;
pub(super) mod signing_key_unknown;
pub(super) mod signing_keys_unreachable;

use std::collections::BTreeSet;

use super::resigned;
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Probes, Proof};
use crate::diagnosis::test::{Computed, Test, all, any, not, rejects_like_forged, verifies};
use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::vocabulary::{Change, Endpoint, Presentation, Probe, Service};

/// The fingerprint of auth, and that of a service beside it.
fn fingerprint_probes(service: Service) -> Vec<Probe> {
    [Service::Auth, service].map(Probe::Fingerprint).into()
}

/// The services whose fingerprints speak for the places where the client presents its token.
fn holders(client: &Client<'_>) -> BTreeSet<Service> {
    client.backend().into_iter().map(|usual| client.settings().holder(usual.endpoint)).collect()
}

/// The fingerprints of the secrets that auth and another service hold differ.
fn fingerprints_differ(client: &Client<'_>) -> Test {
    any(holders(client).into_iter().map(fingerprint_differs))
}

/// A fingerprint speaks for the service that shows it, and for no other.
fn fingerprint_differs(service: Service) -> Test {
    Test::Computed(Computed {
        name: "the fingerprints of the secrets of auth and of that service differ",
        prove: |client, probes| differ(client, probes, Evidence::same_fingerprint_of),
        probes: fingerprint_probes(service),
    })
}

/// Wherever the token does not verify, the fingerprint is that of auth. It speaks for one service: where REST and the gateway are one,
/// and treat a valid token differently, one of them like a forged one, that one may verify with another secret.
fn same_secret_shown(client: &Client<'_>) -> Test {
    let (backend, settings) = (client.backend(), client.settings());
    let is_beside = |one: Presentation, other: Presentation| {
        one != other && settings.holder(one.endpoint) == settings.holder(other.endpoint)
    };
    let shown = |one: Presentation| {
        let beside = backend.iter().copied().filter(|other| is_beside(one, *other));
        let differ = any(beside.map(|other| all([rejects_like_forged(one), verifies(other)])));
        all([not(fingerprint_differs(settings.holder(one.endpoint))), not(differ)])
    };
    all(backend.iter().map(|one| any([shown(*one), verifies(*one)])))
}

/// Auth and another service name different versions or sources of their secrets.
fn provenance_differs(client: &Client<'_>) -> Test {
    let of = |service| {
        Test::Computed(Computed {
            name: "auth and that service name different versions or sources of their secrets",
            prove: |client, probes| match client.settings().provenance {
                true => differ(client, probes, Evidence::same_provenance_of),
                false => Proof::open("`fingerprint.version` or `fingerprint.source` in the target's file"),
            },
            probes: fingerprint_probes(service),
        })
    };
    any(holders(client).into_iter().map(of))
}

/// As texts name the service that verifies with another secret: the gateway, where it is one of its own, and nothing else is wrong.
fn verifier_of(client: &Client<'_>, shown: &Probes) -> Service {
    let mut services = shown.iter().filter_map(|probe| match probe {
        Probe::Present(one) if one.endpoint != Endpoint::Validation => Some(client.settings().holder(one.endpoint)),
        _ => None,
    });
    let is_gateway = services.next() == Some(Service::Gateway) && services.all(|one| one == Service::Gateway);
    if is_gateway { Service::Gateway } else { Service::Backend }
}

fn differ(client: &Client<'_>, probes: &[Probe], same: fn(&Evidence, Service) -> Option<bool>) -> Proof {
    let all = || probes.iter().copied().collect();
    let is_lacking = |probe: &&Probe| client.evidence().outcome(**probe) != Some(Outcome::Accepted);
    let lacking = || probes.iter().find(is_lacking).or(probes.first());
    match probes.last().and_then(|probe| same(client.evidence(), probe.service())) {
        Some(false) => Proof::Holds(all()),
        Some(true) => Proof::Fails(all()),
        None => Proof::Open(lacking().map(|probe| Need::Response(*probe)).into_iter().collect()),
    }
}

/// Something else than the secret makes the difference there: with another claim, date, algorithm or length, or in another
/// token, the same signature verifies.
fn depends_on_another_property(client: &Client<'_>, usual: Presentation) -> Test {
    any([
        resigned::accepted_with(client, usual, |change| !matches!(change, Change::Nothing | Change::Secret(_))),
        resigned::second_is_accepted(usual),
        resigned::too_long(client, usual),
    ])
}
