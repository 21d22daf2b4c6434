//! Secrets of one running deployment: random every time, so that none can be committed, and of one length; and how a service
//! comes by its own.

use serde_json::{Value, json};
use uuid::Uuid;

use super::key::SigningKey;
use crate::deployment::{Auth, Backend, Deployment, SecretAlteration, SecretName, SecretSource};
use crate::secret::Secret;

pub struct Secrets {
    current: Secret,
    retired: Secret,
    foreign: Secret,
    short: Secret,
    /// Opens the login.
    pub bypass_key: Secret,
    /// The backend's own at auth.
    pub service: Secret,
}

/// A secret as a service holds it, and where it has found it.
pub struct Loaded {
    pub key: SigningKey,
    source: SecretSource,
}

impl Secrets {
    /// Random ones. Where somebody takes a secret for URL-encoded, they have what such a one would lose.
    pub fn random(deployment: &Deployment) -> Self {
        let Deployment { auth, backend, .. } = deployment;
        let listed = auth.secret_sources.iter().chain(&backend.secret_sources).map(|source| source.alteration);
        let mut forms = listed.chain([auth.jwt_secret_alteration, backend.jwt_secret_alteration]);
        let tail = if forms.any(|form| form == SecretAlteration::UrlDecoded) { "%2B" } else { "" };
        let signing = || Secret::new(random().expose().to_owned() + tail);
        Secrets {
            current: signing(),
            retired: signing(),
            foreign: signing(),
            short: Secret::new(random().expose().chars().take(16).collect::<String>()),
            bypass_key: random(),
            service: random(),
        }
    }

    pub fn named(&self, name: SecretName) -> &Secret {
        match name {
            SecretName::Current => &self.current,
            SecretName::Retired => &self.retired,
            SecretName::Foreign => &self.foreign,
            SecretName::Short => &self.short,
        }
    }

    pub fn exact(&self, name: SecretName) -> SigningKey {
        SigningKey::exact(self.named(name))
    }

    pub fn of_auth(&self, auth: &Auth) -> Loaded {
        self.load(&auth.secret_sources, &only(auth.jwt_secret, auth.jwt_secret_alteration), auth.trims_secret)
    }

    pub fn of_backend(&self, backend: &Backend) -> Loaded {
        self.load(
            &backend.secret_sources,
            &only(backend.jwt_secret, backend.jwt_secret_alteration),
            backend.trims_secret,
        )
    }

    /// The first usable one, or else the last: a service that finds nothing better starts with what it has.
    fn load(&self, sources: &[SecretSource], otherwise: &SecretSource, strips: bool) -> Loaded {
        let loaded = |source: &SecretSource| Loaded {
            key: SigningKey::loaded(self.named(source.secret), source.alteration, strips),
            source: source.clone(),
        };
        let first = |found: Loaded, next| if found.key.is_usable() { found } else { next };
        sources.iter().map(loaded).reduce(first).unwrap_or_else(|| loaded(otherwise))
    }
}

impl Loaded {
    /// What the fingerprint endpoint tells.
    pub fn told(&self) -> Value {
        json!({"hash": self.key.fingerprint(), "version": self.source.version, "source": self.source.source})
    }
}

/// Where a secret is kept of which nothing else is said.
fn only(secret: SecretName, alteration: SecretAlteration) -> SecretSource {
    SecretSource { source: "secret-manager".into(), version: Some("3".into()), secret, alteration }
}

pub fn random() -> Secret {
    Secret::new(format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()))
}
