//! `platform`: what runs auth and the backend, so that its metadata tell where their secrets come from.

use std::collections::BTreeMap;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::values;
use crate::secret::Secret;
use crate::vocabulary::Service;

/// What runs the services, and which of its services they are.
#[derive(Clone, Debug)]
pub struct PlatformTable {
    /// Where its metadata are.
    pub host: PlatformHost,
    /// Auth, the backend, or both.
    pub services: BTreeMap<Service, HostedService>,
    /// Of the variable `GOOGLE_OAUTH_ACCESS_TOKEN` or of `token`; `None` where the usual credentials are looked for.
    pub token: Option<Secret>,
}

/// Where metadata are read.
#[derive(Clone, Debug)]
pub enum PlatformHost {
    /// Cloud Run and Secret Manager of Google Cloud.
    CloudRun {
        /// The project.
        project: String,
        /// The region of the services.
        region: String,
        /// An address on this machine that stands for all of its APIs.
        api: Option<Url>,
    },
    /// The API server of Kubernetes.
    Kubernetes {
        /// The namespace of the services.
        namespace: String,
        /// Its address; `None` within a pod, whose service account is used.
        api: Option<Url>,
        /// The certificates that it is trusted by, beside those of the system.
        roots: Vec<CertificateDer<'static>>,
    },
}

/// A service on its platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedService {
    /// Of Cloud Run its service, of Kubernetes its deployment.
    pub name: String,
    /// Where it looks for the signing secret, in that order: variables, and files by their path.
    pub secret_sources: Vec<String>,
}

/// As the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Written {
    #[serde(default, deserialize_with = "project")]
    pub(super) project: Option<String>,
    #[serde(default, deserialize_with = "name")]
    pub(super) region: Option<String>,
    #[serde(default, deserialize_with = "name")]
    pub(super) namespace: Option<String>,
    #[serde(default, deserialize_with = "values::http_address")]
    pub(super) api: Option<Url>,
    pub(super) ca: Option<std::path::PathBuf>,
    #[serde(default, rename = "token", deserialize_with = "values::read_later")]
    _token: (),
    #[serde(default, deserialize_with = "hosted")]
    pub(super) auth: Option<WrittenService>,
    #[serde(default, deserialize_with = "hosted")]
    pub(super) backend: Option<WrittenService>,
}

/// A table within it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WrittenService {
    #[serde(default, deserialize_with = "name")]
    pub(super) service: Option<String>,
    #[serde(default, deserialize_with = "name")]
    pub(super) deployment: Option<String>,
    #[serde(default, deserialize_with = "sources")]
    pub(super) secret_sources: Option<Vec<String>>,
}

/// serde would name a struct of this suite.
fn hosted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<WrittenService>, D::Error> {
    struct Table;
    impl<'de> serde::de::Visitor<'de> for Table {
        type Value = WrittenService;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a table, such as `{ service = \"NAME\" }`")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<WrittenService, A::Error> {
            WrittenService::deserialize(serde::de::value::MapAccessDeserializer::new(map))
        }
    }
    deserializer.deserialize_any(Table).map(Some)
}

/// A DNS label, or several (RFC 1123 §2.1): it becomes part of an address.
fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    of_characters(deserializer, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c))
}

/// The id or the number of a project; old ones have a domain before them.
fn project<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    of_characters(deserializer, is_of_project)
}

fn is_of_project(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:".contains(c)
}

/// Whether a project of Google Cloud can be called that.
pub(crate) fn is_project(text: &str) -> bool {
    is_name(text, is_of_project)
}

fn of_characters<'de, D: Deserializer<'de>>(
    deserializer: D,
    allowed: fn(char) -> bool,
) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match is_name(&text, allowed) {
        true => Ok(Some(text)),
        false => Err(D::Error::custom(
            "not a name of a platform\nallowed: small letters, digits and hyphens, such as `netra-backend`",
        )),
    }
}

fn is_name(text: &str, allowed: fn(char) -> bool) -> bool {
    let is_first = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= LONGEST && text.starts_with(is_first) && text.chars().all(allowed)
}

fn sources<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let is_variable =
        |name: &str| name.starts_with(|c: char| !c.is_ascii_digit() && c != '-') && name.chars().all(is_letter);
    let is_file = |name: &str| {
        name.strip_prefix('/')
            .is_some_and(|rest| rest.split('/').all(|part| !part.is_empty() && part.chars().all(is_letter)))
    };
    if let Some(wrong) = names.iter().find(|name| !is_variable(name) && !is_file(name)) {
        // A secret that is written here by mistake is not repeated.
        let place = names.iter().position(|name| name == wrong).unwrap_or_default() + 1;
        return Err(D::Error::custom(format!(
            "entry {place} is neither a variable nor a file\nallowed: names such as `JWT_SECRET_STAGING`, and paths such as `/secrets/jwt`"
        )));
    }
    match names.is_empty() {
        true => {
            Err(D::Error::custom("a service looks for its secret somewhere\nwrite `secret-sources = [\"JWT_SECRET\"]`"))
        }
        false => Ok(Some(names)),
    }
}

/// In characters: longer names exist on no platform.
const LONGEST: usize = 253;
