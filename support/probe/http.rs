//! Plain HTTP exchanges: what to send for a probe, and what of the answer becomes an observation.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use reqwest::{Request, RequestBuilder, Response, Url};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::{Session, form, transport, websocket};
use crate::evidence::{
    Answer, Ask, Credential, Evidence, Form, Found, Place, Probe, Reading, Seen, Service, Twist, User,
};
use crate::target::{Headers, Target};
use crate::token::Token;

/// More of a body than this is not read; in bytes.
const LONGEST_BODY: usize = 64 * 1024;

impl Session<'_> {
    pub(super) fn request(&self, probe: Probe) -> Option<RequestBuilder> {
        let target = self.target;
        match probe {
            Probe::Health(Service::Auth) => Some(self.get(Target::join(&target.auth, &target.health.auth))),
            Probe::Health(_) => Some(self.get(Target::join(&target.backend, &target.health.backend))),
            Probe::Fingerprint(service) => self.fingerprint(service),
            Probe::Login(user) => self.login(user),
            Probe::LoginNowhere => self.login_nowhere(),
            Probe::PlainGet => Some(self.get(target.websocket.clone())),
            Probe::Hold => self.request(Probe::Present(self.hold_ask())),
            Probe::Present(ask) => match ask.place {
                Place::Auth => self.validate(ask),
                Place::Rest => self.protected(ask),
                Place::Gateway => websocket::request(self, ask),
            },
        }
    }

    pub(super) async fn exchange(&self, probe: Probe, request: Request, until: Instant) -> (Seen, Option<Token>) {
        let watch = self.watches(probe);
        let sent = request.headers().clone();
        match (probe, self.clients.of(&request.url().clone()).execute(request).await) {
            (_, Err(error)) => (transport::failure(&error), None),
            (Probe::Present(Ask { place: Place::Gateway, .. }) | Probe::Hold, Ok(response))
                if response.status() == 101 =>
            {
                (websocket::converse(self, &sent, response, watch, until).await, None)
            }
            (_, Ok(response)) => self.read(probe, response, until).await,
        }
    }

    /// Whether an open connection is watched for a while: the one that is kept for it, those that should be refused, for a
    /// refusal may follow a welcome, and all where there is no welcome to wait for.
    pub(super) fn watches(&self, probe: Probe) -> bool {
        let refusable =
            matches!(probe, Probe::Present(Ask { credential: Credential::Forged | Credential::Missing, .. }));
        probe == Probe::Hold || refusable || self.target.handshake.welcome.is_none()
    }

    /// The token of that kind, or `None` where there is none; a missing credential needs none.
    pub(super) fn token(&self, ask: Ask) -> Option<&Token> {
        self.tokens.get(&(ask.credential, ask.user))
    }

    /// What is presented on the connection that is watched.
    pub(super) fn hold_ask(&self) -> Ask {
        let (credential, user) = self.tokens.keys().next().copied().unwrap_or((Credential::Missing, User::First));
        Ask::new(Place::Gateway, credential, self.target.handshake.presents).by(user)
    }

    /// Whether there is a welcomed connection to watch; without a welcome, each accepted one was watched already.
    pub fn is_welcomed(&self, evidence: &Evidence) -> bool {
        let welcomed = evidence.reading(Probe::Present(self.hold_ask())) == Some(Reading::Accepted);
        self.target.handshake.welcome.is_some() && welcomed
    }

    pub(super) fn get(&self, url: Url) -> RequestBuilder {
        self.clients.of(&url).get(url)
    }

    fn post(&self, url: Url, headers: Option<&Headers>, body: &Value) -> RequestBuilder {
        with_headers(self.clients.of(&url).post(url), headers).json(body)
    }

    fn fingerprint(&self, service: Service) -> Option<RequestBuilder> {
        let fingerprint = self.target.fingerprint.as_ref()?;
        let base = if service == Service::Auth { &self.target.auth } else { &self.target.backend };
        Some(with_headers(self.get(Target::join(base, &fingerprint.path)), Some(&fingerprint.headers)))
    }

    fn login(&self, user: User) -> Option<RequestBuilder> {
        let login = self.target.login.as_ref()?;
        let name = login.users.get(user as usize)?;
        Some(self.post(
            Target::join(&self.target.auth, &login.path),
            Some(&login.headers),
            &login.body.fill("user", name),
        ))
    }

    /// Without headers and body: nothing secret goes to a path that nobody answers for.
    fn login_nowhere(&self) -> Option<RequestBuilder> {
        let login = self.target.login.as_ref()?;
        let path = format!("{}-{NOWHERE}-{}", login.path, Uuid::new_v4().simple());
        Some(self.post(Target::join(&self.target.auth, &path), None, &json!({})))
    }

    fn validate(&self, ask: Ask) -> Option<RequestBuilder> {
        let validate = &self.target.validate;
        let text = match (ask.credential, ask.form) {
            (Credential::Missing, _) => String::new(),
            (_, Form::Body(prefix)) => form::prefixed(self.token(ask)?, prefix),
            _ => return None,
        };
        let headers =
            self.target.service.as_ref().map(|service| &service.headers).filter(|_| ask.twist == Twist::AsBackend);
        Some(self.post(Target::join(&self.target.auth, &validate.path), headers, &validate.body.fill("token", &text)))
    }

    fn protected(&self, ask: Ask) -> Option<RequestBuilder> {
        let base = match (ask.twist, &self.target.direct) {
            (Twist::Direct, direct) => &direct.as_ref()?.backend,
            _ => &self.target.backend,
        };
        let mut url = Target::join(base, &self.target.protected);
        if ask.twist == Twist::NeverSeen {
            url.query_pairs_mut().append_pair(NOWHERE, &Uuid::new_v4().simple().to_string());
        }
        let request = self.get(url);
        match ask.credential {
            Credential::Missing => Some(request),
            _ => Some(request.header("authorization", form::authorization(self.token(ask)?, ask.form)?)),
        }
    }

    pub(super) async fn read(&self, probe: Probe, response: Response, until: Instant) -> (Seen, Option<Token>) {
        let status = response.status().as_u16();
        let headers = self.headers(&response);
        let body = match bounded(response, until).await {
            Ok(body) => body,
            Err(error) => return (transport::failure(&error), None),
        };
        let value = serde_json::from_slice(&body).ok();
        let (found, token) = self.find(probe, status, value.as_ref());
        // What grants access, or tells of a secret, is used and not kept.
        let grants = matches!(probe, Probe::Login(_) | Probe::Fingerprint(_)) && (200..300).contains(&status);
        let body = if grants { String::new() } else { self.redactor.body(&String::from_utf8_lossy(&body)) };
        let body = if probe == Probe::LoginNowhere { self.without_nowhere(body) } else { body };
        (Seen::Answered(Answer { status, headers, body, found }), token)
    }

    fn headers(&self, response: &Response) -> BTreeMap<String, String> {
        let readable =
            response.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        readable.filter_map(|(name, value)| Some((name.to_owned(), self.redactor.header(name, value)?))).collect()
    }

    /// What stands at the pointer that the target's file gives for this answer, and the token, where that is what it is.
    fn find(&self, probe: Probe, status: u16, body: Option<&Value>) -> (Found, Option<Token>) {
        let pointer = match probe {
            Probe::Login(_) => self.target.login.as_ref().map(|login| &login.token),
            Probe::Fingerprint(_) => self.target.fingerprint.as_ref().map(|fingerprint| &fingerprint.at),
            Probe::Present(ask) if ask.place == Place::Auth => Some(&self.target.validate.accepted),
            _ => None,
        };
        let Some(pointer) = pointer.filter(|_| (200..300).contains(&status)) else {
            return (Found::NotLookedFor, None);
        };
        match body.map(|body| body.pointer(pointer)) {
            None => (Found::NotJson, None),
            Some(None | Some(Value::Null)) => (Found::Nothing, None),
            Some(Some(Value::Bool(verdict))) => (Found::Bool(*verdict), None),
            Some(Some(Value::String(text))) if !text.is_empty() => match probe {
                Probe::Login(_) => (Found::Text(None), Some(Token::new(text))),
                _ => (Found::Text(Some(mark(text))), None),
            },
            Some(Some(_)) => (Found::AnotherType, None),
        }
    }

    /// An answer that repeats the path must read as that of the real path, for the two are compared.
    fn without_nowhere(&self, body: String) -> String {
        let Some(start) = body.find(&format!("-{NOWHERE}-")) else { return body };
        let end = (start + NOWHERE.len() + 2 + Uuid::nil().simple().to_string().len()).min(body.len());
        match (body.get(..start), body.get(end..)) {
            (Some(before), Some(after)) => self.without_nowhere(format!("{before}{after}")),
            _ => body,
        }
    }
}

/// The word by which our own requests to nowhere can be recognised in the logs of a service.
const NOWHERE: &str = "fivewhys";

fn with_headers(request: RequestBuilder, headers: Option<&Headers>) -> RequestBuilder {
    headers.into_iter().flat_map(Headers::iter).fold(request, |request, (name, value)| request.header(name, value))
}

/// What comes of a body within the bounds of size and time; the rest is not waited for.
async fn bounded(mut response: Response, until: Instant) -> reqwest::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Ok(chunk) = timeout_at(until, response.chunk()).await {
        let Some(chunk) = chunk? else { break };
        body.extend_from_slice(&chunk[..chunk.len().min(LONGEST_BODY - body.len())]);
        if body.len() == LONGEST_BODY {
            break;
        }
    }
    Ok(body)
}

/// Equal where the texts are, without showing them.
fn mark(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
