//! The reverse proxy or load balancer before a service.

use std::time::Duration;

use serde::Deserialize;

use super::{BearerRewrite, ReachableRoutes};

/// The settings of one proxy; by default it forwards everything unchanged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Proxy {
    /// Request headers that it removes, in lower case.
    pub strips_request_headers: Vec<String>,
    /// Request headers that it removes from upgrades only.
    pub strips_upgrade_headers: Vec<String>,
    /// Response headers that it removes.
    pub strips_response_headers: Vec<String>,
    /// What it does with `Bearer ` in `Authorization`.
    pub bearer_prefix: BearerRewrite,
    /// Whether it forwards an upgrade as an upgrade (RFC 9110 §7.8).
    pub forwards_upgrades: bool,
    /// Which requests it can forward.
    pub reaches: ReachableRoutes,
    /// Paths for which it has no route: 404.
    pub paths_without_route: Vec<String>,
    /// Its certificate; without one it speaks plain HTTP.
    pub tls: Option<ProxyCertificate>,
    /// Paths for which it sends 307 to the same path with a slash at its end (RFC 9110 §15.4.8).
    pub redirects_to_slash: Vec<String>,
    /// It requires a sign-in of its own.
    pub access_proxy: Option<AccessProxy>,
    /// After this many requests, each further one gets 429.
    pub request_limit: Option<u32>,
    /// The longest header value that it forwards unchanged, in bytes.
    pub max_header_length: Option<usize>,
    /// What it does with a longer one.
    pub oversized_header: OversizedHeader,
    /// Whether it keeps a 200 to a GET and sends it to every client that requests the same path and query.
    pub caches_responses: bool,
    /// Whether it replaces the `Date` of a response with its own.
    pub replaces_date: bool,
    /// How long each request waits before it is forwarded.
    #[serde(with = "humantime_serde")]
    pub delay: Duration,
}

/// A certificate, and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyCertificate {
    /// Signed by the authority that the target file's `ca` holds.
    Trusted,
    /// Self-signed; the target file's `ca` does not hold it.
    SelfSigned,
    /// Self-signed and marked as an authority; the target file's `ca` holds it.
    SelfSignedInCa,
    /// Signed by that authority, with a `notAfter` in the past.
    Expired,
    /// Signed by that authority, for another host name.
    WrongName,
}

/// How an access proxy asks for a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessProxy {
    /// 200 and a page to sign in.
    SignInPage,
    /// 302 to a sign-in elsewhere.
    Redirect,
    /// 401 with a challenge of its own.
    Challenge,
}

/// What a proxy does with a header value that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OversizedHeader {
    /// 431.
    Rejected,
    /// The excess is removed.
    Truncated,
}

impl Default for Proxy {
    fn default() -> Self {
        Proxy {
            strips_request_headers: Vec::new(),
            strips_upgrade_headers: Vec::new(),
            strips_response_headers: Vec::new(),
            bearer_prefix: BearerRewrite::Unchanged,
            forwards_upgrades: true,
            reaches: ReachableRoutes::Everything,
            paths_without_route: Vec::new(),
            redirects_to_slash: Vec::new(),
            tls: None,
            access_proxy: None,
            request_limit: None,
            max_header_length: None,
            oversized_header: OversizedHeader::Rejected,
            caches_responses: false,
            replaces_date: false,
            delay: Duration::ZERO,
        }
    }
}
