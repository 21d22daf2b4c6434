//! One exchange with the target. A [`Probe`] is the key under which its response is kept; how it is sent is not known here.

use serde::{Deserialize, Serialize};

use super::{Presentation, User};

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
    LoginUnknownPath,
    /// `GET` of the login path without a body: whether a 404 there depends on what is sent.
    LoginGet,
    /// The user logs in once more.
    SecondLogin(User),
    /// The user logs in once more; the number counts logins, from 3.
    LaterLogin(User, u8),
    /// `GET` of the issuer's discovery document, which names the address of its keys (OpenID Connect Discovery 1.0 §4).
    Discovery(Reading),
    /// `GET` of the public keys that the issuer publishes (RFC 7517 §5).
    Keys(Reading),
    /// `GET` of the WebSocket path without an upgrade: the control for a rejected upgrade.
    PlainGet,
    /// An upgrade without a token at a path beside the WebSocket path that cannot exist.
    UpgradeUnknownPath,
    /// A token, or its absence, is presented.
    Present(Presentation),
    /// A welcomed connection is watched in silence.
    Watch,
    /// A welcomed connection is watched while our pings keep it busy.
    WatchWithPings,
}

/// How often a public document was read before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// At the beginning of a check.
    First,
    /// Once more: keys may have been rotated meanwhile, or the first failure may have been a transient error.
    Again,
}

/// A part of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Issues and validates tokens.
    Auth,
    /// Serves REST.
    Backend,
    /// Opens WebSocket connections.
    Gateway,
    /// Publishes the keys that verify tokens: auth, or another service.
    Issuer,
}

impl Probe {
    /// The service that the probe is sent to.
    pub fn service(self) -> Service {
        match self {
            Probe::Health(service) | Probe::Fingerprint(service) => service,
            Probe::Login(_) | Probe::SecondLogin(_) | Probe::LaterLogin(..) => Service::Auth,
            Probe::LoginUnknownPath | Probe::LoginGet => Service::Auth,
            Probe::Discovery(_) | Probe::Keys(_) => Service::Issuer,
            Probe::PlainGet | Probe::UpgradeUnknownPath | Probe::Watch | Probe::WatchWithPings => Service::Gateway,
            Probe::Present(presented) => presented.endpoint.service(),
        }
    }

    /// Whose login it is, if it is one.
    pub fn login(self) -> Option<User> {
        match self {
            Probe::Login(user) | Probe::SecondLogin(user) | Probe::LaterLogin(user, _) => Some(user),
            _ => None,
        }
    }

    /// What is presented, if anything.
    pub fn presented(self) -> Option<Presentation> {
        match self {
            Probe::Present(presented) => Some(presented),
            _ => None,
        }
    }

    /// A connection is watched only for whether it lasts.
    pub fn only_watches(self) -> bool {
        matches!(self, Probe::Watch | Probe::WatchWithPings)
    }
}

impl From<Presentation> for Probe {
    fn from(presented: Presentation) -> Self {
        Probe::Present(presented)
    }
}
