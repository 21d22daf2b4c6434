//! Pods as the API of Kubernetes writes them: what a container finds in a variable or a file.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A page of pods.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Pods {
    pub(super) items: Vec<Pod>,
    pub(super) metadata: ListMetadata,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListMetadata {
    #[serde(rename = "continue")]
    pub(super) next: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Pod {
    metadata: PodMetadata,
    spec: PodSpec,
    status: PodStatus,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct PodMetadata {
    deletion_timestamp: Option<IgnoredAny>,
    owner_references: Vec<Owner>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Owner {
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct PodStatus {
    phase: String,
    start_time: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PodSpec {
    containers: Vec<Container>,
    volumes: Vec<Volume>,
    service_account_name: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Container {
    env: Vec<Variable>,
    env_from: Vec<EnvFrom>,
    volume_mounts: Vec<Mount>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Variable {
    name: String,
    value: Option<String>,
    value_from: Option<ValueFrom>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ValueFrom {
    secret_key_ref: Option<KeyRef>,
    config_map_key_ref: Option<IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct KeyRef {
    name: String,
    key: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct EnvFrom {
    prefix: String,
    secret_ref: Option<NameRef>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct NameRef {
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Mount {
    name: String,
    mount_path: String,
    sub_path: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Volume {
    name: String,
    secret: Option<SecretVolume>,
    projected: Projected,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Projected {
    sources: Vec<ProjectedSource>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ProjectedSource {
    secret: Option<SecretVolume>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SecretVolume {
    secret_name: String,
    /// Of a projected volume.
    name: String,
    items: Vec<Item>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Item {
    key: String,
    path: String,
}

/// What a variable or a file is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum InPod {
    Nothing,
    /// What it is, while it is looked at.
    Literal(String),
    /// Of a ConfigMap, whose values are not read.
    Public,
    /// That key of a secret; a file changes with it.
    Secret(Key),
    /// The last of these secrets that has the key.
    LastOf(Vec<Key>),
    /// A source that is not known here.
    Unknown,
}

/// A key of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) secret: String,
    pub(super) key: String,
    pub(super) is_reread: bool,
}

impl Pod {
    /// One that does not run yet.
    pub(super) fn of_template(spec: PodSpec) -> Self {
        Pod { spec, ..Pod::default() }
    }

    /// It gets requests, or is about to.
    pub(super) fn is_running(&self) -> bool {
        self.status.phase == "Running" && self.metadata.deletion_timestamp.is_none()
    }

    /// The set of alike pods that it belongs to.
    pub(super) fn set(&self) -> &str {
        self.metadata.owner_references.first().map_or("pods", |owner| owner.name.as_str())
    }

    pub(super) fn started(&self) -> &str {
        &self.status.start_time
    }

    pub(super) fn account(&self) -> Option<&str> {
        Some(self.spec.service_account_name.as_str()).filter(|account| !account.is_empty())
    }

    /// What is in that variable, or in the file of that path.
    pub(super) fn given(&self, name: &str) -> InPod {
        let given = self.spec.containers.iter().map(|container| match name.starts_with('/') {
            true => self.file(container, name),
            false => container.variable(name),
        });
        given.into_iter().find(|given| *given != InPod::Nothing).unwrap_or(InPod::Nothing)
    }

    fn file(&self, container: &Container, path: &str) -> InPod {
        for mount in &container.volume_mounts {
            let Some(volume) = self.spec.volumes.iter().find(|volume| volume.name == mount.name) else { continue };
            let below = path.strip_prefix(mount.mount_path.trim_end_matches('/'));
            // With a sub-path the mount itself is the file, which is never written again.
            let file = match (below, mount.sub_path.as_str()) {
                (Some(""), sub_path) if !sub_path.is_empty() => sub_path,
                (Some(rest), "") => rest.trim_start_matches('/'),
                _ => continue,
            };
            if let Some((secret, key)) = volume.key_of(file) {
                return InPod::Secret(Key { secret, key, is_reread: mount.sub_path.is_empty() });
            }
        }
        InPod::Nothing
    }
}

impl Volume {
    /// The secret and its key in that file.
    fn key_of(&self, file: &str) -> Option<(String, String)> {
        let projected = self.projected.sources.iter().filter_map(|source| source.secret.as_ref());
        self.secret.iter().chain(projected).find_map(|secret| {
            let name = if secret.secret_name.is_empty() { &secret.name } else { &secret.secret_name };
            let key = match secret.items.iter().find(|item| item.path == file) {
                Some(item) => item.key.clone(),
                // Without items each key is a file.
                None if secret.items.is_empty() && !file.is_empty() => file.to_owned(),
                None => return None,
            };
            Some((name.clone(), key))
        })
    }
}

impl Container {
    /// `env` is stronger than `envFrom`, and of two the last.
    fn variable(&self, name: &str) -> InPod {
        let Some(variable) = self.env.iter().rev().find(|variable| variable.name == name) else {
            return self.of_whole_secrets(name);
        };
        match (&variable.value_from, &variable.value) {
            (Some(ValueFrom { secret_key_ref: Some(at), .. }), _) => {
                InPod::Secret(Key { secret: at.name.clone(), key: at.key.clone(), is_reread: false })
            }
            (Some(ValueFrom { config_map_key_ref: Some(_), .. }), _) => InPod::Public,
            (Some(_), _) => InPod::Unknown,
            (None, Some(value)) if !value.is_empty() => InPod::Literal(value.clone()),
            (None, _) => InPod::Nothing,
        }
    }

    fn of_whole_secrets(&self, name: &str) -> InPod {
        let key = |from: &EnvFrom| {
            let secret = from.secret_ref.as_ref()?.name.clone();
            let key = name.strip_prefix(&from.prefix)?.to_owned();
            Some(Key { secret, key, is_reread: false })
        };
        let keys: Vec<Key> = self.env_from.iter().rev().filter_map(key).collect();
        if keys.is_empty() { InPod::Nothing } else { InPod::LastOf(keys) }
    }
}

#[cfg(test)]
mod tests;
