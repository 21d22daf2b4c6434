//! What the target file of a running deployment contains, and what it leaves out.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::SecretName;

/// The settings of a target file beside the addresses. By default every one of them is there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct VisibleSettings {
    /// Settings that the target file leaves out.
    pub without: BTreeSet<HideableSetting>,
    /// The secret that `signing` holds; where auth signs with a private key, that key, and without this none.
    pub signing_secret: Option<SecretName>,
    /// The algorithm of `signing`; default: auth's.
    pub signing_algorithm: Option<String>,
    /// How it names the published keys; without it by their issuer, where auth signs with a private key.
    pub keys: Option<KeysSetting>,
    /// For one exchange; a duration as in a target file.
    pub timeout: Option<String>,
    /// Slower authentication is a warning; a duration as in a target file.
    pub slow_after: Option<String>,
    /// A shorter token lifetime is a warning.
    pub min_lifetime: Option<String>,
    /// How far clocks may differ.
    pub max_skew: Option<String>,
    /// How long an open connection is watched.
    pub stays_open: Option<String>,
    /// For the whole check.
    pub deadline: Option<String>,
}

/// Named after the keys of a target file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HideableSetting {
    /// How auth validates a token.
    Validate,
    /// The backend's REST path.
    Protected,
    /// The address of the gateway.
    Websocket,
    /// The secret that tokens are signed with.
    Signing,
    /// The backend's credentials at auth.
    Service,
    /// Where auth and the backend show a fingerprint of their secret.
    Fingerprint,
    /// The addresses that bypass the reverse proxy.
    Direct,
    /// How auth issues a token.
    Login,
    /// The frame that the gateway sends once it has accepted the token.
    Welcome,
    /// The second user of `login` and `mint`.
    SecondUser,
    /// How the client signs a token of its own.
    Mint,
    /// Where the welcome names its user.
    User,
    /// Where a fingerprint names the version and the source of a secret.
    Provenance,
    /// Where public keys are published.
    Keys,
    /// What runs auth and the backend.
    Platform,
}

/// The key of `keys` in a target file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeysSetting {
    /// The issuer, whose discovery document names the address of its keys.
    Issuer,
    /// The address of the keys.
    Jwks,
}

impl VisibleSettings {
    pub(crate) fn has(&self, setting: HideableSetting) -> bool {
        !self.without.contains(&setting)
    }
}
