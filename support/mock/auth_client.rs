//! The backend as a client of auth: how it sends a token and how it reads the response.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::carrier::BEARER;
use super::paths::VALIDATE;
use super::rejection::Rejection;
use super::secrets::Secrets;
use super::{secrets, validation_response};
use crate::deployment::{AuthAddress, Availability, Deployment, ServiceSecret, TokenFormat, ValidationResponse};
use crate::token::{Claims, Token};

/// How long the backend waits for auth: long, so that a busy machine changes nothing.
const AUTH_TIMEOUT: Duration = Duration::from_secs(5);
/// The same where auth never responds: short, because every probe would wait for it.
const SILENT_AUTH_TIMEOUT: Duration = Duration::from_millis(500);

pub(super) struct AuthClient {
    token_format: TokenFormat,
    service_secret: ServiceSecret,
    response_format: ValidationResponse,
    secrets: Arc<Secrets>,
    auth: SocketAddr,
    client: reqwest::Client,
}

impl AuthClient {
    pub(super) fn new(deployment: &Deployment, secrets: Arc<Secrets>, auth: SocketAddr) -> reqwest::Result<Self> {
        let is_silent = deployment.backend.auth_address == AuthAddress::Unresponsive
            || deployment.auth.availability == Availability::Unresponsive;
        Ok(AuthClient {
            token_format: deployment.backend.forwarded_token_format,
            service_secret: deployment.backend.service_secret,
            response_format: deployment.auth.validation_response,
            secrets,
            auth,
            client: plain_client(if is_silent { SILENT_AUTH_TIMEOUT } else { AUTH_TIMEOUT })?,
        })
    }

    /// The claims that auth returns for an accepted token.
    pub(super) async fn validate(&self, token: &str) -> Result<Claims, Rejection> {
        let response = self.request(token).send().await.and_then(reqwest::Response::error_for_status);
        let body = match response {
            Ok(response) => response.text().await.map_err(|_| Rejection::AuthServiceError)?,
            Err(_) => return Err(Rejection::AuthServiceError),
        };
        match validation_response::read(self.response_format, &body).ok_or(Rejection::AuthServiceError)? {
            (true, fields) => claims(&fields, token).ok_or(Rejection::AuthServiceError),
            // The real backend discards auth's reason here.
            (false, _) => Err(Rejection::ValidationFailed),
        }
    }

    fn request(&self, token: &str) -> reqwest::RequestBuilder {
        let token = match self.token_format {
            TokenFormat::Raw | TokenFormat::Either => token.to_owned(),
            TokenFormat::BearerPrefixed => format!("{BEARER}{token}"),
        };
        let body = json!({"token": token, "token_type": "access"});
        let request = self.client.post(format!("http://{}{}", self.auth, VALIDATE)).json(&body);
        let secret = match self.service_secret {
            ServiceSecret::None => return request,
            ServiceSecret::Correct => self.secrets.service.clone(),
            ServiceSecret::Wrong => secrets::random(),
        };
        request.header("x-service-id", "netra-backend").header("x-service-secret", secret.expose())
    }
}

/// Where the response names no user, the backend reads the accepted token itself.
fn claims(fields: &Value, token: &str) -> Option<Claims> {
    if fields.is_null() {
        return Token::new(token).claims();
    }
    serde_json::from_value(json!({"sub": fields["user_id"], "email": fields["email"]})).ok()
}

pub(super) fn plain_client(timeout: Duration) -> reqwest::Result<reqwest::Client> {
    let roots = rustls::RootCertStore::empty();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = reqwest::Client::builder().no_proxy().timeout(timeout);
    match config {
        Ok(config) => {
            builder.tls_backend_preconfigured(config.with_root_certificates(roots).with_no_client_auth()).build()
        }
        Err(_) => builder.build(),
    }
}
