//! How the backend judges a token, for REST and for the gateway alike: it verifies on its own, or it asks auth over a socket.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;

use super::auth_client::AuthClient;
use super::breaker::{Breaker, Early};
use super::clock::Clock;
use super::secrets::Secrets;
use super::verifier::{Verifier, is_unsigned};
use crate::deployment::{Backend, Deployment, RequiredToken, TokenValidation};
use crate::token::{Claims, Token};

/// Why a token is refused, in the codes of the real gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    NoToken,
    InvalidFormat,
    ValidationFailed,
    AuthServiceError,
    AuthCircuitBreakerOpen,
}

impl Refusal {
    /// Whether it says that a token is bad, and not that there is none or that nobody could tell.
    pub fn is_of_a_token(self) -> bool {
        matches!(self, Refusal::InvalidFormat | Refusal::ValidationFailed)
    }
}

pub struct Judge {
    backend: Backend,
    verifier: Verifier,
    auth: AuthClient,
    breaker: Option<Breaker>,
    early: Early,
}

impl Judge {
    pub fn new(deployment: &Deployment, secrets: Arc<Secrets>, auth: SocketAddr) -> reqwest::Result<Self> {
        let backend = deployment.backend.clone();
        let key = secrets.of_backend(&backend).key;
        let verifier = Verifier::new(key, &backend.checks, &[], Clock::ahead_by(backend.clock_offset));
        let auth = AuthClient::new(deployment, secrets, auth)?;
        let (breaker, early) = (backend.circuit_breaker.map(Breaker::new), Early::new(backend.rejects_first_tokens));
        Ok(Judge { backend, verifier, auth, breaker, early })
    }

    /// The user, where the token is accepted.
    pub async fn judge(&self, token: Option<&str>, demands: RequiredToken) -> Result<String, Refusal> {
        if demands == RequiredToken::None {
            return Ok("anonymous".into());
        }
        if self.breaker.as_ref().is_some_and(Breaker::is_open) {
            return Err(Refusal::AuthCircuitBreakerOpen);
        }
        tokio::time::sleep(self.backend.delay).await;
        let token = token.filter(|token| !token.is_empty()).ok_or(Refusal::NoToken)?;
        let verdict = self.decide(token, demands).await;
        match (&self.breaker, &verdict) {
            (Some(breaker), Ok(_)) => breaker.count_acceptance(),
            (Some(breaker), Err(_)) => breaker.count_refusal(),
            (None, _) => {}
        }
        verdict
    }

    async fn decide(&self, token: &str, demands: RequiredToken) -> Result<String, Refusal> {
        let user = self.known(&self.claims(token, demands).await?)?;
        if self.early.has(token) { Err(Refusal::ValidationFailed) } else { Ok(user) }
    }

    async fn claims(&self, token: &str, demands: RequiredToken) -> Result<Claims, Refusal> {
        if demands == RequiredToken::Decodable && Token::new(token).claims().is_none() {
            return Err(Refusal::InvalidFormat);
        }
        // Whoever takes an unsigned token does so before asking anybody.
        let alone = match demands {
            RequiredToken::Decodable => true,
            RequiredToken::ValidOrUnsigned => {
                is_unsigned(token) || self.backend.token_validation == TokenValidation::Local
            }
            RequiredToken::Valid | RequiredToken::Signed | RequiredToken::None => {
                self.backend.token_validation == TokenValidation::Local
            }
        };
        if alone {
            self.verifier.verify(token, demands).ok_or(Refusal::ValidationFailed)
        } else {
            self.auth.ask(token).await
        }
    }

    fn known(&self, claims: &Claims) -> Result<String, Refusal> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let unknown = self.backend.unknown_users.iter().any(|user| user == text("email") || user == text("sub"));
        if unknown { Err(Refusal::ValidationFailed) } else { Ok(text("sub").to_owned()) }
    }
}
