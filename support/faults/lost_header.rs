//! Tests for a token that does not arrive: a proxy drops its header or its query, or the service never reads it there.

use super::other_user::other_user_rejected;
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::{Need, Proof};
use crate::diagnosis::property::Property;
use crate::diagnosis::test::{
    Computed, Test, accepts, all, any, differs_from_missing, is, never, not, not_shown, rejects, rejects_like_missing,
    same, takes_token,
};
use crate::evidence::Response;
use crate::vocabulary::{Carriers, Presentation, Probe, Scheme, Variation};

/// With one prefix, with two and with none the response is that of a missing token. A lost or an added prefix does not do that.
pub(super) fn never_arrives(presented: Presentation) -> Test {
    all([presented, presented.scheme(Scheme::Twice), presented.scheme(Scheme::None)].map(rejects_like_missing))
}

/// Without the proxy it is rejected like a missing token too: the service does not read it there.
pub(super) fn unread_directly(presented: Presentation) -> Test {
    let direct = presented.direct();
    all([rejects(direct), same(direct, Presentation::missing(presented.endpoint))])
}

/// Without the proxy it is accepted, or rejected with another response than a missing token: the service reads it there.
pub(super) fn arrives_directly(presented: Presentation) -> Test {
    let direct = presented.direct();
    any([accepts(direct), all([rejects(direct), differs_from_missing(direct)])])
}

/// In the query it is accepted. Asked only where the client's own token is rejected like a missing one: URLs are logged.
pub(super) fn accepted_in_query(client: &Client<'_>) -> Test {
    all([rejects_like_missing(client.websocket()), takes_token(client.websocket_in(Carriers::QUERY))])
}

/// Without the proxy the header of the upgrade makes a difference, or REST loses its header too.
pub(super) fn proxy_drops_header(client: &Client<'_>) -> Test {
    let header = client.websocket_in(Carriers::HEADER);
    any([all([rejects(header), arrives_directly(header)]), rest_loses_header(client)])
}

/// REST responds as if there were no header, and without the proxy it reads the header.
pub(super) fn rest_loses_header(client: &Client<'_>) -> Test {
    // A cache repeats a response to another client.
    all([loses_header(client, client.rest()), not_shown(accepts(client.rest().vary(Variation::NewUrl)))])
}

/// Auth does so with a token that it validates in a header.
pub(super) fn auth_loses_header(client: &Client<'_>) -> Test {
    let auth = client.validation();
    if auth.carriers == Carriers::HEADER { loses_header(client, auth) } else { never() }
}

/// However it is written there. An accepted token at the gateway does not show that: REST may never read the header.
fn loses_header(client: &Client<'_>, usual: Presentation) -> Test {
    all([never_arrives(usual), is_lost(client, usual)])
}

/// Through the proxy it gets the response of a missing token, and without the proxy it does not. A missing token gets the same response
/// on both routes, so that response is the service's own; or, where the proxy puts a token of its own in its place, it gets that of a
/// forged one.
pub(super) fn is_lost(client: &Client<'_>, usual: Presentation) -> Test {
    let missing = Presentation::missing(usual.endpoint);
    all([
        rejects_like_missing(usual),
        other_user_rejected(client, usual),
        // An access proxy responds alike whatever the header holds.
        not_shown(is(missing, Property::AsksForSignIn)),
        arrives_directly(usual),
        any([same(missing, missing.direct()), is_replaced(usual)]),
        is_the_services_own(missing),
    ])
}

/// Through the proxy each gets the response that the service, without the proxy, has for a forged token and not for a missing one.
fn is_replaced(usual: Presentation) -> Test {
    let (missing, forged) = (Presentation::missing(usual.endpoint), usual.forged().direct());
    all([same(usual, forged), not(same(missing.direct(), forged)), accepts(usual.direct())])
}

/// A response that a reverse proxy would hardly send in the service's place: one on an open connection, or with a body.
fn is_the_services_own(missing: Presentation) -> Test {
    Test::Computed(Computed {
        name: "the response to a missing token has words of the service",
        prove: |client, probes| {
            let is_own = |probe: &Probe| match &client.evidence().of(*probe)?.response {
                Response::Http(response) => Some(!response.body.trim().is_empty()),
                response => Some(response.connection().is_some()),
            };
            match probes.iter().find_map(is_own) {
                Some(true) => Proof::Holds(probes.iter().copied().collect()),
                Some(false) => Proof::open("a response to a missing token that only the service itself sends"),
                None => Proof::Open(probes.iter().map(|probe| Need::Response(*probe)).collect()),
            }
        },
        probes: vec![missing.into()],
    })
}

/// The gateway reads the header alone, and without the proxy it accepts the token there.
pub(super) fn gateway_loses_header(client: &Client<'_>) -> Test {
    let header = client.websocket_in(Carriers::HEADER);
    if client.websocket() == header { loses_header(client, header) } else { never() }
}
