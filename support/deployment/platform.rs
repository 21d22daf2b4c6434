//! What runs auth and the backend: the versions of their secret in Secret Manager, and how Cloud Run gives it to them.

use serde::Deserialize;

use super::{SecretAlteration, SecretName, SecretSource};

/// Cloud Run and Secret Manager, as their APIs show them; times are as RFC 3339 writes them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Platform {
    /// Of the one secret there is, the oldest first.
    pub versions: Vec<StoredVersion>,
    /// How auth is deployed.
    pub auth: DeployedService,
    /// How the backend is deployed.
    pub backend: DeployedService,
    /// Whether its APIs respond with 403 to every request.
    pub forbidden: bool,
}

/// A version in Secret Manager.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StoredVersion {
    /// Its number.
    pub version: String,
    /// The secret that it holds.
    pub secret: SecretName,
    /// When it was created.
    pub created: String,
    /// Whether it can be read.
    #[serde(default)]
    pub state: StoredState,
}

/// Whether a version can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum StoredState {
    /// It can.
    #[default]
    Enabled,
    /// Not for the moment.
    Disabled,
    /// Never again.
    Destroyed,
}

/// A service of Cloud Run.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct DeployedService {
    /// When the revision was created that gets all requests.
    pub deployed: String,
    /// The version that it asks for: a number, or `latest`, which it resolved when it was deployed.
    pub version: String,
    /// Whether its service account may read the secret.
    pub may_read: bool,
}

impl Default for Platform {
    fn default() -> Self {
        let stored = |version: &str, secret, created: &str| StoredVersion {
            version: version.into(),
            secret,
            created: created.into(),
            state: StoredState::Enabled,
        };
        Platform {
            versions: vec![
                stored("2", SecretName::Retired, "2025-08-01T09:00:00Z"),
                stored("3", SecretName::Current, "2025-09-01T09:00:00Z"),
            ],
            auth: DeployedService::default(),
            backend: DeployedService::default(),
            forbidden: false,
        }
    }
}

impl Default for DeployedService {
    fn default() -> Self {
        DeployedService { deployed: "2025-09-02T09:00:00Z".into(), version: "latest".into(), may_read: true }
    }
}

impl Platform {
    /// What this service has loaded from Secret Manager.
    pub(crate) fn loaded_by(&self, service: &DeployedService) -> Option<SecretSource> {
        let has = |stored: &&StoredVersion| match service.version.as_str() {
            "latest" => stored.created <= service.deployed,
            number => stored.version == number,
        };
        let stored = self.versions.iter().rfind(has)?;
        Some(SecretSource {
            source: SecretSource::SECRET_MANAGER.into(),
            version: Some(stored.version.clone()),
            secret: stored.secret,
            alteration: SecretAlteration::None,
        })
    }
}
