//! The auth service on wiremock: login, validation, health and fingerprint. Every rejected token gets HTTP 200 with
//! `valid: false`, as in the real system.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::header::DATE;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::carrier::{self, CarryingParts, TokenReader};
use super::clock::Clock;
use super::issued_tokens::IssuedTokens;
use super::jwt_verifier::JwtVerifier;
use super::listen::{self, Unavailable};
use super::paths::{DISCOVERY, FINGERPRINT, HEALTH, KEYS, LOGIN, VALIDATE};
use super::published_keys::{Document, PublishedKeys};
use super::response_style::{Content, ErrorKind, ResponseStyle, StyledService};
use super::secrets::{LoadedSecret, Secrets};
use super::{claims, unhealthy, validation_response};
use crate::deployment::{self, Auth, Availability, Deployment, LoginRoute, RequiredToken};
use crate::token::{Claims, Token};
use crate::vocabulary::Carrier;

pub(super) struct AuthServer {
    pub(super) address: SocketAddr,
    server: Option<MockServer>,
    _unavailable: Vec<Unavailable>,
}

impl Drop for AuthServer {
    /// Wiremock blocks on a lock when it is dropped. In a task that has used up its budget, tokio defers that lock until the
    /// task yields, which it never does while it blocks. A thread of its own has no budget.
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            std::thread::spawn(move || drop(server));
        }
    }
}

pub(super) async fn start(deployment: &Deployment, secrets: Arc<Secrets>) -> std::io::Result<AuthServer> {
    let (auth, mut unavailable) = (&deployment.auth, Vec::new());
    if let Availability::Down | Availability::ResetsConnections | Availability::Unresponsive = auth.availability {
        let address = listen::unavailable(auth.availability, &mut unavailable)?;
        return Ok(AuthServer { address, server: None, _unavailable: unavailable });
    }
    // Request recording would let memory grow with the length of `serve`.
    let server = MockServer::builder().disable_request_recording().start().await;
    let service = AuthService::new(deployment, secrets, format!("http://{}", server.address()));
    Mock::given(any()).respond_with(service).mount(&server).await;
    Ok(AuthServer { address: *server.address(), server: Some(server), _unavailable: unavailable })
}

struct AuthService {
    auth: Auth,
    secrets: Arc<Secrets>,
    loaded: LoadedSecret,
    reader: TokenReader,
    verifier: JwtVerifier,
    issued: IssuedTokens,
    published: PublishedKeys,
    clock: Clock,
    style: ResponseStyle,
}

/// Status and content.
struct AuthResponse(u16, Content);

/// Claims that it requires by default.
const REQUIRED: [&str; 3] = ["token_type", "jti", "iss"];

impl Respond for AuthService {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        let AuthResponse(status, content) = match unhealthy::response(self.auth.availability, path) {
            Some((status, body)) => json_response(status, body),
            None => self.route(request),
        };
        let (media_type, body) = self.style.body(content);
        let template =
            ResponseTemplate::new(status).set_body_raw(body, media_type).append_headers(self.style.headers());
        let template =
            self.clock.date().into_iter().fold(template, |template, date| template.insert_header(DATE, date));
        if let LOGIN | VALIDATE = path { template.set_delay(self.auth.delay) } else { template }
    }
}

impl AuthService {
    fn new(deployment: &Deployment, secrets: Arc<Secrets>, issuer: String) -> Self {
        let mut auth = deployment.auth.clone();
        let published = PublishedKeys::new(&auth, issuer);
        if auth.algorithm.is_asymmetric() {
            auth.issued_claims.entry("iss").or_insert_with(|| published.issuer().into());
        }
        let clock = Clock::ahead_by(auth.clock_offset);
        let loaded = secrets.of_auth(&auth);
        let key = auth.verifying_secret.map_or_else(|| loaded.key.clone(), |name| secrets.unaltered(name));
        let checks = auth.checks.once_published(published.issuer());
        let verifier = JwtVerifier::new(key, &checks, &REQUIRED, clock).reading(auth.date_format);
        let style = ResponseStyle::new(deployment.response_style, StyledService::Auth, clock);
        let reader = TokenReader::new(deployment);
        let issued = IssuedTokens::default();
        AuthService { auth, secrets, loaded, reader, verifier, issued, published, clock, style }
    }

    fn route(&self, request: &Request) -> AuthResponse {
        match (request.method.as_str(), request.url.path()) {
            ("GET", HEALTH) => json_response(200, json!({"status": "healthy", "service": "auth"})),
            ("GET", FINGERPRINT) => json_response(200, self.loaded.fingerprint()),
            ("GET", DISCOVERY) if self.auth.algorithm.is_asymmetric() => document(self.published.discovery(&self.auth)),
            ("GET", KEYS) if self.auth.algorithm.is_asymmetric() => {
                document(self.published.set(&self.auth, &self.secrets))
            }
            ("POST", LOGIN) if self.auth.login_route != LoginRoute::Missing => self.login(request),
            ("POST", VALIDATE) => self.validate(request),
            (_, VALIDATE | HEALTH) => json_response(405, json!({"detail": "Method Not Allowed"})),
            _ => json_response(404, json!({"detail": "Not Found"})),
        }
    }

    fn login(&self, request: &Request) -> AuthResponse {
        let key = header(request, "x-e2e-bypass-key");
        if self.auth.login_route == LoginRoute::Forbidden {
            return self.error(403, ErrorKind::Forbidden, "not available in this environment");
        }
        if self.auth.login_route == LoginRoute::Unconfigured {
            return json_response(503, json!({"detail": "E2E bypass key is not configured"}));
        }
        if self.auth.login_route == LoginRoute::InvalidGrant {
            return json_response(400, json!({"error": "invalid_grant"}));
        }
        if key != Some(self.secrets.bypass_key.expose()) {
            return self.error(401, ErrorKind::BypassKey, "invalid bypass key");
        }
        let body: Value = request.body_json().unwrap_or_default();
        let Some(email) = body["email"].as_str() else {
            return self.error(422, ErrorKind::Malformed, "email is required");
        };
        if self.auth.unknown_users.iter().any(|unknown| unknown == email) {
            return self.error(404, ErrorKind::UnknownUser, "user not found");
        }
        match self.issue(email) {
            Some(token) => json_response(200, self.session(email, &token)),
            None => json_response(500, json!({"detail": "cannot sign"})),
        }
    }

    fn issue(&self, email: &str) -> Option<Token> {
        if self.auth.issued_tokens == deployment::IssuedTokens::Opaque {
            if self.auth.one_session {
                self.issued.revoke(email);
            }
            return self.issued.issue(claims::claims_of(&self.auth, email, self.clock)?);
        }
        let own = self.auth.jwt_secret_of.get(email).map(|name| self.secrets.unaltered(*name));
        claims::issue(&self.auth, email, own.as_ref().unwrap_or(&self.loaded.key), self.clock)
    }

    fn session(&self, email: &str, token: &Token) -> Value {
        json!({
            "access_token": token.expose(), "refresh_token": token.forge().expose(), "token_type": self.auth.token_type,
            "expires_in": self.auth.lifetime.as_secs(), "user": {"email": email},
        })
    }

    fn validate(&self, request: &Request) -> AuthResponse {
        if request.body_json::<Claims>().is_err() {
            return self.reject(ErrorKind::Malformed, "invalid_request");
        }
        if let Some(error) = self.service_credentials_error(request) {
            return self.reject(ErrorKind::CallingService, error);
        }
        if self.auth.required_token == RequiredToken::None {
            return self.validation(validation_response::accepted(&Claims::new()));
        }
        let parts = CarryingParts { headers: &request.headers, query: request.url.query(), body: &request.body };
        let Some(token) = self.reader.token(Carrier::Body, &parts).filter(|token| !token.is_empty()) else {
            return self.reject(ErrorKind::MissingToken, "missing_token");
        };
        let raw = carrier::raw(self.auth.accepted_token_format, &token);
        match raw.and_then(|token| self.verified(token)).filter(|claims| !self.is_revoked(claims)) {
            Some(claims) => self.validation(validation_response::accepted(&claims)),
            None => self.reject(ErrorKind::InvalidToken, "invalid_token"),
        }
    }

    fn verified(&self, token: &str) -> Option<Claims> {
        let required = self.auth.required_token;
        match self.auth.issued_tokens {
            deployment::IssuedTokens::Jwt => self.verifier.verify(token, required),
            deployment::IssuedTokens::Opaque => {
                self.issued.claims(token, required).filter(|claims| self.verifier.accepts(claims, required))
            }
        }
    }

    fn is_revoked(&self, claims: &Claims) -> bool {
        self.auth.revoked_users.iter().any(|user| claims.get("email").is_some_and(|email| email == user))
    }

    /// Service credentials are checked only where a request has both headers.
    fn service_credentials_error(&self, request: &Request) -> Option<&'static str> {
        let credentials = (header(request, "x-service-id"), header(request, "x-service-secret"));
        let (Some(id), Some(secret)) = credentials else {
            return self.auth.requires_service_credentials.then_some("service_not_configured");
        };
        match (id, secret) {
            ("netra-backend", secret) if secret == self.secrets.service.expose() => None,
            ("netra-backend", _) => Some("invalid_service_secret"),
            _ => Some("invalid_service_id"),
        }
    }

    fn reject(&self, kind: ErrorKind, error: &str) -> AuthResponse {
        let usual = json!({"error": error, "message": "the token was not accepted"});
        self.validation(self.style.error_with(("valid", false.into()), kind, usual))
    }

    fn validation(&self, contract: Value) -> AuthResponse {
        AuthResponse(200, validation_response::write(self.auth.validation_response, contract))
    }

    fn error(&self, status: u16, kind: ErrorKind, detail: &str) -> AuthResponse {
        AuthResponse(status, self.style.error(status, kind, json!({"detail": detail})))
    }
}

fn json_response(status: u16, body: Value) -> AuthResponse {
    AuthResponse(status, Content::Json(body))
}

/// A public document, or a page.
fn document((status, body): Document) -> AuthResponse {
    match body {
        Value::String(page) => AuthResponse(status, Content::Text(page)),
        body => json_response(status, body),
    }
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::deployment::{Deployment, VisibleSettings};
    use crate::mock::start;

    /// Tokio gives each task a budget of operations and defers what exceeds it until the task yields. Code that blocks within
    /// one poll, as wiremock does when it is dropped, would wait for ever.
    #[test]
    fn stops_in_a_task_without_budget() {
        let (done, stopped) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let running =
                    start(&Deployment::default(), &VisibleSettings::default()).await.expect("loopback sockets");
                while tokio::task::coop::has_budget_remaining() {
                    tokio::task::consume_budget().await;
                }
                drop(running);
            });
            done.send(()).expect("the test waits");
        });
        stopped.recv_timeout(Duration::from_secs(30)).expect("it stops");
    }
}
