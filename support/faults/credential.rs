//! How the token travels: what becomes of `Authorization: Bearer` on the route.

pub(super) mod bearer_prefix_stripped;

use crate::diagnosis::client::Client;
use crate::diagnosis::test::{Test, any, takes_token};
use crate::vocabulary::Endpoint;

/// The client's token is accepted there in some carrier.
fn some_carrier_accepted(client: &Client<'_>, endpoint: Endpoint) -> Test {
    any(client.backend_carriers().into_iter().filter(|one| one.endpoint == endpoint).map(takes_token))
}
