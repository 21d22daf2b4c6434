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
/// An exchange goes on so many times, here and, in a test, in a mock of the same process: connect, write, read, and so on. Each
/// time one delay may come before it; what is late while a response is waited for costs nothing.
const STEPS: u32 = 8;

/// Watches the timers until it is dropped.
pub(super) struct Lateness {
    timer: Arc<Mutex<Timer>>,
    task: AbortHandle,
}

struct Timer {
    due: Instant,
    /// Each time that it was late, by how much.
    delays: Vec<Duration>,
}

impl Lateness {
    pub(super) fn watch() -> Self {
        let timer = Arc::new(Mutex::new(Timer { due: Instant::now() + TICK, delays: Vec::new() }));
        let watched = Arc::clone(&timer);
        let task = tokio::spawn(async move {
            loop {
                let due = watched.lock().unwrap_or_else(PoisonError::into_inner).due;
                sleep_until(due).await;
                let mut timer = watched.lock().unwrap_or_else(PoisonError::into_inner);
                let delay = timer.delay();
                timer.delays.extend(delay);
                timer.due = Instant::now() + TICK;
            }
        });
        Lateness { timer, task: task.abort_handle() }
    }

    /// How many delays there were so far.
    pub(super) fn count(&self) -> usize {
        self.timer.lock().unwrap_or_else(PoisonError::into_inner).delays.len()
    }

    /// By how much the delays since then, after so many of them, may have held up one exchange.
    pub(super) fn since(&self, count: usize) -> Duration {
        let timer = self.timer.lock().unwrap_or_else(PoisonError::into_inner);
        let delays = || timer.delays.iter().skip(count).copied().chain(timer.delay());
        delays().sum::<Duration>().min(delays().max().unwrap_or_default() * STEPS)
    }
}

impl Timer {
    /// By how much it is late now; the process may have stood still since the timer was set.
    fn delay(&self) -> Option<Duration> {
        let overdue = self.due.elapsed();
        (overdue > USUAL).then_some(overdue + TICK)
    }
}

impl Drop for Lateness {
    fn drop(&mut self) {
        self.task.abort();
    }
}
