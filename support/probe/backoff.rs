//! Who has asked to be left alone, and until when: what gets no answer now would only keep a limit or a breaker busy.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::time::Instant;

use crate::evidence::{Observation, Response};
use crate::outcome::Outcome;
use crate::retry_after::retry_after;
use crate::vocabulary::Probe;

/// By origin: what limits requests stands before all of its paths.
#[derive(Default)]
pub(super) struct Backoff {
    until: Mutex<BTreeMap<String, Instant>>,
}

impl Backoff {
    /// Notes what the answer asks for.
    pub(super) fn heed(&self, url: &Url, probe: Probe, observation: &Observation) {
        if observation.response.outcome(probe) == Outcome::RateLimited {
            self.leave_alone(url, pause(&observation.response));
        }
    }

    /// For so long, as a response that is no observation asks.
    pub(super) fn leave_alone(&self, url: &Url, pause: Duration) {
        let until = Instant::now() + pause;
        let mut all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(url.origin().ascii_serialization()).or_insert(until);
        *known = until.max(*known);
    }

    /// Waits for the end of a short pause. Gives whether the probe may be made then: not where the pause is longer than our
    /// patience, and nothing bad any more.
    pub(super) async fn permits(&self, url: &Url, probe: Probe, patience: Duration) -> bool {
        let Some(until) = self.until(url) else { return true };
        let is_bad = matches!(probe, Probe::Present(ask) if ask.token.is_invalid());
        if is_bad || until.saturating_duration_since(Instant::now()) > patience {
            return false;
        }
        tokio::time::sleep_until(until).await;
        true
    }

    pub(super) fn until(&self, url: &Url) -> Option<Instant> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner).get(&url.origin().ascii_serialization()).copied()
    }
}

/// `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3).
fn pause(seen: &Response) -> Duration {
    let Response::Http(answer) = seen else { return retry_after(None) };
    retry_after(answer.headers.get("retry-after").map(String::as_str))
}
