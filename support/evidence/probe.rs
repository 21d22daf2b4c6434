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

    pub(super) fn expectation(self, settings: &Settings) -> Expectation {
        match self.credential {
            Credential::Forged | Credential::Missing => Expectation::Refuse,
            Credential::Issued | Credential::Own if self.is_usual(settings) && self.twist != Twist::Direct => {
                Expectation::Accept
            }
            _ => Expectation::Any,
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

impl User {
    pub fn other(self) -> Self {
        match self {
            User::First => User::Second,
            User::Second => User::First,
        }
    }
}

impl Form {
    /// What a client that can set headers does.
    pub const HEADER: Form = Form::Header(Prefix::Bearer);
    /// What a browser does.
    pub const SUBPROTOCOL: Form = Form::Subprotocol(Prefix::None);
}

impl Service {
    /// With an article, for a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Service::Auth => "the auth service",
            Service::Backend => "the backend",
            Service::Gateway => "the gateway",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Service::Auth => "auth",
            Service::Backend => "backend",
            Service::Gateway => "gateway",
        }
    }
}
