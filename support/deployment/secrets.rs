//! Where the services' secrets come from: names, forms, and the order in which a service looks for its own.

use serde::Deserialize;

/// Secrets have names here and random values there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretName {
    Current,
    Retired,
    Foreign,
    /// Of fewer than 32 characters, which services skip.
    Short,
}

/// How a service holds a secret: as it is, or altered on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretForm {
    #[default]
    Exact,
    TrailingNewline,
    SurroundingBlanks,
    Quoted,
    Base64Decoded,
    HexDecoded,
    UrlDecoded,
}

/// One place in which a service looks for its secret. The first of them that holds a usable one decides.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretSource {
    /// The name of a variable, or `secret-manager`.
    pub source: String,
    /// Of a Secret Manager's secret.
    #[serde(default)]
    pub version: Option<String>,
    pub holds: SecretName,
    #[serde(default)]
    pub form: SecretForm,
}
