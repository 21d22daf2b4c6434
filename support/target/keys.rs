//! `keys`: where auth publishes its public keys. They tell, without any secret, whether a token is signed with one of them.

use reqwest::Url;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::values;

/// Where public keys are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublishedKeys {
    /// At the address that the issuer's discovery document names (OpenID Connect Discovery 1.0 §4).
    Issuer(Url),
    /// A JSON Web Key Set (RFC 7517 §5).
    Jwks(Url),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, deserialize_with = "values::http_address")]
    issuer: Option<Url>,
    #[serde(default, deserialize_with = "values::http_address")]
    jwks: Option<Url>,
}

impl<'de> Deserialize<'de> for PublishedKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { issuer, jwks } = Written::deserialize(deserializer)?;
        match (issuer, jwks) {
            (Some(issuer), None) => Ok(PublishedKeys::Issuer(issuer)),
            (None, Some(jwks)) => Ok(PublishedKeys::Jwks(jwks)),
            _ => Err(D::Error::custom(
                "keys are published in one place\nallowed: { issuer = \"https://…\" }, { jwks = \"https://…\" }",
            )),
        }
    }
}
