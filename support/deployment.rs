//! The modelled system as data: client, proxy, backend, gateway, auth. Every default is healthy and follows the real system,
//! so a scenario writes only what a hop does otherwise. Knows nothing of servers.

mod auth;
mod backend;
mod behaviour;
mod client;
mod gateway;
mod proxy;
mod secrets;

pub use auth::{Auth, Checks, Takes};
pub use backend::{Backend, Breaker, Replicas};
pub use behaviour::{
    Address, Algorithm, Answers, Availability, Balances, BearerRewrite, Demands, Form, Key, Login, Presents, Reaches,
    Reads, ReadsBearer, Refuses, ServiceSecret, TokenSource, Verifies, Words,
};
pub use client::Client;
pub use gateway::{AcceptHeader, AfterAuth, Breaks, Echoes, Encoding, Gateway, Selects, Welcomes};
pub use proxy::{Certificate, Gate, LongHeader, Proxy};
pub use secrets::{SecretForm, SecretName, SecretSource};

use serde::Deserialize;

/// Every hop between a user and an answer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Deployment {
    pub client: Client,
    /// Before the backend.
    pub proxy: Proxy,
    /// Before auth.
    pub auth_proxy: Proxy,
    pub backend: Backend,
    pub gateway: Gateway,
    pub auth: Auth,
    /// Wordings, harmless headers and fields, chosen by this number; without it they are those of the real system.
    pub dialect: Option<u64>,
}
