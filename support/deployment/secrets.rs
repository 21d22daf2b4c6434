//! Where the services' secrets come from: their names, how they are altered, and in which order a service looks for its own.

use serde::Deserialize;

/// A scenario names secrets; a running deployment gives each a random value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretName {
    /// The one that auth signs with by default.
    Current,
    /// The one before a rotation.
    Retired,
    /// One that belongs to another stage.
    Foreign,
    /// Of fewer than 32 characters, which services skip.
    Short,
}

/// What changed a secret between its store and its use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretAlteration {
    /// It is used as it is stored.
    #[default]
    None,
    /// A newline is added at its end.
    TrailingNewline,
    /// A blank is added on each side.
    SurroundingBlanks,
    /// Double quotes are added around it.
    Quoted,
    /// It is decoded from base64 (RFC 4648 §4).
    Base64Decoded,
    /// It is decoded from hexadecimal digits.
    HexDecoded,
    /// Its percent escapes are decoded (RFC 3986 §2.1).
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
    /// The secret that is there.
    pub secret: SecretName,
    /// What changed it on the way.
    #[serde(default)]
    pub alteration: SecretAlteration,
}

impl SecretSource {
    /// The source that is no variable.
    pub(crate) const SECRET_MANAGER: &str = "secret-manager";

    pub(crate) fn is_stored(&self) -> bool {
        self.source == SecretSource::SECRET_MANAGER
    }
}
