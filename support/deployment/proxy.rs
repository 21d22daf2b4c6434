//! What stands in front of a service.

use std::time::Duration;

use serde::Deserialize;

use super::{BearerRewrite, Reaches};

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Proxy {
    /// Request headers that it drops, in lower case.
    pub strips: Vec<String>,
    /// Request headers that it drops from upgrades only.
    pub strips_on_upgrade: Vec<String>,
    /// Response headers that it drops.
    pub strips_response: Vec<String>,
    pub bearer: BearerRewrite,
    pub forwards_upgrades: bool,
    /// Which of the backend's parts it reaches; for the others it answers 502.
    pub reaches: Reaches,
    /// Paths that it has no route for: it answers 404.
    pub unrouted: Vec<String>,
    /// The certificate that it shows; without one it speaks plain HTTP.
    pub tls: Option<Certificate>,
    /// What asks for a sign-in of its own.
    pub gate: Option<Gate>,
    /// After so many requests each one more gets 429.
    pub limits_after: Option<u32>,
    /// The longest header value that passes, in bytes.
    pub longest_header: Option<usize>,
    /// What becomes of a longer one.
    pub long_header: LongHeader,
    /// Whether a good answer to a GET is kept and given to everybody who asks for the same address.
    pub caches: bool,
    /// Whether the `Date` of an answer is its own rather than the service's.
    pub own_date: bool,
    /// Each request waits so long.
    #[serde(with = "humantime_serde")]
    pub delay: Duration,
}

/// What is wrong with a certificate, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certificate {
    Trusted,
    SelfSigned,
    /// Self-signed, an authority by its own word, and what the target's `ca` holds.
    SelfSignedAndNamed,
    Expired,
    WrongName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// 200 and a page to sign in.
    Page,
    /// 302 to a sign-in elsewhere.
    Redirect,
    /// 401 with a challenge of its own.
    Challenge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LongHeader {
    /// 431.
    Refused,
    /// What is too much is left out.
    Cut,
}

impl Default for Proxy {
    fn default() -> Self {
        Proxy {
            strips: Vec::new(),
            strips_on_upgrade: Vec::new(),
            strips_response: Vec::new(),
            bearer: BearerRewrite::Keeps,
            forwards_upgrades: true,
            reaches: Reaches::Everything,
            unrouted: Vec::new(),
            tls: None,
            gate: None,
            limits_after: None,
            longest_header: None,
            long_header: LongHeader::Refused,
            caches: false,
            own_date: false,
            delay: Duration::ZERO,
        }
    }
}
