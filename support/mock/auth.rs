//! The auth service: login, validation, health and fingerprint, on wiremock. A rejected token is HTTP 200 with
//! `valid: false`, whatever was wrong with it.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::header::DATE;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::clock::Clock;
use super::dialect::{Dialect, Kind, Part, Said};
use super::listen::{self, Dead};
use super::paths::{FINGERPRINT, HEALTH, LOGIN, VALIDATE};
use super::secrets::{Loaded, Secrets};
use super::verifier::Verifier;
use super::{claims, unwell, verdict};
use crate::deployment::{Auth, Availability, Deployment, LoginRoute, RequiredToken, TokenFormat};
use crate::token::{Claims, Token};

pub struct Running {
    pub address: SocketAddr,
    server: Option<MockServer>,
    _dead: Vec<Dead>,
}

impl Drop for Running {
    /// Wiremock waits for a lock when it is dropped. Within a task that has used up its budget that lock is put off until the
    /// task yields, which it then never does; on a thread of its own nothing is put off.
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            std::thread::spawn(move || drop(server));
        }
    }
}

pub async fn start(deployment: &Deployment, secrets: Arc<Secrets>) -> std::io::Result<Running> {
    let (auth, mut dead) = (&deployment.auth, Vec::new());
    if let Availability::Down | Availability::ResetsConnections | Availability::Unresponsive = auth.availability {
        let address = listen::dead(auth.availability, &mut dead)?;
        return Ok(Running { address, server: None, _dead: dead });
    }
    // Request recording would let memory grow with the length of `serve`.
    let server = MockServer::builder().disable_request_recording().start().await;
    Mock::given(any()).respond_with(Service::new(deployment, secrets)).mount(&server).await;
    Ok(Running { address: *server.address(), server: Some(server), _dead: dead })
}

struct Service {
    auth: Auth,
    secrets: Arc<Secrets>,
    loaded: Loaded,
    verifier: Verifier,
    clock: Clock,
    dialect: Dialect,
}

/// What is answered, and with which status.
struct Answer(u16, Said);

/// Claims that it requires where a scenario says nothing else.
const REQUIRED: [&str; 3] = ["token_type", "jti", "iss"];

impl Respond for Service {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        let Answer(status, said) = match unwell::answer(self.auth.availability, path) {
            Some((status, body)) => Answer(status, Said::Json(body)),
            None => self.route(request),
        };
        let (kind, body) = self.dialect.body(said);
        let template = ResponseTemplate::new(status).set_body_raw(body, kind).append_headers(self.dialect.headers());
        let template =
            self.clock.date().into_iter().fold(template, |template, date| template.insert_header(DATE, date));
        if let LOGIN | VALIDATE = path { template.set_delay(self.auth.delay) } else { template }
    }
}

impl Service {
    fn new(deployment: &Deployment, secrets: Arc<Secrets>) -> Self {
        let auth = deployment.auth.clone();
        let clock = Clock::ahead_by(auth.clock_offset);
        let loaded = secrets.of_auth(&auth);
        let key = auth.verifying_secret.map_or_else(|| loaded.key.clone(), |name| secrets.exact(name));
        let verifier = Verifier::new(key, &auth.checks, &REQUIRED, clock);
        let dialect = Dialect::new(deployment.response_style, Part::Auth, clock);
        Service { auth, secrets, loaded, verifier, clock, dialect }
    }

    fn route(&self, request: &Request) -> Answer {
        match (request.method.as_str(), request.url.path()) {
            ("GET", HEALTH) => answer(200, json!({"status": "healthy", "service": "auth"})),
            ("GET", FINGERPRINT) => answer(200, self.loaded.told()),
            ("POST", LOGIN) if self.auth.login_route != LoginRoute::Missing => self.login(request),
            ("POST", VALIDATE) => self.validate(request),
            (_, VALIDATE | HEALTH) => answer(405, json!({"detail": "Method Not Allowed"})),
            _ => answer(404, json!({"detail": "Not Found"})),
        }
    }

    fn login(&self, request: &Request) -> Answer {
        let key = header(request, "x-e2e-bypass-key");
        if self.auth.login_route == LoginRoute::Forbidden {
            return self.turn_away(403, Kind::Forbidden, "not available in this environment");
        }
        if self.auth.login_route == LoginRoute::Unconfigured {
            return answer(503, json!({"detail": "E2E bypass key is not configured"}));
        }
        if key != Some(self.secrets.bypass_key.expose()) {
            return self.turn_away(401, Kind::Key, "invalid bypass key");
        }
        let body: Value = request.body_json().unwrap_or_default();
        let Some(email) = body["email"].as_str() else {
            return self.turn_away(422, Kind::Malformed, "email is required");
        };
        if self.auth.unknown_users.iter().any(|unknown| unknown == email) {
            return self.turn_away(404, Kind::UnknownUser, "user not found");
        }
        match claims::issue(&self.auth, email, &self.loaded.key, self.clock) {
            Some(token) => answer(200, self.session(email, &token)),
            None => answer(500, json!({"detail": "cannot sign"})),
        }
    }

    fn session(&self, email: &str, token: &Token) -> Value {
        json!({
            "access_token": token.expose(), "refresh_token": token.forge().expose(), "token_type": "Bearer",
            "expires_in": self.auth.lifetime.as_secs(), "user": {"email": email},
        })
    }

    fn validate(&self, request: &Request) -> Answer {
        let Ok(body) = request.body_json::<Claims>() else { return self.refuse(Kind::Malformed, "invalid_request") };
        if let Some(error) = self.objection_to_service(request) {
            return self.refuse(Kind::Caller, error);
        }
        if self.auth.required_token == RequiredToken::None {
            return self.verdict(verdict::accepting(&Claims::new()));
        }
        let Some(token) = body.get("token").and_then(Value::as_str).filter(|token| !token.is_empty()) else {
            return self.refuse(Kind::Missing, "missing_token");
        };
        match self.judge(token) {
            Some(claims) => self.verdict(verdict::accepting(&claims)),
            None => self.refuse(Kind::Invalid, "invalid_token"),
        }
    }

    fn judge(&self, presented: &str) -> Option<Claims> {
        let token = match (self.auth.accepted_token_format, presented.strip_prefix("Bearer ")) {
            (TokenFormat::Raw, _) => presented,
            (TokenFormat::Either, stripped) => stripped.unwrap_or(presented),
            (TokenFormat::BearerPrefixed, stripped) => stripped?,
        };
        self.verifier.verify(token, self.auth.required_token)
    }

    /// Service credentials are judged only where both are sent.
    fn objection_to_service(&self, request: &Request) -> Option<&'static str> {
        let sent = (header(request, "x-service-id"), header(request, "x-service-secret"));
        let (Some(id), Some(secret)) = sent else {
            return self.auth.requires_service_credentials.then_some("service_not_configured");
        };
        match (id, secret) {
            ("netra-backend", secret) if secret == self.secrets.service.expose() => None,
            ("netra-backend", _) => Some("invalid_service_secret"),
            _ => Some("invalid_service_id"),
        }
    }

    fn refuse(&self, kind: Kind, error: &str) -> Answer {
        let plain = json!({"error": error, "message": "the token was not accepted"});
        self.verdict(self.dialect.refusal_with(("valid", false.into()), kind, plain))
    }

    fn verdict(&self, verdict: Value) -> Answer {
        Answer(200, verdict::write(self.auth.validation_response, verdict))
    }

    fn turn_away(&self, status: u16, kind: Kind, detail: &str) -> Answer {
        Answer(status, self.dialect.refusal(status, kind, json!({"detail": detail})))
    }
}

fn answer(status: u16, body: Value) -> Answer {
    Answer(status, Said::Json(body))
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.get(name).and_then(|value| value.to_str().ok())
}
