//! The auth service, and the checks of a token that it and the backend have in common.

use std::time::Duration;

use serde::Deserialize;

use super::{Algorithm, Answers, Availability, Demands, Form, Login, SecretForm, SecretName, SecretSource};

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Auth {
    /// Signs with this one.
    pub jwt_secret: SecretName,
    pub jwt_secret_form: SecretForm,
    /// Where it looks for its secret, in this order; instead of the two above.
    pub secret_sources: Vec<SecretSource>,
    /// Whether blanks around a secret are taken off when it is loaded.
    pub strips_secret: bool,
    /// Verifies with another one.
    pub verifying_secret: Option<SecretName>,
    /// Signs with this algorithm.
    pub algorithm: Algorithm,
    /// Of the tokens that it issues.
    #[serde(with = "humantime_serde")]
    pub lifetime: Duration,
    /// Claims of the tokens that it issues, beside the usual ones or instead of them.
    pub issues_claims: toml::Table,
    /// Usual claims that its tokens lack.
    pub issues_without: Vec<String>,
    pub takes: Form,
    pub demands: Demands,
    pub checks: Checks,
    pub login: Login,
    pub availability: Availability,
    /// In which form it gives its verdicts.
    pub answers: Answers,
    pub unknown_users: Vec<String>,
    /// Whether it validates for services only, which must show their credentials.
    pub for_services_only: bool,
    /// Its clock is ahead by so many seconds; negative is behind.
    pub clock_offset: i64,
    /// Each login and validation takes so long.
    #[serde(with = "humantime_serde")]
    pub delay: Duration,
}

/// What a verifier checks of a token's claims and header, beside signature and dates.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Checks {
    /// Claims without which it refuses a token; of auth these are usually `token_type`, `jti` and `iss`.
    pub required_claims: Option<Vec<String>>,
    /// Values that claims must have where they are there.
    pub required_values: toml::Table,
    pub audience: Takes,
    pub issuer: Takes,
    /// The only algorithm that it takes; without it, any with a shared secret.
    pub algorithm: Option<Algorithm>,
}

/// What a verifier takes for `aud` or `iss`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    #[default]
    Anything,
    /// A token that has the claim at all is refused: the verifier was not told what to expect.
    Absent,
    /// Only this value.
    Only(String),
}

impl Default for Auth {
    fn default() -> Self {
        Auth {
            jwt_secret: SecretName::Current,
            jwt_secret_form: SecretForm::Exact,
            secret_sources: Vec::new(),
            strips_secret: false,
            verifying_secret: None,
            algorithm: Algorithm::Hs256,
            lifetime: Duration::from_secs(30 * 60),
            issues_claims: toml::Table::new(),
            issues_without: Vec::new(),
            takes: Form::Raw,
            demands: Demands::Valid,
            checks: Checks::default(),
            login: Login::Open,
            availability: Availability::Up,
            answers: Answers::Contract,
            unknown_users: Vec::new(),
            for_services_only: false,
            clock_offset: 0,
            delay: Duration::ZERO,
        }
    }
}
