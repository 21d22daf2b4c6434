//! What came of the samples, as counts: nothing here grows with their number, and two runs add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What came of one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The service accepts the token.
    Accepted,
    /// The service rejects the token, or closes the connection that it has opened.
    Rejected,
    /// Nothing that says whether the token is accepted.
    Unreached(Unreached),
}

/// Why a sample says nothing of the token.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display, strum::EnumString,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Unreached {
    /// No response came in time.
    Timeout,
    /// The name of the host does not resolve.
    Dns,
    /// The connection was refused, cut, or found no route.
    Network,
    /// TLS failed, or the certificate is not trusted.
    Tls,
    /// The service asks for fewer requests: 429, 503 with `Retry-After`, or a close that says so.
    RateLimited,
    /// The service failed: 5xx, or a close that says so.
    ServerError,
    /// A response that the target's file does not know: a page, a redirect, a path that is not there.
    Unexpected,
}

/// Counts of a leg, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Samples whose token was accepted.
    pub accepted: u64,
    /// Samples whose token was rejected.
    pub rejected: u64,
    /// What got no usable response, by reason.
    pub apart: BTreeMap<Unreached, u64>,
    /// Close codes of the service (RFC 6455 §7.4), 1006 for none.
    pub closes: BTreeMap<u16, u64>,
}

impl Tally {
    /// Of two counts.
    pub fn of(accepted: u64, rejected: u64) -> Self {
        Tally { accepted, rejected, ..Tally::default() }
    }

    pub(crate) fn count(&mut self, judged: Judged, close: Option<u16>) {
        match judged {
            Judged::Accepted => self.accepted += 1,
            Judged::Rejected => self.rejected += 1,
            Judged::Unreached(why) => *self.apart.entry(why).or_default() += 1,
        }
        if let Some(code) = close {
            *self.closes.entry(code).or_default() += 1;
        }
    }

    /// With the counts of another run.
    pub(crate) fn add(&mut self, other: &Tally) {
        self.accepted = self.accepted.saturating_add(other.accepted);
        self.rejected = self.rejected.saturating_add(other.rejected);
        let more = |known: &mut u64, count: &u64| *known = known.saturating_add(*count);
        other.apart.iter().for_each(|(why, count)| more(self.apart.entry(*why).or_default(), count));
        other.closes.iter().for_each(|(code, count)| more(self.closes.entry(*code).or_default(), count));
    }

    /// Samples that say whether the token is accepted.
    pub fn judged(&self) -> u64 {
        self.accepted + self.rejected
    }

    /// Samples that do not.
    pub fn unreached(&self) -> u64 {
        self.apart.values().sum()
    }

    /// All samples.
    pub fn attempts(&self) -> u64 {
        self.judged() + self.unreached()
    }

    /// The share of accepted samples among those that were judged.
    pub fn rate(&self) -> Option<f64> {
        (self.judged() > 0).then(|| self.accepted as f64 / self.judged() as f64)
    }
}
