//! Secrets of one running deployment: random every time, so that none can be committed, and of one length.

use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey};
use uuid::Uuid;

use crate::deployment::SecretName;
use crate::secret::Secret;

pub struct Secrets {
    current: Secret,
    retired: Secret,
    foreign: Secret,
    /// Opens the login.
    pub bypass_key: Secret,
    /// The backend's own at auth.
    pub service: Secret,
}

impl Secrets {
    pub fn random() -> Self {
        Secrets { current: random(), retired: random(), foreign: random(), bypass_key: random(), service: random() }
    }

    pub fn named(&self, name: SecretName) -> &Secret {
        match name {
            SecretName::Current => &self.current,
            SecretName::Retired => &self.retired,
            SecretName::Foreign => &self.foreign,
        }
    }

    /// Equal where the secrets are, and no way back to them.
    pub fn fingerprint(&self, name: SecretName) -> String {
        let key = EncodingKey::from_secret(self.named(name).expose().as_bytes());
        sign(b"fingerprint", &key, Algorithm::HS256).unwrap_or_default().chars().take(16).collect()
    }
}

pub fn random() -> Secret {
    Secret::new(format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()))
}
