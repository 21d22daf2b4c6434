//! Symptoms: what the first probes show of a deployment in which something is wrong. Faults of one symptom are rivals, and one
//! finding or one honest "not separable" has to name them together.

use super::client::Client;
use super::property::Property;
use super::test::{
    Test, accepts, all, any, given, is, never, not, not_shown, rejects, rejects_like_forged, rejects_like_missing,
    rejects_unlike_forged, same, takes_token,
};
use super::undetermined::failures;
use crate::evidence::{Response, TokenFacts};
use crate::outcome::{Expectation, Outcome};
use crate::vocabulary::{Carriers, Change, Endpoint, Presentation, Probe, Reading, Scheme, Service, TokenKind, User};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::VariantArray)]
pub(crate) enum Symptom {
    /// Auth accepts the token, and the backend rejects it like a forged one and unlike a missing one.
    RejectedLikeForged,
    /// Auth accepts the token, and the backend rejects it unlike a forged one and unlike a missing one: its signature may verify.
    RejectedUnlikeForged,
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
    /// The backend's REST path does not accept the valid token.
    RequestFails,
    /// Auth responds to a validation in another format than the target's file says.
    ValidationUnreadable,
    /// A service asks for fewer requests.
    RateLimited,
    /// A missing, forged, unsigned or expired token is accepted.
    InvalidTokenAccepted,
    /// A valid or forged token is rejected, so there is an error response to read.
    TokenRejected,
    /// One user gets a token, or is accepted, where the other one is not.
    UsersDiffer,
    /// The keys of the issuer were not read.
    KeysUnread,
}

impl Symptom {
    pub(crate) fn test(self, client: &Client<'_>) -> Test {
        match self {
            Symptom::RejectedLikeForged => {
                all([auth_accepts(client), any(client.backend_carriers().into_iter().map(rejects_like_forged))])
            }
            Symptom::RejectedUnlikeForged => {
                all([auth_accepts(client), any(client.backend_carriers().into_iter().map(rejects_unlike_forged))])
            }
            Symptom::RejectedLikeMissing => {
                let at = |endpoint| {
                    let there = client.backend_carriers().into_iter().filter(|one| one.endpoint == endpoint);
                    let there: Vec<Test> = there.map(rejects_like_missing).collect();
                    // A place that the target does not have rejects nothing.
                    if there.is_empty() { never() } else { all(there) }
                };
                let backend = all([auth_accepts(client), any([Endpoint::Rest, Endpoint::WebSocket].map(at))]);
                any([backend, like_missing_at_auth(client)])
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
                    .chain([Probe::Present(client.validation())])
                    .chain(client.backend().into_iter().map(Probe::Present))
                    .map(|probe| any([is(probe, Property::NotReached), is(probe, Property::Failed)])))
            }
            Symptom::ConnectionFails => not(is(client.websocket(), Property::AsExpected)),
            Symptom::NotOpened => not(is(client.websocket(), Property::Opened)),
            Symptom::ValidTokenAccepted => any(client.backend().into_iter().map(accepts)),
            Symptom::RequestFails => not(is(client.rest(), Property::AsExpected)),
            Symptom::ValidationUnreadable => is(client.validation(), Property::UnlikeContract),
            Symptom::RateLimited => {
                let others = [Probe::Health(Service::Auth), Probe::Health(Service::Backend), Probe::Login(User::First)];
                let usual = [client.validation(), client.rest(), client.websocket()].map(Probe::Present);
                any(others.into_iter().chain(usual).map(|probe| is(probe, Property::RateLimited)))
            }
            Symptom::InvalidTokenAccepted => {
                let invalid = |usual: Presentation| {
                    let unsigned = usual.with(TokenKind::Unsigned).by(User::First);
                    [missing(usual.endpoint), usual.forged(), unsigned, usual.changed(Change::Expired)]
                };
                // A service may verify one carrier, and only decode the token of another.
                let elsewhere = client.backend_carriers().into_iter().map(|usual| accepts(usual.forged()));
                let forged =
                    every_endpoint(client).into_iter().flat_map(|usual| client.signed_otherwise(usual)).map(accepts);
                let users = [User::First, User::Second].into_iter();
                let has_expired =
                    |user: &User| client.evidence().token(client.token(), *user).is_some_and(TokenFacts::has_expired);
                let expired = any(users
                    .filter(has_expired)
                    .flat_map(|user| every_endpoint(client).into_iter().map(move |usual| accepts(usual.by(user)))));
                let invalid = every_endpoint(client).into_iter().flat_map(invalid).map(accepts);
                any(invalid.chain(elsewhere).chain(forged).chain([expired]))
            }
            Symptom::TokenRejected => {
                any(every_endpoint(client).into_iter().flat_map(|usual| [usual, usual.forged()]).map(rejects))
            }
            Symptom::KeysUnread => {
                let documents = [Probe::Discovery(Reading::First), Probe::Keys(Reading::First)];
                any(documents.map(|document| not(is(document, Property::Readable))))
            }
            Symptom::UsersDiffer => {
                let login = |user| is(Probe::Login(user), Property::Accepted);
                let at_login = |user: User| all([not(login(user)), login(user.other())]);
                let split = |one: Presentation, user: User| all([rejects(one.by(user)), accepts(one.by(user.other()))]);
                any([User::First, User::Second].into_iter().flat_map(|user| {
                    let at_endpoints = every_endpoint(client).map(|one| split(one, user));
                    at_endpoints.into_iter().chain([at_login(user)])
                }))
            }
        }
    }

    /// Something that a user would meet, and that this says rather than another symptom. Some are there in a healthy deployment too,
    /// and a connection that is not opened, or whose token is rejected, fails for that.
    pub(super) fn is_a_failure(self, client: &Client<'_>) -> bool {
        match self {
            Symptom::ValidTokenAccepted | Symptom::TokenRejected | Symptom::KeysUnread => false,
            Symptom::ConnectionFails => {
                let opened = is(client.websocket(), Property::Opened);
                // Of a connection that ends abnormally nothing says that it is no rejection.
                all([opened, not_shown(rejects(client.websocket()))]).prove(client).holds()
            }
            _ => true,
        }
    }

    /// It says something of the failures that were seen. A server error, a limit and silence reject no token, what is accepted at another
    /// attempt is not rejected for what the token says, and what accepts an invalid one fails for no client.
    pub(super) fn may_be_of(self, client: &Client<'_>) -> bool {
        let evidence = client.evidence();
        let is_accepted_too = |probe: Probe| {
            let presented = if probe == Probe::Watch { Some(client.websocket()) } else { probe.presented() };
            let mut attempts = presented.into_iter().flat_map(|one| evidence.repeats(one));
            attempts.any(|one| evidence.outcome(one) == Some(Outcome::Accepted))
        };
        let may_reject = |probe: Probe| match evidence.of(probe).map(|seen| &seen.response) {
            _ if evidence.expectation(probe) != Expectation::Accept || is_accepted_too(probe) => false,
            _ if evidence.outcome(probe) == Some(Outcome::RateLimited) => false,
            Some(Response::Http(response)) => response.status < 500,
            Some(Response::Unreached(_)) => false,
            _ => true,
        };
        match self {
            Symptom::InvalidTokenAccepted => false,
            Symptom::RejectedLikeForged
            | Symptom::RejectedUnlikeForged
            | Symptom::RejectedLikeMissing
            | Symptom::OwnTokenRejected
            | Symptom::IssuedTokenRejected => failures(client).any(may_reject),
            _ => true,
        }
    }
}

/// Auth accepts the client's token, with whatever scheme, or from the backend.
pub(crate) fn auth_accepts(client: &Client<'_>) -> Test {
    // Where auth validates nothing, it stands for what it issues.
    if !client.evidence().is_there(Endpoint::Validation) {
        let is_issued = client.token() == TokenKind::Issued && client.settings().login;
        return if is_issued { is(Probe::Login(client.user()), Property::Accepted) } else { given() };
    }
    any([
        accepts(client.validation_with(Scheme::None)),
        accepts(client.validation_with(Scheme::Bearer)),
        accepts(client.validation_as_backend()),
    ])
}

/// Auth validates a token in a header, and responds as to a missing one and not as to a forged one: it does not get the token.
pub(crate) fn unread_by_auth(client: &Client<'_>) -> Test {
    let usual = client.validation();
    all([like_missing_at_auth(client), not(same(usual, usual.forged()))])
}

/// What a proxy drops, or auth does not read, is in a header.
fn like_missing_at_auth(client: &Client<'_>) -> Test {
    let usual = client.validation();
    if usual.carriers == Carriers::BODY { never() } else { rejects_like_missing(usual) }
}

/// As the client presents its token at each endpoint.
fn every_endpoint(client: &Client<'_>) -> [Presentation; 3] {
    [client.validation(), client.rest(), client.websocket()]
}

/// A missing token at that endpoint.
pub(crate) fn missing(endpoint: Endpoint) -> Presentation {
    Presentation::missing(endpoint)
}

#[cfg(test)]
mod tests;
