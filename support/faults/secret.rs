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

use super::resigned;
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Proof};
use crate::diagnosis::test::{Computed, Test, all, any, not, rejects_like_forged, verifies};
use crate::outcome::Outcome;
use crate::vocabulary::{Change, Presentation, Probe, Service};

fn fingerprint_probes() -> Vec<Probe> {
    [Service::Auth, Service::Backend].map(Probe::Fingerprint).into()
}

/// The fingerprints of the secrets that auth and the backend hold differ.
fn fingerprints_differ(_: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "the fingerprints of the secrets of auth and the backend differ",
        prove: |client, probes| differ(client, probes, client.evidence().same_fingerprint()),
        probes: fingerprint_probes(),
    })
}

/// The fingerprints are the same. They speak for the services that show them: where REST and the gateway treat a valid token
/// differently, and one of them like a forged one, that one may verify with another secret.
fn same_secret_shown(client: &Client<'_>) -> Test {
    let backend = client.backend();
    let others = |one: Presentation| backend.iter().copied().filter(move |other| *other != one);
    let pairs = backend.iter().flat_map(|one| others(*one).map(|other| (*one, other)));
    let differ = any(pairs.map(|(one, other)| all([rejects_like_forged(one), verifies(other)])));
    all([not(fingerprints_differ(client)), not(differ)])
}

/// Auth and the backend name different versions or sources of their secrets.
fn provenance_differs(_: &Client<'_>) -> Test {
    Test::Computed(Computed {
        name: "auth and the backend name different versions or sources of their secrets",
        prove: |client, probes| match client.settings().provenance {
            true => differ(client, probes, client.evidence().same_provenance()),
            false => Proof::open("`fingerprint.version` or `fingerprint.source` in the target's file"),
        },
        probes: fingerprint_probes(),
    })
}

fn differ(client: &Client<'_>, probes: &[Probe], same: Option<bool>) -> Proof {
    let all = || probes.iter().copied().collect();
    let is_lacking = |probe: &&Probe| client.evidence().outcome(**probe) != Some(Outcome::Accepted);
    let lacking = || probes.iter().find(is_lacking).or(probes.first());
    match same {
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
        resigned::too_long(usual),
    ])
}
