//! What the suite is told of a running deployment, and what it is not told.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::deployment::SecretName;

/// What the suite knows of the deployment beside its addresses. A scenario may take knowledge away.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Knowledge {
    /// Parts of the target's file to leave out.
    pub without: BTreeSet<Part>,
    /// Which secret `signing` is given.
    pub signs_with: Option<SecretName>,
    /// For one exchange; a duration as in a target's file.
    pub timeout: Option<String>,
    /// Slower authentication is a warning; a duration as in a target's file.
    pub patience: Option<String>,
    /// Tokens that live shorter are a warning.
    pub lifetime: Option<String>,
    /// How far clocks may differ.
    pub skew: Option<String>,
    /// How long a connection is watched.
    pub hold: Option<String>,
    /// For the whole check.
    pub deadline: Option<String>,
    /// With which `signing` signs; else as auth does.
    pub algorithm: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Signing,
    Service,
    Fingerprint,
    Direct,
    Login,
    Welcome,
    SecondUser,
    Mint,
    /// Where the welcome names its user.
    User,
    /// Where a fingerprint says from which version and source a secret comes.
    Provenance,
}

impl Knowledge {
    pub fn has(&self, part: Part) -> bool {
        !self.without.contains(&part)
    }
}
