//! Responses that no service has sent, for tests of what is concluded from them.

use std::collections::BTreeMap;

use super::provenance::{Deployed, Holds, Name, Platform, Provenance, Running, SecretPlace, Sent, ValueFacts};
use super::{
    Connection, End, Evidence, Extracted, HttpResponse, Observation, Response, Settings, TokenFacts, TransportError,
};
use crate::token::Token;
use crate::vocabulary::{Carriers, ClaimName, Presentation, Probe, Service, TokenKind, User};

impl Observation {
    /// A response without headers and body, in which that stood at the target's pointer.
    pub(crate) fn http(status: u16, extracted: Extracted) -> Self {
        let (headers, body) = (BTreeMap::new(), String::new());
        Observation::of(Response::Http(HttpResponse { status, headers, body, extracted }))
    }

    /// The response of auth, or of REST, to a token that it accepts.
    pub(crate) fn accepted() -> Self {
        Observation::http(200, Extracted::Bool(true))
    }

    /// 401 with that body.
    pub(crate) fn rejected(body: &str) -> Self {
        let (headers, body, extracted) = (BTreeMap::new(), body.to_owned(), Extracted::NotLookedFor);
        Observation::of(Response::Http(HttpResponse { status: 401, headers, body, extracted }))
    }

    /// A connection that is welcomed and stays open.
    pub(crate) fn welcomed() -> Self {
        Observation::of(Response::WebSocket(Connection::open()))
    }

    /// A connection that is closed for that reason, without a welcome.
    pub(crate) fn closed(reason: &str) -> Self {
        let end = End::Closed { code: 1008, reason: reason.to_owned() };
        Observation::of(Response::WebSocket(Connection { welcomed: false, end, ..Connection::open() }))
    }

    /// Nothing listens there.
    pub(crate) fn refused() -> Self {
        Observation::of(Response::Unreached(TransportError::Refused))
    }
}

impl Connection {
    /// It is welcomed and stays open.
    pub(crate) fn open() -> Self {
        Connection {
            offered: true,
            selected: Some(("jwt-auth".to_owned(), true)),
            accept_is_right: true,
            named: None,
            rejected: None,
            frames: Vec::new(),
            welcomed: true,
            end: End::Open,
        }
    }
}

impl TokenFacts {
    /// Of a token with these claims that a shared secret has signed.
    pub(crate) fn of_secret(claims: &[&str]) -> Self {
        let claims = claims.iter().filter_map(|name| ClaimName::from(name).ok()).collect();
        let unread = Token::new("a.b.c").facts(0, &str::to_owned);
        TokenFacts { algorithm: Some("HS256".to_owned()), claims, ..unread }
    }
}

impl Settings {
    /// Of a target with one user, whose services show no fingerprint, and where auth knows no backend by its credentials. The client
    /// presents its token in these carriers to auth, to REST and to the gateway; where there is none, the target has no such place.
    pub(crate) fn of_one_user([validation, rest, websocket]: [Option<Carriers>; 3]) -> Self {
        let mut settings =
            Settings { users: 1, service: false, fingerprint: false, mint: false, ..Settings::complete() };
        let endpoints = &mut settings.endpoints;
        (endpoints.validation, endpoints.rest, endpoints.websocket) = (validation, rest, websocket);
        settings
    }
}

impl Evidence {
    /// The first user has logged in, and got a token of which that can be said.
    pub(crate) fn of_login(settings: Settings, facts: TokenFacts) -> Self {
        let mut evidence = Evidence::new(settings);
        evidence.describe_token(TokenKind::Issued, User::First, facts);
        let extracted = Extracted::Text { mark: Some(1), provenance: None, token_type: None };
        evidence.record(Probe::Login(User::First), Observation::http(200, extracted));
        evidence
    }

    /// The presentation got that response, and got it again when it was repeated.
    pub(crate) fn record_twice(&mut self, presented: Presentation, seen: &Observation) {
        self.record(presented.into(), seen.clone());
        self.record(presented.repeat(1).into(), seen.clone());
    }
}

impl Provenance {
    /// Auth and the backend each load a value from a variable; two values with one mark are the same.
    pub(crate) fn of_values(auth: u64, backend: u64) -> Self {
        let name = Name::new("jwt");
        let loads = |(service, mark): (Service, u64)| {
            let value = ValueFacts {
                mark,
                trimmed: mark,
                short: false,
                placeholder: false,
                blank_ends: false,
                quoted: false,
                byte_order_mark: false,
                zero_byte: false,
            };
            let place = SecretPlace { name: name.clone(), holds: Holds::Literal(Some(value)) };
            let running = Running { name: name.clone(), share: None, since: None, identity: None, places: vec![place] };
            (service, Deployed { name: name.clone(), running: vec![running], not_ready: None, next: None })
        };
        Provenance {
            platform: Platform::Kubernetes { namespace: name.clone() },
            services: [(Service::Auth, auth), (Service::Backend, backend)].map(loads).into(),
            gaps: Vec::new(),
            sent: Sent::default(),
        }
    }
}
