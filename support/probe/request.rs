//! What is sent for a probe.

use reqwest::header::{CONNECTION, ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::json;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use uuid::Uuid;

use super::Exchange;
use super::carrier::{self, Names};
use super::login::Kept;
use crate::target::{Account, BEARER, Body, Headers, Login, Request, Target, Values};
use crate::vocabulary::{
    Attempt, Carrier, Carriers, Endpoint, Presentation, Probe, Route, Service, TokenKind, User, Variation,
};

/// By this word our own requests to unknown paths can be recognised in the logs of a service.
pub(super) const UNKNOWN_PATH: &str = "fivewhys";

impl Exchange<'_> {
    pub(super) fn request(&self) -> Option<RequestBuilder> {
        let target = self.session.target;
        match self.probe {
            Probe::Health(Service::Auth) => Some(self.get(Target::join(target.auth.as_ref()?, &target.health.auth))),
            Probe::Health(_) => Some(self.get(Target::join(target.backend.as_ref()?, &target.health.backend))),
            Probe::Fingerprint(service) => self.fingerprint(service),
            Probe::Login(user) | Probe::SecondLogin(user) | Probe::LaterLogin(user, _) => {
                self.login(user, &Kept::default())
            }
            Probe::LoginUnknownPath => self.login_unknown_path(),
            Probe::LoginGet => self.login_get(),
            Probe::Discovery(_) | Probe::Keys(_) => self.public(self.address_of_keys()?),
            Probe::PlainGet => Some(self.get(target.websocket.clone()?)),
            Probe::UpgradeUnknownPath => Some(self.upgrade(self.unknown_path_beside(target.websocket.as_ref()?), true)),
            Probe::Watch | Probe::WatchWithPings => self.handshake(self.session.watched()),
            Probe::Present(presented) => match presented.endpoint {
                Endpoint::Validation => self.validate(presented),
                Endpoint::Rest => self.protected(presented),
                Endpoint::WebSocket => self.handshake(presented),
            },
        }
    }

    pub(super) fn get(&self, url: Url) -> RequestBuilder {
        self.method(Method::GET, url)
    }

    /// With what an access proxy wants on every exchange.
    fn method(&self, method: Method, url: Url) -> RequestBuilder {
        let kept = matches!(self.probe, Probe::Present(Presentation { attempt: Attempt::SameConnection(_), .. }));
        let request = self.session.clients.of(&url, kept).request(method, url);
        with_headers(request, Some(&self.session.target.headers), &Values::new())
    }

    /// A request of the target's file, at that base.
    pub(super) fn described(&self, base: &Url, described: &Request, values: &Values) -> RequestBuilder {
        self.described_at(Target::join(base, &described.path_with(values)), described, values)
    }

    fn described_at(&self, url: Url, described: &Request, values: &Values) -> RequestBuilder {
        let request = self.method(described.method.clone(), url);
        let request = with_headers(request, Some(&described.headers), values);
        let request = match &described.basic {
            Some([user, password]) => request.basic_auth(user.fill(values), Some(password.fill(values))),
            None => request,
        };
        let pairs = |fields: &[(String, crate::target::Text)]| {
            fields.iter().map(|(name, text)| (name.clone(), text.fill(values))).collect::<Vec<_>>()
        };
        let request = if described.query.is_empty() { request } else { request.query(&pairs(&described.query)) };
        match &described.body {
            Body::Empty => request,
            Body::Json(body) => request.json(&body.fill(values)),
            Body::Form(fields) => request.form(&pairs(fields)),
        }
    }

    fn fingerprint(&self, service: Service) -> Option<RequestBuilder> {
        let target = self.session.target;
        let fingerprint = target.fingerprint.as_ref()?;
        let base = match service {
            Service::Auth => target.auth.as_ref()?,
            Service::Gateway => {
                let url = target.fingerprint_at_gateway()?;
                return Some(self.described_at(url, &fingerprint.request, &Values::new()));
            }
            Service::Backend | Service::Issuer => target.backend.as_ref()?,
        };
        Some(self.described(base, &fingerprint.request, &Values::new()))
    }

    /// What stands for the placeholders of that user's login.
    pub(super) fn values_of(login: &Login, user: User) -> Option<Values> {
        login.accounts.get(user as usize).map(Account::values)
    }

    /// The request that yields the token, with what the steps before it have kept.
    pub(super) fn login(&self, user: User, kept: &Kept) -> Option<RequestBuilder> {
        let target = self.session.target;
        let login = target.login.as_ref()?;
        let mut values = Self::values_of(login, user)?;
        values.extend(kept.values.clone());
        Some(kept.send_cookies(self.described(target.auth.as_ref()?, &login.request, &values)))
    }

    /// Without headers and body: nothing secret goes to a path that no service responds for.
    fn login_unknown_path(&self) -> Option<RequestBuilder> {
        let target = self.session.target;
        let login = target.login.as_ref()?;
        let path = format!("{}-{UNKNOWN_PATH}-{}", login.request.path, Uuid::new_v4().simple());
        let url = Target::join(target.auth.as_ref()?, &path);
        Some(self.method(login.request.method.clone(), url).json(&json!({})))
    }

    /// Without headers: a read that anybody may make.
    fn login_get(&self) -> Option<RequestBuilder> {
        let target = self.session.target;
        let login = target.login.as_ref()?;
        Some(self.get(Target::join(target.auth.as_ref()?, &login.request.path)))
    }

    fn unknown_path_beside(&self, url: &Url) -> Url {
        let mut unknown = url.clone();
        unknown.set_path(&format!("{}-{UNKNOWN_PATH}-{}", url.path().trim_end_matches('/'), Uuid::new_v4().simple()));
        unknown
    }

    fn validate(&self, presented: Presentation) -> Option<RequestBuilder> {
        let target = self.session.target;
        let validation = target.validation()?;
        let scheme = carrier::scheme(presented, validation.usual_scheme());
        let word = validation.scheme.as_deref().unwrap_or(BEARER);
        let text = self.token.as_ref().map(|token| carrier::prefixed(token, scheme, word)).unwrap_or_default();
        let values = Values::from([("token".to_owned(), text)]);
        let base = match presented.variation {
            Variation::Route(_) => target.direct.as_ref()?.auth.as_ref()?,
            _ => target.auth.as_ref()?,
        };
        let request = self.described(base, &validation.request, &values);
        let request = self.put_token(request, presented);
        let as_backend = presented.variation == Variation::ServiceCredentials;
        let headers = target.service.as_ref().map(|service| &service.headers).filter(|_| as_backend);
        Some(with_headers(request, headers, &values))
    }

    fn protected(&self, presented: Presentation) -> Option<RequestBuilder> {
        let target = self.session.target;
        let base = match presented.variation {
            Variation::Route(_) => target.direct.as_ref()?.backend.as_ref()?,
            _ => target.backend.as_ref()?,
        };
        let described = &target.protected()?.request;
        let mut url = Target::join(base, &described.path);
        if presented.variation == Variation::NewUrl {
            url.query_pairs_mut().append_pair(UNKNOWN_PATH, &Uuid::new_v4().simple().to_string());
        }
        let request = self.described_at(url, described, &Values::new());
        Some(self.put_token(self.padded(request, presented), presented))
    }

    fn put_token(&self, request: RequestBuilder, presented: Presentation) -> RequestBuilder {
        match &self.token {
            Some(token) => Names::at(presented.endpoint, self.session.target).put(request, token, presented),
            None => request,
        }
    }

    /// A header that says nothing, as long as the longest one in which the first token travels there.
    fn padded(&self, request: RequestBuilder, presented: Presentation) -> RequestBuilder {
        let long = presented.variation == Variation::LongHeader;
        let Some(token) = self.session.tokens.values().next().filter(|_| long) else { return request };
        let target = self.session.target;
        let offers = presented.endpoint == Endpoint::WebSocket && target.handshake.presents.has(Carrier::Subprotocol);
        let offered = carrier::offer(token, Variation::None, &target.handshake).filter(|_| offers);
        let length = offered.map_or(0, |offered| offered.len());
        let length = length.max(Names::at(presented.endpoint, target).in_header(token).len());
        request.header("x-fivewhys-padding", "x".repeat(length))
    }

    fn handshake(&self, presented: Presentation) -> Option<RequestBuilder> {
        let handshake = &self.session.target.handshake;
        // A carrier that this client does not have.
        if presented.carriers.iter().any(|carrier| !handshake.possible().has(carrier)) {
            return None;
        }
        let url = self.gateway(presented.variation)?;
        let request = self.padded(self.upgrade(url, presented.variation != Variation::NoOrigin), presented);
        let request = match carrier::plain_offer(handshake).filter(|_| !handshake.presents.has(Carrier::Subprotocol)) {
            Some(offered) => request.header(SEC_WEBSOCKET_PROTOCOL, offered),
            None => request,
        };
        let request = self.put_token(request, presented);
        let Variation::Decoy(decoy) = presented.variation else { return Some(request) };
        let tokens = &self.session.tokens;
        let forged = tokens.get(TokenKind::Forged, User::First, self.session.target).ok().flatten()?;
        let presented = presented.in_carriers(Carriers::of(decoy));
        Some(Names::at(Endpoint::WebSocket, self.session.target).put(request, &forged, presented))
    }

    /// The address of the handshake, or `None` where the variation leads to the same one.
    fn gateway(&self, variation: Variation) -> Option<Url> {
        let target = self.session.target;
        let usual = target.websocket.as_ref()?;
        let mut url = usual.clone();
        match variation {
            Variation::Route(Route::Direct) => return target.direct.as_ref()?.websocket.clone(),
            Variation::NoOrigin if target.handshake.origin.is_none() => return None,
            Variation::Route(Route::UsualPath) => url.set_path(Route::USUAL_PATH),
            Variation::Route(Route::Slash) => {
                let path = url.path().to_owned();
                url.set_path(&path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned));
            }
            _ => return Some(url),
        }
        (variation == Variation::NoOrigin || url.path() != usual.path()).then_some(url)
    }

    fn upgrade(&self, url: Url, origin: bool) -> RequestBuilder {
        let handshake = &self.session.target.handshake;
        let request = self
            .get(url)
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, generate_key());
        let request = with_headers(request, Some(&handshake.headers), &Values::new());
        handshake.origin.iter().filter(|_| origin).fold(request, |request, origin| request.header(ORIGIN, origin))
    }
}

fn with_headers(request: RequestBuilder, headers: Option<&Headers>, values: &Values) -> RequestBuilder {
    headers
        .into_iter()
        .flat_map(|headers| headers.fill(values))
        .fold(request, |request, (name, value)| request.header(name, value))
}
