//! What is compared of a check, as `fivewhys.report/1` tells it.

use serde::Deserialize;

use super::{Text, Tool};
use crate::diagnosis::Verdict;
use crate::vocabulary::Severity;

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Check {
    pub(in crate::compare) tool: Tool,
    pub(in crate::compare) started: Text,
    pub(in crate::compare) elapsed_ms: f64,
    pub(in crate::compare) interrupted: bool,
    pub(in crate::compare) target: Target,
    pub(in crate::compare) verdict: Verdict,
    pub(in crate::compare) tokens: Vec<Text>,
    pub(in crate::compare) findings: Vec<Finding>,
    pub(in crate::compare) ruled_out: Vec<Of>,
    pub(in crate::compare) undetermined: Vec<Of>,
    pub(in crate::compare) verifications: Vec<Verification>,
    pub(in crate::compare) skipped: Vec<Skipped>,
    pub(in crate::compare) probes: Vec<Made>,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Target {
    pub(in crate::compare) name: Text,
    pub(in crate::compare) stage: Text,
    pub(in crate::compare) auth: Option<Text>,
    pub(in crate::compare) backend: Option<Text>,
    pub(in crate::compare) websocket: Option<Text>,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Finding {
    /// A later version knows more of them.
    pub(in crate::compare) fault: Text,
    pub(in crate::compare) severity: Severity,
    pub(in crate::compare) headline: Text,
    pub(in crate::compare) because: Vec<Cited>,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Cited {
    pub(in crate::compare) probe: Text,
}

/// Something is said of this fault.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Of {
    pub(in crate::compare) fault: Text,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Verification {
    #[serde(rename = "verification")]
    pub(in crate::compare) name: Text,
    pub(in crate::compare) result: Verified,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub(in crate::compare) enum Verified {
    Pass,
    Fail,
    #[serde(rename = "not possible")]
    #[strum(serialize = "not tested")]
    NotPossible,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Skipped {
    pub(in crate::compare) probe: Text,
    pub(in crate::compare) why: Text,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::compare) struct Made {
    pub(in crate::compare) probe: Text,
    /// As on a healthy target; `None` where that may be either.
    pub(in crate::compare) met: Option<bool>,
}

impl Check {
    /// Why it was not made to its end, if so.
    pub(in crate::compare) fn ended_early(&self) -> Option<&'static str> {
        let is_late = self.skipped.iter().any(|skipped| skipped.why.as_str() == "late");
        match self.interrupted {
            true => Some("the new check was interrupted"),
            false => is_late.then_some("the new check came to its deadline"),
        }
    }

    /// The service asked for fewer requests.
    pub(in crate::compare) fn was_limited(&self) -> bool {
        self.skipped.iter().any(|skipped| skipped.why.as_str() == "withheld")
    }

    pub(in crate::compare) fn has_failed_probes(&self) -> bool {
        self.probes.iter().any(|made| made.met == Some(false))
    }
}
