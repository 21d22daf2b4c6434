//! How the token travels: what becomes of `Authorization: Bearer` on the route.

pub(super) mod authorization_header_stripped;
pub(super) mod bearer_prefix_doubled;
pub(super) mod bearer_prefix_stripped;
pub(super) mod bearer_scheme_case_sensitive;
pub(super) mod credential_not_read;
pub(super) mod credential_shadowed;
pub(super) mod credential_too_long;

use crate::diagnosis::client::Client;
use crate::diagnosis::test::{Test, any, takes_token};
use crate::vocabulary::{Carriers, Endpoint, Presentation};

/// Where the client's token stands in a header: REST, and an upgrade.
fn in_header(client: &Client<'_>) -> [Presentation; 2] {
    [client.rest(), client.websocket_in(Carriers::HEADER)]
}

/// The client's token is accepted there in some carrier.
fn some_carrier_accepted(client: &Client<'_>, endpoint: Endpoint) -> Test {
    any(client.backend_carriers().into_iter().filter(|one| one.endpoint == endpoint).map(takes_token))
}

#[cfg(test)]
mod tests;
