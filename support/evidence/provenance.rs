//! Where the services' secrets come from, as the metadata of their platform says: data without judgement. What is a secret has
//! no place here: of a value there are a mark, which is equal where two values are, and its form.

mod name;

pub use name::{Moment, Name};

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::vocabulary::Service;

/// What a platform says of the services that run on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Whose metadata this is.
    pub platform: Platform,
    /// Auth and the backend, as far as the target's file names them.
    pub services: BTreeMap<Service, Deployed>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// What was sent for it.
    pub sent: Sent,
}

/// What runs the services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Cloud Run, with secrets of Secret Manager.
    CloudRun {
        /// The project of Google Cloud.
        project: Name,
        /// Its region.
        region: Name,
    },
    /// Kubernetes.
    Kubernetes {
        /// The namespace.
        namespace: Name,
    },
}

impl Platform {
    /// Whether a service reads its secrets under an account of its own. The kubelet of Kubernetes reads them for its pods.
    pub fn services_read_secrets(&self) -> bool {
        match self {
            Platform::CloudRun { .. } => true,
            Platform::Kubernetes { .. } => false,
        }
    }
}

/// A service as it is deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployed {
    /// Its name on the platform.
    pub name: Name,
    /// Each revision, or set of pods, that gets requests; empty where none is known.
    pub running: Vec<Running>,
    /// A newer revision that gets no requests because it is not ready.
    pub not_ready: Option<Name>,
    /// The newest revision, ready or not, where it gets no requests yet: the next deployment starts from its settings.
    pub next: Option<Running>,
}

/// One revision that gets requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// Its name.
    pub name: Name,
    /// In percent of the requests, where the platform says so.
    pub share: Option<u32>,
    /// When it was deployed, or its oldest pod started.
    pub since: Option<Moment>,
    /// The service account it runs as.
    pub identity: Option<Name>,
    /// Where it looks for its signing secret, in that order.
    pub places: Vec<SecretPlace>,
}

/// A variable, or a file, in which a service looks for its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretPlace {
    /// Its name, or its path.
    pub name: Name,
    /// What the platform puts there.
    pub holds: Holds,
}

/// What is in a variable or a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// The service has no such variable or file, or an empty one.
    Nothing,
    /// A value that stands in the settings of the service itself.
    Literal(Option<ValueFacts>),
    /// A secret of the platform's store.
    Secret(Box<SecretReference>),
    /// A response did not tell.
    Unknown,
}

/// A secret of the store, as a service refers to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretReference {
    /// Where the store has it, by the name that is the same for everybody who refers to it.
    pub resource: Name,
    /// The project that it is in, as its owners call it; `None` where there are no projects.
    pub project: Option<Name>,
    /// As its owners call it.
    pub secret: Name,
    /// The key within the secret, where it has several.
    pub key: Option<Name>,
    /// Whether the secret exists and has that key; `None` where there is no such secret, or its keys are not told.
    pub has_key: Option<bool>,
    /// The version that the service asks for: a number, an alias, or `latest`.
    pub asked: Name,
    /// It asks for one version, and gets no newer one.
    pub pinned: bool,
    /// It is read again while the service runs.
    pub reread: bool,
    /// The version that it asks for; of `latest`, the newest when the revision was deployed. `None` where there is none.
    pub version: Option<SecretVersion>,
    /// The newest version there is.
    pub newest: Option<SecretVersion>,
    /// The store was read, so that a version that is not there does not exist.
    pub listed: bool,
    /// Whether the service account may read it.
    pub allowed: Option<bool>,
    /// Of that version, where the operator asked for a comparison.
    pub value: Option<ValueFacts>,
}

/// A version of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretVersion {
    /// Its number.
    pub number: Name,
    /// Whether it can be read.
    pub state: VersionState,
    /// When it was created, or last changed.
    pub created: Option<Moment>,
}

/// Whether a version can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum VersionState {
    /// It can.
    Enabled,
    /// Not until somebody enables it.
    Disabled,
    /// Never again.
    Destroyed,
    /// The store names a state that is not known here.
    Other,
}

/// What may be said of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueFacts {
    /// Equal where the values are, within one run; what it is of cannot be found out from outside.
    pub mark: u64,
    /// The same without blanks at the ends.
    pub trimmed: u64,
    /// Shorter than 32 characters, which some services skip.
    pub short: bool,
    /// A text that stands for a value that somebody forgot to set.
    pub placeholder: bool,
    /// A blank or a line break is at one of its ends.
    pub blank_ends: bool,
    /// It begins and ends with the same quotation mark: some services strip these, and others do not.
    #[serde(default)]
    pub quoted: bool,
    /// It begins with a byte order mark, which no editor shows.
    #[serde(default)]
    pub byte_order_mark: bool,
    /// It is text with a zero byte, at which a variable of a process ends.
    #[serde(default)]
    pub zero_byte: bool,
}

impl ValueFacts {
    /// Whether services may read different secrets from it, or anybody may guess it.
    pub fn is_malformed(&self) -> bool {
        let ValueFacts { short, placeholder, blank_ends, quoted, byte_order_mark, zero_byte, .. } = *self;
        short || placeholder || blank_ends || quoted || byte_order_mark || zero_byte
    }
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// What would have been read.
    pub what: Name,
    /// Unread it was not.
    pub why: Unread,
    /// The permission that reads it.
    pub permission: Option<Name>,
}

/// Unread something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// The response has this status, and names this one of its own.
    Status(u16, Option<Name>),
    /// The response is not what the API documents.
    Unreadable,
    /// The response is larger than what is read, or there are more pages.
    TooLarge,
    /// No response came.
    Unreached,
    /// The time of the whole run was over.
    Late,
    /// There are no credentials for the platform.
    NoCredentials,
    /// This process runs in no cluster, and the target's file names none.
    NoCluster,
}

/// What reading it took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// Requests, repeated ones included.
    pub requests: u32,
    /// Those that were repeated because the platform asked to wait, or failed.
    pub repeated: u32,
    /// How long was waited for that.
    pub waited: Duration,
    /// Values of secrets were read, to compare them.
    pub values: bool,
}
