//! The caller of a check sees how far it is, and may end it early.

use std::future::pending;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How far a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rounds so far: the probes of one are sent together, and the next waits for their responses.
    pub round: usize,
    /// Probes that were sent, those of this round included.
    pub probes: usize,
}

/// What a check tells its caller, and hears from it.
pub struct Observer<'a> {
    /// Called before each round.
    pub progress: &'a dyn Fn(Progress),
    /// Becomes true where the check has to end now.
    pub interrupt: watch::Receiver<bool>,
}

/// When a check ends at the latest.
pub(super) struct End {
    pub(super) deadline: Instant,
    pub(super) interrupt: Option<watch::Receiver<bool>>,
}

impl End {
    /// What comes of the work, unless the end comes first.
    pub(super) async fn before<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = sleep_until(self.deadline) => None,
            () = self.interrupted() => None,
        }
    }

    /// The same for work that has a deadline of its own.
    pub(super) async fn unless_interrupted<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.interrupted() => None,
        }
    }

    async fn interrupted(&self) {
        let Some(mut interrupt) = self.interrupt.clone() else { return pending().await };
        if interrupt.wait_for(|is_interrupted| *is_interrupted).await.is_err() {
            // The caller cannot interrupt it any longer.
            pending().await
        }
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupt.as_ref().is_some_and(|interrupt| *interrupt.borrow())
    }
}
