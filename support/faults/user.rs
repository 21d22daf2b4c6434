//! Which user asks: the login, and one user compared with the other.

pub(super) mod login_refused;
pub(super) mod login_route_missing;
pub(super) mod user_unknown;

use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::test::{Test, is};
use crate::vocabulary::{Probe, Service, User};

/// The login of every user that the target's file names.
fn logins(client: &Client<'_>) -> impl Iterator<Item = Probe> {
    let users = client.settings().users.max(1);
    [Probe::Login(User::First), Probe::Login(User::Second)].into_iter().take(users)
}

fn auth_is_healthy() -> Test {
    is(Probe::Health(Service::Auth), Property::Accepted)
}
