//! The one path that everybody takes: target -> probes -> evidence -> diagnosis.

use std::iter::successors;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::diagnosis::Diagnosis;
use crate::evidence::{Evidence, Observation};
use crate::faults::diagnose;
use crate::plan;
use crate::plan::Round;
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

/// Looks at the target once. What its deadline cuts off is undetermined.
///
/// # Errors
/// When the suite cannot do its job; whatever the target does is an observation.
pub async fn check(target: &Target) -> Result<Checked, SuiteError> {
    let deadline = Instant::now() + target.deadline;
    let mut session = Session::new(target)?;
    let mut evidence = Evidence::new(target.settings());
    for (user, facts) in session.own_tokens() {
        evidence.describe_token(TokenKind::SelfSigned, user, facts);
    }
    let [open, positives, later @ ..] = plan::ROUNDS;
    let tokens = round(&session, open, &mut evidence, deadline).await?;
    for (probe, token) in tokens {
        if let Probe::Login(user) = probe {
            evidence.describe_token(TokenKind::Issued, user, session.keep(user, token)?);
        }
    }
    session.make_controls();
    round(&session, positives, &mut evidence, deadline).await?;
    let watched = watch(&session, &evidence, deadline);
    let rest = async {
        let mut evidence = evidence.clone();
        for next in later {
            round(&session, next, &mut evidence, deadline).await?;
        }
        Ok::<_, SuiteError>(evidence)
    };
    let (held, evidence) = tokio::join!(watched, rest);
    let mut evidence = evidence?;
    if let Some(observation) = held? {
        evidence.record(Probe::Watch, observation);
    }
    round(&session, plan::BUSY, &mut evidence, deadline).await?;
    round(&session, plan::DECISIVE, &mut evidence, deadline).await?;
    let diagnosis = diagnose(&evidence);
    Ok(Checked { evidence, diagnosis })
}

/// Makes the probes of one round, at once, as far as the target permits. Gives the tokens that it was given.
async fn round(
    session: &Session<'_>,
    round: Round,
    evidence: &mut Evidence,
    deadline: Instant,
) -> Result<Vec<(Probe, Token)>, SuiteError> {
    // In the order in which they were planned: what must be refused stands between what should be accepted.
    let begun = Instant::now();
    let make = |(probe, begins): (Probe, Instant)| async move {
        sleep_until(begins).await;
        (probe, timeout_at(deadline, session.perform(probe)).await)
    };
    let beginnings = successors(Some(begun), |begins| Some(*begins + round.pace));
    let probes = (round.probes)(evidence).into_iter().zip(beginnings);
    let made: Vec<_> = probes.map(make).collect::<FuturesUnordered<_>>().collect().await;
    let mut tokens = Vec::new();
    for (probe, in_time) in made {
        let Ok(made) = in_time else {
            evidence.miss(probe);
            continue;
        };
        match made? {
            Performed::Made(observation, token) => {
                evidence.record(probe, *observation);
                tokens.extend(token.map(|token| (probe, token)));
            }
            Performed::Impossible => evidence.cannot_make(probe),
            Performed::Withheld => {}
        }
    }
    Ok(tokens)
}

/// Watches one welcomed connection in silence, beside everything else. Where there is no welcome, every accepted handshake
/// was watched already.
async fn watch(
    session: &Session<'_>,
    evidence: &Evidence,
    deadline: Instant,
) -> Result<Option<Observation>, SuiteError> {
    if !session.is_welcomed(evidence) {
        return Ok(None);
    }
    let made = timeout_at(deadline, session.perform(Probe::Watch)).await.unwrap_or(Ok(Performed::Withheld))?;
    Ok(if let Performed::Made(observation, _) = made { Some(*observation) } else { None })
}
