//! `signing`: the environment's key, with which a check signs controls: a secret or a private key.

use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::values;
use crate::secret::Secret;
use crate::token::{self, PrivateKey, Signer};

/// The key that tokens are signed with: one of the two.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Signing {
    /// Shared by auth and the backend.
    #[serde(default, deserialize_with = "values::read_later")]
    pub secret: Option<Secret>,
    /// How the value of the secret is written.
    #[serde(default, deserialize_with = "values::optional_word")]
    pub encoding: Option<SecretEncoding>,
    /// Of auth alone, in PEM.
    #[serde(default, deserialize_with = "values::read_later")]
    pub private_key: Option<GivenKey>,
    /// Its `kid`; without it, controls name the key as its issuer publishes it, or else as the issued token does.
    pub key_id: Option<String>,
    /// By default that of the issued token, where the key can sign it (RFC 7518 §3.1); HS256 with a secret and no issued token.
    #[serde(default, deserialize_with = "values::algorithm")]
    pub algorithm: Option<Algorithm>,
}

/// A private key, and every text in which a service may repeat it.
#[derive(Clone, Debug)]
pub struct GivenKey {
    pub(super) key: PrivateKey,
    pub(super) texts: Vec<Secret>,
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

impl Signing {
    /// What signs; `None` where the secret is not written as `encoding` says.
    pub(crate) fn signer(&self) -> Option<Signer<'_>> {
        match (&self.private_key, &self.secret) {
            (Some(given), _) => Some(Signer::PrivateKey(&given.key, self.key_id.as_deref())),
            (None, Some(secret)) => Some(Signer::Secret(secret, self.bytes_of(secret)?, self.algorithm)),
            (None, None) => None,
        }
    }

    /// Whatever must not be shown.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secret.iter().chain(self.private_key.iter().flat_map(|given| &given.texts))
    }

    fn bytes_of(&self, secret: &Secret) -> Option<Vec<u8>> {
        let text = secret.expose().trim();
        match self.encoding.unwrap_or_default() {
            SecretEncoding::Text => Some(secret.expose().into()),
            SecretEncoding::Base64 | SecretEncoding::Base64url => token::from_base64(text),
            SecretEncoding::Hex => token::from_hex(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(encoding: SecretEncoding, text: &str) -> Option<Vec<u8>> {
        let secret = Secret::new(text);
        let signing =
            Signing { secret: None, encoding: Some(encoding), private_key: None, key_id: None, algorithm: None };
        signing.bytes_of(&secret)
    }

    #[test]
    fn one_key_is_written_in_several_ways() {
        let written = [
            (SecretEncoding::Text, "key~?>"),
            (SecretEncoding::Base64, "a2V5fj8+"),
            (SecretEncoding::Base64url, "a2V5fj8-"),
            (SecretEncoding::Hex, "6b65797e3f3e\n"),
        ];
        for (encoding, text) in written {
            assert_eq!(bytes(encoding, text).as_deref(), Some(&b"key~?>"[..]), "{encoding:?}");
        }
        assert_eq!(bytes(SecretEncoding::Hex, "no hex"), None);
    }
}
