//! The one path that everybody takes: the next probes -> responses -> evidence -> diagnosis, until nothing is open that a
//! probe could close.

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Instant, timeout_at};

use crate::diagnosis::Diagnosis;
use crate::evidence::{Evidence, Observation};
use crate::faults::diagnose;
use crate::plan::Plan;
use crate::probe::{Performed, Session, SuiteError};
use crate::target::Target;
use crate::token::Token;
use crate::vocabulary::{Probe, TokenKind};

/// What a check has seen, and what follows from it.
#[derive(Clone, Debug)]
pub struct Checked {
    pub evidence: Evidence,
    pub diagnosis: Diagnosis,
}

/// Looks at the target once. What its deadline cuts off is not tested.
///
/// # Errors
/// When the suite cannot do its job; whatever the target does is an observation.
pub async fn check(target: &Target) -> Result<Checked, SuiteError> {
    let mut session = Session::new(target)?;
    let mut check = Check::new(target);
    for (user, facts) in session.own_tokens() {
        check.evidence.describe_token(TokenKind::SelfSigned, user, facts);
    }
    for (probe, token) in check.round(&session).await? {
        if let Probe::Login(user) = probe {
            check.evidence.describe_token(TokenKind::Issued, user, session.keep(user, token)?);
        }
    }
    session.make_controls();
    check.round(&session).await?;
    let watched = watch(&session, check.evidence.clone(), check.deadline);
    let (watched, rest) = tokio::join!(watched, check.until_nothing_is_open(&session));
    rest?;
    if let Some(observation) = watched? {
        check.evidence.record(Probe::Watch, observation);
        // A connection that was cut in silence asks for one with pings.
        check.until_nothing_is_open(&session).await?;
    }
    let diagnosis = diagnose(&check.evidence);
    Ok(Checked { evidence: check.evidence, diagnosis })
}

/// A check while it is made.
struct Check {
    evidence: Evidence,
    plan: Plan,
    deadline: Instant,
}

impl Check {
    fn new(target: &Target) -> Self {
        Check {
            evidence: Evidence::new(target.settings()),
            plan: Plan::default(),
            deadline: Instant::now() + target.deadline,
        }
    }

    async fn until_nothing_is_open(&mut self, session: &Session<'_>) -> Result<(), SuiteError> {
        while let Some(next) = self.plan.next(&self.evidence) {
            self.send(session, next).await?;
        }
        Ok(())
    }

    async fn round(&mut self, session: &Session<'_>) -> Result<Vec<(Probe, Token)>, SuiteError> {
        let next = self.plan.next(&self.evidence).unwrap_or_default();
        self.send(session, next).await
    }

    /// Makes the probes at once, and in their order. Returns the tokens that they were given.
    async fn send(&mut self, session: &Session<'_>, probes: Vec<Probe>) -> Result<Vec<(Probe, Token)>, SuiteError> {
        let deadline = self.deadline;
        let make = |probe| async move { (probe, timeout_at(deadline, session.perform(probe)).await) };
        let made: Vec<_> = probes.into_iter().map(make).collect::<FuturesUnordered<_>>().collect().await;
        let mut tokens = Vec::new();
        for (probe, in_time) in made {
            let Ok(made) = in_time else {
                self.evidence.miss(probe);
                continue;
            };
            match made? {
                Performed::Made(observation, token) => {
                    self.evidence.record(probe, *observation);
                    tokens.extend(token.map(|token| (probe, token)));
                }
                Performed::Impossible => self.evidence.cannot_make(probe),
                Performed::Withheld => {}
            }
        }
        Ok(tokens)
    }
}

/// Watches one welcomed connection in silence, beside everything else. Without a welcome, every accepted handshake is watched
/// anyway.
async fn watch(
    session: &Session<'_>,
    evidence: Evidence,
    deadline: Instant,
) -> Result<Option<Observation>, SuiteError> {
    if !session.is_welcomed(&evidence) {
        return Ok(None);
    }
    let made = timeout_at(deadline, session.perform(Probe::Watch)).await.unwrap_or(Ok(Performed::Withheld))?;
    Ok(if let Performed::Made(observation, _) = made { Some(*observation) } else { None })
}
