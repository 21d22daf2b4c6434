//! Why a probe that was planned has no response.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a probe that was planned was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skipped {
    /// The deadline of the whole check came first, or the check was interrupted.
    Late,
    /// It needs a token that there is not, or one that would be the same as another.
    Impossible,
    /// The service had asked for fewer requests.
    Withheld,
    /// The token that it presents has expired since the check began: a rejection would say nothing more.
    Expired,
    /// No more may be rejected there: a valid token is no longer accepted, or the bound of rejections is reached.
    HeldBack,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Skipped::Late => "the check ended before it",
            Skipped::Impossible => "there is no such token, or it would be the same as another",
            Skipped::Withheld => "the service asked for fewer requests",
            Skipped::Expired => "its token has expired since the check began",
            Skipped::HeldBack => "no more requests that may be rejected are sent there",
        })
    }
}
