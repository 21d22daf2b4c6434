//! The control with the other user: what concerns every user is rejected for that one too.

use crate::diagnosis::client::Client;
use crate::diagnosis::property::Property;
use crate::diagnosis::test::{Test, all, any, given, is, not_shown, rejects};
use crate::vocabulary::{Presentation, Probe};

/// The other user's token is rejected there too, or that user has none.
pub(super) fn other_user_rejected(client: &Client<'_>, presented: Presentation) -> Test {
    if client.settings().users < 2 {
        return given();
    }
    let other = presented.user.other();
    let login = Probe::Login(other);
    // A server error says nothing about that user.
    let no_token = all([is(login, Property::NotAccepted), not_shown(is(login, Property::Failed))]);
    any([rejects(presented.by(other)), no_token])
}
