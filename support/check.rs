//! The one path that everybody takes: the next probes -> responses -> evidence -> diagnosis, until nothing is open that a
//! probe could close.

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use crate::diagnosis::Diagnosis;
use crate::evidence::Evidence;
use crate::faults::diagnose;
use crate::plan::Plan;
use crate::probe::{Performed, Session, SuiteError};
use crate::target::Target;
use crate::token::Token;
use crate::vocabulary::{Probe, TokenKind};

/// What a check has seen, and what follows from it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What was seen.
    pub evidence: Evidence,
    /// What follows from it.
    pub diagnosis: Diagnosis,
}

/// Looks at the target once. What its deadline cuts off is not tested.
///
/// # Errors
/// When the suite cannot do its job; whatever the target does is an observation.
pub async fn check(target: &Target) -> Result<Checked, SuiteError> {
    let mut session = Session::new(target)?;
    session.watch_timers();
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
    if let Some(user) = session.watched_user(&check.evidence) {
        check.plan.watch(Some(user));
        let watched = timeout_at(check.deadline, session.perform(Probe::Watch));
        let (watched, rest) = tokio::join!(watched, check.until_nothing_is_open(&session));
        rest?;
        check.keep(Probe::Watch, watched)?;
        check.plan.watch(None);
    }
    check.until_nothing_is_open(&session).await?;
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
        for (probe, made) in made {
            tokens.extend(self.keep(probe, made)?.map(|token| (probe, token)));
        }
        Ok(tokens)
    }

    /// Keeps what came of a probe. Returns the token that it was given.
    fn keep(&mut self, probe: Probe, made: InTime) -> Result<Option<Token>, SuiteError> {
        let Ok(made) = made else {
            self.evidence.miss(probe);
            return Ok(None);
        };
        match made? {
            Performed::Made(observation, token) => {
                self.evidence.record(probe, *observation);
                return Ok(token);
            }
            Performed::Impossible => self.evidence.cannot_make(probe),
            Performed::Withheld => {}
        }
        Ok(None)
    }
}

/// What came of a probe, unless the deadline for the whole check came first.
type InTime = Result<Result<Performed, SuiteError>, Elapsed>;
