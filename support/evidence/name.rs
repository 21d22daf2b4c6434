//! Names of probes: facts in the present tense that read right with a tick and with a cross.

use super::{Ask, Credential, Expectation, Form, Place, Prefix, Probe, Settings, Twist, User};

impl Probe {
    /// The fact that the probe looks for, as a sentence without a full stop.
    pub fn name(self, settings: &Settings) -> String {
        match self {
            Probe::Health(service) => format!("{} is healthy", service.name()),
            Probe::Fingerprint(service) => format!("{} shows a fingerprint of its secret", service.name()),
            Probe::Login(User::First) => "login issues a token".into(),
            Probe::Login(User::Second) => "login issues the second user a token".into(),
            Probe::LoginNowhere => "auth answers at a path that cannot exist".into(),
            Probe::PlainGet => "gateway answers a plain GET".into(),
            Probe::Hold => "gateway keeps a quiet connection open".into(),
            Probe::Present(ask) => ask.name(settings),
        }
    }
}

impl Ask {
    fn name(self, settings: &Settings) -> String {
        let verb = match (self.expectation(settings), self.place) {
            (Expectation::Accept, Place::Gateway) => "welcomes",
            (Expectation::Accept, _) => "accepts",
            (Expectation::Refuse, _) => "refuses",
            (Expectation::Any, _) => "judges",
        };
        let (who, what) = (self.place.service().name(), self.credential.name(self.user));
        format!("{who} {verb} {what}{}{}", self.manner(settings), self.twist.name())
    }

    fn manner(self, settings: &Settings) -> &'static str {
        match self.form {
            Form::Nowhere => "",
            Form::Body(prefix) if prefix == settings.auth_takes => "",
            Form::Header(Prefix::Bearer) if self.place == Place::Rest => "",
            Form::Body(Prefix::Bearer) => " (prefixed)",
            Form::Body(_) | Form::Header(Prefix::None) => " (raw)",
            Form::Header(Prefix::Bearer) => " (header)",
            Form::Header(Prefix::Twice) => " (Bearer Bearer)",
            Form::Subprotocol(Prefix::None) => " (subprotocol)",
            Form::Subprotocol(_) => " (prefix in subprotocol)",
            Form::Both => " (both)",
            Form::Query => " (query)",
        }
    }
}

impl Credential {
    fn name(self, user: User) -> &'static str {
        match (self, user) {
            (Credential::Issued, User::First) => "an issued token",
            (Credential::Issued, User::Second) => "another user's token",
            (Credential::Own, User::First) => "the client's own token",
            (Credential::Own, User::Second) => "another client's own token",
            (Credential::Resigned, _) => "a re-signed token",
            (Credential::Forged, _) => "a forged token",
            (Credential::Missing, _) => "a missing credential",
        }
    }
}

impl Twist {
    fn name(self) -> &'static str {
        match self {
            Twist::Plain => "",
            Twist::Again(1) => " again",
            Twist::Again(2) => " a third time",
            Twist::Again(3) => " a fourth time",
            Twist::Again(_) => " a fifth time",
            Twist::Direct => " directly",
            Twist::AsBackend => " from the backend",
            Twist::NeverSeen => " at a never-seen address",
        }
    }
}
