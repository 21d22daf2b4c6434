//! How the backend validates a token, for REST and for the gateway: it verifies the token itself, or calls auth.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;

use super::auth_client::AuthClient;
use super::circuit_breaker::CircuitBreaker;
use super::clock::Clock;
use super::jwt_verifier::{JwtVerifier, is_unsigned, kid};
use super::rejection::Rejection;
use super::rejection_cache::RejectionCache;
use super::secrets::Secrets;
use super::signing_key;
use crate::deployment::{Backend, Deployment, RequiredToken, TokenValidation, VerifyingEndpoint};
use crate::token::{Claims, Token};

pub(super) struct TokenValidator {
    backend: Backend,
    verifier: JwtVerifier,
    auth: AuthClient,
    breaker: Option<CircuitBreaker>,
    cached_rejections: RejectionCache,
}

impl TokenValidator {
    pub(super) fn new(deployment: &Deployment, secrets: Arc<Secrets>, auth: SocketAddr) -> reqwest::Result<Self> {
        let backend = deployment.backend.clone();
        let key = secrets.of_backend(&backend).key;
        let checks = backend.checks.once_published(&format!("http://{auth}"));
        let verifier = JwtVerifier::new(key, &checks, &[], Clock::ahead_by(backend.clock_offset));
        let auth = AuthClient::new(deployment, secrets, auth)?;
        let breaker = backend.circuit_breaker.map(CircuitBreaker::new);
        let cached_rejections = RejectionCache::new(backend.rejects_first_tokens);
        Ok(TokenValidator { backend, verifier, auth, breaker, cached_rejections })
    }

    /// The user, where the token is accepted.
    pub(super) async fn validate(
        &self,
        endpoint: VerifyingEndpoint,
        token: Option<&str>,
        required: RequiredToken,
    ) -> Result<String, Rejection> {
        if required == RequiredToken::None {
            return Ok("anonymous".into());
        }
        if self.breaker.as_ref().is_some_and(CircuitBreaker::is_open) {
            return Err(Rejection::AuthCircuitBreakerOpen);
        }
        tokio::time::sleep(self.backend.delay).await;
        let token = token.filter(|token| !token.is_empty()).ok_or(Rejection::NoToken)?;
        let mut result = self.user(token, required).await;
        // After the validation, so that a call to auth takes its time first.
        if self.backend.verifier_throws_at.contains(&endpoint) {
            result = Err(Rejection::VerifierError);
        }
        match (&self.breaker, &result) {
            (Some(breaker), Ok(_)) => breaker.count_acceptance(),
            (Some(breaker), Err(_)) => breaker.count_rejection(),
            (None, _) => {}
        }
        result
    }

    async fn user(&self, token: &str, required: RequiredToken) -> Result<String, Rejection> {
        let user = self.known_user(&self.claims(token, required).await?)?;
        let concerned = self.backend.rejects_first_tokens_of.as_ref().is_none_or(|only| *only == user);
        if concerned && self.cached_rejections.rejects(token) { Err(Rejection::ValidationFailed) } else { Ok(user) }
    }

    async fn claims(&self, token: &str, required: RequiredToken) -> Result<Claims, Rejection> {
        if required == RequiredToken::Decodable && Token::new(token).claims().is_none() {
            return Err(Rejection::InvalidFormat);
        }
        // A backend that accepts unsigned tokens accepts them before it would call auth.
        let locally = match required {
            RequiredToken::Decodable => true,
            RequiredToken::ValidOrUnsigned => is_unsigned(token) || self.is_local(),
            RequiredToken::Valid | RequiredToken::Signed | RequiredToken::None => self.is_local(),
        };
        if locally {
            let rejection = if self.lacks_key_of(token) { Rejection::UnknownKey } else { Rejection::ValidationFailed };
            self.verifier.verify(token, required).ok_or(rejection)
        } else {
            self.auth.validate(token).await
        }
    }

    /// Whether it looks for the key that the token names, and does not find it.
    fn lacks_key_of(&self, token: &str) -> bool {
        let known = &self.backend.known_keys;
        let is_known = |kid: String| known.iter().any(|name| signing_key::id(*name) == kid);
        !known.is_empty() && kid(token).is_some_and(|kid| !is_known(kid))
    }

    fn is_local(&self) -> bool {
        self.backend.token_validation == TokenValidation::Local
    }

    fn known_user(&self, claims: &Claims) -> Result<String, Rejection> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let unknown = self.backend.unknown_users.iter().any(|user| user == text("email") || user == text("sub"));
        if unknown { Err(Rejection::ValidationFailed) } else { Ok(text("sub").to_owned()) }
    }
}
