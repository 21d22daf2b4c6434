//! `signing`: the environment's signing secret, with which a check signs controls.

use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::values;
use crate::secret::Secret;

/// The secret that tokens are signed with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SigningSecret {
    /// Shared by auth and the backend.
    #[serde(deserialize_with = "values::secret_read_later")]
    pub secret: Secret,
    /// With a shared secret: HS256, HS384 or HS512 (RFC 7518 §3.2).
    #[serde(default, deserialize_with = "values::algorithm")]
    pub algorithm: Algorithm,
}
