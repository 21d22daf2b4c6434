//! The deployments of Kubernetes: the pods that run, in sets of alike ones, and the secrets that they refer to. A secret is read
//! without its values, unless the operator asked for a comparison.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::api::Api;
use super::ask::Ask;
use super::payload;
use super::pods::{InPod, Key, Pod, Pods};
use super::secret_manager::{add, gap};
use super::selector::Deployment;
use crate::evidence::provenance::{
    Deployed, Gap, Holds, Moment, Name, Provenance, Running, SecretPlace, SecretReference, SecretVersion, Unread,
    ValueFacts, VersionState,
};
use crate::target::{HostedService, PlatformTable};

/// More pods of one deployment are not read.
const MOST_PAGES: usize = 8;

/// What stands for the name of a set that there is not yet.
const NEXT: &str = "next pods";

/// A secret, with or without its values.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Secret {
    metadata: Metadata,
    /// Their names; values are read by [`Values`] only.
    data: Option<BTreeMap<String, IgnoredAny>>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    resource_version: String,
    creation_timestamp: String,
    managed_fields: Vec<Managed>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(rename_all = "camelCase", default)]
struct Managed {
    time: String,
    fields_v1: Fields,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Fields {
    #[serde(rename = "f:data")]
    data: Option<BTreeMap<String, IgnoredAny>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Values {
    data: BTreeMap<String, String>,
}

/// Reads each deployment of the table.
pub(super) async fn read(api: &mut Api<'_>, table: &PlatformTable, namespace: &str, provenance: &mut Provenance) {
    let mut reader = Reader { api, namespace, secrets: BTreeMap::new(), gaps: Vec::new() };
    for (service, hosted) in &table.services {
        if let Some(deployed) = reader.deployment(hosted).await {
            provenance.services.insert(*service, deployed);
        }
    }
    provenance.gaps.append(&mut reader.gaps);
}

struct Reader<'a, 'b> {
    api: &'a mut Api<'b>,
    namespace: &'a str,
    /// What was read so far; `None` where there is no such secret.
    secrets: BTreeMap<String, Result<Option<Secret>, Unread>>,
    gaps: Vec<Gap>,
}

impl Reader<'_, '_> {
    async fn deployment(&mut self, hosted: &HostedService) -> Option<Deployed> {
        let ask = Ask::Deployment { namespace: self.namespace, name: &hosted.name };
        let deployment: Deployment = match self.api.get(ask).await {
            Ok(deployment) => deployment,
            Err(why) => {
                add(&mut self.gaps, gap(self.api, ask, why));
                return None;
            }
        };
        let pods = match deployment.selector() {
            Some(selector) => self.pods(&selector).await,
            None => Vec::new(),
        };
        let mut sets: BTreeMap<&str, Vec<&Pod>> = BTreeMap::new();
        pods.iter().filter(|pod| pod.is_running()).for_each(|pod| sets.entry(pod.set()).or_default().push(pod));
        let mut running = Vec::new();
        for (set, pods) in sets {
            let since = pods.iter().filter_map(|pod| Moment::read(pod.started())).min();
            running.push(self.set(hosted, set, &pods, since).await);
        }
        let next = match deployment.next() {
            // Its pods would load what is there now.
            Some(pod) => Some(self.set(hosted, NEXT, &[&pod], Moment::now()).await),
            None => None,
        };
        Some(Deployed { name: Name::new(&hosted.name), running, not_ready: None, next })
    }

    async fn pods(&mut self, selector: &str) -> Vec<Pod> {
        let (mut all, mut page) = (Vec::new(), None::<String>);
        for _ in 0..MOST_PAGES {
            let ask = Ask::Pods { namespace: self.namespace, selector, page: page.as_deref() };
            let read: Pods = match self.api.get(ask).await {
                Ok(read) => read,
                Err(why) => {
                    add(&mut self.gaps, gap(self.api, ask, why));
                    return all;
                }
            };
            all.extend(read.items);
            let next = Some(read.metadata.next).filter(|next| !next.is_empty() && Some(next) != page.as_ref());
            match next {
                Some(next) => page = Some(next),
                None => return all,
            }
        }
        let ask = Ask::Pods { namespace: self.namespace, selector, page: None };
        add(&mut self.gaps, gap(self.api, ask, Unread::TooLarge));
        all
    }

    /// Alike pods: one of them stands for all, and the oldest, which started then, has what is oldest.
    async fn set(&mut self, hosted: &HostedService, name: &str, pods: &[&Pod], since: Option<Moment>) -> Running {
        let mut places = Vec::new();
        for source in &hosted.secret_sources {
            let given = pods.first().map_or(InPod::Nothing, |pod| pod.given(source));
            places.push(SecretPlace { name: Name::new(source), holds: self.holds(given, since.as_ref()).await });
        }
        let identity = pods.first().and_then(|pod| pod.account()).map(|account| self.api.name(account));
        Running { name: self.api.name(name), share: None, since, identity, places }
    }

    async fn holds(&mut self, given: InPod, since: Option<&Moment>) -> Holds {
        match given {
            InPod::Nothing => Holds::Nothing,
            InPod::Unknown => Holds::Unknown,
            InPod::Public => Holds::Literal(None),
            InPod::Literal(value) => Holds::Literal(Some(payload::facts(value.as_bytes(), &self.api.marks))),
            InPod::Secret(key) => self.refer(&key, since).await,
            InPod::LastOf(keys) => {
                for key in &keys {
                    match self.secret(&key.secret).await {
                        Ok(Some(secret)) => match secret.has(&key.key) {
                            Some(true) => return self.refer(key, since).await,
                            Some(false) => {}
                            // Which keys it has is not told.
                            None => return Holds::Unknown,
                        },
                        // A pod starts without one that is optional.
                        Ok(None) => {}
                        Err(_) => return Holds::Unknown,
                    }
                }
                Holds::Nothing
            }
        }
    }

    async fn refer(&mut self, key: &Key, since: Option<&Moment>) -> Holds {
        let read = self.secret(&key.secret).await;
        let secret = read.as_ref().ok().and_then(Option::as_ref);
        let has_key = secret.and_then(|secret| secret.has(&key.key));
        let found = secret.filter(|_| has_key != Some(false));
        let version = found.map(|secret| secret.version(self.api));
        let changed = version.as_ref().and_then(|version| version.created.as_ref());
        let has_it = key.is_reread || since.zip(changed).is_some_and(|(since, changed)| since >= changed);
        let value = match has_it && found.is_some() {
            true => self.value(key).await,
            false => None,
        };
        Holds::Secret(Box::new(SecretReference {
            resource: self.api.name(&format!("namespaces/{}/secrets/{}", self.namespace, key.secret)),
            project: None,
            secret: self.api.name(&key.secret),
            key: Some(self.api.name(&key.key)),
            has_key,
            asked: Name::new("current"),
            pinned: false,
            reread: key.is_reread,
            version: version.clone().filter(|_| has_it),
            newest: version,
            listed: read.is_ok(),
            // The kubelet reads it for its pods, see `Platform::services_read_secrets`.
            allowed: None,
            value,
        }))
    }

    async fn secret(&mut self, name: &str) -> Result<Option<Secret>, Unread> {
        if let Some(known) = self.secrets.get(name) {
            return known.clone();
        }
        let ask = Ask::SecretMetadata { namespace: self.namespace, secret: name };
        let read = match self.api.get::<Secret>(ask).await {
            Ok(secret) => Ok(Some(secret)),
            Err(Unread::Status(404, _)) => Ok(None),
            Err(why) => {
                add(&mut self.gaps, gap(self.api, ask, why.clone()));
                Err(why)
            }
        };
        self.secrets.insert(name.to_owned(), read.clone());
        read
    }

    /// What may be said of the value, where the operator asked for it.
    async fn value(&mut self, key: &Key) -> Option<ValueFacts> {
        if !self.api.reads_values {
            return None;
        }
        let ask = Ask::SecretData { namespace: self.namespace, secret: &key.secret };
        let values: Values = match self.api.get(ask).await {
            Ok(values) => values,
            Err(why) => {
                add(&mut self.gaps, gap(self.api, ask, why));
                return None;
            }
        };
        let bytes = STANDARD.decode(values.data.get(&key.key)?).ok()?;
        Some(payload::facts(&bytes, &self.api.marks))
    }
}

impl Secret {
    /// Whether it has that key; `None` where its metadata do not tell.
    fn has(&self, key: &str) -> Option<bool> {
        if let Some(data) = &self.data {
            return Some(data.contains_key(key));
        }
        let mut managed =
            self.metadata.managed_fields.iter().filter_map(|managed| managed.fields_v1.data.as_ref()).peekable();
        managed.peek()?;
        let field = format!("f:{key}");
        Some(managed.any(|data| data.contains_key(&field)))
    }

    /// It has one version at a time, which began when its values were last written.
    fn version(&self, api: &Api<'_>) -> SecretVersion {
        let Metadata { resource_version, creation_timestamp, managed_fields } = &self.metadata;
        let writes = managed_fields.iter().filter(|managed| managed.fields_v1.data.is_some());
        let changed = writes.filter_map(|managed| Moment::read(&managed.time)).max();
        let created = changed.or_else(|| Moment::read(creation_timestamp));
        SecretVersion { number: api.name(resource_version), state: VersionState::Enabled, created }
    }
}
