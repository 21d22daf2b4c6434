//! Secret Manager as its API v1 writes it: the versions of a secret, who may read it, and a value where it is asked for.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::api::Api;
use super::ask::Ask;
use super::payload;
use super::policy::Policy;
use super::run::{LATEST, last_part, project_and_secret};
use crate::evidence::provenance::{
    Gap, Moment, Name, SecretReference, SecretVersion, Unread, ValueFacts, VersionState,
};

/// More versions of one secret are not read.
const MOST_PAGES: usize = 20;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Versions {
    versions: Vec<Version>,
    next_page_token: String,
}

#[derive(Deserialize, Default, Clone)]
#[serde(rename_all = "camelCase", default)]
struct Version {
    /// `projects/9/secrets/S/versions/3`, with the number of the project.
    name: String,
    create_time: String,
    state: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Accessed {
    payload: Payload,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Payload {
    data: String,
}

/// What was read so far: services share secrets.
#[derive(Default)]
pub(super) struct Store {
    versions: BTreeMap<String, Result<Vec<Version>, Unread>>,
    policies: BTreeMap<String, Result<Policy, Unread>>,
    values: BTreeMap<String, Result<ValueFacts, Unread>>,
}

/// A secret, as a revision refers to it.
pub(super) struct Referred<'a> {
    pub(super) project: &'a str,
    pub(super) secret: &'a str,
    pub(super) version: &'a str,
    pub(super) is_file: bool,
    pub(super) since: Option<&'a Moment>,
    pub(super) account: Option<&'a str>,
}

impl Store {
    /// What the store says of it; what it does not say is added to the gaps.
    pub(super) async fn refer(&mut self, api: &mut Api<'_>, to: Referred<'_>, gaps: &mut Vec<Gap>) -> SecretReference {
        let path = format!("projects/{}/secrets/{}", to.project, to.secret);
        let (all, listed) = match self.versions(api, &path).await {
            Ok(versions) => (versions, true),
            // There is no such secret.
            Err(Unread::Status(404, _)) => (Vec::new(), true),
            Err(why) => {
                add(gaps, gap(api, Ask::Versions { project: to.project, secret: to.secret, page: None }, why));
                (Vec::new(), false)
            }
        };
        let newest = all.iter().max_by_key(|version| version.age());
        let pinned = to.version != LATEST;
        let version = match pinned {
            true => self.pinned(api, &to, &all, listed, gaps).await,
            false if to.is_file => newest.cloned(),
            false => newest_at(&all, to.since).cloned(),
        };
        let resource = newest.and_then(|newest| newest.name.split("/versions/").next()).unwrap_or(&path);
        let allowed = match to.account {
            Some(account) => self.allowed(api, &to, account, gaps).await,
            None => None,
        };
        let read = |version: &Version| version.read(api);
        let reference = SecretReference {
            resource: api.name(resource),
            project: Some(api.name(to.project)),
            secret: api.name(to.secret),
            key: None,
            has_key: None,
            asked: api.name(to.version),
            pinned,
            reread: to.is_file && !pinned,
            version: version.as_ref().map(read),
            newest: newest.map(read),
            listed,
            allowed,
            value: None,
        };
        let value = self.value(api, &to, &reference, gaps).await;
        SecretReference { value, ..reference }
    }

    async fn versions(&mut self, api: &mut Api<'_>, path: &str) -> Result<Vec<Version>, Unread> {
        if let Some(known) = self.versions.get(path) {
            return known.clone();
        }
        let read = list(api, path).await;
        self.versions.insert(path.to_owned(), read.clone());
        read
    }

    /// By its number, or by a name that the store knows.
    async fn pinned(
        &mut self,
        api: &mut Api<'_>,
        to: &Referred<'_>,
        all: &[Version],
        listed: bool,
        gaps: &mut Vec<Gap>,
    ) -> Option<Version> {
        if let Some(version) = all.iter().find(|version| version.number() == to.version) {
            return Some(version.clone());
        }
        if to.version.chars().all(|c| c.is_ascii_digit()) {
            // Its number is known, whatever else is not.
            return (!listed).then(|| Version { name: to.version.to_owned(), ..Version::default() });
        }
        let ask = Ask::Version { project: to.project, secret: to.secret, version: to.version };
        match api.get(ask).await {
            Ok(version) => Some(version),
            Err(Unread::Status(404, _)) => None,
            Err(why) => {
                add(gaps, gap(api, ask, why));
                None
            }
        }
    }

    /// By the policy of the secret, or else by that of its project.
    async fn allowed(
        &mut self,
        api: &mut Api<'_>,
        to: &Referred<'_>,
        account: &str,
        gaps: &mut Vec<Gap>,
    ) -> Option<bool> {
        let of_secret = Ask::Policy { project: to.project, secret: to.secret };
        let own = match self.policy(api, of_secret).await {
            Ok(policy) => policy.allows(account),
            Err(Unread::Status(404, _)) => return None,
            Err(why) => {
                let why = why.clone();
                add(gaps, gap(api, of_secret, why));
                return None;
            }
        };
        if own == Some(true) {
            return own;
        }
        let of_project = Ask::ProjectPolicy { project: to.project };
        match self.policy(api, of_project).await {
            Ok(policy) => match policy.allows(account) {
                Some(true) => Some(true),
                inherited => own.and(inherited),
            },
            // What has no policy grants nothing.
            Err(Unread::Status(404, _)) => own,
            Err(why) => {
                let why = why.clone();
                add(gaps, gap(api, of_project, why));
                None
            }
        }
    }

    async fn policy(&mut self, api: &mut Api<'_>, ask: Ask<'_>) -> &Result<Policy, Unread> {
        let key = ask.what();
        if !self.policies.contains_key(&key) {
            let read = api.get(ask).await;
            self.policies.insert(key.clone(), read);
        }
        &self.policies[&key]
    }

    /// What may be said of the value that a service loads, where the operator asked for it and one version is meant.
    async fn value(
        &mut self,
        api: &mut Api<'_>,
        to: &Referred<'_>,
        reference: &SecretReference,
        gaps: &mut Vec<Gap>,
    ) -> Option<ValueFacts> {
        // Which of several it has loaded is not known.
        let is_one = reference.pinned || reference.version == reference.newest;
        let is_readable = |version: &&SecretVersion| version.state == VersionState::Enabled;
        let version = reference.version.as_ref().filter(|_| is_one && api.reads_values).filter(is_readable)?;
        let key = format!("{}/versions/{}", reference.resource, version.number);
        let number = version.number.as_str().to_owned();
        let ask = Ask::Payload { project: to.project, secret: to.secret, version: &number };
        if !self.values.contains_key(&key) {
            let read = api.get::<Accessed>(ask).await.and_then(|accessed| of_payload(api, &accessed));
            self.values.insert(key.clone(), read);
        }
        match &self.values[&key] {
            Ok(facts) => Some(*facts),
            Err(why) => {
                let why = why.clone();
                add(gaps, gap(api, ask, why));
                None
            }
        }
    }
}

fn of_payload(api: &Api<'_>, accessed: &Accessed) -> Result<ValueFacts, Unread> {
    let bytes = STANDARD.decode(&accessed.payload.data).map_err(|_| Unread::Unreadable)?;
    Ok(payload::facts(&bytes, &api.marks))
}

async fn list(api: &mut Api<'_>, path: &str) -> Result<Vec<Version>, Unread> {
    let (project, secret) = project_and_secret("", path);
    let (mut all, mut page) = (Vec::new(), None::<String>);
    for _ in 0..MOST_PAGES {
        let read: Versions = api.get(Ask::Versions { project, secret, page: page.as_deref() }).await?;
        all.extend(read.versions);
        // A page that follows itself would never end.
        if read.next_page_token.is_empty() || page.as_ref() == Some(&read.next_page_token) {
            return Ok(all);
        }
        page = Some(read.next_page_token);
    }
    Err(Unread::TooLarge)
}

/// `latest` is the version that was created last, whatever its state is.
fn newest_at<'a>(all: &'a [Version], since: Option<&Moment>) -> Option<&'a Version> {
    let since = since?;
    let was_there = |version: &&Version| Moment::read(&version.create_time).is_some_and(|created| created <= *since);
    all.iter().filter(was_there).max_by_key(|version| version.age())
}

/// A gap that is there already says it for all.
pub(super) fn add(gaps: &mut Vec<Gap>, gap: Gap) {
    if !gaps.contains(&gap) {
        gaps.push(gap);
    }
}

pub(super) fn gap(api: &Api<'_>, ask: Ask<'_>, why: Unread) -> Gap {
    Gap { what: api.name(&ask.what()), why, permission: Some(Name::new(ask.permission())) }
}

impl Version {
    fn number(&self) -> &str {
        last_part(&self.name)
    }

    /// Numbers grow; where one is none, its time decides.
    fn age(&self) -> (u64, Option<Moment>) {
        (self.number().parse().unwrap_or_default(), Moment::read(&self.create_time))
    }

    fn read(&self, api: &Api<'_>) -> SecretVersion {
        let state = match self.state.as_str() {
            "ENABLED" => VersionState::Enabled,
            "DISABLED" => VersionState::Disabled,
            "DESTROYED" => VersionState::Destroyed,
            _ => VersionState::Other,
        };
        SecretVersion { number: api.name(self.number()), state, created: Moment::read(&self.create_time) }
    }
}
