//! The vocabulary of experiments: what was asked of whom, with which credential, in which form, and which one factor was
//! varied. A [`Probe`] is the key of an observation; its name is a fact in the present tense that reads right with a tick
//! and with a cross. Nothing here knows how a probe is carried out.

use serde::{Deserialize, Serialize};

use super::{Ask, Place, Settings, Twist};

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
    /// `GET` of the login path, with nothing: whether a 404 there depends on what is asked.
    LoginGet,
    /// The first user logs in once more.
    LoginAgain,
    /// `GET` of the WebSocket path without an upgrade: the control for a refused upgrade.
    PlainGet,
    /// An upgrade, without a credential, at a path beside the WebSocket path that cannot exist.
    UpgradeNowhere,
    /// A credential, or its absence, is presented.
    Present(Ask),
    /// A welcomed connection is watched in silence.
    Hold,
    /// A welcomed connection is watched while our pings keep it busy.
    HoldBusy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    Auth,
    Backend,
    Gateway,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    First,
    Second,
}

/// What of a service has words of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Judges(Place),
    LogsIn,
}

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
            Probe::Login(_) | Probe::LoginNowhere | Probe::LoginGet | Probe::LoginAgain => Service::Auth,
            Probe::PlainGet | Probe::UpgradeNowhere | Probe::Hold | Probe::HoldBusy => Service::Gateway,
            Probe::Present(ask) => ask.place.service(),
        }
    }

    /// A connection is watched for nothing but whether it lasts.
    pub fn only_watches(self) -> bool {
        matches!(self, Probe::Hold | Probe::HoldBusy)
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

    /// Which part of a service answers it, where several probes ask one.
    pub(super) fn part(self) -> Option<Part> {
        match self {
            Probe::Present(ask) => Some(Part::Judges(ask.place)),
            Probe::Login(_) | Probe::LoginNowhere | Probe::LoginGet => Some(Part::LogsIn),
            _ => None,
        }
    }

    pub fn expectation(self, settings: &Settings) -> Expectation {
        match self {
            Probe::LoginNowhere
            | Probe::LoginGet
            | Probe::LoginAgain
            | Probe::PlainGet
            | Probe::UpgradeNowhere
            | Probe::HoldBusy => Expectation::Any,
            Probe::Present(ask) => ask.expectation(settings),
            _ => Expectation::Accept,
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
