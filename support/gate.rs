//! One answer for a deployment: a check, the success rate, and whether every service holds the same secret. None of them can be
//! left out.

use tokio::sync::watch::Receiver;

use crate::check::{Checked, Observer, Progress, check_observed};
use crate::diagnosis::{Diagnosis, Verdict, Verification, Verified};
use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::probe::SuiteError;
use crate::rate::{self, Decision, Design, Leg, Measured, Options, Rate, Tally, interval};
use crate::report::{Condition, Told};
use crate::target::Target;
use crate::vocabulary::{Attempt, Endpoint, Presentation, Probe, TokenKind, Variation};

/// What a gate has found.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The check, which comes first.
    pub checked: Checked,
    /// The measured success rate; `None` where the check was not healthy: its fault explains what fails, and a broken service gets
    /// no more requests.
    pub rate: Option<Rate>,
    /// What has to hold beside a healthy check.
    pub conditions: Vec<Condition>,
}

/// Who is told how far it is.
pub struct Observed<'a> {
    /// Of the check.
    pub check: &'a dyn Fn(Progress),
    /// Of the success rate.
    pub rate: &'a dyn Fn(Leg, &Tally, &Design),
    /// Ends it when it becomes true.
    pub interrupt: Receiver<bool>,
}

/// Checks the target, and where that is healthy measures its success rate.
///
/// # Errors
/// When the suite cannot do its job; whatever the target does is an observation.
pub async fn gate(target: &Target, options: &Options, observed: Observed<'_>) -> Result<Gate, SuiteError> {
    let observer = Observer { progress: observed.check, interrupt: observed.interrupt.clone() };
    let checked = check_observed(target, Some(observer)).await?;
    let is_healthy = checked.diagnosis.verdict == Verdict::Healthy;
    let rate = match is_healthy {
        true => {
            let observer = rate::Observer { progress: observed.rate, interrupt: observed.interrupt };
            Some(rate::measure(target, options, observer).await?)
        }
        false => None,
    };
    let secrets = secrets(&checked.evidence, &checked.diagnosis);
    let conditions = match &rate {
        Some(rate) => rate.legs.iter().map(|measured| success_rate(rate, measured)).chain([secrets]).collect(),
        None => vec![not_measured(), secrets],
    };
    Ok(Gate { checked, rate, conditions })
}

impl Gate {
    /// As a report tells it.
    pub fn told(&self) -> Told<'_> {
        let Checked { evidence, diagnosis } = &self.checked;
        Told { evidence, diagnosis, conditions: &self.conditions, rate: self.rate.as_ref() }
    }
}

fn success_rate(rate: &Rate, measured: &Measured) -> Condition {
    let leg = measured.leg;
    Condition {
        code: format!("success-rate-{leg}"),
        name: format!("success rate of {leg}"),
        verdict: of_decision(rate, measured),
        because: accepted(measured),
    }
}

fn not_measured() -> Condition {
    Condition {
        code: "success-rate".to_owned(),
        name: "success rate".to_owned(),
        verdict: Verdict::Inconclusive,
        because: "not measured, because the check is not healthy".to_owned(),
    }
}

/// A run that was interrupted, or in which a user has no token, passes nothing.
fn of_decision(rate: &Rate, measured: &Measured) -> Verdict {
    let is_whole = rate.login.is_none() && !rate.run.interrupted;
    match rate.decision_of(measured) {
        Decision::Fail => Verdict::Faulty,
        Decision::Pass if is_whole => Verdict::Healthy,
        Decision::Pass | Decision::Inconclusive => Verdict::Inconclusive,
    }
}

fn accepted(measured: &Measured) -> String {
    let tally = &measured.tally;
    let (low, _) = interval(tally);
    let judged = format!("{} of {} accepted", tally.accepted, tally.judged());
    let bound = if tally.judged() > 0 { format!(", at least {:.1} %", low * 100.0) } else { String::new() };
    match tally.unreached() {
        0 => judged + &bound,
        unreached => format!("{judged}{bound}; {unreached} got no response"),
    }
}

/// Equal fingerprints show it. So does each service that accepts the token and rejects it with another signature: it verifies
/// with the key of auth.
fn secrets(evidence: &Evidence, diagnosis: &Diagnosis) -> Condition {
    let cited = |probe: &Probe| format!("{}: {}", probe.name(&evidence.settings), evidence.summary(*probe));
    let (verdict, because) = match Verification::Secrets.outcome(evidence, diagnosis) {
        Verified::Pass(_) => (Verdict::Healthy, "the fingerprints are equal".to_owned()),
        Verified::Fail(probes) => (Verdict::Faulty, probes.first().map(cited).unwrap_or_default()),
        Verified::NotPossible(_) if verify_alike(evidence) => {
            (Verdict::Healthy, "each service accepts the token, and rejects it with another signature".to_owned())
        }
        Verified::NotPossible(why) => (Verdict::Inconclusive, why),
    };
    Condition { code: "secret-consistency".to_owned(), name: "same secret".to_owned(), verdict, because }
}

/// Every place beside auth tells the valid token from one with another signature.
fn verify_alike(evidence: &Evidence) -> bool {
    let mut places =
        [Endpoint::Rest, Endpoint::WebSocket].into_iter().filter(|place| evidence.is_there(*place)).peekable();
    places.peek().is_some() && places.all(|place| tells_forged_from_valid(evidence, place))
}

fn tells_forged_from_valid(evidence: &Evidence, place: Endpoint) -> bool {
    let is_plain = |one: &Presentation| one.variation == Variation::None && one.attempt == Attempt::First;
    let there = evidence.presentations().filter(|one| one.endpoint == place).filter(is_plain);
    let got = |one: &Presentation, outcome: Outcome| evidence.outcome(*one) == Some(outcome);
    let (mut is_accepted, mut is_rejected) = (false, false);
    there.for_each(|one| {
        is_accepted |= one.token.is_the_clients() && got(&one, Outcome::Accepted);
        is_rejected |= one.token == TokenKind::Forged && got(&one, Outcome::Rejected);
    });
    is_accepted && is_rejected
}
