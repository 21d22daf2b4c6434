//! What is wrong with the provenance of secrets: each flaw with the place where it is.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Loaded, same_running};
use crate::evidence::provenance::{
    Deployed, Holds, Name, Provenance, Running, SecretPlace, SecretReference, VersionState,
};
use crate::vocabulary::{Service, Severity};

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Flaw<'a> {
    /// What.
    pub kind: FlawKind,
    /// An error is a cause of rejected tokens, now or after the next start; a warning may become one.
    pub severity: Severity,
    /// Where.
    pub at: At<'a>,
    /// Only once the newest revision gets requests.
    pub upcoming: bool,
}

/// A kind of flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum FlawKind {
    /// The services load different versions or secrets.
    SecretVersionDrift,
    /// Two revisions of one service that both get requests load different ones.
    RevisionsDiffer,
    /// A service has no signing secret at all.
    SecretMissing,
    /// The version does not exist, or cannot be read.
    SecretVersionUnusable,
    /// The service account may not read it.
    SecretAccessMissing,
    /// A newer version exists than the process may have loaded.
    SecretNewerThanDeployment,
    /// The value stands in the settings of the service, or such a value stands ready beside the secret.
    EnvironmentFallback,
    /// The value is a placeholder, too short, or has blanks, quotation marks or bytes that do not belong to it.
    SecretMalformed,
}

/// Where a flaw is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct At<'a> {
    /// The service.
    pub service: Service,
    /// As it is deployed.
    pub deployed: &'a Deployed,
    /// The revision.
    pub running: &'a Running,
    /// The variable or file; `None` where it is of the revision as a whole.
    pub place: Option<&'a SecretPlace>,
}

impl<'a> At<'a> {
    /// The secret that is in that place.
    pub(crate) fn secret(&self) -> Option<&'a SecretReference> {
        match &self.place?.holds {
            Holds::Secret(secret) => Some(secret),
            Holds::Literal(_) | Holds::Nothing | Holds::Unknown => None,
        }
    }
}

impl Provenance {
    /// All that is wrong, the worst first.
    pub fn flaws(&self) -> Vec<Flaw<'_>> {
        let mut flaws = Vec::new();
        flaws.extend(self.drift(Deployed::serving));
        for (service, deployed) in &self.services {
            flaws.extend(differing(*service, deployed));
            for running in &deployed.running {
                of_running(At { service: *service, deployed, running, place: None }, &mut flaws);
            }
        }
        flaws.sort_by_key(|flaw| (flaw.severity, flaw.kind));
        flaws
    }

    /// The same, and what would be wrong once the newest revisions get the requests.
    pub fn flaws_before_deployment(&self) -> Vec<Flaw<'_>> {
        let mut flaws = self.flaws();
        let is_told = |flaw: &Flaw<'_>, flaws: &[Flaw<'_>]| {
            let same = |known: &Flaw<'_>| {
                (known.kind, known.at.service, known.at.place) == (flaw.kind, flaw.at.service, flaw.at.place)
            };
            flaws.iter().any(same)
        };
        for flaw in self.upcoming() {
            if !is_told(&flaw, &flaws) {
                flaws.push(Flaw { upcoming: true, ..flaw });
            }
        }
        flaws.sort_by_key(|flaw| (flaw.severity, flaw.kind));
        flaws
    }

    fn upcoming(&self) -> Vec<Flaw<'_>> {
        let mut flaws = Vec::new();
        if self.services.values().any(|deployed| deployed.next.is_some()) {
            flaws.extend(self.drift(Deployed::after_deployment));
        }
        for (service, deployed) in &self.services {
            if let Some(running) = &deployed.next {
                of_running(At { service: *service, deployed, running, place: None }, &mut flaws);
            }
        }
        // Its processes start when the requests come.
        flaws.retain(|flaw| flaw.kind != FlawKind::SecretNewerThanDeployment);
        flaws
    }

    /// At the service that has what is not the newest; else at the backend.
    fn drift(&self, of: fn(&Deployed) -> &[Running]) -> Option<Flaw<'_>> {
        if self.same(of) != Some(false) {
            return None;
        }
        let at = |service: Service| {
            let deployed = self.services.get(&service)?;
            let running = of(deployed).first()?;
            Some(At { service, deployed, running, place: running.candidates().first().copied() })
        };
        let is_behind = |at: &At<'_>| match at.place.map(|place| &place.holds) {
            Some(Holds::Secret(secret)) => match secret.loaded(at.running) {
                Loaded::Exactly(version) => secret.newest.as_ref().is_some_and(|newest| newest != version),
                Loaded::Between(..) => true,
                Loaded::Unknown => false,
            },
            Some(Holds::Literal(_)) => true,
            _ => false,
        };
        let (auth, backend) = (at(Service::Auth)?, at(Service::Backend)?);
        let at = if is_behind(&auth) && !is_behind(&backend) { auth } else { backend };
        Some(Flaw { kind: FlawKind::SecretVersionDrift, severity: Severity::Error, at, upcoming: false })
    }
}

fn differing(service: Service, deployed: &Deployed) -> Option<Flaw<'_>> {
    let (first, others) = deployed.running.split_first()?;
    let other = others.iter().find(|other| same_running(first, other) == Some(false))?;
    let at = At { service, deployed, running: other, place: other.candidates().first().copied() };
    Some(Flaw { kind: FlawKind::RevisionsDiffer, severity: Severity::Error, at, upcoming: false })
}

fn of_running<'a>(at: At<'a>, flaws: &mut Vec<Flaw<'a>>) {
    let candidates = at.running.candidates();
    if candidates.is_empty() {
        flaws.push(Flaw { kind: FlawKind::SecretMissing, severity: Severity::Error, at, upcoming: false });
        return;
    }
    let mut before: BTreeSet<(&Name, Option<&Name>, &Name)> = BTreeSet::new();
    for place in &at.running.places {
        let is_used = candidates.contains(&place);
        let mut add =
            |kind, severity| flaws.push(Flaw { kind, severity, at: At { place: Some(place), ..at }, upcoming: false });
        match &place.holds {
            Holds::Literal(_) if is_used => add(FlawKind::EnvironmentFallback, Severity::Error),
            Holds::Literal(_) => add(FlawKind::EnvironmentFallback, Severity::Warning),
            Holds::Secret(secret) => {
                let identity = (&secret.resource, secret.key.as_ref(), &secret.asked);
                // Two names of one secret are no fallback.
                let is_known = !before.insert(identity);
                if !is_used && !is_known {
                    add(FlawKind::EnvironmentFallback, Severity::Warning);
                }
                of_secret(secret, at.running, is_used).into_iter().for_each(|kind| add(kind, Severity::Error));
            }
            Holds::Nothing | Holds::Unknown => {}
        }
        let malformed = place.holds.value().is_some_and(|value| value.is_malformed());
        if malformed && is_used {
            add(FlawKind::SecretMalformed, Severity::Error);
        }
    }
}

/// A revision does not start where one of its secrets cannot be read, used or not.
fn of_secret(secret: &SecretReference, running: &Running, is_used: bool) -> Vec<FlawKind> {
    let at_next_start = if secret.pinned { &secret.version } else { &secret.newest };
    let unusable = match at_next_start {
        None => secret.listed,
        Some(version) => matches!(version.state, VersionState::Disabled | VersionState::Destroyed),
    };
    let is_older = is_used && matches!(secret.loaded(running), Loaded::Between(..));
    let flaws = [
        (unusable, FlawKind::SecretVersionUnusable),
        (secret.allowed == Some(false), FlawKind::SecretAccessMissing),
        (is_older, FlawKind::SecretNewerThanDeployment),
    ];
    flaws.into_iter().filter(|(is_there, _)| *is_there).map(|(_, kind)| kind).collect()
}
