//! What is sent for a probe.

use reqwest::header::{CONNECTION, ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use reqwest::{RequestBuilder, Url};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use uuid::Uuid;

use super::{Exchange, carrier};
use crate::target::{Headers, Target};
use crate::vocabulary::{
    Attempt, Carrier, Carriers, Endpoint, Presentation, Probe, Route, Scheme, Service, TokenKind, User, Variation,
};

/// By this word our own requests to unknown paths can be recognised in the logs of a service.
pub(super) const UNKNOWN_PATH: &str = "fivewhys";

impl Exchange<'_> {
    pub(super) fn request(&self) -> Option<RequestBuilder> {
        let target = self.session.target;
        match self.probe {
            Probe::Health(Service::Auth) => Some(self.get(Target::join(&target.auth, &target.health.auth))),
            Probe::Health(_) => Some(self.get(Target::join(&target.backend, &target.health.backend))),
            Probe::Fingerprint(service) => self.fingerprint(service),
            Probe::Login(user) | Probe::SecondLogin(user) => self.login(user),
            Probe::LoginUnknownPath => self.login_unknown_path(),
            Probe::LoginGet => self.login_get(),
            Probe::PlainGet => Some(self.get(target.websocket.clone())),
            Probe::UpgradeUnknownPath => Some(self.upgrade(self.unknown_path_beside(&target.websocket), true)),
            Probe::Watch | Probe::WatchWithPings => self.handshake(self.session.watched()),
            Probe::Present(presented) => match presented.endpoint {
                Endpoint::Validation => self.validate(presented),
                Endpoint::Rest => self.protected(presented),
                Endpoint::WebSocket => self.handshake(presented),
            },
        }
    }

    fn get(&self, url: Url) -> RequestBuilder {
        let kept = matches!(self.probe, Probe::Present(Presentation { attempt: Attempt::SameConnection(_), .. }));
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
    fn login_unknown_path(&self) -> Option<RequestBuilder> {
        let login = self.session.target.login.as_ref()?;
        let path = format!("{}-{UNKNOWN_PATH}-{}", login.path, Uuid::new_v4().simple());
        Some(self.post(Target::join(&self.session.target.auth, &path), None, &json!({})))
    }

    /// Without headers: a read that anybody may make.
    fn login_get(&self) -> Option<RequestBuilder> {
        let login = self.session.target.login.as_ref()?;
        Some(self.get(Target::join(&self.session.target.auth, &login.path)))
    }

    fn unknown_path_beside(&self, url: &Url) -> Url {
        let mut unknown = url.clone();
        unknown.set_path(&format!("{}-{UNKNOWN_PATH}-{}", url.path().trim_end_matches('/'), Uuid::new_v4().simple()));
        unknown
    }

    fn validate(&self, presented: Presentation) -> Option<RequestBuilder> {
        let target = self.session.target;
        let scheme = carrier::scheme(presented, target.validate.prefix);
        let text = self.token.as_ref().map(|token| carrier::prefixed(token, scheme)).unwrap_or_default();
        let as_backend = presented.variation == Variation::ServiceCredentials;
        let headers = target.service.as_ref().map(|service| &service.headers).filter(|_| as_backend);
        let body = target.validate.body.fill("token", &text);
        Some(self.post(Target::join(&target.auth, &target.validate.path), headers, &body))
    }

    fn protected(&self, presented: Presentation) -> Option<RequestBuilder> {
        let target = self.session.target;
        let base = match presented.variation {
            Variation::Route(_) => &target.direct.as_ref()?.backend,
            _ => &target.backend,
        };
        let mut url = Target::join(base, &target.protected.path);
        if presented.variation == Variation::NewUrl {
            url.query_pairs_mut().append_pair(UNKNOWN_PATH, &Uuid::new_v4().simple().to_string());
        }
        Some(self.put_token(self.padded(self.get(url), presented), presented))
    }

    fn put_token(&self, request: RequestBuilder, presented: Presentation) -> RequestBuilder {
        match &self.token {
            Some(token) => carrier::put(request, token, presented, &self.session.target.handshake),
            None => request,
        }
    }

    /// A header that says nothing, as long as the longest one in which the first token travels there.
    fn padded(&self, request: RequestBuilder, presented: Presentation) -> RequestBuilder {
        let long = presented.variation == Variation::LongHeader;
        let Some(token) = self.session.tokens.values().next().filter(|_| long) else { return request };
        let handshake = &self.session.target.handshake;
        let offers = presented.endpoint == Endpoint::WebSocket && handshake.presents.has(Carrier::Subprotocol);
        let offered = if offers { carrier::offer(token, Variation::None, handshake).len() } else { 0 };
        let length = offered.max(carrier::prefixed(token, Scheme::Bearer).len());
        request.header("x-fivewhys-padding", "x".repeat(length))
    }

    fn handshake(&self, presented: Presentation) -> Option<RequestBuilder> {
        let url = self.gateway(presented.variation)?;
        let request = self.padded(self.upgrade(url, presented.variation != Variation::NoOrigin), presented);
        let request = self.put_token(request, presented);
        let Variation::Decoy(decoy) = presented.variation else { return Some(request) };
        let tokens = &self.session.tokens;
        let forged = tokens.get(TokenKind::Forged, User::First, self.session.target).ok().flatten()?;
        let presented = presented.in_carriers(Carriers::of(decoy));
        Some(carrier::put(request, &forged, presented, &self.session.target.handshake))
    }

    /// The address of the handshake, or `None` where the variation leads to the same one.
    fn gateway(&self, variation: Variation) -> Option<Url> {
        let target = self.session.target;
        let mut url = target.websocket.clone();
        match variation {
            Variation::Route(Route::Direct) => return Some(target.direct.as_ref()?.websocket.clone()),
            Variation::NoOrigin if target.handshake.origin.is_none() => return None,
            Variation::Route(Route::UsualPath) => url.set_path(Route::USUAL_PATH),
            Variation::Route(Route::Slash) => {
                let path = url.path().to_owned();
                url.set_path(&path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned));
            }
            _ => return Some(url),
        }
        (variation == Variation::NoOrigin || url.path() != target.websocket.path()).then_some(url)
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
