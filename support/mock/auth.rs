//! The auth service: login, validation, health and fingerprint, on wiremock. A rejected token is HTTP 200 with
//! `valid: false`, whatever was wrong with it.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::claims;
use super::listen::{self, Dead};
use super::paths::{FINGERPRINT, LOGIN, VALIDATE};
use super::secrets::Secrets;
use crate::deployment::{Auth, Availability, Demands, Form, Login};
use crate::token::{Claims, Token};

pub struct Running {
    pub address: SocketAddr,
    _server: Option<MockServer>,
    _dead: Vec<Dead>,
}

pub async fn start(auth: &Auth, secrets: Arc<Secrets>) -> std::io::Result<Running> {
    let mut dead = Vec::new();
    if auth.availability != Availability::Up {
        let address = listen::dead(auth.availability, &mut dead)?;
        return Ok(Running { address, _server: None, _dead: dead });
    }
    // Request recording would let memory grow with the length of `serve`.
    let server = MockServer::builder().disable_request_recording().start().await;
    Mock::given(any()).respond_with(Service { auth: auth.clone(), secrets }).mount(&server).await;
    Ok(Running { address: *server.address(), _server: Some(server), _dead: dead })
}

struct Service {
    auth: Auth,
    secrets: Arc<Secrets>,
}

impl Respond for Service {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        match (request.method.as_str(), request.url.path()) {
            ("GET", "/health") => answer(200, json!({"status": "healthy", "service": "auth"})),
            ("GET", FINGERPRINT) => answer(200, json!({"hash": self.secrets.fingerprint(self.auth.jwt_secret)})),
            ("POST", LOGIN) if self.auth.login != Login::Missing => self.login(request),
            ("POST", VALIDATE) => self.validate(request),
            (_, VALIDATE | "/health") => answer(405, json!({"detail": "Method Not Allowed"})),
            _ => answer(404, json!({"detail": "Not Found"})),
        }
    }
}

impl Service {
    fn login(&self, request: &Request) -> ResponseTemplate {
        let key = header(request, "x-e2e-bypass-key");
        if self.auth.login == Login::Forbidden {
            return answer(403, json!({"detail": "not available in this environment"}));
        }
        if key != Some(self.secrets.bypass_key.expose()) {
            return answer(401, json!({"detail": "invalid bypass key"}));
        }
        let body: Value = request.body_json().unwrap_or_default();
        let Some(email) = body["email"].as_str() else { return answer(422, json!({"detail": "email is required"})) };
        if self.auth.unknown_users.iter().any(|unknown| unknown == email) {
            return answer(404, json!({"detail": "user not found"}));
        }
        match claims::issue(email, self.secrets.named(self.auth.jwt_secret)) {
            Some(token) => answer(200, session(email, &token)),
            None => answer(500, json!({"detail": "cannot sign"})),
        }
    }

    fn validate(&self, request: &Request) -> ResponseTemplate {
        let Ok(body) = request.body_json::<Claims>() else { return refuse("invalid_request") };
        if let Some(refusal) = self.refuse_service(request) {
            return refusal;
        }
        if self.auth.demands == Demands::Nothing {
            return accept(&Claims::new());
        }
        let Some(token) = body.get("token").and_then(Value::as_str).filter(|token| !token.is_empty()) else {
            return refuse("missing_token");
        };
        match self.judge(token) {
            Some(claims) => accept(&claims),
            None => refuse("invalid_token"),
        }
    }

    fn judge(&self, presented: &str) -> Option<Claims> {
        let token = match (self.auth.takes, presented.strip_prefix("Bearer ")) {
            (Form::Raw, _) => presented,
            (Form::Either, stripped) => stripped.unwrap_or(presented),
            (Form::Prefixed, stripped) => stripped?,
        };
        let claims = match self.auth.demands {
            Demands::Decodable => Token::new(token).claims()?,
            _ => claims::verify(token, self.secrets.named(self.auth.verifying_secret.unwrap_or(self.auth.jwt_secret)))?,
        };
        self.auth.required_claims.iter().all(|claim| claims.contains_key(claim)).then_some(claims)
    }

    /// Service credentials are judged only where both are sent.
    fn refuse_service(&self, request: &Request) -> Option<ResponseTemplate> {
        let sent = (header(request, "x-service-id"), header(request, "x-service-secret"));
        let (Some(id), Some(secret)) = sent else {
            return self.auth.for_services_only.then(|| refuse("service_not_configured"));
        };
        match (id, secret) {
            ("netra-backend", secret) if secret == self.secrets.service.expose() => None,
            ("netra-backend", _) => Some(refuse("invalid_service_secret")),
            _ => Some(refuse("invalid_service_id")),
        }
    }
}

fn session(email: &str, token: &Token) -> Value {
    json!({
        "access_token": token.expose(), "refresh_token": token.forge().expose(), "token_type": "Bearer",
        "expires_in": claims::LIFETIME, "user": {"email": email},
    })
}

fn accept(claims: &Claims) -> ResponseTemplate {
    let claim = |name: &str| claims.get(name).cloned().unwrap_or_default();
    answer(
        200,
        json!({"valid": true, "user_id": claim("sub"), "email": claim("email"), "permissions": claim("permissions"), "expires_at": claim("exp")}),
    )
}

fn refuse(error: &str) -> ResponseTemplate {
    answer(200, json!({"valid": false, "error": error, "message": "the token was not accepted"}))
}

fn answer(status: u16, body: Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.get(name).and_then(|value| value.to_str().ok())
}
