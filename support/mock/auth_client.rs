//! The backend as a client of auth: how it hands over a token and what it makes of the answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::judge::Refusal;
use super::paths::VALIDATE;
use super::secrets::Secrets;
use super::{secrets, verdict};
use crate::deployment::{AuthAddress, Availability, Deployment, ServiceSecret, TokenFormat, ValidationResponse};
use crate::token::{Claims, Token};

/// How long the backend waits for auth before it gives up: long, so that a busy machine changes nothing, but for an auth that
/// never answers.
const PATIENCE_WITH_AUTH: Duration = Duration::from_secs(5);
const PATIENCE_WITH_NOBODY: Duration = Duration::from_millis(150);

pub struct AuthClient {
    forwarded_token_format: TokenFormat,
    service_secret: ServiceSecret,
    answers: ValidationResponse,
    secrets: Arc<Secrets>,
    auth: SocketAddr,
    client: reqwest::Client,
}

impl AuthClient {
    pub fn new(deployment: &Deployment, secrets: Arc<Secrets>, auth: SocketAddr) -> reqwest::Result<Self> {
        let answers = deployment.backend.auth_address != AuthAddress::Unresponsive
            && deployment.auth.availability != Availability::Unresponsive;
        let client = plain_client(if answers { PATIENCE_WITH_AUTH } else { PATIENCE_WITH_NOBODY })?;
        let (forwarded_token_format, service_secret) =
            (deployment.backend.forwarded_token_format, deployment.backend.service_secret);
        Ok(AuthClient {
            forwarded_token_format,
            service_secret,
            answers: deployment.auth.validation_response,
            secrets,
            auth,
            client,
        })
    }

    /// What auth tells of a token that it accepts.
    pub async fn ask(&self, token: &str) -> Result<Claims, Refusal> {
        let answer = self.request(token).send().await.and_then(reqwest::Response::error_for_status);
        let body = match answer {
            Ok(answer) => answer.text().await.map_err(|_| Refusal::AuthServiceError)?,
            Err(_) => return Err(Refusal::AuthServiceError),
        };
        match verdict::read(self.answers, &body).ok_or(Refusal::AuthServiceError)? {
            (true, told) => claims(&told, token).ok_or(Refusal::AuthServiceError),
            // The real backend throws auth's reason away here.
            (false, _) => Err(Refusal::ValidationFailed),
        }
    }

    fn request(&self, token: &str) -> reqwest::RequestBuilder {
        let handed = match self.forwarded_token_format {
            TokenFormat::Raw | TokenFormat::Either => token.to_owned(),
            TokenFormat::BearerPrefixed => format!("Bearer {token}"),
        };
        let body = json!({"token": handed, "token_type": "access"});
        let request = self.client.post(format!("http://{}{}", self.auth, VALIDATE)).json(&body);
        let secret = match self.service_secret {
            ServiceSecret::None => return request,
            ServiceSecret::Correct => self.secrets.service.clone(),
            ServiceSecret::Wrong => secrets::random(),
        };
        request.header("x-service-id", "netra-backend").header("x-service-secret", secret.expose())
    }
}

/// An answer that names nobody leaves the backend to read the token, which is good now.
fn claims(told: &Value, token: &str) -> Option<Claims> {
    if told.is_null() {
        return Token::new(token).claims();
    }
    serde_json::from_value(json!({"sub": told["user_id"], "email": told["email"]})).ok()
}

fn plain_client(timeout: Duration) -> reqwest::Result<reqwest::Client> {
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
