//! The settings of a target that evidence records and a diagnosis needs: no secret.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::places::{Addresses, Assumed, Direct, Endpoints, KeysAt, NamedPaths};
use crate::vocabulary::{
    Attempt, Carrier, Carriers, Encoding, Endpoint, OtherScheme, Presentation, REPEATS, Route, Scheme, SecretForm,
    Service, SigningAlgorithm, TokenKind, Variation,
};

/// The kind of a deployment; decides what a check may do by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Stage {
    /// On this machine: literal secrets are allowed in the target file.
    Local,
    /// Shared, without real users.
    Staging,
    /// With real users: invalid tokens and load have to be permitted in the target file.
    Production,
}

/// What the target file permits and describes. It distinguishes a probe that was not made from one that was not possible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The name of the target.
    pub target: String,
    /// As in the target file.
    pub stage: Stage,
    /// Where its services are.
    pub addresses: Addresses,
    /// Where tokens are validated.
    pub endpoints: Endpoints,
    /// Whether auth and the backend have a health path.
    pub health: [bool; 2],
    /// Auth issues tokens to the suite.
    pub login: bool,
    /// Tokens are given in the target's file.
    pub tokens: bool,
    /// What a login sends, by name.
    pub login_sends: Vec<String>,
    /// The suite signs tokens like the client.
    pub mint: bool,
    /// Users with tokens: 0, 1 or 2.
    pub users: usize,
    /// A key that signs tokens is known.
    pub signing: bool,
    /// That key is a private one.
    #[serde(default)]
    pub private_key: bool,
    /// The forms of the signing secret that are another key.
    pub secret_forms: Vec<SecretForm>,
    /// The algorithms other than that of `signing` that its key can sign with.
    pub other_algorithms: Vec<SigningAlgorithm>,
    /// The backend's credentials at auth are known.
    pub service: bool,
    /// Auth and the backend show a fingerprint of their secret.
    pub fingerprint: bool,
    /// The gateway shows one too, as a service of its own.
    #[serde(default)]
    pub gateway_fingerprint: bool,
    /// Where public keys are published, where the target file says so.
    #[serde(default)]
    pub keys: Option<KeysAt>,
    /// Addresses that bypass the reverse proxy are known.
    pub direct: Direct,
    /// Invalid tokens may be sent.
    pub negatives: bool,
    /// A probe may be repeated many times.
    pub load: bool,
    /// REST and WebSocket have one origin, so one process may serve both.
    pub one_origin: bool,
    /// Auth and REST have one origin, so one process may serve both.
    pub auth_at_backend: bool,
    /// The prefix of a token in a validation request, by auth's contract.
    pub auth_takes: Scheme,
    /// What stands before the token at the backend's REST path.
    pub rest_takes: Scheme,
    /// Schemes other than that, where it stands in a header.
    pub other_schemes: Vec<OtherScheme>,
    /// The carriers in which a handshake of this client can present a token.
    pub possible: Carriers,
    /// Encodings in the subprotocol other than the client's.
    pub encodings: Vec<Encoding>,
    /// The subprotocols that the client offers; the second has `{token}` for the token.
    pub offers: [String; 2],
    /// JSON pointer to the code in the gateway's error frame.
    pub error_code: String,
    /// Authentication slower than this is a warning.
    pub patience: Duration,
    /// A token that expires sooner is a warning.
    pub lifetime: Duration,
    /// Clocks that differ by more are a fault.
    pub skew: Duration,
    /// The client sends an `Origin` with the handshake.
    pub origin: bool,
    /// The handshake is at another path than `/ws`.
    pub usual_path: bool,
    /// The welcome names its user.
    pub names_user: bool,
    /// The gateway sends a welcome. Without one, a connection that stays open is accepted.
    pub welcome: bool,
    /// The fingerprint includes the version or the source of the secret.
    pub provenance: bool,
    /// Probes are repeated even without a failure.
    pub thorough: bool,
}

impl Settings {
    /// In which carriers the client presents its token there; none where the target has no such place.
    pub fn usual(&self, endpoint: Endpoint) -> Carriers {
        let there = match endpoint {
            Endpoint::Validation => self.endpoints.validation,
            Endpoint::Rest => self.endpoints.rest,
            Endpoint::WebSocket => self.endpoints.websocket,
        };
        there.unwrap_or(Carriers::NONE)
    }

    /// Whether the target has that place.
    pub fn has(&self, endpoint: Endpoint) -> bool {
        !self.usual(endpoint).is_empty()
    }

    /// Where the client puts its token in a handshake.
    pub fn presents(&self) -> Carriers {
        self.usual(Endpoint::WebSocket)
    }

    /// Whether an address of that service is known that bypasses the reverse proxy.
    pub fn has_direct(&self, endpoint: Endpoint) -> bool {
        match endpoint {
            Endpoint::Validation => self.direct.validation,
            Endpoint::Rest => self.direct.rest,
            Endpoint::WebSocket => self.direct.websocket,
        }
    }

    /// Whether the target's file says where the service shows a fingerprint of its secret. One alone has nothing beside it.
    pub fn shows_fingerprint(&self, service: Service) -> bool {
        match service {
            Service::Auth => self.fingerprint || self.gateway_fingerprint,
            Service::Backend => self.fingerprint,
            Service::Gateway => self.gateway_fingerprint,
            Service::Issuer => false,
        }
    }

    /// The service whose fingerprint speaks for that endpoint.
    pub(crate) fn holder(&self, endpoint: Endpoint) -> Service {
        match endpoint {
            Endpoint::WebSocket if self.gateway_fingerprint => Service::Gateway,
            endpoint => self.verifier(endpoint),
        }
    }

    /// The service that validates tokens there: what has one origin is one service.
    pub fn verifier(&self, endpoint: Endpoint) -> Service {
        match endpoint {
            Endpoint::Validation if !self.auth_at_backend => Service::Auth,
            Endpoint::WebSocket if !self.one_origin => Service::Gateway,
            Endpoint::Validation | Endpoint::Rest | Endpoint::WebSocket => Service::Backend,
        }
    }

    /// There are tokens to present.
    pub fn has_tokens(&self) -> bool {
        self.login || self.tokens || self.mint
    }

    /// Whether this client can present a token so: there is such a place, and it has such a carrier.
    pub(crate) fn can_present(&self, presented: Presentation) -> bool {
        let usual = self.usual(presented.endpoint);
        let is_possible = |carrier| match presented.endpoint {
            Endpoint::WebSocket => self.possible.has(carrier),
            Endpoint::Rest => usual.has(carrier) || matches!(carrier, Carrier::Header | Carrier::Query),
            Endpoint::Validation => usual.has(carrier),
        };
        let has_variation = match presented.variation {
            Variation::Encoding(encoding) => self.encodings.contains(&encoding),
            Variation::Scheme(Scheme::Other(other)) => {
                presented.endpoint == Endpoint::Rest && self.other_schemes.contains(&other)
            }
            // What has no scheme cannot have another one.
            Variation::Scheme(_) => match presented.endpoint {
                Endpoint::Validation => !usual.has(Carrier::Cookie) && !usual.has(Carrier::Query),
                Endpoint::Rest => self.rest_takes != Scheme::None && usual.has(Carrier::Header),
                Endpoint::WebSocket => true,
            },
            Variation::Route(Route::Direct) => self.has_direct(presented.endpoint),
            Variation::ServiceCredentials => self.service,
            Variation::NoOrigin => self.origin,
            _ => true,
        };
        self.has(presented.endpoint) && presented.carriers.iter().all(is_possible) && has_variation
    }

    /// The setting of the target's file that would permit this, where none does.
    pub(crate) fn lacking_permission(&self, presented: Presentation) -> Option<&'static str> {
        let often = matches!(presented.attempt, Attempt::Repeat(number) if usize::from(number) > REPEATS.len() + 1);
        let invalid = presented.token.is_invalid() && presented.token != TokenKind::Missing
            || matches!(presented.token, TokenKind::Resigned(..))
            || matches!(presented.variation, Variation::Decoy(_) | Variation::LongHeader);
        // In production nothing is sent that no client would send.
        let malformed = matches!(presented.variation, Variation::Scheme(_) | Variation::Encoding(_));
        let invalid = invalid || malformed && self.stage == Stage::Production;
        match (invalid && !self.negatives, often && !self.load && !self.thorough) {
            (true, _) => Some("negatives"),
            (false, true) => Some("load"),
            (false, false) => None,
        }
    }

    /// Of a target in which nothing is lacking.
    pub(crate) fn complete() -> Self {
        Settings {
            target: "staging".into(),
            stage: Stage::Staging,
            addresses: Addresses::default(),
            endpoints: Endpoints {
                validation: Some(Carriers::BODY),
                rest: Some(Carriers::HEADER),
                websocket: Some(Carriers::HEADER_AND_SUBPROTOCOL),
                assumed: Assumed::default(),
                named: NamedPaths::default(),
            },
            health: [true, true],
            tokens: false,
            login: true,
            login_sends: vec!["`email` of the body".into()],
            mint: true,
            users: 2,
            signing: true,
            private_key: false,
            secret_forms: SecretForm::VARIANTS.to_vec(),
            other_algorithms: vec![SigningAlgorithm::Hs384, SigningAlgorithm::Hs512],
            service: true,
            fingerprint: true,
            gateway_fingerprint: false,
            keys: Some(KeysAt { discovery: true, auth: true }),
            direct: Direct { validation: true, rest: true, websocket: true },
            negatives: true,
            load: true,
            one_origin: true,
            auth_at_backend: false,
            auth_takes: Scheme::None,
            rest_takes: Scheme::Bearer,
            other_schemes: vec![OtherScheme::Token, OtherScheme::Jwt],
            possible: Carriers::HEADER_AND_SUBPROTOCOL.with(Carrier::Query),
            encodings: Encoding::VARIANTS.iter().copied().filter(|encoding| *encoding != Encoding::Base64url).collect(),
            offers: ["jwt-auth".into(), "jwt.{token}".into()],
            error_code: "/error/code".into(),
            patience: Duration::from_secs(3),
            lifetime: Duration::from_secs(300),
            skew: Duration::from_secs(30),
            origin: true,
            usual_path: true,
            names_user: true,
            welcome: true,
            provenance: true,
            thorough: false,
        }
    }
}

#[cfg(test)]
mod tests;
