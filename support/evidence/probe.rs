//! The vocabulary of experiments: what was asked of whom, with which credential, in which form, and which one factor was
//! varied. A [`Probe`] is the key of an observation; its name is a fact in the present tense that reads right with a tick
//! and with a cross. Nothing here knows how a probe is carried out.

use serde::{Deserialize, Serialize};

use super::Settings;

/// One exchange with the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// `GET` of the service's health path.
    Health(Service),
    /// `GET` of the service's fingerprint path.
    Fingerprint(Service),
    /// `POST` of the login path.
    Login(User),
    /// `POST` of a path beside the login path that cannot exist: the control for a 404 at login.
    LoginNowhere,
    /// `GET` of the WebSocket path without an upgrade: the control for a refused upgrade.
    PlainGet,
    /// A credential, or its absence, is presented.
    Present(Ask),
    /// A welcomed connection is watched in silence.
    Hold,
}

/// What is presented, where, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ask {
    pub place: Place,
    pub credential: Credential,
    pub form: Form,
    pub user: User,
    pub twist: Twist,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    Auth,
    Backend,
    Gateway,
}

/// Where credentials are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The validation path of the auth service.
    Auth,
    /// The protected path of the backend.
    Rest,
    /// The WebSocket handshake.
    Gateway,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// A token that the auth service has just given us.
    Issued,
    /// A token that the client signs itself (`mint`).
    Own,
    /// The claims of the first token, signed by the suite (`signing`).
    Resigned,
    /// The first token with another signature.
    Forged,
    /// No credential at all.
    Missing,
}

/// How a token is carried. What the client does usually is `Bearer` in a header and no prefix elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    Nowhere,
    Body(Prefix),
    Header(Prefix),
    Subprotocol(Prefix),
    /// `Authorization` and the subprotocol, at once.
    Both,
    Query,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prefix {
    None,
    Bearer,
    /// `Bearer Bearer`, which survives a hop that takes one away.
    Twice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    First,
    Second,
}

/// The one factor in which an ask differs from the plain one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Twist {
    Plain,
    /// The same once more; the number tells repetitions apart.
    Again(u8),
    /// The same service without the proxy (`direct`).
    Direct,
    /// With the backend's own service credentials (`service`).
    AsBackend,
    /// With a query that nobody has asked before, so that no cache can answer.
    NeverSeen,
}

/// How often both users are asked again where they fared differently: with two replicas, of which one is wrong, ten answers
/// agree by chance once in a thousand runs.
pub const REPETITIONS: [Twist; 4] = [Twist::Again(1), Twist::Again(2), Twist::Again(3), Twist::Again(4)];

/// What a healthy target does with a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    Accept,
    Refuse,
    /// A control: any answer is information, none is a failure.
    Any,
}

impl Probe {
    pub fn service(self) -> Service {
        match self {
            Probe::Health(service) | Probe::Fingerprint(service) => service,
            Probe::Login(_) | Probe::LoginNowhere => Service::Auth,
            Probe::PlainGet | Probe::Hold => Service::Gateway,
            Probe::Present(ask) => ask.place.service(),
        }
    }

    /// Of a repetition, the first time and this one. Two users who log in are asked the same but for a name.
    pub(super) fn repeated(self) -> Option<(Probe, Probe)> {
        match self {
            Probe::Login(User::Second) => Some((Probe::Login(User::First), self)),
            Probe::Present(ask) if ask.twist == Twist::Again(1) => {
                Some((Probe::Present(ask.twisted(Twist::Plain)), self))
            }
            _ => None,
        }
    }

    /// Whether both are answered by the same part of a service.
    pub(super) fn is_beside(self, other: Probe) -> bool {
        match (self, other) {
            (Probe::Present(one), Probe::Present(other)) => one.place == other.place,
            (one, other) => matches!((one, other), (Probe::Login(_), Probe::Login(_) | Probe::LoginNowhere)),
        }
    }

    pub fn expectation(self, settings: &Settings) -> Expectation {
        match self {
            Probe::LoginNowhere | Probe::PlainGet => Expectation::Any,
            Probe::Present(ask) => ask.expectation(settings),
            _ => Expectation::Accept,
        }
    }

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
    /// What the client does usually, by the first user.
    pub fn new(place: Place, credential: Credential, form: Form) -> Self {
        let form = if credential == Credential::Missing { Form::Nowhere } else { form };
        Ask { place, credential, form, user: User::First, twist: Twist::Plain }
    }

    pub fn by(self, user: User) -> Self {
        Ask { user, ..self }
    }

    pub fn twisted(self, twist: Twist) -> Self {
        Ask { twist, ..self }
    }

    /// The same, presented in another form.
    pub fn in_form(self, form: Form) -> Self {
        Ask { form, ..self }
    }

    /// The same, with another credential.
    pub fn with(self, credential: Credential) -> Self {
        Ask { credential, ..self }
    }

    /// Whether the real client presents a token there in this form, so that a healthy deployment must take it.
    fn is_usual(self, settings: &Settings) -> bool {
        match self.place {
            Place::Auth => self.form == Form::Body(settings.auth_takes),
            Place::Rest => self.form == Form::Header(Prefix::Bearer),
            Place::Gateway => self.form == settings.presents,
        }
    }

    fn expectation(self, settings: &Settings) -> Expectation {
        match self.credential {
            Credential::Forged | Credential::Missing => Expectation::Refuse,
            Credential::Issued | Credential::Own if self.is_usual(settings) && self.twist != Twist::Direct => {
                Expectation::Accept
            }
            _ => Expectation::Any,
        }
    }

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

impl Place {
    pub fn service(self) -> Service {
        match self {
            Place::Auth => Service::Auth,
            Place::Rest => Service::Backend,
            Place::Gateway => Service::Gateway,
        }
    }
}

impl Service {
    pub fn name(self) -> &'static str {
        match self {
            Service::Auth => "auth",
            Service::Backend => "backend",
            Service::Gateway => "gateway",
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
