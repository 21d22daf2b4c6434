//! What a run may send at most, by stage.

use std::time::Duration;

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
    pub(super) gap: Duration,
    /// The longest pause before a sample that follows rejections in a row.
    pub(super) pause: Duration,
}

/// Who answers on this machine is nobody else's.
pub(super) const LOOPBACK: Limits = Limits {
    usual_concurrency: 8,
    concurrency: 256,
    samples: u64::MAX,
    gap: Duration::ZERO,
    pause: Duration::from_millis(50),
};
pub(super) const STAGING: Limits = Limits {
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
        let concurrency = limits.concurrency.min(target.connections.unwrap_or(usize::MAX));
        Limits { concurrency, usual_concurrency: limits.usual_concurrency.min(concurrency), ..limits }
    }
}
