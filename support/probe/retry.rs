//! One attempt at an exchange, and a second one where the network failed before anything was answered. The first one counts;
//! the second lets the others go on. A refusal is an answer, and is never asked away.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::Request;
use tokio::time::Instant;

use super::{Exchange, Received};
use crate::evidence::{Response, TransportError, Wire};
use crate::vocabulary::{Attempt, Probe};

/// For an exchange to put down what it has when its time is over.
const GRACE: Duration = Duration::from_millis(50);

impl Exchange<'_> {
    /// The same, after the steps that a login has before it.
    pub(super) async fn attempt_with_steps(&self, request: Request) -> Received {
        let Some(user) = self.probe.login() else { return self.attempt(request).await };
        if self.session.target.login.as_ref().is_none_or(|login| login.before.is_empty()) {
            return self.attempt(request).await;
        }
        let kept = match self.steps(user).await {
            Ok(kept) => kept,
            Err(failed) => return *failed,
        };
        // What the steps have kept grants access too.
        let redactor = kept.secrets().fold(Arc::clone(&self.redactor), |known, value| known.with_text(value));
        let exchange = Exchange { redactor, token: self.token.clone(), ..*self };
        match self.login(user, &kept).and_then(|request| request.build().ok()) {
            Some(request) => exchange.attempt(request).await,
            None => Received::of(Response::NotHttp),
        }
    }

    /// What came of the request, the second time where the first one met a network error.
    pub(super) async fn attempt(&self, request: Request) -> Received {
        let again = request.try_clone().filter(|_| may_be_repeated(self.probe));
        let first = self.once(request).await;
        match (failed(&first.observation.response, self.probe), again) {
            (Some(why), Some(request)) => {
                let mut second = self.once(request).await;
                second.observation.retried = Some(why);
                second
            }
            _ => first,
        }
    }

    async fn once(&self, request: Request) -> Received {
        let (start, sent, delays) = (Instant::now(), SystemTime::now(), self.session.delays());
        // One clock for both: what was answered before another began can be told from their times.
        let mut wire = Wire { at: start.duration_since(self.session.begun), ..self.wire(&request) };
        let done = tokio::time::timeout_at(self.until + GRACE, self.make(request, sent, &mut wire)).await;
        let mut outcome = done.unwrap_or_else(|_| Received::of(Response::Unreached(TransportError::Timeout)));
        outcome.observation.elapsed = start.elapsed();
        outcome.observation.held_up = self.session.held_up_since(delays);
        outcome.observation.wire = Some(Box::new(wire));
        outcome
    }
}

/// What may pass by itself within a moment; a timeout has used up its time.
fn failed(seen: &Response, probe: Probe) -> Option<TransportError> {
    match seen {
        Response::Unreached(why @ TransportError::Dns) => Some(why.clone()),
        // A login that was cut off may have been carried out.
        Response::Unreached(why @ TransportError::Reset) if probe.login().is_none() => Some(why.clone()),
        _ => None,
    }
}

/// Bad tokens are few, and what shares a connection with others is cut with it.
fn may_be_repeated(probe: Probe) -> bool {
    match probe {
        Probe::Present(presented) => {
            !presented.token.is_invalid() && !matches!(presented.attempt, Attempt::SameConnection(_))
        }
        _ => true,
    }
}
