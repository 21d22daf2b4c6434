//! What is sent for a probe.

use reqwest::header::{CONNECTION, ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE};
use reqwest::{RequestBuilder, Url};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use uuid::Uuid;

use super::{Exchange, form};
use crate::evidence::{Ask, Credential, Form, Path, Place, Prefix, Probe, Service, Twist, User};
use crate::target::{Headers, Target};

/// The word by which our own requests to nowhere can be recognised in the logs of a service.
pub const NOWHERE: &str = "fivewhys";
/// Where gateways usually are.
const USUAL_PATH: &str = "/ws";

impl Exchange<'_> {
    pub fn request(&self) -> Option<RequestBuilder> {
        let target = self.session.target;
        match self.probe {
            Probe::Health(Service::Auth) => Some(self.get(Target::join(&target.auth, &target.health.auth))),
            Probe::Health(_) => Some(self.get(Target::join(&target.backend, &target.health.backend))),
            Probe::Fingerprint(service) => self.fingerprint(service),
            Probe::Login(user) => self.login(user),
            // Whose token is kept aside does not matter, as long as it is a user who can log in.
            Probe::LoginAgain => self.login(self.session.tokens.first().map_or(User::First, |(_, user)| user)),
            Probe::LoginNowhere => self.login_nowhere(),
            Probe::LoginGet => self.login_get(),
            Probe::PlainGet => Some(self.get(target.websocket.clone())),
            Probe::UpgradeNowhere => Some(self.upgrade(self.nowhere_beside(&target.websocket), true)),
            Probe::Hold | Probe::HoldBusy => self.handshake(self.session.hold_ask()),
            Probe::Present(ask) => match ask.place {
                Place::Auth => self.validate(ask),
                Place::Rest => self.protected(ask),
                Place::Gateway => self.handshake(ask),
            },
        }
    }

    fn get(&self, url: Url) -> RequestBuilder {
        let kept = matches!(self.probe, Probe::Present(Ask { twist: Twist::Kept(_), .. }));
        self.session.clients.of(&url, kept).get(url)
    }

    fn post(&self, url: Url, headers: Option<&Headers>, body: &Value) -> RequestBuilder {
        with_headers(self.session.clients.of(&url, false).post(url), headers).json(body)
    }

    fn fingerprint(&self, service: Service) -> Option<RequestBuilder> {
        let target = self.session.target;
        let fingerprint = target.fingerprint.as_ref()?;
        let base = if service == Service::Auth { &target.auth } else { &target.backend };
        Some(with_headers(self.get(Target::join(base, &fingerprint.path)), Some(&fingerprint.headers)))
    }

    fn login(&self, user: User) -> Option<RequestBuilder> {
        let login = self.session.target.login.as_ref()?;
        let name = login.users.get(user as usize)?;
        let url = Target::join(&self.session.target.auth, &login.path);
        Some(self.post(url, Some(&login.headers), &login.body.fill("user", name)))
    }

    /// Without headers and body: nothing secret goes to a path that nobody answers for.
    fn login_nowhere(&self) -> Option<RequestBuilder> {
        let login = self.session.target.login.as_ref()?;
        let path = format!("{}-{NOWHERE}-{}", login.path, Uuid::new_v4().simple());
        Some(self.post(Target::join(&self.session.target.auth, &path), None, &json!({})))
    }

    /// Without headers: a read that anybody may make.
    fn login_get(&self) -> Option<RequestBuilder> {
        let login = self.session.target.login.as_ref()?;
        Some(self.get(Target::join(&self.session.target.auth, &login.path)))
    }

    fn nowhere_beside(&self, url: &Url) -> Url {
        let mut nowhere = url.clone();
        nowhere.set_path(&format!("{}-{NOWHERE}-{}", url.path().trim_end_matches('/'), Uuid::new_v4().simple()));
        nowhere
    }

    fn validate(&self, ask: Ask) -> Option<RequestBuilder> {
        let target = self.session.target;
        let text = match (&self.token, ask.form) {
            (None, _) => String::new(),
            (Some(token), Form::Body(prefix)) => form::prefixed(token, prefix),
            _ => return None,
        };
        let headers = target.service.as_ref().map(|service| &service.headers).filter(|_| ask.twist == Twist::AsBackend);
        let body = target.validate.body.fill("token", &text);
        Some(self.post(Target::join(&target.auth, &target.validate.path), headers, &body))
    }

    fn protected(&self, ask: Ask) -> Option<RequestBuilder> {
        let target = self.session.target;
        let base = match (ask.twist, &target.direct) {
            (Twist::Direct, direct) => &direct.as_ref()?.backend,
            _ => &target.backend,
        };
        let mut url = Target::join(base, &target.protected.path);
        if ask.twist == Twist::NeverSeen {
            url.query_pairs_mut().append_pair(NOWHERE, &Uuid::new_v4().simple().to_string());
        }
        let request = self.padded(self.get(url), ask);
        match &self.token {
            None => Some(request),
            Some(token) => Some(request.header("authorization", form::authorization(token, ask.form)?)),
        }
    }

    /// A header that says nothing, as long as the longest one in which the first token travels there.
    fn padded(&self, request: RequestBuilder, ask: Ask) -> RequestBuilder {
        let Some(token) = self.session.tokens.values().next().filter(|_| ask.twist == Twist::LongHeader) else {
            return request;
        };
        let form = if ask.place == Place::Gateway { self.session.target.handshake.presents } else { Form::HEADER };
        let offered = form::subprotocols(token, form, &self.session.target.handshake).join(", ").len();
        let length = offered.max(form::prefixed(token, Prefix::Bearer).len());
        request.header("x-fivewhys-padding", "x".repeat(length))
    }

    fn handshake(&self, ask: Ask) -> Option<RequestBuilder> {
        let handshake = &self.session.target.handshake;
        let mut url = self.gateway(ask.twist)?;
        if let Some(token) = self.token.as_ref().filter(|_| ask.form == Form::Query) {
            url.query_pairs_mut().append_pair("token", token.expose());
        }
        let request = self.padded(self.upgrade(url, ask.twist != Twist::NoOrigin), ask);
        let Some(token) = &self.token else { return Some(request) };
        let offered = form::subprotocols(token, ask.form, handshake).join(", ");
        let request = if offered.is_empty() { request } else { request.header(SEC_WEBSOCKET_PROTOCOL, offered) };
        let forged = || self.session.tokens.get(Credential::Forged, User::First, self.session.target).ok().flatten();
        let authorization = match ask.form {
            Form::BehindBadHeader => Some(form::authorization(&forged()?, Form::HEADER)?),
            form => form::authorization(token, form),
        };
        Some(authorization.into_iter().fold(request, |request, value| request.header("authorization", value)))
    }

    /// The address of the handshake, or `None` where that twist leads nowhere else.
    fn gateway(&self, twist: Twist) -> Option<Url> {
        let target = self.session.target;
        let mut url = target.websocket.clone();
        match twist {
            Twist::Direct => return Some(target.direct.as_ref()?.websocket.clone()),
            Twist::NoOrigin if target.handshake.origin.is_none() => return None,
            Twist::At(Path::Usual) => url.set_path(USUAL_PATH),
            Twist::At(Path::Slash) => {
                let path = url.path().to_owned();
                url.set_path(&path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned));
            }
            _ => return Some(url),
        }
        (twist == Twist::NoOrigin || url.path() != target.websocket.path()).then_some(url)
    }

    fn upgrade(&self, url: Url, origin: bool) -> RequestBuilder {
        let handshake = &self.session.target.handshake;
        let request = self
            .get(url)
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, generate_key());
        let request = with_headers(request, Some(&handshake.headers));
        handshake.origin.iter().filter(|_| origin).fold(request, |request, origin| request.header(ORIGIN, origin))
    }
}

fn with_headers(request: RequestBuilder, headers: Option<&Headers>) -> RequestBuilder {
    headers.into_iter().flat_map(Headers::iter).fold(request, |request, (name, value)| request.header(name, value))
}
