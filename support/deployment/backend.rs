//! REST, and what REST and the gateway share: how a token is validated.

use std::time::Duration;

use serde::Deserialize;

use crate::vocabulary::Carrier;

use super::{
    AuthAddress, AuthorizationParsing, Availability, BalancedBy, RejectionResponse, RequiredToken, SecretAlteration,
    SecretName, SecretSource, ServiceSecret, TokenChecks, TokenFormat, TokenValidation, VerifyingEndpoint,
};

/// The settings of the backend; the gateway shares them, where it has none of its own.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Backend {
    /// Whether it verifies a token itself or sends it to auth.
    pub token_validation: TokenValidation,
    /// The secret that it verifies tokens with.
    pub jwt_secret: SecretName,
    /// What changed that secret between its store and its use.
    pub jwt_secret_alteration: SecretAlteration,
    /// Where it looks for its secret, in this order; instead of the two above.
    pub secret_sources: Vec<SecretSource>,
    /// Whether blanks around a secret are removed when it is loaded.
    pub trims_secret: bool,
    /// What it checks beside signature and dates, where it verifies a token itself.
    pub checks: TokenChecks,
    /// What it requires of a token before it accepts it.
    pub required_token: RequiredToken,
    /// The same, for REST alone.
    pub rest_required_token: Option<RequiredToken>,
    /// How it reads the token from `Authorization`.
    pub authorization_parsing: AuthorizationParsing,
    /// The scheme that it reads there.
    pub authorization_scheme: String,
    /// Where REST reads the token; the gateway has its own.
    pub rest_token_carrier: Carrier,
    /// The format in which it forwards a token to auth.
    pub forwarded_token_format: TokenFormat,
    /// Which service credentials it sends to auth.
    pub service_secret: ServiceSecret,
    /// Whether it has the correct address of auth.
    pub auth_address: AuthAddress,
    /// Where every token that was validated, accepted or not, ends in an exception of the verifier.
    pub verifier_throws_at: Vec<VerifyingEndpoint>,
    /// What the response to a rejected token reveals.
    pub rejection_response: RejectionResponse,
    /// The keys among which it looks for the one that a token names: another one gets a response of its own. Without any it tries the
    /// key that it has.
    pub known_keys: Vec<SecretName>,
    /// What happens to a connection to it.
    pub availability: Availability,
    /// Addresses or subjects (`sub`) whose tokens it rejects.
    pub unknown_users: Vec<String>,
    /// Its clock is this many seconds ahead; negative is behind.
    pub clock_offset: i64,
    /// How long each validation of a token takes.
    #[serde(with = "humantime_serde")]
    pub delay: Duration,
    /// How many processes there are, and how they differ.
    pub replicas: Replicas,
    /// Rejects requests after too many failures; there is none by default.
    pub circuit_breaker: Option<BreakerSettings>,
    /// How many valid tokens, the first that it receives, are rejected. It caches these rejections for ever.
    pub rejects_first_tokens: u32,
    /// Only tokens of this subject count for that; without it, every user's.
    pub rejects_first_tokens_of: Option<String>,
}

/// Processes of the backend behind one address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Replicas {
    /// How many processes there are; 1 by default.
    pub count: u32,
    /// How many of them, the last ones, run with other secrets.
    pub stale: u32,
    /// What the stale ones verify with.
    pub stale_secret: SecretName,
    /// The service credentials that the stale ones send to auth.
    pub stale_service_secret: ServiceSecret,
    /// What goes to the next replica, in turn.
    pub balanced_by: BalancedBy,
    /// Whether each response names its replica in a header.
    pub replica_header: bool,
}

/// A circuit breaker rejects every request for a while after too many failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BreakerSettings {
    /// How many rejections of a token in a row open it; 0 is open from the first request on, once.
    pub opens_after: u32,
    /// How long it stays open.
    #[serde(with = "humantime_serde")]
    pub open_for: Duration,
}

impl Default for Backend {
    fn default() -> Self {
        Backend {
            token_validation: TokenValidation::Local,
            jwt_secret: SecretName::Current,
            jwt_secret_alteration: SecretAlteration::None,
            secret_sources: Vec::new(),
            trims_secret: false,
            checks: TokenChecks::default(),
            required_token: RequiredToken::Valid,
            rest_required_token: None,
            authorization_parsing: AuthorizationParsing::AnyCaseScheme,
            authorization_scheme: "Bearer".to_owned(),
            rest_token_carrier: Carrier::Header,
            forwarded_token_format: TokenFormat::Raw,
            service_secret: ServiceSecret::Correct,
            auth_address: AuthAddress::Correct,
            verifier_throws_at: Vec::new(),
            rejection_response: RejectionResponse::Distinct,
            known_keys: Vec::new(),
            availability: Availability::Up,
            unknown_users: Vec::new(),
            clock_offset: 0,
            delay: Duration::ZERO,
            replicas: Replicas::default(),
            circuit_breaker: None,
            rejects_first_tokens: 0,
            rejects_first_tokens_of: None,
        }
    }
}

impl Default for Replicas {
    fn default() -> Self {
        Replicas {
            count: 1,
            stale: 0,
            stale_secret: SecretName::Retired,
            stale_service_secret: ServiceSecret::Correct,
            balanced_by: BalancedBy::Connection,
            replica_header: false,
        }
    }
}
