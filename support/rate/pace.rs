//! When the next sample may begin, and how a run slows down where rejections come in a row: circuit breakers and lockouts count those,
//! whatever causes them.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::limits::Limits;
use super::tally::Judged;

/// When the next sample may begin.
#[derive(Debug)]
pub(super) struct Pace {
    limits: Limits,
    /// When the next sample is due, and how long after it the one that follows: only where samples are spread over a time. Without
    /// that, none is late.
    spread: Option<(Instant, Duration)>,
    /// No sample begins earlier.
    earliest: Instant,
    /// Rejections of each user since the last accepted sample: lockouts count a user's, circuit breakers everybody's.
    in_a_row: BTreeMap<usize, u32>,
    /// When the last of them came.
    rejected: Instant,
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
pub(crate) const IN_A_ROW: u32 = 3;
/// The shortest pause is the longest one divided by this; each is twice as long as the one before.
const SHORTEST: u32 = 8;

impl Pace {
    pub(super) fn new(limits: Limits) -> Self {
        let now = Instant::now();
        let (in_a_row, slowed) = (BTreeMap::new(), Slowed::default());
        Pace { limits, spread: None, earliest: now, in_a_row, rejected: now, slowed }
    }

    /// From now on the samples of a leg are due, so long after each other where they are spread over a time.
    pub(super) fn begin_leg(&mut self, interval: Option<Duration>) {
        self.spread = interval.map(|interval| (Instant::now(), interval.max(self.limits.gap)));
    }

    pub(super) fn count(&mut self, user: usize, judged: Judged) {
        match judged {
            Judged::Accepted => {
                // Of the others only what a lockout counts is left.
                self.in_a_row.retain(|other, row| *other != user && *row >= IN_A_ROW);
            }
            Judged::Rejected => {
                *self.in_a_row.entry(user).or_default() += 1;
                self.rejected = Instant::now();
            }
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

    /// None is due, and none begins, before that: what is held up by us or on request does not wait for the service.
    pub(super) fn hold_off(&mut self, until: Instant) {
        self.earliest = self.earliest.max(until);
        if let Some((due, _)) = &mut self.spread {
            *due = until.max(*due);
        }
    }

    /// When the next sample may begin.
    pub(super) fn next(&self) -> Instant {
        let due = self.spread.map_or(self.earliest, |(due, _)| due.max(self.earliest));
        if self.is_slowed() { due.max(self.rejected + self.pause()) } else { due }
    }

    /// One begins now. Gives when it was due.
    pub(super) fn begin(&mut self) -> Instant {
        let (now, is_slowed) = (Instant::now(), self.is_slowed());
        if is_slowed {
            self.slowed.samples += 1;
            self.slowed.time += self.pause();
        }
        self.earliest = now + self.limits.gap;
        let Some((next, interval)) = &mut self.spread else { return now };
        // A pause of ours is no delay of the service.
        let due = if is_slowed { now } else { *next };
        *next = due + *interval;
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate::Unreached;
    use crate::rate::limits::{LOOPBACK, STAGING};

    const INTERVAL: Duration = Duration::from_millis(100);

    #[test]
    fn after_three_rejections_in_a_row_it_slows_down_until_one_is_accepted() {
        let mut pace = Pace::new(STAGING);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pauses.push(pace.pause().as_millis());
            _ = pace.begin();
            pace.count(1, Judged::Rejected);
        }
        assert_eq!(pauses, [0, 0, 0, 125, 250, 500, 1_000, 1_000]);
        assert_eq!((pace.slowed.samples, pace.slowed.time), (5, Duration::from_millis(2_875)));
        assert!(pace.next() >= pace.rejected + Duration::from_secs(1));
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
        pace.begin_leg(Some(INTERVAL));
        let first = pace.begin();
        let due: Vec<_> = (0..3).map(|_| pace.begin().duration_since(first).as_millis()).collect();
        assert_eq!(due, [100, 200, 300]);
    }

    /// The gap of a stage protects it, and makes no sample late.
    #[test]
    fn without_a_spread_a_sample_is_due_when_it_begins() {
        let mut pace = Pace::new(STAGING);
        pace.begin_leg(None);
        let before = pace.begin();
        assert!(pace.next() >= before + STAGING.gap);
        let now = Instant::now();
        assert!(pace.begin() >= now);
    }

    #[test]
    fn a_service_that_asks_for_a_pause_makes_no_sample_late() {
        let mut pace = Pace::new(LOOPBACK);
        pace.begin_leg(Some(INTERVAL));
        let until = Instant::now() + Duration::from_secs(2);
        pace.hold_off(until);
        assert_eq!(pace.next(), until);
        assert_eq!((pace.begin(), pace.begin()), (until, until + INTERVAL));
    }
}
