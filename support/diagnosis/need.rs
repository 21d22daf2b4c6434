//! What is lacking for an answer: a setting of the target's file, or an answer that can be used.

use super::case::Case;
use super::proof::Need;
use crate::vocabulary::{Probe, Route, TokenKind, User, Variation};

impl Case<'_> {
    /// What is lacking for an answer to that probe.
    pub fn need(&self, probe: Probe) -> Need {
        Need::Response(probe)
    }

    /// In words that fit after "needs".
    pub fn say(&self, need: &Need) -> String {
        let probe = match need {
            Need::Response(probe) => *probe,
            Need::Other(text) => return text.to_string(),
        };
        match self.lacking_setting(probe) {
            Some(setting) => format!("`{setting}` in the target's file"),
            None if self.evidence().of(probe).is_some() => {
                format!("a usable answer to \"{}\"", probe.name(self.settings()))
            }
            None => format!("the probe \"{}\"", probe.name(self.settings())),
        }
    }

    fn lacking_setting(&self, probe: Probe) -> Option<&'static str> {
        let settings = self.settings();
        match probe {
            Probe::Fingerprint(_) if !settings.fingerprint => Some("fingerprint"),
            Probe::Login(User::Second) if settings.login && settings.users < 2 => Some("a second user of login"),
            Probe::Login(_) if !settings.login => Some("login"),
            Probe::Present(ask) => match (ask.variation, ask.token) {
                (Variation::Route(Route::Direct), _) if !settings.direct => Some("direct"),
                (Variation::ServiceCredentials, _) if !settings.service => Some("service"),
                (_, TokenKind::Resigned(..)) if !settings.signing => Some("signing"),
                (_, TokenKind::SelfSigned) if !settings.mint => Some("mint"),
                (_, TokenKind::Issued | TokenKind::Forged) if !settings.login && !settings.mint => Some("login"),
                _ => None,
            },
            _ => None,
        }
    }
}
