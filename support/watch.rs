//! A target, looked at again and again: a check and its success rate each time, and what has changed since.

mod metrics;
mod notice;

pub use metrics::Metrics;
pub use notice::{Notice, NoticeError, Recipients};

use std::collections::BTreeMap;

use serde::Serialize;
use tokio::sync::watch::Receiver;

use crate::check::{Checked, Observer, check_observed};
use crate::diagnosis::Verdict;
use crate::probe::SuiteError;
use crate::rate::{self, Decision, Leg, Options, Rate};
use crate::target::Target;
use crate::vocabulary::{Fault, Severity};

/// What was found at one moment.
#[derive(Clone, Debug)]
pub struct Look {
    /// What is compared with the look before.
    pub state: State,
    /// The measured success rate, where it may be measured.
    pub rate: Option<Rate>,
}

/// What is worth telling when it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// Of the check.
    pub verdict: Verdict,
    /// Confirmed faults.
    pub faults: BTreeMap<Fault, Severity>,
    /// Whether auth and the backend show the same fingerprint of their secret; `None` where one shows none.
    pub fingerprints_equal: Option<bool>,
    /// What is decided of the success rate of each leg.
    pub legs: BTreeMap<Leg, Decision>,
}

/// Checks the target, and measures its success rate; `None` where an interruption came first.
///
/// # Errors
/// When the suite cannot do its job.
pub async fn look(
    target: &Target,
    options: Option<&Options>,
    interrupt: &Receiver<bool>,
) -> Result<Option<Look>, SuiteError> {
    let observer = Observer { progress: &|_| {}, interrupt: interrupt.clone() };
    let Checked { evidence, diagnosis } = check_observed(target, Some(observer)).await?;
    let rate = match options {
        Some(options) if !*interrupt.borrow() => {
            let observer = rate::Observer { progress: &|_, _, _| {}, interrupt: interrupt.clone() };
            Some(rate::measure(target, options, observer).await?)
        }
        _ => None,
    };
    if *interrupt.borrow() {
        return Ok(None);
    }
    let state = State {
        verdict: diagnosis.verdict,
        faults: diagnosis.findings.iter().map(|finding| (finding.fault, finding.severity)).collect(),
        fingerprints_equal: evidence.same_fingerprint(),
        legs: rate.iter().flat_map(|rate| rate.legs.iter().map(|leg| (leg.leg, rate.decision_of(leg)))).collect(),
    };
    Ok(Some(Look { state, rate }))
}

impl State {
    /// What has changed, a line each; all of it where nothing was seen before, and nothing where nothing has changed.
    pub fn changes(&self, before: Option<&State>) -> Vec<String> {
        let mut changes = Vec::new();
        let told = |name: String, before: Option<String>, now: String| match before {
            Some(before) if before == now => None,
            Some(before) => Some(format!("{name}: {now} (before: {before})")),
            None => Some(format!("{name}: {now}")),
        };
        let verdict = before.map(|before| before.verdict.to_string());
        changes.extend(told("verdict".into(), verdict, self.verdict.to_string()));
        let known = |fault: &Fault| before.is_some_and(|before| before.faults.contains_key(fault));
        let new = self.faults.iter().filter(|(fault, _)| !known(fault));
        changes.extend(new.map(|(fault, severity)| format!("new: {severity}[{fault}]")));
        let gone =
            before.iter().flat_map(|before| before.faults.keys()).filter(|fault| !self.faults.contains_key(fault));
        changes.extend(gone.map(|fault| format!("gone: {fault}")));
        for (leg, decision) in &self.legs {
            let before = before.and_then(|before| before.legs.get(leg)).map(Decision::to_string);
            changes.extend(told(format!("success rate of {leg}"), before, decision.to_string()));
        }
        let fingerprints = |equal: Option<bool>| match equal {
            Some(true) => "equal".to_owned(),
            Some(false) => "different".to_owned(),
            None => "not told".to_owned(),
        };
        let were = before.map(|before| fingerprints(before.fingerprints_equal));
        changes.extend(told("fingerprints of the secret".into(), were, fingerprints(self.fingerprints_equal)));
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(verdict: Verdict, faults: &[Fault], websocket: Decision) -> State {
        State {
            verdict,
            faults: faults.iter().map(|fault| (*fault, Severity::Error)).collect(),
            fingerprints_equal: Some(faults.is_empty()),
            legs: [(Leg::Websocket, websocket)].into(),
        }
    }

    #[test]
    fn only_changes_are_told() {
        let well = state(Verdict::Healthy, &[], Decision::Pass);
        let broken = state(Verdict::Faulty, &[Fault::JwtSecretMismatch], Decision::Fail);
        assert_eq!(well.changes(Some(&well)), Vec::<String>::new());
        assert_eq!(well.changes(None).len(), 3);
        assert_eq!(
            broken.changes(Some(&well)),
            [
                "verdict: faulty (before: healthy)",
                "new: error[jwt-secret-mismatch]",
                "success rate of websocket: fail (before: pass)",
                "fingerprints of the secret: different (before: equal)",
            ]
        );
        assert!(well.changes(Some(&broken)).contains(&"gone: jwt-secret-mismatch".to_owned()));
    }
}
