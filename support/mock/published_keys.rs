//! What auth publishes of its keys: the discovery document and the key set.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::paths::KEYS;
use super::secrets::Secrets;
use super::signing_key::SigningKey;
use crate::deployment::{Auth, DiscoveryDocument, KeySetDocument, SecretName};

pub(super) struct PublishedKeys {
    issuer: String,
    /// What its set holds when it is read first, and later.
    sets: [Vec<SecretName>; 2],
    readings: AtomicUsize,
}

/// Status and body; a text is a page.
pub(super) type Document = (u16, Value);

const PAGE: &str = "<!doctype html><title>Sign in</title>";

impl PublishedKeys {
    pub(super) fn new(auth: &Auth, issuer: String) -> Self {
        let first = auth.published_keys.keys.clone().unwrap_or_else(|| vec![auth.jwt_secret]);
        let later = auth.published_keys.keys_later.clone().unwrap_or_else(|| first.clone());
        PublishedKeys { issuer, sets: [first, later], readings: AtomicUsize::new(0) }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn discovery(&self, auth: &Auth) -> Document {
        let issuer = &self.issuer;
        match auth.published_keys.discovery {
            DiscoveryDocument::Correct => (200, json!({"issuer": issuer, "jwks_uri": format!("{issuer}{KEYS}")})),
            DiscoveryDocument::OtherIssuer => {
                (200, json!({"issuer": "https://login.example.test", "jwks_uri": format!("{issuer}{KEYS}")}))
            }
            DiscoveryDocument::WithoutKeys => (200, json!({"issuer": issuer})),
            DiscoveryDocument::Page => (200, PAGE.into()),
            DiscoveryDocument::Missing => (404, json!({"detail": "Not Found"})),
        }
    }

    pub(super) fn set(&self, auth: &Auth, secrets: &Secrets) -> Document {
        let reading = self.readings.fetch_add(1, Ordering::Relaxed).min(1);
        let keys = || self.sets[reading].iter().filter_map(|name| self.jwk(auth, &secrets.unaltered(*name)));
        match auth.published_keys.key_set {
            KeySetDocument::Correct => (200, json!({"keys": keys().collect::<Vec<_>>()})),
            KeySetDocument::Empty => (200, json!({"keys": []})),
            KeySetDocument::ForEncryption => {
                let keys = keys().map(|mut key| {
                    key["use"] = "enc".into();
                    key
                });
                (200, json!({"keys": keys.collect::<Vec<_>>()}))
            }
            KeySetDocument::Page => (200, PAGE.into()),
            KeySetDocument::Unavailable => (503, json!({"detail": "Service Unavailable"})),
        }
    }

    fn jwk(&self, auth: &Auth, key: &SigningKey) -> Option<Value> {
        let mut jwk = key.jwk()?;
        if let Some(other) = auth.published_keys.algorithm {
            jwk["alg"] = format!("{:?}", super::claims::library_algorithm(other)).into();
        }
        Some(jwk)
    }
}
