//! What is lacking for a test: a setting of the target's file, or a response that can be used.

use std::collections::BTreeSet;

use super::client::Client;
use super::proof::Need;
use crate::vocabulary::{Probe, Route, TokenKind, User, Variation};

impl Client<'_> {
    /// The settings of the target's file that would close one of them.
    pub(super) fn lacking_settings(&self, needs: &[Need]) -> BTreeSet<&'static str> {
        let lacking = needs.iter().filter_map(|need| match need {
            Need::Response(probe) => self.lacking_setting(*probe),
            Need::Other(_) => None,
        });
        lacking.collect()
    }

    pub(super) fn lacking_setting(&self, probe: Probe) -> Option<&'static str> {
        let settings = self.settings();
        match probe {
            Probe::Fingerprint(_) if !settings.fingerprint => Some("fingerprint"),
            Probe::Login(User::Second) if settings.login && settings.users < 2 => Some("a second user of login"),
            Probe::Login(_) if !settings.login => Some("login"),
            Probe::Present(presented) => match (presented.variation, presented.token) {
                (Variation::Route(Route::Direct), _) if !settings.direct => Some("direct"),
                (Variation::ServiceCredentials, _) if !settings.service => Some("service"),
                (Variation::NoOrigin, _) if !settings.origin => Some("handshake.origin"),
                (_, TokenKind::Resigned(..)) if !settings.signing => Some("signing"),
                (_, TokenKind::SelfSigned) if !settings.mint => Some("mint"),
                (_, TokenKind::Issued | TokenKind::Forged) if !settings.login && !settings.mint => Some("login"),
                _ => None,
            },
            _ => None,
        }
    }
}
