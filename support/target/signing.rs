//! `signing`: the environment's signing secret, with which a check signs controls.

use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::values;
use crate::secret::Secret;
use crate::token;

/// The secret that tokens are signed with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SigningSecret {
    /// Shared by auth and the backend.
    #[serde(deserialize_with = "values::secret_read_later")]
    pub secret: Secret,
    /// How the value of the secret is written.
    #[serde(default)]
    pub encoding: SecretEncoding,
    /// With a shared secret: HS256, HS384 or HS512 (RFC 7518 §3.2).
    #[serde(default, deserialize_with = "values::algorithm")]
    pub algorithm: Algorithm,
}

/// How a secret is written where it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretEncoding {
    /// As it is: its characters are the key.
    #[default]
    Text,
    /// With or without padding.
    Base64,
    /// With or without padding.
    Base64url,
    /// Two digits for each byte.
    Hex,
}

impl SigningSecret {
    /// The bytes that sign; `None` where the value is not written so.
    pub(crate) fn key(&self) -> Option<Vec<u8>> {
        let text = self.secret.expose().trim();
        match self.encoding {
            SecretEncoding::Text => Some(self.secret.expose().into()),
            SecretEncoding::Base64 | SecretEncoding::Base64url => token::from_base64(text),
            SecretEncoding::Hex => token::from_hex(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_is_written_in_several_ways() {
        let written = [
            (SecretEncoding::Text, "key~?>"),
            (SecretEncoding::Base64, "a2V5fj8+"),
            (SecretEncoding::Base64url, "a2V5fj8-"),
            (SecretEncoding::Hex, "6b65797e3f3e\n"),
        ];
        for (encoding, text) in written {
            let signing = SigningSecret { secret: Secret::new(text), encoding, algorithm: Algorithm::HS256 };
            assert_eq!(signing.key().as_deref(), Some(&b"key~?>"[..]), "{encoding:?}");
        }
        let other =
            SigningSecret { secret: Secret::new("no hex"), encoding: SecretEncoding::Hex, algorithm: Algorithm::HS256 };
        assert_eq!(other.key(), None);
    }
}
