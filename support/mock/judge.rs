//! How the backend judges a token, for REST and for the gateway alike: it verifies on its own, or it asks auth over a socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::paths::VALIDATE;
use super::secrets::Secrets;
use super::{claims, secrets};
use crate::deployment::{Backend, Demands, Form, ServiceSecret, Verifies};
use crate::token::{Claims, Token};

/// How long the backend waits for auth before it gives up.
const PATIENCE_WITH_AUTH: Duration = Duration::from_millis(150);

/// Why a token is refused, in the codes of the real gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    NoToken,
    InvalidFormat,
    ValidationFailed,
    AuthServiceError,
}

pub struct Judge {
    backend: Backend,
    secrets: Arc<Secrets>,
    auth: SocketAddr,
    client: reqwest::Client,
}

impl Judge {
    pub fn new(backend: Backend, secrets: Arc<Secrets>, auth: SocketAddr) -> reqwest::Result<Self> {
        let client = plain_client()?;
        Ok(Judge { backend, secrets, auth, client })
    }

    /// The user, where the token is accepted.
    pub async fn judge(&self, token: Option<&str>, demands: Demands) -> Result<String, Refusal> {
        if demands == Demands::Nothing {
            return Ok("anonymous".into());
        }
        let token = token.filter(|token| !token.is_empty()).ok_or(Refusal::NoToken)?;
        let claims = match (demands, self.backend.verifies) {
            (Demands::Decodable, _) => Token::new(token).claims().ok_or(Refusal::InvalidFormat)?,
            (_, Verifies::Itself) => {
                claims::verify(token, self.secrets.named(self.backend.jwt_secret)).ok_or(Refusal::ValidationFailed)?
            }
            (_, Verifies::AsksAuth) => self.ask(token).await?,
        };
        self.known(&claims)
    }

    fn known(&self, claims: &Claims) -> Result<String, Refusal> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let unknown = self.backend.unknown_users.iter().any(|user| user == text("email") || user == text("sub"));
        if unknown { Err(Refusal::ValidationFailed) } else { Ok(text("sub").to_owned()) }
    }

    async fn ask(&self, token: &str) -> Result<Claims, Refusal> {
        let handed = match self.backend.hands_over {
            Form::Raw | Form::Either => token.to_owned(),
            Form::Prefixed => format!("Bearer {token}"),
        };
        let request = self
            .client
            .post(format!("http://{}{}", self.auth, VALIDATE))
            .json(&json!({"token": handed, "token_type": "access"}));
        let request = match self.backend.service_secret {
            ServiceSecret::None => request,
            ServiceSecret::Right => request
                .header("x-service-id", "netra-backend")
                .header("x-service-secret", self.secrets.service.expose()),
            ServiceSecret::Wrong => {
                request.header("x-service-id", "netra-backend").header("x-service-secret", secrets::random().expose())
            }
        };
        let answer = request.send().await.map_err(|_| Refusal::AuthServiceError)?;
        let answer: Value = answer.json().await.map_err(|_| Refusal::AuthServiceError)?;
        // The real backend throws auth's reason away here.
        if answer["valid"] != true {
            return Err(Refusal::ValidationFailed);
        }
        let claims = json!({"sub": answer["user_id"], "email": answer["email"]});
        serde_json::from_value(claims).map_err(|_| Refusal::AuthServiceError)
    }
}

fn plain_client() -> reqwest::Result<reqwest::Client> {
    let roots = rustls::RootCertStore::empty();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = reqwest::Client::builder().no_proxy().timeout(PATIENCE_WITH_AUTH);
    match config {
        Ok(config) => {
            builder.tls_backend_preconfigured(config.with_root_certificates(roots).with_no_client_auth()).build()
        }
        Err(_) => builder.build(),
    }
}
