//! The auth service, and the checks of a token that it and the backend have in common.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use crate::vocabulary::PemEnd;

use super::{
    Algorithm, Availability, DateFormat, IssuedTokens, LoginRoute, PublishedKeys, RequiredToken, SecretAlteration,
    SecretName, SecretSource, TokenFormat, ValidationResponse,
};

/// The settings of the auth service.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Auth {
    /// What its tokens are.
    pub issued_tokens: IssuedTokens,
    /// It signs with this one.
    pub jwt_secret: SecretName,
    /// For these addresses it signs with another one.
    pub jwt_secret_of: BTreeMap<String, SecretName>,
    /// What changed that secret between its store and its use.
    pub jwt_secret_alteration: SecretAlteration,
    /// Where it looks for its secret, in this order; instead of the two above.
    pub secret_sources: Vec<SecretSource>,
    /// Whether blanks around a secret are removed when it is loaded.
    pub trims_secret: bool,
    /// It verifies with this one, where that differs.
    pub verifying_secret: Option<SecretName>,
    /// It signs with this algorithm.
    pub algorithm: Algorithm,
    /// What it publishes of its keys, where that algorithm signs with a private one.
    pub published_keys: PublishedKeys,
    /// Of the tokens that it issues.
    #[serde(with = "humantime_serde")]
    pub lifetime: Duration,
    /// Claims of issued tokens: added to the usual ones, or replacing them.
    pub issued_claims: toml::Table,
    /// What its login calls a token (`token_type`, RFC 6749 §5.1).
    pub token_type: String,
    /// How it writes the dates of its tokens, and reads them again.
    pub date_format: DateFormat,
    /// So many seconds after `iat` its tokens begin to be valid (`nbf`); without it they have no `nbf`.
    pub valid_after: Option<i64>,
    /// Usual claims that issued tokens lack.
    pub issued_without_claims: Vec<String>,
    /// How a token must be written in the body of a validation.
    pub accepted_token_format: TokenFormat,
    /// What it requires of a token before it reports it as valid.
    pub required_token: RequiredToken,
    /// What it checks beside signature and dates.
    pub checks: TokenChecks,
    /// What its login path does.
    pub login_route: LoginRoute,
    /// What happens to a connection to it.
    pub availability: Availability,
    /// The format of its response to a validation.
    pub validation_response: ValidationResponse,
    /// Addresses whose login it rejects with 404.
    pub unknown_users: Vec<String>,
    /// Addresses whose tokens it revokes as soon as it has issued them.
    pub revoked_users: Vec<String>,
    /// Whether a login revokes the opaque tokens that the user had before.
    pub one_session: bool,
    /// Whether it rejects a validation without service credentials.
    pub requires_service_credentials: bool,
    /// Its clock is this many seconds ahead; negative is behind.
    pub clock_offset: i64,
    /// How long each login and each validation takes.
    #[serde(with = "humantime_serde")]
    pub delay: Duration,
}

/// What a verifier checks of a token's claims and header, beside signature and dates.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct TokenChecks {
    /// A token without one of these claims is rejected; auth's default is `token_type`, `jti` and `iss`.
    pub required_claims: Option<Vec<String>>,
    /// Values that these claims must have where they are present.
    pub required_claim_values: toml::Table,
    /// The accepted `aud` (RFC 7519 §4.1.3).
    pub audience: ExpectedClaim,
    /// The accepted `iss` (RFC 7519 §4.1.1).
    pub issuer: ExpectedClaim,
    /// Whether `sub`, `iss` and `jti` must be texts (RFC 7519 §4.1), as some libraries require.
    pub text_claims: bool,
    /// The only accepted algorithm; without it, any with a shared secret, or that of the private key.
    pub algorithm: Option<Algorithm>,
    /// The end of the text of its public key, where it takes that for a shared secret as soon as a token names such an algorithm.
    pub public_key_as_secret: Option<PemEnd>,
}

/// Which values of `aud` or `iss` a verifier accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectedClaim {
    /// Every value, and no value.
    #[default]
    Any,
    /// A token that has the claim at all is rejected, as libraries do that were configured with no expected value.
    Absent,
    /// Only this value.
    Only(String),
    /// Only the issuer that the discovery document of auth names, which is known once auth runs.
    Published,
}

impl TokenChecks {
    /// With the issuer that is published.
    pub(crate) fn once_published(&self, issuer: &str) -> Self {
        let mut checks = self.clone();
        if checks.issuer == ExpectedClaim::Published {
            checks.issuer = ExpectedClaim::Only(issuer.to_owned());
        }
        checks
    }
}

impl Default for Auth {
    fn default() -> Self {
        Auth {
            issued_tokens: IssuedTokens::Jwt,
            jwt_secret: SecretName::Current,
            jwt_secret_of: BTreeMap::new(),
            jwt_secret_alteration: SecretAlteration::None,
            secret_sources: Vec::new(),
            trims_secret: false,
            verifying_secret: None,
            algorithm: Algorithm::Hs256,
            published_keys: PublishedKeys::default(),
            lifetime: Duration::from_secs(30 * 60),
            issued_claims: toml::Table::new(),
            token_type: "Bearer".into(),
            date_format: DateFormat::Seconds,
            valid_after: None,
            issued_without_claims: Vec::new(),
            accepted_token_format: TokenFormat::Raw,
            required_token: RequiredToken::Valid,
            checks: TokenChecks::default(),
            login_route: LoginRoute::Available,
            availability: Availability::Up,
            validation_response: ValidationResponse::Contract,
            unknown_users: Vec::new(),
            revoked_users: Vec::new(),
            one_session: false,
            requires_service_credentials: false,
            clock_offset: 0,
            delay: Duration::ZERO,
        }
    }
}
