//! What is presented, where, in which form, by whom, and in which one factor that differs from what the client does.

use serde::{Deserialize, Serialize};

use super::probe::{Expectation, Service};
use super::{Change, Credential, Settings, User};

/// What is presented, where, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ask {
    pub place: Place,
    pub credential: Credential,
    pub form: Form,
    pub user: User,
    pub twist: Twist,
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

/// How a token is carried. What the client does usually is `Bearer` in a header and no prefix elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    Nowhere,
    Body(Prefix),
    Header(Prefix),
    Subprotocol(Prefix),
    /// In the subprotocol, written otherwise than the target's file says.
    Encoded(Encoding),
    /// `Authorization` and the subprotocol, at once.
    Both,
    /// In the subprotocol, with a forged token in `Authorization`.
    BehindBadHeader,
    Query,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prefix {
    None,
    Bearer,
    /// `Bearer Bearer`, which survives a hop that takes one away.
    Twice,
    /// `bearer`: schemes know no case (RFC 9110 §11.1).
    LowerCase,
}

/// Ways in which gateways are known to want a token in the subprotocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// The entry of the target's file, with the token as it is.
    Raw,
    /// The entry of the target's file, with padded base64url; `=` is no character of a token (RFC 9110 §5.6.2).
    Padded,
    /// The entry `bearer.` with base64url.
    Bearer,
    /// The token alone, as it is.
    Alone,
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
    /// Without the `Origin` of the target's file.
    NoOrigin,
    /// With a harmless header as long as the token's.
    LongHeader,
    /// At another path where gateways usually are.
    At(Path),
    /// After a pause; the number tells the pauses apart, each twice as long as the one before.
    Later(u8),
    /// On a connection that is kept open; the number tells the requests on it apart.
    Kept(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// With a slash at its end, or without it.
    Slash,
    /// `/ws`
    Usual,
}

/// The same ask once more, several times at once: where one of two replicas is wrong, five answers agree by chance once in
/// sixteen runs, and ten once in five hundred.
pub const REPETITIONS: [Twist; 4] = [Twist::Again(2), Twist::Again(3), Twist::Again(4), Twist::Again(5)];

/// The last repetition where answers were mixed: with the plain ask 23 in all, which meet one stale replica of eight with 95 %
/// confidence (1 - (7/8)^23 = 0.954).
pub const LAST_REPETITION: u8 = 23;

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

    /// The same with a token that the suite signs, in which one thing is changed.
    pub fn changed(self, change: Change) -> Self {
        self.with(self.credential.changed(change))
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

    /// What a healthy target does with it.
    pub fn expectation(self, settings: &Settings) -> Expectation {
        let as_it_should_be =
            matches!(self.twist, Twist::Plain | Twist::Again(_) | Twist::Later(_) | Twist::Kept(_) | Twist::AsBackend);
        match self.credential {
            Credential::Minted(_, Change::Expired) => Expectation::Any,
            bad if bad.is_bad() => Expectation::Refuse,
            Credential::Issued | Credential::Own if self.is_usual(settings) && as_it_should_be => Expectation::Accept,
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

impl Form {
    /// What a client that can set headers does.
    pub const HEADER: Form = Form::Header(Prefix::Bearer);
    /// What a browser does.
    pub const SUBPROTOCOL: Form = Form::Subprotocol(Prefix::None);
}
