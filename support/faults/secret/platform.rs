//! What the platform's metadata say of the secrets: the reason why they differ, beside the probes that show that they do. Without
//! a platform none of these tests is there.

use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Proof;
use crate::diagnosis::record::Details;
use crate::diagnosis::test::{Computed, Test, any, never};
use crate::evidence::provenance::{Provenance, Running};
use crate::outcome::provenance::{At, FlawKind};
use crate::vocabulary::Service;
use crate::wording::loads_of;

/// Auth and the backend load different versions, or different secrets.
pub(super) fn platform_differs(client: &Client<'_>) -> Test {
    of_platform(client, "by the platform's metadata, auth and the backend load different secrets", |provenance| {
        provenance.same_secret().map(|same| !same)
    })
}

/// Their values were compared, and differ.
pub(super) fn values_differ(client: &Client<'_>) -> Test {
    of_platform(client, "the values that auth and the backend load differ", |provenance| {
        provenance.values_differ().then_some(true)
    })
}

/// A version is newer than a deployment, so that its processes may have loaded several.
pub(super) fn is_older_than_its_secret(client: &Client<'_>) -> Test {
    of_platform(client, "a version of the secret is newer than a deployment", |provenance| {
        Some(newer(provenance).is_some())
    })
}

/// Two revisions of one service get requests, and load different secrets.
pub(super) fn revisions_differ(client: &Client<'_>) -> Test {
    of_platform(client, "two revisions that get requests load different secrets", |provenance| {
        Some(provenance.flaws().iter().any(|flaw| flaw.kind == FlawKind::RevisionsDiffer))
    })
}

/// One value has a blank or a line break at an end.
pub(super) fn has_blank_ends(client: &Client<'_>) -> Test {
    of_platform(client, "a value has a blank or a line break at an end", |provenance| Some(blank(provenance).is_some()))
}

/// One of these.
pub(super) fn platform_explains(client: &Client<'_>) -> Test {
    any([platform_differs, is_older_than_its_secret, revisions_differ, has_blank_ends].map(|test| test(client)))
}

fn of_platform(client: &Client<'_>, name: &'static str, is_so: fn(&Provenance) -> Option<bool>) -> Test {
    match client.evidence().provenance.as_ref().and_then(is_so) {
        None => never(),
        Some(true) => Test::Computed(Computed { name, prove: |_, _| Proof::given(), probes: Vec::new() }),
        Some(false) => Test::Computed(Computed { name, prove: |_, _| Proof::given().negated(), probes: Vec::new() }),
    }
}

/// What the texts of a finding say of the platform.
pub(super) fn details(client: &Client<'_>) -> Details {
    let Some(provenance) = &client.evidence().provenance else { return Details::new() };
    let mut details = Details::new();
    let mut add = |key, value: Option<String>| _ = value.map(|value| details.values.insert(key, value));
    let loads = |service: Service| provenance.services.get(&service).map(loads_of);
    add("auth_loads", loads(Service::Auth));
    add("backend_loads", loads(Service::Backend));
    add("deployed", last_deployed(provenance));
    let stale = newer(provenance);
    add("stale", stale.map(|(at, _)| at.deployed.name.to_string()));
    add("newest", stale.map(|(_, newest)| newest.to_string()));
    add("blank", blank(provenance).map(|at| at.deployed.name.to_string()));
    details
}

/// The service that was deployed last, and when.
fn last_deployed(provenance: &Provenance) -> Option<String> {
    let running = |name, running: &Running| running.since.clone().map(|since| (since, name));
    let all = provenance.services.values();
    let last =
        all.flat_map(|deployed| deployed.running.iter().filter_map(move |one| running(&deployed.name, one))).max()?;
    Some(format!("{} ({})", last.1, last.0))
}

fn newer(provenance: &Provenance) -> Option<(At<'_>, &str)> {
    let flaws = provenance.flaws();
    let flaw = flaws.iter().find(|flaw| flaw.kind == FlawKind::SecretNewerThanDeployment)?;
    let newest = flaw.at.secret()?.newest.as_ref()?;
    Some((flaw.at, newest.number.as_str()))
}

fn blank(provenance: &Provenance) -> Option<At<'_>> {
    let flaws = provenance.flaws();
    let is_blank = |at: &At<'_>| at.place.and_then(|place| place.holds.value()).is_some_and(|value| value.blank_ends);
    flaws.iter().map(|flaw| flaw.at).find(is_blank)
}
