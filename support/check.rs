//! The one path that everybody takes: the next probes -> responses -> evidence -> diagnosis, until nothing is open that a
//! probe could close.

mod observer;
mod older_token;
mod once;

pub use observer::{Observer, Progress};
pub use once::{OnceError, once_per_run, once_per_run_with};

use std::sync::Arc;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::Instant;

use crate::cloud::{self, CloudError};
use crate::diagnosis::Diagnosis;
use crate::evidence::{Evidence, Run, Skipped};
use crate::faults::diagnose;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::probe::{Performed, Session, SuiteError};
use crate::target::Target;
use crate::token::Token;
use crate::vocabulary::{Probe, TokenKind};
use observer::End;

/// What a check has seen, and what follows from it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What was seen.
    pub evidence: Evidence,
    /// What follows from it.
    pub diagnosis: Diagnosis,
}

/// Checks the target once. What its deadline cuts off is not tested.
///
/// # Errors
/// When the suite cannot do its job; whatever the target does is an observation.
pub async fn check(target: &Target) -> Result<Checked, SuiteError> {
    check_observed(target, None).await
}

/// The same, observed: what an interruption cuts off is not tested either.
///
/// # Errors
/// As [`check`].
pub async fn check_observed(target: &Target, observer: Option<Observer<'_>>) -> Result<Checked, SuiteError> {
    let began = Instant::now();
    let interrupt = observer.as_ref().map(|observer| observer.interrupt.clone());
    let end = Arc::new(End { deadline: began + target.deadline, interrupt });
    let mut session = Session::new(target)?;
    session.watch_timers();
    let mut check = Check::new(target, observer, Arc::clone(&end));
    // The platform is asked while the services are.
    let reading = Box::pin(end.unless_interrupted(cloud::read(target)));
    let (made, provenance) = tokio::join!(check.make(&mut session), reading);
    made?;
    check.evidence.provenance = provenance.transpose()?.flatten();
    // With what it says, another cause may have to be seen once more.
    check.until_nothing_is_open(&session).await?;
    for probe in check.plan.held_back(&check.evidence) {
        check.evidence.skip(probe, Skipped::HeldBack);
    }
    check.evidence.run.elapsed = began.elapsed();
    check.evidence.run.interrupted = check.end.is_interrupted();
    let diagnosis = diagnose(&check.evidence);
    Ok(Checked { evidence: check.evidence, diagnosis })
}

impl From<CloudError> for SuiteError {
    fn from(error: CloudError) -> Self {
        match error {
            CloudError::Client(error) => SuiteError::Client(error),
            CloudError::Tls(error) => SuiteError::Tls(error),
        }
    }
}

/// A check while it is made.
struct Check<'a> {
    evidence: Evidence,
    plan: Plan,
    end: Arc<End>,
    told: &'a dyn Fn(Progress),
    progress: Progress,
}

impl<'a> Check<'a> {
    fn new(target: &Target, observer: Option<Observer<'a>>, end: Arc<End>) -> Self {
        let mut evidence = Evidence::new(target.settings());
        evidence.run = Run::begins();
        let told = observer.as_ref().map_or(&unobserved as &dyn Fn(Progress), |observer| observer.progress);
        Check {
            evidence,
            plan: Plan::new(target.open_at_a_time()),
            end,
            told,
            progress: Progress { round: 0, probes: 0 },
        }
    }

    /// Logs in, and makes probes until nothing is open.
    async fn make(&mut self, session: &mut Session<'_>) -> Result<(), SuiteError> {
        for (kind, user, facts) in session.own_tokens() {
            self.evidence.describe_token(kind, user, facts);
        }
        while let Some(next) = self.plan.opening(&self.evidence) {
            for (probe, token) in self.send(session, next).await? {
                if let Probe::Login(user) = probe {
                    self.evidence.describe_token(TokenKind::Issued, user, session.keep(user, token)?);
                }
            }
        }
        session.verify_tokens(&mut self.evidence);
        let new_key = self.end.before(session.new_key()).await.flatten();
        session.make_controls(new_key.as_ref());
        session.redact_again(&mut self.evidence);
        self.round(session).await?;
        if let Some(user) = session.watched_user(&self.evidence) {
            self.plan.watch(Some(user));
            let end = Arc::clone(&self.end);
            let watched = end.before(session.perform(Probe::Watch));
            let (watched, rest) = tokio::join!(watched, self.until_nothing_is_open(session));
            rest?;
            self.keep(Probe::Watch, watched)?;
            self.plan.watch(None);
        }
        self.until_nothing_is_open(session).await
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
        self.progress = Progress { round: self.progress.round + 1, probes: self.progress.probes + probes.len() };
        (self.told)(self.progress);
        let reads_keys = probes.iter().any(|probe| matches!(probe, Probe::Keys(_)));
        let end = &self.end;
        let make = |probe| async move { (probe, end.before(session.perform(probe)).await) };
        let made: Vec<_> = probes.into_iter().map(make).collect::<FuturesUnordered<_>>().collect().await;
        let mut tokens = Vec::new();
        let mut second_logins = Vec::new();
        for (probe, made) in made {
            tokens.extend(self.keep(probe, made)?.map(|token| (probe, token)));
            second_logins.extend(match probe {
                Probe::SecondLogin(user) if self.evidence.outcome(probe) == Some(Outcome::Accepted) => Some(user),
                _ => None,
            });
        }
        for user in second_logins {
            self.look_at_older_token(session, user).await?;
        }
        if reads_keys {
            session.verify_tokens(&mut self.evidence);
        }
        if self.evidence.welcomes_before_it_judges() {
            session.watch_every_connection(self.evidence.judged_within());
        }
        Ok(tokens)
    }

    /// Keeps what came of a probe. Returns the token that it was given.
    fn keep(&mut self, probe: Probe, made: BeforeTheEnd) -> Result<Option<Token>, SuiteError> {
        let Some(made) = made else {
            self.evidence.skip(probe, Skipped::Late);
            return Ok(None);
        };
        match made? {
            Performed::Made(observation, token) => {
                self.evidence.record(probe, *observation);
                self.evidence.learn_from_watched(probe);
                return Ok(token);
            }
            Performed::Impossible => self.evidence.skip(probe, Skipped::Impossible),
            Performed::Withheld => self.evidence.skip(probe, Skipped::Withheld),
            Performed::Expired => self.evidence.skip(probe, Skipped::Expired),
        }
        Ok(None)
    }
}

/// What came of a probe, unless the end of the whole check came first.
type BeforeTheEnd = Option<Result<Performed, SuiteError>>;

fn unobserved(_: Progress) {}
