//! A target, looked at again and again: a check and its success rate each time, and what has changed since.

mod metrics;
mod notice;

pub use metrics::Metrics;
pub use notice::{Notice, NoticeError, Recipients};

use std::collections::{BTreeMap, BTreeSet};

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
    /// Faults that are shown not to be there.
    #[serde(skip)]
    pub ruled_out: BTreeSet<Fault>,
    /// Whether the other services show the fingerprint of auth; `None` where there is none to compare.
    pub fingerprints_equal: Option<bool>,
    /// What is decided of the success rate of each leg.
    pub legs: BTreeMap<Leg, Decision>,
    /// Why a user has no token while the success rate is measured, where one has none.
    pub login: Option<String>,
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
        ruled_out: diagnosis.ruled_out.keys().copied().collect(),
        legs: rate.iter().flat_map(decisions).collect(),
        login: rate.as_ref().and_then(|rate| rate.login.clone()),
    };
    Ok(Some(Look { state, rate }))
}

/// Of each leg; where a user has no token, none passes for all.
fn decisions(rate: &Rate) -> impl Iterator<Item = (Leg, Decision)> {
    let best = if rate.login.is_some() { Decision::Inconclusive } else { Decision::Pass };
    rate.legs.iter().map(move |leg| (leg.leg, rate.decision_of(leg).max(best)))
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
        changes.extend(self.changed_faults(before));
        for (leg, decision) in &self.legs {
            let before = before.and_then(|before| before.legs.get(leg)).map(Decision::to_string);
            changes.extend(told(format!("success rate of {}", leg.title()), before, decision.to_string()));
        }
        let login = |state: &State| state.login.clone().unwrap_or_else(|| "every user has one".to_owned());
        if self.login.is_some() || before.is_some_and(|before| before.login.is_some()) {
            changes.extend(told("tokens".into(), before.map(login), login(self)));
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

    /// A fault that is not seen any more is gone only where that was tested.
    fn changed_faults(&self, before: Option<&State>) -> Vec<String> {
        let none = BTreeMap::new();
        let before = before.map_or(&none, |before| &before.faults);
        let changed = self.faults.iter().filter_map(|(fault, severity)| match before.get(fault) {
            None => Some(format!("new: {severity}[{fault}]")),
            Some(was) if was != severity => Some(format!("{fault}: {severity} (before: {was})")),
            Some(_) => None,
        });
        let is_gone = |fault: &Fault| self.verdict == Verdict::Healthy || self.ruled_out.contains(fault);
        let gone = before.keys().filter(|fault| !self.faults.contains_key(fault)).map(|fault| match is_gone(fault) {
            true => format!("gone: {fault}"),
            false => format!("no longer seen, and not ruled out: {fault}"),
        });
        changed.chain(gone).collect()
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
            ruled_out: BTreeSet::new(),
            legs: [(Leg::Websocket, websocket)].into(),
            login: None,
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
                "success rate of WebSocket: fail (before: pass)",
                "fingerprints of the secret: different (before: equal)",
            ]
        );
        assert!(well.changes(Some(&broken)).contains(&"gone: jwt-secret-mismatch".to_owned()));
    }

    #[test]
    fn a_fault_is_gone_where_that_was_tested() {
        let broken = state(Verdict::Faulty, &[Fault::JwtSecretMismatch], Decision::Fail);
        let other = state(Verdict::Faulty, &[Fault::BearerPrefixStripped], Decision::Fail);
        let seen = "no longer seen, and not ruled out: jwt-secret-mismatch".to_owned();
        assert!(other.changes(Some(&broken)).contains(&seen));
        let ruled_out = State { ruled_out: [Fault::JwtSecretMismatch].into(), ..other };
        assert!(ruled_out.changes(Some(&broken)).contains(&"gone: jwt-secret-mismatch".to_owned()));
    }

    #[test]
    fn another_severity_is_a_change() {
        let broken = state(Verdict::Faulty, &[Fault::JwtSecretMismatch], Decision::Fail);
        let worse = State { faults: [(Fault::JwtSecretMismatch, Severity::Critical)].into(), ..broken.clone() };
        assert_eq!(worse.changes(Some(&broken)), ["jwt-secret-mismatch: critical (before: error)"]);
    }

    #[test]
    fn a_user_without_a_token_is_told() {
        let well = state(Verdict::Healthy, &[], Decision::Pass);
        let without = State { login: Some("login: 401".to_owned()), ..well.clone() };
        assert_eq!(without.changes(Some(&well)), ["tokens: login: 401 (before: every user has one)"]);
        assert_eq!(well.changes(Some(&without)), ["tokens: every user has one (before: login: 401)"]);
    }
}
