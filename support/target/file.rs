//! `fivewhys.toml` as it is written: every key, its type and its default. What is not written here is refused.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;
use toml::Value;

use crate::evidence::Stage;

pub type Fields = BTreeMap<String, Spanned<Value>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct File {
    pub targets: BTreeMap<String, Spanned<Entry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    pub stage: Stage,
    pub auth: Spanned<String>,
    pub backend: Spanned<String>,
    pub websocket: Spanned<String>,
    #[serde(default)]
    pub health: Health,
    pub timeout: Option<Spanned<String>>,
    pub patience: Option<Spanned<String>>,
    pub lifetime: Option<Spanned<String>>,
    pub skew: Option<Spanned<String>>,
    pub deadline: Option<Spanned<String>>,
    /// What may be done beyond reading; each has a key of its own.
    pub negatives: Option<bool>,
    pub load: Option<bool>,
    pub connections: Option<Spanned<usize>>,
    pub ca: Option<Spanned<PathBuf>>,
    pub login: Option<Login>,
    pub mint: Option<Spanned<Mint>>,
    #[serde(default)]
    pub validate: Validate,
    #[serde(default)]
    pub protected: Protected,
    #[serde(default)]
    pub handshake: Handshake,
    pub signing: Option<Signing>,
    pub service: Option<Service>,
    pub direct: Option<Direct>,
    pub fingerprint: Option<Fingerprint>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Health {
    pub auth: Option<Spanned<String>>,
    pub backend: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Login {
    pub path: Spanned<String>,
    #[serde(default)]
    pub headers: Fields,
    pub body: Spanned<Fields>,
    pub token: Spanned<String>,
    pub users: Spanned<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mint {
    pub claims: Spanned<Value>,
    pub lifetime: Option<Spanned<String>>,
    pub users: Spanned<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Validate {
    pub path: Option<Spanned<String>>,
    pub body: Option<Spanned<Fields>>,
    pub accepted: Option<Spanned<String>>,
    pub prefix: PrefixName,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrefixName {
    #[default]
    None,
    Bearer,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Protected {
    pub path: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Handshake {
    pub presents: Presents,
    pub protocol: Option<Spanned<String>>,
    pub token_protocol: Option<Spanned<String>>,
    pub origin: Option<Spanned<String>>,
    pub headers: Fields,
    pub welcome: Option<Welcome>,
    pub user: Option<Spanned<String>>,
    pub error_code: Option<Spanned<String>>,
    pub hold: Option<Spanned<String>>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presents {
    Header,
    Subprotocol,
    #[default]
    Both,
    Query,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Welcome {
    pub at: Spanned<String>,
    pub is: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Signing {
    pub secret: Spanned<Value>,
    #[serde(default)]
    pub algorithm: AlgorithmName,
}

/// Algorithms with a shared secret (RFC 7518 §3.2).
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub enum AlgorithmName {
    #[default]
    HS256,
    HS384,
    HS512,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Service {
    pub headers: Fields,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Direct {
    pub backend: Spanned<String>,
    pub websocket: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fingerprint {
    pub path: Spanned<String>,
    pub at: Spanned<String>,
    /// Provenance.
    pub version: Option<Spanned<String>>,
    pub source: Option<Spanned<String>>,
    #[serde(default)]
    pub headers: Fields,
}
