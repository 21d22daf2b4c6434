//! Where the services' secrets come from: their names, how they are altered, and in which order a service looks for its own.

use serde::Deserialize;

/// A scenario names secrets; a running deployment gives each a random value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretName {
    Current,
    Retired,
    Foreign,
    /// Of fewer than 32 characters, which services skip.
    Short,
}

/// What changed a secret between its store and its use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretAlteration {
    #[default]
    None,
    TrailingNewline,
    SurroundingBlanks,
    Quoted,
    Base64Decoded,
    HexDecoded,
    UrlDecoded,
}

/// One place in which a service looks for its secret. The first that holds a usable one decides.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretSource {
    /// The name of a variable, or `secret-manager`.
    pub source: String,
    /// Of a Secret Manager's secret.
    #[serde(default)]
    pub version: Option<String>,
    pub secret: SecretName,
    #[serde(default)]
    pub alteration: SecretAlteration,
}
