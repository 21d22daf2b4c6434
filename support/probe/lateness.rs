//! How late the timers of this process fire: on a busy or paused machine a check is late itself, and what it measured then says
//! nothing of the target.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

/// A timer is set to fire after so long, again and again.
const TICK: Duration = Duration::from_millis(10);
/// So late a timer fires on a machine that has nothing else to do.
const USUAL: Duration = Duration::from_millis(10);

/// Watches the timers until it is dropped.
pub(super) struct Lateness {
    timer: Arc<Mutex<Timer>>,
    task: AbortHandle,
}

struct Timer {
    due: Instant,
    /// The sum of what it was late before.
    late: Duration,
}

impl Lateness {
    pub(super) fn watch() -> Self {
        let timer = Arc::new(Mutex::new(Timer { due: Instant::now() + TICK, late: Duration::ZERO }));
        let watched = Arc::clone(&timer);
        let task = tokio::spawn(async move {
            loop {
                let due = watched.lock().unwrap_or_else(PoisonError::into_inner).due;
                sleep_until(due).await;
                let mut timer = watched.lock().unwrap_or_else(PoisonError::into_inner);
                *timer = Timer { late: timer.so_far(), due: Instant::now() + TICK };
            }
        });
        Lateness { timer, task: task.abort_handle() }
    }

    /// The sum of it so far, with what is due right now.
    pub(super) fn so_far(&self) -> Duration {
        self.timer.lock().unwrap_or_else(PoisonError::into_inner).so_far()
    }
}

impl Timer {
    fn so_far(&self) -> Duration {
        let overdue = self.due.elapsed();
        // It may have been held up since the timer was set.
        self.late + if overdue > USUAL { overdue + TICK } else { Duration::ZERO }
    }
}

impl Drop for Lateness {
    fn drop(&mut self) {
        self.task.abort();
    }
}
