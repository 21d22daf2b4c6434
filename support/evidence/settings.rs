//! What may be done to a target, and what its contract says: the facts of its file that a diagnosis needs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::vocabulary::{Carriers, Scheme};

/// What kind of place a target is; decides what may be done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Stage {
    Local,
    Staging,
    Production,
}

/// Which probes the target's file permits, and what its contract says. Facts, so that an absent observation can be told
/// from one that nobody could make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub target: String,
    pub stage: Stage,
    pub login: bool,
    pub mint: bool,
    /// How many users can be asked for: 1 or 2.
    pub users: usize,
    pub signing: bool,
    pub service: bool,
    pub fingerprint: bool,
    pub direct: bool,
    /// Tokens that must be refused may be sent.
    pub negatives: bool,
    /// The same may be asked more than a handful of times.
    pub load: bool,
    /// REST and WebSocket stand on one origin, so that one process may be behind both.
    pub one_origin: bool,
    /// The form in which auth's contract takes a token.
    pub auth_takes: Scheme,
    /// The form in which the real client presents its token to the gateway.
    pub presents: Carriers,
    /// The subprotocols by which a token is offered, with `{token}` for the token.
    pub offers: [String; 2],
    /// JSON pointer to the code in the gateway's error frame.
    pub error_code: String,
    /// Authentication slower than this is a warning.
    pub patience: Duration,
    /// Tokens that live shorter are a warning.
    pub lifetime: Duration,
    /// How far clocks may differ.
    pub skew: Duration,
    /// An `Origin` is sent with the handshake.
    pub origin: bool,
    /// The welcome names its user.
    pub names_user: bool,
    /// Without a welcome, staying open is acceptance.
    pub welcome: bool,
    /// The fingerprint tells where a secret comes from.
    pub provenance: bool,
    /// To look for what shows only now and then, without a reason.
    pub thorough: bool,
}
