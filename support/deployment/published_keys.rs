//! What auth publishes of its keys, where it signs with a private one.

use serde::Deserialize;

use super::{Algorithm, SecretName};

/// The discovery document and the key set of auth. They are there where it signs with a private key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PublishedKeys {
    /// The keys of its set; by default the one that it signs with.
    pub keys: Option<Vec<SecretName>>,
    /// The same, from the second time on that the set is read.
    pub keys_later: Option<Vec<SecretName>>,
    /// The key that its tokens name in `kid`; by default the one that signs them.
    pub named: Option<SecretName>,
    /// The algorithm that its set names for each key; by default the one that it signs with.
    pub algorithm: Option<Algorithm>,
    /// What is at the address of the discovery document.
    pub discovery: DiscoveryDocument,
    /// What is at the address of the key set.
    pub key_set: KeySetDocument,
}

/// What is at the address of the discovery document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiscoveryDocument {
    /// The document.
    #[default]
    Correct,
    /// One that names another issuer than the address under which it is.
    OtherIssuer,
    /// One that does not name the address of the keys.
    WithoutKeys,
    /// A page.
    Page,
    /// 404.
    Missing,
}

/// What is at the address of the key set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeySetDocument {
    /// The set.
    #[default]
    Correct,
    /// A set without keys.
    Empty,
    /// A set in which every key is for encryption.
    ForEncryption,
    /// A page.
    Page,
    /// 503.
    Unavailable,
}
