//! What a run may send at most, by stage, and how it slows down where rejections come in a row: circuit breakers and lockouts count
//! those, whatever causes them.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::tally::Judged;
use crate::evidence::Stage;
use crate::target::{Target, is_loopback};

/// What no flag exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time, where none are asked for.
    pub usual_concurrency: usize,
    /// Connections at a time, at most.
    pub concurrency: usize,
    /// Samples of each leg, at most.
    pub samples: u64,
    /// Between the beginnings of two samples, at least.
    gap: Duration,
    /// The longest pause before a sample that follows rejections in a row.
    pause: Duration,
}

/// Who answers on this machine is nobody else's.
const LOOPBACK: Limits = Limits {
    usual_concurrency: 8,
    concurrency: 256,
    samples: u64::MAX,
    gap: Duration::ZERO,
    pause: Duration::from_millis(50),
};
const STAGING: Limits = Limits {
    usual_concurrency: 4,
    concurrency: 16,
    samples: 5_000,
    gap: Duration::from_millis(10),
    pause: Duration::from_secs(1),
};
const PRODUCTION: Limits = Limits {
    usual_concurrency: 1,
    concurrency: 1,
    samples: 300,
    gap: Duration::from_millis(100),
    pause: Duration::from_secs(2),
};

impl Limits {
    /// Those of the target's stage; on this machine there are hardly any.
    pub fn of(target: &Target) -> Self {
        let limits = match target.stage {
            _ if target.addresses().all(is_loopback) => LOOPBACK,
            Stage::Production => PRODUCTION,
            Stage::Local | Stage::Staging => STAGING,
        };
        let concurrency = limits.concurrency.min(target.connections);
        Limits { concurrency, usual_concurrency: limits.usual_concurrency.min(concurrency), ..limits }
    }
}

/// When the next sample may begin.
#[derive(Debug)]
pub(super) struct Pace {
    limits: Limits,
    /// Between two samples, where they are spread over a time.
    interval: Duration,
    due: Instant,
    /// Rejections of each user since the last accepted sample: lockouts count a user's, circuit breakers everybody's.
    in_a_row: BTreeMap<usize, u32>,
    /// The time that it waited for that reason, and how often.
    pub(super) slowed: Slowed,
}

/// What a run waited beyond its usual pace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slowed {
    /// So many samples waited.
    pub samples: u64,
    /// In all.
    pub time: Duration,
}

/// So many rejections in a row are followed by a pause. The common threshold of a circuit breaker is five.
const IN_A_ROW: u32 = 3;
/// The shortest pause is the longest one divided by this; each is twice as long as the one before.
const SHORTEST: u32 = 8;

impl Pace {
    pub(super) fn new(limits: Limits) -> Self {
        Pace { limits, interval: limits.gap, due: Instant::now(), in_a_row: BTreeMap::new(), slowed: Slowed::default() }
    }

    /// From now on samples are due: the pace of the leg before is over.
    pub(super) fn begin(&mut self, interval: Duration) {
        (self.interval, self.due) = (interval.max(self.limits.gap), Instant::now());
    }

    pub(super) fn count(&mut self, user: usize, judged: Judged) {
        match judged {
            Judged::Accepted => {
                // Of the others only what a lockout counts is left.
                self.in_a_row.retain(|other, row| *other != user && *row >= IN_A_ROW);
            }
            Judged::Rejected => *self.in_a_row.entry(user).or_default() += 1,
            Judged::Unreached(_) => {}
        }
    }

    /// The longest row, of one user or of all.
    fn row(&self) -> u32 {
        self.in_a_row.values().sum()
    }

    /// The service has to accept a token, or a pause to pass, before the next sample: so only one is open at a time.
    pub(super) fn is_slowed(&self) -> bool {
        self.row() >= IN_A_ROW
    }

    /// Before the next sample, because of rejections in a row.
    fn pause(&self) -> Duration {
        match self.row().checked_sub(IN_A_ROW) {
            Some(more) => self.limits.pause / (SHORTEST >> more.min(SHORTEST.ilog2())),
            None => Duration::ZERO,
        }
    }

    /// When the next sample is due, and when it may begin, once no other is open.
    pub(super) fn next(&mut self) -> (Instant, Instant) {
        let due = self.due;
        let mut begins = due.max(Instant::now());
        let pause = self.pause();
        if !pause.is_zero() {
            begins += pause;
            self.slowed.samples += 1;
            self.slowed.time += pause;
        }
        // Who was held up is not sent in a bunch afterwards.
        self.due = if self.interval.is_zero() { begins } else { due + self.interval };
        if self.is_slowed() {
            self.due = self.due.max(begins);
        }
        (if self.interval.is_zero() || self.is_slowed() { begins } else { due }, begins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate::Unreached;

    #[test]
    fn after_three_rejections_in_a_row_it_slows_down_until_one_is_accepted() {
        let mut pace = Pace::new(STAGING);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pauses.push(pace.pause().as_millis());
            _ = pace.next();
            pace.count(1, Judged::Rejected);
        }
        assert_eq!(pauses, [0, 0, 0, 125, 250, 500, 1_000, 1_000]);
        assert_eq!((pace.slowed.samples, pace.slowed.time), (5, Duration::from_millis(2_875)));
        pace.count(1, Judged::Unreached(Unreached::Timeout));
        assert!(pace.is_slowed());
        // A lockout of one user does not end because another one is accepted.
        pace.count(2, Judged::Accepted);
        assert!(pace.is_slowed());
        pace.count(1, Judged::Accepted);
        assert!(!pace.is_slowed() && pace.pause().is_zero());
    }

    #[test]
    fn samples_are_spread_over_the_time() {
        let mut pace = Pace::new(LOOPBACK);
        pace.begin(Duration::from_millis(100));
        let first = pace.next().0;
        let due: Vec<_> = (0..3).map(|_| pace.next().0.duration_since(first).as_millis()).collect();
        assert_eq!(due, [100, 200, 300]);
    }
}
