//! Symptoms: what the first probes show of a deployment in which something is wrong. Faults of one symptom are rivals, and one
//! finding or one honest "not separable" has to name them together.

use super::client::Client;
use super::property::Property;
use super::test::{
    Test, accepts, all, any, given, is, not, rejects, rejects_like_forged, rejects_like_missing, takes_token,
};
use crate::vocabulary::{Endpoint, Presentation, Probe, Scheme, Service, TokenKind, User};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::VariantArray)]
pub enum Symptom {
    /// Auth accepts the token, and the backend rejects it like a forged one and unlike a missing one.
    RejectedLikeForged,
    /// Auth accepts the token, and the backend rejects it like a missing one.
    RejectedLikeMissing,
    /// Auth rejects a token that the client signed itself.
    OwnTokenRejected,
    /// Auth rejects the token that it issued.
    IssuedTokenRejected,
    /// The same presentation was accepted and rejected.
    Unsteady,
    /// Login gives no token.
    NoToken,
    /// A service is not reached, or responds with server errors.
    NoResponse,
    /// A connection that was opened ends, or a client would fail it.
    ConnectionFails,
    /// No upgrade gets 101.
    NotOpened,
    /// Everything that needs a token works: what remains is what should not be accepted, and what is fragile.
    ValidTokenAccepted,
}

impl Symptom {
    pub fn test(self, client: &Client<'_>) -> Test {
        match self {
            Symptom::RejectedLikeForged => {
                all([auth_accepts(client), any(client.backend_carriers().into_iter().map(rejects_like_forged))])
            }
            Symptom::RejectedLikeMissing => {
                let at = |endpoint| {
                    let there = client.backend_carriers().into_iter().filter(move |one| one.endpoint == endpoint);
                    all(there.map(rejects_like_missing))
                };
                all([auth_accepts(client), any([Endpoint::Rest, Endpoint::WebSocket].map(at))])
            }
            Symptom::OwnTokenRejected => {
                let own = client.validation().with(TokenKind::SelfSigned);
                // Beside an issued token, its own rejection is enough; alone, it may be accepted with another scheme.
                let alone = if client.token() == TokenKind::SelfSigned { not(auth_accepts(client)) } else { given() };
                all([rejects(own), alone])
            }
            Symptom::IssuedTokenRejected => all([rejects(client.validation()), not(auth_accepts(client))]),
            Symptom::Unsteady => any(client.backend_carriers().into_iter().map(|one| not(takes_token(one)))),
            Symptom::NoToken => not(is(Probe::Login(User::First), Property::Accepted)),
            Symptom::NoResponse => {
                let probes = [Probe::Health(Service::Auth), Probe::Health(Service::Backend)];
                any(probes
                    .into_iter()
                    .chain(client.backend().map(Probe::Present))
                    .map(|probe| any([is(probe, Property::NotReached), is(probe, Property::Failed)])))
            }
            Symptom::ConnectionFails => not(is(client.websocket(), Property::AsExpected)),
            Symptom::NotOpened => not(is(client.websocket(), Property::Opened)),
            Symptom::ValidTokenAccepted => any(client.backend().map(accepts)),
        }
    }
}

/// Auth accepts the client's token, with whatever scheme, or from the backend.
pub fn auth_accepts(client: &Client<'_>) -> Test {
    any([
        accepts(client.validation_with(Scheme::None)),
        accepts(client.validation_with(Scheme::Bearer)),
        accepts(client.validation_as_backend()),
    ])
}

/// A missing token at that endpoint.
pub fn missing(endpoint: Endpoint) -> Presentation {
    Presentation::missing(endpoint)
}
