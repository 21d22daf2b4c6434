//! What is wrong with the provenance of a secret, where, and what to do about it.

use super::super::layout::unbroken;
use crate::evidence::provenance::{
    Holds, Name, Platform, Provenance, Running, SecretPlace, SecretReference, ValueFacts, VersionState,
};
use crate::outcome::provenance::{At, Flaw, FlawKind};
use crate::vocabulary::Service;
use crate::wording::{loads, loads_of};

/// One sentence without a full stop.
pub(super) fn what(flaw: &Flaw<'_>, provenance: &Provenance) -> String {
    let (at, service) = (flaw.at, called(flaw.at.service));
    let place = at.place.map(|place| place.name.as_str()).unwrap_or_default();
    match flaw.kind {
        FlawKind::SecretVersionDrift => {
            let told = |service: Service| drifting(service, flaw, provenance);
            let (auth, backend) = (told(Service::Auth), told(Service::Backend));
            match auth.1 == backend.1 {
                true => format!("{} and {} load {} each, and the two values differ", auth.0, backend.0, auth.1),
                false => format!("{} loads {}, and {} loads {}", auth.0, auth.1, backend.0, backend.1),
            }
        }
        FlawKind::RevisionsDiffer => {
            let first = at.deployed.running.first().map(loads).unwrap_or_default();
            format!("two revisions of {service} get requests: one loads {first}, the other {}", loads(at.running))
        }
        FlawKind::SecretMissing => format!("{service} has no signing secret: none of its `secret-sources` holds one"),
        FlawKind::SecretVersionUnusable => unusable(at.secret()),
        FlawKind::SecretAccessMissing => {
            let name = at.secret().map(|secret| &secret.secret).map(Name::as_str).unwrap_or_default();
            format!("nothing on `{name}` or its project lets the service account of {service} read it")
        }
        FlawKind::SecretNewerThanDeployment => newer(at),
        FlawKind::EnvironmentFallback => match at.place.is_some_and(|place| at.running.candidates().contains(&place)) {
            true => format!("{service} takes its secret from `{place}`, where the value itself stands"),
            false => format!("{service} has `{place}` too, which takes over where the secret before it is missing"),
        },
        FlawKind::SecretMalformed => malformed(at, service),
    }
}

/// A service of a drift, and what it loads.
fn drifting(service: Service, flaw: &Flaw<'_>, provenance: &Provenance) -> (&'static str, String) {
    let Some(deployed) = provenance.services.get(&service) else { return (called(service), String::new()) };
    let next = deployed.next.as_ref().filter(|_| flaw.upcoming);
    let loaded = match next {
        Some(next) => loads(next),
        None => loads_of(deployed),
    };
    let running = next.map_or(deployed.running.as_slice(), std::slice::from_ref);
    let project =
        other_project(running, provenance).map(|name| format!(" of the project `{name}`")).unwrap_or_default();
    let next = next.map(|next| format!(" in {}, which gets no requests yet", next.name)).unwrap_or_default();
    (called(service), format!("{loaded}{project}{next}"))
}

/// The project of the one secret that these load, where the services themselves are in another.
fn other_project<'a>(running: &'a [Running], provenance: &Provenance) -> Option<&'a Name> {
    let Platform::CloudRun { project: own, .. } = &provenance.platform else { return None };
    let mut places = running.iter().flat_map(Running::candidates);
    let of = |place: &'a SecretPlace| match &place.holds {
        Holds::Secret(secret) => secret.project.as_ref(),
        _ => None,
    };
    let first = of(places.next()?)?;
    (first != own && places.all(|place| of(place) == Some(first))).then_some(first)
}

fn unusable(secret: Option<&SecretReference>) -> String {
    let Some(secret) = secret else { return String::new() };
    let version = if secret.pinned { &secret.version } else { &secret.newest };
    match version {
        None if secret.has_key == Some(false) => {
            let key = secret.key.as_ref().map(Name::as_str).unwrap_or_default();
            format!("the secret `{}` has no key `{key}`", secret.secret)
        }
        None if secret.key.is_some() => format!("there is no secret `{}`", secret.secret),
        None if secret.newest.is_none() => format!("there is no secret `{}`, or it has no version", secret.secret),
        None => format!("`{}` has no version `{}`", secret.secret, secret.asked),
        Some(version) => {
            let latest = if secret.pinned { "" } else { ", the newest," };
            format!(
                "version {}{latest} of `{}` is {}: no process can load it any more",
                version.number, secret.secret, version.state
            )
        }
    }
}

fn newer(at: At<'_>) -> String {
    let newest = at.secret().and_then(|secret| secret.newest.as_ref());
    let created =
        newest.and_then(|newest| newest.created.as_ref()).map(|created| format!(" ({created})")).unwrap_or_default();
    let since = at.running.since.as_ref().map(|since| format!(" ({since})")).unwrap_or_default();
    let number = newest.map(|newest| newest.number.to_string()).unwrap_or_default();
    format!(
        "version {number}{created} is newer than the deployment of {}{since}: a process keeps what it loaded, and one that starts now loads another",
        called(at.service)
    )
}

fn malformed(at: At<'_>, service: &str) -> String {
    let Some(value) = at.place.and_then(|place| place.holds.value()) else { return String::new() };
    let ValueFacts { short, placeholder, blank_ends, quoted, byte_order_mark, zero_byte, .. } = value;
    let all = [
        (placeholder, "is a placeholder"),
        (short, "is shorter than 32 characters"),
        (blank_ends, "has a blank or a line break at an end"),
        (quoted, "stands in quotation marks, which are part of it"),
        (byte_order_mark, "begins with a byte order mark, which no editor shows"),
        (zero_byte, "has a zero byte (NUL)"),
    ];
    let told: Vec<&str> = all.into_iter().filter(|(is_so, _)| *is_so).map(|(_, told)| told).collect();
    format!("the secret of {service} {}", told.join(", "))
}

/// In a sentence.
fn called(service: Service) -> &'static str {
    match service {
        Service::Auth => "auth",
        other => other.title(),
    }
}

/// The service as its platform knows it, the revision, and the variable or file.
pub(super) fn place(flaw: &Flaw<'_>) -> String {
    let at = flaw.at;
    let place = at.place.map(|place| format!(", {}", place.name)).unwrap_or_default();
    let is_next = at.deployed.next.as_ref() == Some(at.running);
    let requests = if is_next { " (gets no requests yet)" } else { "" };
    format!("{}: {}, {}{requests}{place}", at.service.name(), unbroken(at.deployed.name.as_str()), at.running.name)
}

/// An imperative with the component.
pub(super) fn fix(flaw: &Flaw<'_>) -> String {
    let service = flaw.at.service.name();
    match flaw.kind {
        FlawKind::SecretVersionDrift => "auth and backend: load one version of one secret".into(),
        FlawKind::RevisionsDiffer => match flaw.at.secret().is_some_and(|secret| secret.key.is_some()) {
            true => format!("{service}: finish the rollout or undo it, so that one set of pods is left"),
            false => format!("{service}: send all requests to one revision"),
        },
        FlawKind::SecretMissing => format!("{service}: give it the secret that the other service loads"),
        FlawKind::SecretVersionUnusable => match flaw.at.secret().map(|secret| (secret, state(secret))) {
            Some((_, Some(VersionState::Disabled))) => "enable that version, or let the services load another".into(),
            Some((SecretReference { secret, key: Some(key), .. }, _)) => {
                format!("add the key `{key}` to the secret `{secret}`, or let {service} load one that exists")
            }
            _ => "let the services load a version that exists".into(),
        },
        FlawKind::SecretAccessMissing => "let its service account read the secret".into(),
        // A secret with keys has one version at a time.
        FlawKind::SecretNewerThanDeployment => match flaw.at.secret().is_some_and(|secret| secret.key.is_some()) {
            true => format!("{service}: restart its pods, so that all of them load the newest value"),
            false => format!("{service}: deploy it again, and pin the version"),
        },
        FlawKind::EnvironmentFallback => format!("{service}: remove the variable, and load the secret from its store"),
        FlawKind::SecretMalformed => "store a random value of 32 characters or more, without quotation marks, byte order mark or line break (`printf %s`, not `echo`), then deploy both services".into(),
    }
}

fn state(secret: &SecretReference) -> Option<VersionState> {
    let version = if secret.pinned { &secret.version } else { &secret.newest };
    version.as_ref().map(|version| version.state)
}
