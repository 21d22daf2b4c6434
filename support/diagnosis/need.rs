//! What is lacking for a test: a setting of the target's file, or a response that can be used.

use std::collections::BTreeSet;

use super::client::Client;
use super::proof::Need;
use crate::vocabulary::{Probe, Route, TokenKind, User, Variation};

impl Client<'_> {
    /// In words that fit after "needs".
    pub(super) fn say(&self, need: &Need) -> String {
        let probe = match need {
            Need::Response(probe) => *probe,
            Need::Other(text) => return text.to_string(),
        };
        match self.lacking_setting(probe) {
            Some(setting) => format!("`{setting}` in the target's file"),
            None if self.evidence().of(probe).is_some() => {
                format!("a usable response to \"{}\"", probe.name(self.settings()))
            }
            None => format!("the probe \"{}\"", probe.name(self.settings())),
        }
    }

    /// The settings of the target's file that would close one of them.
    pub(super) fn lacking_settings(&self, needs: &[Need]) -> BTreeSet<&'static str> {
        let lacking = needs.iter().filter_map(|need| match need {
            Need::Response(probe) => self.lacking_setting(*probe),
            Need::Other(_) => None,
        });
        lacking.collect()
    }

    fn lacking_setting(&self, probe: Probe) -> Option<&'static str> {
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

/// The first of them by name, and how many more: what would decide, without a wall of text.
pub(super) fn enumerate(mut needs: Vec<String>) -> String {
    // Settings first: they are what a person can add.
    needs.sort_by(|one, other| (!one.starts_with('`'), one).cmp(&(!other.starts_with('`'), other)));
    needs.dedup();
    match needs.len() {
        0..=2 => needs.join(", or "),
        more => format!("{}, or {} more like it", needs[0], more - 1),
    }
}
