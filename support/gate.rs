//! One decision on a deployment: a check, the success rate, and whether every service holds the same secret. None of them can be
//! left out. Somebody rolls back what is faulty, so a gate calls faulty only what is proven of the deployment: what may be a
//! mistake of the target file or of this machine's network is inconclusive.

mod conditions;

use std::time::Duration;

use tokio::sync::watch;

use crate::check::{Checked, Observer, Progress, check_observed};
use crate::diagnosis::Verdict;
use crate::probe::SuiteError;
use crate::rate::{self, Design, Leg, Options, Rate, Tally};
use crate::report::{Condition, Told};
use crate::target::Target;
use conditions::{check_is_healthy, not_measured, same_secret, success_rate};

/// A pipeline waits for it.
const LONGEST_RATE: Duration = Duration::from_secs(10 * 60);

/// What a gate has found.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The check, which comes first.
    pub checked: Checked,
    /// The measured success rate; `None` where the check was not healthy: its fault explains what fails, and a broken service gets
    /// no more requests.
    pub rate: Option<Rate>,
    /// What has to hold, the check among it.
    pub conditions: Vec<Condition>,
}

/// Who is told how far it is.
pub struct Observed<'a> {
    /// Of the check.
    pub check: &'a dyn Fn(Progress),
    /// Of the success rate.
    pub rate: &'a dyn Fn(Leg, &Tally, &Design),
    /// Ends it when it becomes true.
    pub interrupt: watch::Receiver<bool>,
}

/// Checks the target, and where that is healthy measures its success rate, for ten minutes at most. One connection at a time: a
/// limit of connections for each user is no fault.
///
/// # Errors
/// When the suite cannot do its job; whatever the target does is an observation.
pub async fn gate(target: &Target, options: &Options, observed: Observed<'_>) -> Result<Gate, SuiteError> {
    let observer = Observer { progress: observed.check, interrupt: observed.interrupt.clone() };
    let checked = check_observed(target, Some(observer)).await?;
    let rate = match checked.diagnosis.verdict {
        Verdict::Healthy => {
            let is_there = |leg: &Leg| checked.evidence.is_there(leg.endpoint());
            let legs = options.legs.iter().copied().filter(is_there).collect();
            let options = Options { concurrency: 1, legs, ..options.clone() };
            let observer =
                rate::Observer { progress: observed.rate, interrupt: within(LONGEST_RATE, observed.interrupt) };
            Some(rate::measure(target, &options, observer).await?)
        }
        Verdict::Faulty | Verdict::Inconclusive => None,
    };
    let legs: Vec<Condition> = match &rate {
        Some(rate) => rate.legs.iter().map(|measured| success_rate(rate, measured)).collect(),
        None => vec![not_measured()],
    };
    let (first, last) = (check_is_healthy(&checked), same_secret(&checked));
    let conditions = [first].into_iter().chain(legs).chain([last]).collect();
    Ok(Gate { checked, rate, conditions })
}

impl Gate {
    /// As a report tells it.
    pub fn told(&self) -> Told<'_> {
        let Checked { evidence, diagnosis } = &self.checked;
        Told { evidence, diagnosis, conditions: &self.conditions, rate: self.rate.as_ref() }
    }
}

/// The same interruption, or the end of that time.
fn within(longest: Duration, mut interrupt: watch::Receiver<bool>) -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(*interrupt.borrow());
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.wait_for(|is_interrupted| *is_interrupted) => {}
            () = tokio::time::sleep(longest) => {}
            () = sender.closed() => {}
        }
        _ = sender.send(true);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_rate_ends_with_its_time_or_with_an_interruption() {
        let (sender, receiver) = watch::channel(false);
        let mut over = within(Duration::ZERO, receiver.clone());
        assert!(over.wait_for(|is_over| *is_over).await.is_ok(), "the time is over");
        let mut interrupted = within(LONGEST_RATE, receiver);
        assert!(!*interrupted.borrow());
        sender.send(true).expect("it is heard");
        assert!(interrupted.wait_for(|is_over| *is_over).await.is_ok(), "by a signal");
    }
}
