//! REST, and what REST and the gateway share: how a token is judged.

use std::time::Duration;

use serde::Deserialize;

use super::{
    Address, Availability, Balances, Checks, Demands, Form, ReadsBearer, SecretForm, SecretName, SecretSource,
    ServiceSecret, Verifies, Words,
};

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Backend {
    pub verifies: Verifies,
    pub jwt_secret: SecretName,
    pub jwt_secret_form: SecretForm,
    /// Where it looks for its secret, in this order; instead of the two above.
    pub secret_sources: Vec<SecretSource>,
    /// Whether blanks around a secret are taken off when it is loaded.
    pub strips_secret: bool,
    pub checks: Checks,
    /// What it demands of a token before it lets it in.
    pub demands: Demands,
    /// The same, for REST alone.
    pub rest_demands: Option<Demands>,
    /// What it takes from `Authorization`.
    pub reads_bearer: ReadsBearer,
    /// The form in which it hands the token to auth.
    pub hands_over: Form,
    /// Whether it sends its service credentials to auth, and which.
    pub service_secret: ServiceSecret,
    /// Whether it finds auth.
    pub auth_address: Address,
    /// Whether a refusal of a missing and of a bad credential look the same.
    pub words: Words,
    pub availability: Availability,
    /// Users that it does not know.
    pub unknown_users: Vec<String>,
    /// Its clock is ahead by so many seconds; negative is behind.
    pub clock_offset: i64,
    /// Each judgement of a token takes so long.
    #[serde(with = "humantime_serde")]
    pub delay: Duration,
    pub replicas: Replicas,
    pub breaker: Option<Breaker>,
    /// So many tokens, the first that it ever sees, it cannot judge yet: it refuses them, and remembers that.
    pub refuses_first: u32,
}

/// Instances of the backend behind one address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Replicas {
    pub count: u32,
    /// How many of them, the last ones, hold something else.
    pub stale: u32,
    /// What the stale ones verify with.
    pub stale_secret: SecretName,
    /// What the stale ones show auth.
    pub stale_service_secret: ServiceSecret,
    pub balances: Balances,
    /// Whether each answer names the instance that gave it.
    pub names_itself: bool,
}

/// Refuses everybody for a while once too much has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Breaker {
    /// So many refusals of a token in a row open it; 0 is open from the beginning.
    pub after: u32,
    #[serde(rename = "for", with = "humantime_serde")]
    pub duration: Duration,
}

impl Default for Backend {
    fn default() -> Self {
        Backend {
            verifies: Verifies::Itself,
            jwt_secret: SecretName::Current,
            jwt_secret_form: SecretForm::Exact,
            secret_sources: Vec::new(),
            strips_secret: false,
            checks: Checks::default(),
            demands: Demands::Valid,
            rest_demands: None,
            reads_bearer: ReadsBearer::Token,
            hands_over: Form::Raw,
            service_secret: ServiceSecret::Right,
            auth_address: Address::Right,
            words: Words::Telling,
            availability: Availability::Up,
            unknown_users: Vec::new(),
            clock_offset: 0,
            delay: Duration::ZERO,
            replicas: Replicas::default(),
            breaker: None,
            refuses_first: 0,
        }
    }
}

impl Default for Replicas {
    fn default() -> Self {
        Replicas {
            count: 1,
            stale: 0,
            stale_secret: SecretName::Retired,
            stale_service_secret: ServiceSecret::Right,
            balances: Balances::Connections,
            names_itself: false,
        }
    }
}
