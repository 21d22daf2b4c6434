//! One token, presented once: six independent axes. A probe differs from another in one of them, so that a different response
//! has one explanation.

use serde::{Deserialize, Serialize};

use super::{Carrier, Carriers, Change, Encoding, Scheme, Service, TokenKind};

/// A token, or its absence, presented at an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Presentation {
    /// Where it is presented.
    pub endpoint: Endpoint,
    /// What is presented.
    pub token: TokenKind,
    /// Where the token stands; empty for a missing token.
    pub carriers: Carriers,
    /// How it differs from what the client sends.
    pub variation: Variation,
    /// Whose token it is.
    pub user: User,
    /// Tells repeats of the same presentation apart.
    pub attempt: Attempt,
}

/// Where tokens are validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// The validation path of the auth service.
    Validation,
    /// The protected path of the backend.
    Rest,
    /// The WebSocket handshake.
    WebSocket,
}

/// The one property that differs from what the client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variation {
    /// As the client sends it.
    None,
    /// Another scheme before the token.
    Scheme(Scheme),
    /// Another encoding in the subprotocol.
    Encoding(Encoding),
    /// A forged token in this carrier beside the token.
    Decoy(Carrier),
    /// At another address of the same service.
    Route(Route),
    /// With the backend's own service credentials (`service`).
    ServiceCredentials,
    /// With a query that was never sent before, so that no cache can respond.
    NewUrl,
    /// Without the `Origin` of the target's file.
    NoOrigin,
    /// With a harmless header as long as the token's.
    LongHeader,
}

/// Another address at which the same service may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// The same service without the proxy (`direct`).
    Direct,
    /// The path with a slash at its end, or without it.
    Slash,
    /// `/ws`, the path that gateways usually have.
    UsualPath,
}

/// The first or second user of the target's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    /// The first user of `login` or `mint`.
    First,
    /// The second user of `login` or `mint`, where there is one.
    Second,
}

/// Which attempt at the same presentation this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attempt {
    /// The only attempt, unless the presentation is repeated.
    First,
    /// On a fresh connection; the number tells repeats apart.
    Repeat(u8),
    /// After a pause; each is twice as long as the one before. Number 0 follows those, without a pause of its own.
    AfterPause(u8),
    /// On a connection that is kept open; the number tells the requests on it apart.
    SameConnection(u8),
    /// On a WebSocket connection that is watched in silence after its welcome, since a rejection may follow it.
    Watched,
}

/// Repeats that are sent at once: where one of two replicas is wrong, five responses agree by chance once in sixteen runs, and
/// ten once in five hundred.
pub const REPEATS: [Attempt; 4] = [Attempt::Repeat(2), Attempt::Repeat(3), Attempt::Repeat(4), Attempt::Repeat(5)];

/// The last repeat where responses differed: with the first attempt 23 in all, which reach one stale replica of eight with
/// 95 % confidence (1 - (7/8)^23 = 0.954).
pub const LAST_REPEAT: u8 = 23;

impl Presentation {
    /// The first user's token, as the client sends it in these carriers.
    pub fn new(endpoint: Endpoint, token: TokenKind, carriers: Carriers) -> Self {
        let carriers = if token == TokenKind::Missing { Carriers::NONE } else { carriers };
        Presentation {
            endpoint,
            token,
            carriers,
            variation: Variation::None,
            user: User::First,
            attempt: Attempt::First,
        }
    }

    /// No token at all.
    pub fn missing(endpoint: Endpoint) -> Self {
        Presentation::new(endpoint, TokenKind::Missing, Carriers::NONE)
    }

    /// The same with the token of that user.
    #[must_use]
    pub fn by(self, user: User) -> Self {
        Presentation { user, ..self }
    }

    /// The same with another token.
    #[must_use]
    pub fn with(self, token: TokenKind) -> Self {
        Presentation { token, ..self }
    }

    /// The first user's token with a broken signature; there is no other forged one.
    #[must_use]
    pub fn forged(self) -> Self {
        self.with(TokenKind::Forged).by(User::First)
    }

    /// A token that the suite signs, with one change.
    #[must_use]
    pub fn changed(self, change: Change) -> Self {
        self.with(self.token.changed(change))
    }

    /// The same in other carriers.
    #[must_use]
    pub fn in_carriers(self, carriers: Carriers) -> Self {
        Presentation { carriers, ..self }
    }

    /// The same with one variation, in place of an earlier one.
    #[must_use]
    pub fn vary(self, variation: Variation) -> Self {
        Presentation { variation, ..self }
    }

    /// The same with that scheme before the token.
    #[must_use]
    pub fn scheme(self, scheme: Scheme) -> Self {
        self.vary(Variation::Scheme(scheme))
    }

    /// The same without the proxy.
    #[must_use]
    pub fn direct(self) -> Self {
        self.vary(Variation::Route(Route::Direct))
    }

    /// The same as another attempt.
    #[must_use]
    pub fn attempt(self, attempt: Attempt) -> Self {
        Presentation { attempt, ..self }
    }

    /// The same on a fresh connection; the number tells repeats apart.
    #[must_use]
    pub fn repeat(self, number: u8) -> Self {
        self.attempt(Attempt::Repeat(number))
    }

    /// The same after a pause; the number tells pauses apart.
    #[must_use]
    pub fn after_pause(self, number: u8) -> Self {
        self.attempt(Attempt::AfterPause(number))
    }

    /// A first attempt that varies at most how the token is written: the same service at the same address.
    pub fn is_plain(self) -> bool {
        let written = matches!(
            self.variation,
            Variation::None | Variation::Scheme(_) | Variation::Encoding(_) | Variation::Decoy(_)
        );
        written && self.attempt == Attempt::First
    }
}

impl Route {
    /// Where gateways usually are.
    pub const USUAL_PATH: &str = "/ws";
}

impl Endpoint {
    /// The service that validates tokens there.
    pub fn service(self) -> Service {
        match self {
            Endpoint::Validation => Service::Auth,
            Endpoint::Rest => Service::Backend,
            Endpoint::WebSocket => Service::Gateway,
        }
    }
}

impl User {
    /// The second user for the first, and the first for the second.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            User::First => User::Second,
            User::Second => User::First,
        }
    }
}
