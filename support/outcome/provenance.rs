//! What the provenance of secrets means: which version a revision has loaded, and whether two services have the same. Three-valued:
//! what the metadata does not tell is `None`.

mod flaws;

pub use flaws::{At, Flaw, FlawKind};

use crate::evidence::provenance::{
    Deployed, Holds, Provenance, Running, SecretPlace, SecretReference, SecretVersion, ValueFacts,
};
use crate::vocabulary::Service;

/// The version that a revision has loaded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Loaded<'a> {
    /// This one.
    Exactly(&'a SecretVersion),
    /// A process keeps what was the newest when it started: that one, the newest of today, or one between.
    Between(Option<&'a SecretVersion>, &'a SecretVersion),
    /// The metadata does not tell.
    Unknown,
}

impl Provenance {
    /// Whether auth and the backend load the same secret; `None` where that is not known.
    pub fn same_secret(&self) -> Option<bool> {
        self.same(Deployed::serving)
    }

    /// The same once the newest revision of each service gets its requests.
    pub fn same_after_deployment(&self) -> Option<bool> {
        self.same(Deployed::after_deployment)
    }

    fn same(&self, of: fn(&Deployed) -> &[Running]) -> Option<bool> {
        let running = |service| self.services.get(&service).map(of);
        let (auth, backend) = (running(Service::Auth)?, running(Service::Backend)?);
        let pairs = auth.iter().flat_map(|one| backend.iter().map(move |other| same_running(one, other)));
        every(pairs)
    }

    /// The secrets of which is not known whether their service may read them. One that does not exist is none of them, nor is one
    /// that the platform reads for its services.
    pub fn undecided_access(&self) -> Vec<(Service, &Running, &SecretReference)> {
        let all = self.services.iter().filter(|_| self.platform.services_read_secrets());
        let running = all.flat_map(|(service, deployed)| {
            deployed.running.iter().chain(&deployed.next).map(move |running| (*service, running))
        });
        let places =
            running.flat_map(|(service, running)| running.places.iter().map(move |one| (service, running, one)));
        let secrets = places.filter_map(|(service, running, place)| match &place.holds {
            Holds::Secret(secret) => Some((service, running, secret.as_ref())),
            _ => None,
        });
        let is_there = |secret: &SecretReference| secret.newest.is_some() || !secret.listed;
        secrets.filter(|(.., secret)| secret.allowed.is_none() && is_there(secret)).collect()
    }

    /// Whether the values that both load were compared, and differ: more than two names.
    pub(crate) fn values_differ(&self) -> bool {
        let facts = |service: Service| {
            let running = self.services.get(&service).into_iter().flat_map(|deployed| &deployed.running);
            let loaded = |one: &Running| match one.candidates().as_slice() {
                [place] => place.holds.value().map(|value| value.mark),
                _ => None,
            };
            running.map(loaded).collect::<Option<Vec<u64>>>().filter(|marks| !marks.is_empty())
        };
        let both = facts(Service::Auth).zip(facts(Service::Backend));
        both.is_some_and(|(auth, backend)| auth.iter().all(|mark| !backend.contains(mark)))
    }
}

impl Deployed {
    fn serving(&self) -> &[Running] {
        &self.running
    }

    /// The newest revision alone, where it gets no requests yet.
    fn after_deployment(&self) -> &[Running] {
        self.next.as_ref().map_or(&self.running, std::slice::from_ref)
    }
}

/// Differ where one pair does, the same where all are.
fn every(same: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let all: Vec<Option<bool>> = same.collect();
    match all.contains(&Some(false)) {
        true => Some(false),
        false if all.is_empty() || all.contains(&None) => None,
        false => Some(true),
    }
}

/// Whether two revisions load the same secret. Where a short value may be skipped, every possibility has to agree.
pub(crate) fn same_running(one: &Running, other: &Running) -> Option<bool> {
    let (places, others) = (one.candidates(), other.candidates());
    let same = |place: &SecretPlace, another: &SecretPlace| match (&place.holds, &another.holds) {
        (Holds::Secret(secret), Holds::Secret(another)) => same_secret((one, secret), (other, another)),
        (holds, another) => same_value(holds, another),
    };
    let mut pairs = places.iter().flat_map(|place| others.iter().map(move |another| same(place, another)));
    let first = pairs.next().flatten()?;
    pairs.all(|pair| pair == Some(first)).then_some(first)
}

fn same_value(one: &Holds, other: &Holds) -> Option<bool> {
    match (one.value(), other.value(), one, other) {
        (Some(one), Some(other), ..) => Some(one.mark == other.mark),
        (.., Holds::Literal(_), Holds::Secret(_)) | (.., Holds::Secret(_), Holds::Literal(_)) => Some(false),
        _ => None,
    }
}

type Referred<'a> = (&'a Running, &'a SecretReference);

fn same_secret((running, secret): Referred<'_>, (other, another): Referred<'_>) -> Option<bool> {
    if let (Some(one), Some(other)) = (secret.value, another.value) {
        return Some(one.mark == other.mark);
    }
    if secret.key != another.key {
        return Some(false);
    }
    if secret.resource != another.resource {
        return if may_be_one(secret, another) { None } else { Some(false) };
    }
    match (secret.loaded(running), another.loaded(other)) {
        (Loaded::Exactly(one), Loaded::Exactly(other)) => Some(one.number == other.number),
        (Loaded::Exactly(one), Loaded::Between(from, to)) | (Loaded::Between(from, to), Loaded::Exactly(one)) => {
            is_outside(one, from, to).then_some(false)
        }
        _ => None,
    }
}

/// Whether one names the project by its number and the other by its id, which a store that was not read does not bring together.
fn may_be_one(secret: &SecretReference, another: &SecretReference) -> bool {
    let parts = |of: &SecretReference| {
        let rest = of.resource.as_str().strip_prefix("projects/")?;
        rest.split_once('/').map(|(project, path)| (is_number(project), path.to_owned()))
    };
    let (one, other) = (parts(secret), parts(another));
    one.zip(other).is_some_and(|((is_number, path), (is_too, other))| is_number != is_too && path == other)
}

fn is_number(project: &str) -> bool {
    !project.is_empty() && project.chars().all(|c| c.is_ascii_digit())
}

/// Older than what was the newest when the other started.
fn is_outside(one: &SecretVersion, from: Option<&SecretVersion>, to: &SecretVersion) -> bool {
    let number = |version: &SecretVersion| version.number.as_str().parse::<u64>().ok();
    let before = from.and_then(number).zip(number(one)).is_some_and(|(from, one)| one < from);
    before || number(to).zip(number(one)).is_some_and(|(to, one)| one > to)
}

impl Running {
    /// The places whose secret it may use: the first that holds something, and where that is so short that some services skip it,
    /// the next one too.
    pub(crate) fn candidates(&self) -> Vec<&SecretPlace> {
        let mut candidates = Vec::new();
        for place in self.places.iter().filter(|place| place.holds != Holds::Nothing) {
            candidates.push(place);
            if !place.holds.value().is_some_and(|value| value.short) {
                break;
            }
        }
        candidates
    }
}

impl Holds {
    /// What is known of the value.
    pub(crate) fn value(&self) -> Option<ValueFacts> {
        match self {
            Holds::Literal(value) => *value,
            Holds::Secret(secret) => secret.value,
            Holds::Nothing | Holds::Unknown => None,
        }
    }
}

impl SecretReference {
    /// What a revision that refers to it has loaded.
    pub(crate) fn loaded(&self, running: &Running) -> Loaded<'_> {
        if self.pinned {
            return self.version.as_ref().map_or(Loaded::Unknown, Loaded::Exactly);
        }
        let Some(newest) = &self.newest else { return Loaded::Unknown };
        match (&running.since, &newest.created) {
            _ if self.reread => Loaded::Exactly(newest),
            (Some(since), Some(created)) if since >= created => Loaded::Exactly(newest),
            (Some(_), Some(_)) => Loaded::Between(self.version.as_ref(), newest),
            _ => Loaded::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
