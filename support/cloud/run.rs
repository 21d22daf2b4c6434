//! Cloud Run as its API v2 writes it. Fields that are missing are empty, unknown ones and unknown words are skipped: an API grows.

use serde::Deserialize;

/// `projects.locations.services`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Service {
    pub(super) latest_ready_revision: String,
    pub(super) latest_created_revision: String,
    traffic: Vec<Traffic>,
    traffic_statuses: Vec<Traffic>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Traffic {
    revision: String,
    percent: Option<u32>,
}

/// `projects.locations.services.revisions`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Revision {
    pub(super) create_time: String,
    pub(super) service_account: String,
    containers: Vec<Container>,
    volumes: Vec<Volume>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Container {
    env: Vec<Variable>,
    volume_mounts: Vec<Mount>,
    ports: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Variable {
    name: String,
    value: Option<String>,
    value_source: Option<ValueSource>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ValueSource {
    secret_key_ref: Option<SecretKeyRef>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SecretKeyRef {
    secret: String,
    version: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Mount {
    name: String,
    mount_path: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Volume {
    name: String,
    secret: Option<SecretVolume>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SecretVolume {
    secret: String,
    items: Vec<Item>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Item {
    path: String,
    version: String,
}

/// What a variable or a file is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    Nothing,
    /// What it is, while it is looked at.
    Literal(String),
    /// A secret by its name or its whole path, a version, and whether it is a file, which is read anew.
    Secret {
        secret: String,
        version: String,
        is_file: bool,
    },
    /// A source that is not known here.
    Unknown,
}

/// The newest there is.
pub(super) const LATEST: &str = "latest";

impl Service {
    /// The revisions that get requests, with their share; the newest ready one where the service names none.
    pub(super) fn serving(&self) -> Vec<(String, Option<u32>)> {
        let told = if self.traffic_statuses.is_empty() { &self.traffic } else { &self.traffic_statuses };
        let latest = last_part(&self.latest_ready_revision);
        let mut serving: Vec<(String, Option<u32>)> = Vec::new();
        for one in told.iter().filter(|one| one.percent.is_some_and(|percent| percent > 0)) {
            // Without a name it is the newest that is ready.
            let name = if one.revision.is_empty() { latest } else { last_part(&one.revision) };
            match serving.iter_mut().find(|(known, _)| known == name) {
                Some((_, share)) => *share = share.zip(one.percent).map(|(one, other)| one.saturating_add(other)),
                None => serving.push((name.to_owned(), one.percent)),
            }
        }
        if serving.is_empty() {
            serving.push((latest.to_owned(), None));
        }
        serving.retain(|(name, _)| !name.is_empty());
        serving
    }

    /// The newest revision, ready or not, where it gets no requests.
    pub(super) fn next(&self) -> Option<&str> {
        let created = last_part(&self.latest_created_revision);
        let newest = if created.is_empty() { last_part(&self.latest_ready_revision) } else { created };
        let is_serving = self.serving().iter().any(|(name, _)| name == newest);
        (!newest.is_empty() && !is_serving).then_some(newest)
    }

    /// A newer revision that is not ready.
    pub(super) fn not_ready(&self) -> Option<&str> {
        let created = last_part(&self.latest_created_revision);
        (!created.is_empty() && created != last_part(&self.latest_ready_revision)).then_some(created)
    }
}

impl Revision {
    /// What is in that variable, or in the file of that path. The container that takes requests comes first.
    pub(super) fn given(&self, name: &str) -> Given {
        let (serving, others): (Vec<_>, Vec<_>) = self.containers.iter().partition(|one| !one.ports.is_empty());
        let given = serving.into_iter().chain(others).map(|container| match name.starts_with('/') {
            true => self.file(container, name),
            false => container.variable(name),
        });
        given.into_iter().find(|given| *given != Given::Nothing).unwrap_or(Given::Nothing)
    }

    fn file(&self, container: &Container, path: &str) -> Given {
        for mount in &container.volume_mounts {
            let below = path.strip_prefix(mount.mount_path.trim_end_matches('/'));
            let Some(file) = below.and_then(|rest| rest.strip_prefix('/')) else { continue };
            let volume = self.volumes.iter().find(|volume| volume.name == mount.name);
            let Some(secret) = volume.and_then(|volume| volume.secret.as_ref()) else { continue };
            let version = match secret.items.iter().find(|item| item.path == file) {
                Some(item) => item.version.clone(),
                // Without items the newest version is in a file of the secret's name.
                None if secret.items.is_empty() && file == last_part(&secret.secret) => String::new(),
                None => continue,
            };
            return secret_of(&secret.secret, &version, true);
        }
        Given::Nothing
    }
}

impl Container {
    fn variable(&self, name: &str) -> Given {
        // The last one of a name counts, as in every container.
        let Some(variable) = self.env.iter().rev().find(|variable| variable.name == name) else {
            return Given::Nothing;
        };
        match (&variable.value_source, &variable.value) {
            (Some(ValueSource { secret_key_ref: Some(at) }), _) => secret_of(&at.secret, &at.version, false),
            (Some(_), _) => Given::Unknown,
            // A service takes an empty one for none.
            (None, Some(value)) if !value.is_empty() => Given::Literal(value.clone()),
            (None, _) => Given::Nothing,
        }
    }
}

fn secret_of(secret: &str, version: &str, is_file: bool) -> Given {
    match secret.is_empty() {
        true => Given::Unknown,
        false => {
            let version = if version.is_empty() { LATEST } else { version };
            Given::Secret { secret: secret.to_owned(), version: version.to_owned(), is_file }
        }
    }
}

/// A resource is named by its whole path, or by the end of it.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

/// `projects/P/secrets/S` or `S`, which is of the service's own project.
pub(super) fn project_and_secret<'a>(own: &'a str, secret: &'a str) -> (&'a str, &'a str) {
    match secret.split('/').collect::<Vec<_>>()[..] {
        ["projects", project, "secrets", secret, ..] => (project, secret),
        _ => (own, secret),
    }
}

#[cfg(test)]
mod tests;
