//! `keys`: where auth publishes its public keys. They tell, without any secret, whether a token is signed with one of them.

use reqwest::Url;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::{Target, values};

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

impl PublishedKeys {
    /// The address in the target's file: of the issuer, or of its keys.
    pub(crate) fn address(&self) -> &Url {
        match self {
            PublishedKeys::Issuer(url) | PublishedKeys::Jwks(url) => url,
        }
    }

    /// Whether a discovery document names the address of the keys.
    pub(crate) fn is_by_discovery(&self) -> bool {
        matches!(self, PublishedKeys::Issuer(_))
    }

    /// The address of the discovery document: below the issuer's path, where it has one (OpenID Connect Discovery 1.0 §4.1).
    pub(crate) fn discovery(&self) -> Option<Url> {
        match self {
            PublishedKeys::Issuer(issuer) => Some(Target::join(issuer, "/.well-known/openid-configuration")),
            PublishedKeys::Jwks(_) => None,
        }
    }

    /// Whether that is the issuer of the target's file. A slash at the end of an address without a path is not written down.
    pub(crate) fn is_issuer(&self, named: &str) -> bool {
        let asked = self.address().as_str().trim_end_matches('/');
        self.is_by_discovery() && named.trim_end_matches('/') == asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(address: &str) -> PublishedKeys {
        PublishedKeys::Issuer(address.parse().expect("an address"))
    }

    #[test]
    fn the_discovery_document_is_below_the_path_of_the_issuer() {
        for (address, document) in [
            ("https://id.test", "https://id.test/.well-known/openid-configuration"),
            ("https://id.test/realms/one/", "https://id.test/realms/one/.well-known/openid-configuration"),
        ] {
            assert_eq!(issuer(address).discovery().expect("a document").as_str(), document);
        }
    }

    #[test]
    fn another_issuer_differs_in_more_than_a_slash() {
        assert!(issuer("https://id.test").is_issuer("https://id.test/"));
        assert!(issuer("https://id.test/a/").is_issuer("https://id.test/a"));
        assert!(!issuer("https://id.test/a").is_issuer("https://id.test"));
    }
}
