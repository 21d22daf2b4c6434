//! Secrets of one running deployment: random every time, so that none can be committed, and how a service loads its own. RSA keys
//! take a while to make, so the deployments of one process share those.

use std::sync::OnceLock;

use serde_json::{Value, json};
use tokio::task::JoinError;
use uuid::Uuid;

use super::claims::library_algorithm;
use super::signing_key::SigningKey;
use crate::deployment::{Auth, Backend, Deployment, SecretAlteration, SecretName, SecretSource};
use crate::secret::Secret;
use crate::token::PrivateKey;

pub(super) struct Secrets {
    current: Secret,
    retired: Secret,
    foreign: Secret,
    short: Secret,
    /// For the test login.
    pub(super) bypass_key: Secret,
    /// The backend's service credentials at auth.
    pub(super) service: Secret,
    /// Of the private keys that stand for the secrets, where auth signs with one.
    algorithm: Option<jsonwebtoken::Algorithm>,
    /// Those keys, each made when it is first used.
    private_keys: [OnceLock<Option<PrivateKey>>; 4],
}

/// A secret as a service uses it, and where it was found.
pub(super) struct LoadedSecret {
    pub(super) key: SigningKey,
    source: SecretSource,
}

impl Secrets {
    /// Where a service URL-decodes its secret, all secrets contain an escape, which decoding changes.
    fn random(deployment: &Deployment) -> Self {
        let Deployment { auth, backend, .. } = deployment;
        let listed = auth.secret_sources.iter().chain(&backend.secret_sources).map(|source| source.alteration);
        let mut alterations = listed.chain([auth.jwt_secret_alteration, backend.jwt_secret_alteration]);
        let tail = if alterations.any(|alteration| alteration == SecretAlteration::UrlDecoded) { "%2B" } else { "" };
        let signing = || Secret::new(random().expose().to_owned() + tail);
        Secrets {
            current: signing(),
            retired: signing(),
            foreign: signing(),
            short: Secret::new(random().expose().chars().take(16).collect::<String>()),
            bypass_key: random(),
            service: random(),
            algorithm: auth.algorithm.is_asymmetric().then(|| library_algorithm(auth.algorithm)),
            private_keys: Default::default(),
        }
    }

    /// The same, with the keys that every service of the deployment uses; they are made where nothing else waits.
    ///
    /// # Errors
    /// When the thread that makes them ends early.
    pub(super) async fn made(deployment: &Deployment) -> Result<Self, JoinError> {
        let (secrets, used) =
            (Secrets::random(deployment), [deployment.auth.jwt_secret, deployment.backend.jwt_secret]);
        let make = move || {
            used.into_iter().for_each(|name| _ = secrets.unaltered(name));
            secrets
        };
        tokio::task::spawn_blocking(make).await
    }

    pub(super) fn named(&self, name: SecretName) -> &Secret {
        match name {
            SecretName::Current => &self.current,
            SecretName::Retired => &self.retired,
            SecretName::Foreign => &self.foreign,
            SecretName::Short => &self.short,
        }
    }

    pub(super) fn unaltered(&self, name: SecretName) -> SigningKey {
        let made = |algorithm| {
            let number = name as usize;
            let key = self.private_keys[number].get_or_init(|| PrivateKey::generate(algorithm));
            key.clone().map(|key| SigningKey::Private(name, key))
        };
        self.algorithm.and_then(made).unwrap_or_else(|| SigningKey::unaltered(self.named(name)))
    }

    pub(super) fn of_auth(&self, auth: &Auth) -> LoadedSecret {
        self.load(&auth.secret_sources, &only_source(auth.jwt_secret, auth.jwt_secret_alteration), auth.trims_secret)
    }

    pub(super) fn of_backend(&self, backend: &Backend) -> LoadedSecret {
        self.load(
            &backend.secret_sources,
            &only_source(backend.jwt_secret, backend.jwt_secret_alteration),
            backend.trims_secret,
        )
    }

    /// The first usable one, or else the last: a service without a usable secret starts all the same.
    fn load(&self, sources: &[SecretSource], default: &SecretSource, trims: bool) -> LoadedSecret {
        let loaded = |source: &SecretSource| LoadedSecret {
            key: match self.algorithm {
                Some(_) => self.unaltered(source.secret),
                None => SigningKey::loaded(self.named(source.secret), source.alteration, trims),
            },
            source: source.clone(),
        };
        let first = |found: LoadedSecret, next| if found.key.is_usable() { found } else { next };
        sources.iter().map(loaded).reduce(first).unwrap_or_else(|| loaded(default))
    }
}

impl LoadedSecret {
    /// The response of the fingerprint endpoint.
    pub(super) fn fingerprint(&self) -> Value {
        json!({"hash": self.key.fingerprint(), "version": self.source.version, "source": self.source.source})
    }
}

/// The source of a service without a list.
fn only_source(secret: SecretName, alteration: SecretAlteration) -> SecretSource {
    SecretSource { source: SecretSource::SECRET_MANAGER.into(), version: Some("3".into()), secret, alteration }
}

pub(super) fn random() -> Secret {
    Secret::new(format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()))
}
