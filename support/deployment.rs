//! The modelled system as data: client, proxies, backend, gateway and auth. Every default is healthy and follows the real
//! system, so a scenario writes only what one of them does differently. This knows nothing of servers.

mod auth;
mod backend;
mod behaviour;
mod client;
mod gateway;
mod platform;
mod proxy;
mod published_keys;
mod secrets;
mod token_kinds;
mod visible_settings;

pub use auth::{Auth, ExpectedClaim, TokenChecks};
pub use backend::{Backend, BreakerSettings, Replicas};
pub use behaviour::{
    AuthAddress, AuthorizationParsing, Availability, BalancedBy, BearerRewrite, BypassKey, GatewayRejection,
    LoginRoute, PresentedCarriers, ReachableRoutes, RejectionResponse, RequiredToken, ServiceSecret, TokenValidation,
    ValidationResponse, VerifyingEndpoint,
};
pub use client::ClientConfig;
pub use gateway::{
    AfterAcceptance, BeforeValidation, Gateway, SecWebSocketAccept, SelectedSubprotocol, SubprotocolEncoding,
    TokenInErrorFrame, WelcomedUser,
};
pub use platform::{DeployedService, Platform, StoredState, StoredVersion};
pub use proxy::{AccessProxy, OversizedHeader, Proxy, ProxyCertificate};
pub use published_keys::{DiscoveryDocument, KeySetDocument, PublishedKeys};
pub use secrets::{SecretAlteration, SecretName, SecretSource};
pub use token_kinds::{Algorithm, ClientToken, DateFormat, IssuedTokens, TokenFormat};
pub use visible_settings::{HideableSetting, KeysSetting, VisibleSettings};

use serde::Deserialize;

use crate::presets::Preset;

/// Every service and proxy between a user and a response.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Deployment {
    /// What presents the tokens.
    pub client: ClientConfig,
    /// Before the backend.
    pub proxy: Proxy,
    /// Before auth.
    pub auth_proxy: Proxy,
    /// The service behind `proxy`, which serves REST.
    pub backend: Backend,
    /// The WebSocket handshake; it runs in the process of the backend.
    pub gateway: Gateway,
    /// What issues and validates tokens.
    pub auth: Auth,
    /// What runs auth and the backend; without it nothing is known of that.
    pub platform: Option<Platform>,
    /// The front of all of it speaks as the target file of this preset says; without it, as the incident's system.
    pub system: Option<Preset>,
    /// Chooses wordings, codes, and harmless headers and fields; without it they are those of the real system.
    pub response_style: Option<u64>,
}
