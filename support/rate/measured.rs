//! What was measured of one leg.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::connection::Route;
use super::groups::Marker;
use super::named::Named;
use super::sample::Sample;
use super::{Decided, Design, Factor, Groups, Judged, Latency, Leg, Phase, Slowed, Tally, Unreached};
use crate::probe::Session;

/// What was measured of one leg.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Which.
    pub leg: Leg,
    /// How it is decided.
    pub design: Design,
    /// What came of the samples.
    pub tally: Tally,
    /// How long they took.
    pub latency: Latency,
    /// What the outcomes may be tied to.
    pub groups: Groups,
    /// What it waited because rejections came in a row.
    pub slowed: Slowed,
    /// From the first sample to the end of the last.
    pub elapsed: Duration,
    /// How long a welcomed connection was watched.
    pub hold: Option<Duration>,
    /// Why there are fewer samples than the design has, where something else than a decision ended them.
    pub ended: Option<Ended>,
    /// The decision of the run, at the sample that made it; `None` of what was merged.
    pub decided: Option<Decided>,
}

/// Why no more samples were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ended {
    /// By a signal.
    Interrupted,
    /// No user has a token that may be presented.
    NoToken,
    /// The service asks for no request for so long.
    RetryAfter {
        /// From then on.
        seconds: u64,
    },
    /// The service asked several times in a row for fewer requests.
    RateLimited,
    /// This machine can open no more connections.
    Machine {
        /// What the system says.
        error: String,
    },
}

impl Measured {
    pub(super) fn new(leg: Leg, design: Design) -> Self {
        Measured {
            leg,
            design,
            tally: Tally::default(),
            latency: Latency::default(),
            groups: Groups::default(),
            slowed: Slowed::default(),
            elapsed: Duration::ZERO,
            hold: None,
            ended: None,
            decided: None,
        }
    }

    /// Without a sample, for that reason.
    pub(super) fn skipped(leg: Leg, design: Design, why: Ended) -> Self {
        Measured { ended: Some(why), ..Measured::new(leg, design) }
    }

    pub(super) fn count(&mut self, sample: &Sample, marker: Option<&Marker>, seen_by: (&Route, &Session<'_>)) {
        self.tally.count(sample.judged, sample.seen.close);
        self.record_times(sample);
        if let Some(marker) = marker {
            self.group(marker, sample, seen_by);
        }
    }

    fn record_times(&mut self, Sample { judged, seen, total, .. }: &Sample) {
        // What was not there took no time.
        let took = matches!(judged, Judged::Accepted | Judged::Rejected | Judged::Unreached(Unreached::Timeout));
        let phases = [
            (Phase::Connect, seen.connect),
            (Phase::Tls, seen.tls),
            (Phase::Response, seen.response),
            (Phase::Welcome, seen.welcome),
            (Phase::Total, took.then_some(*total)),
        ];
        for (phase, duration) in phases {
            duration.into_iter().for_each(|duration| self.latency.record(phase, duration));
        }
    }

    /// By everything that its outcome may be tied to.
    fn group(&mut self, marker: &Marker, sample: &Sample, (route, session): (&Route, &Session<'_>)) {
        let Sample { number, judged, seen, address, user, .. } = sample;
        let groups = &mut self.groups;
        groups.count(marker, (Factor::User, ""), &user.to_string(), *judged, || Some(format!("user {user}")));
        for Named { by, of, value } in &seen.named {
            // What a cookie holds may grant access.
            let name = || (*by == Factor::Replica).then(|| session.shown(&format!("{of}: {value}")));
            groups.count(marker, (*by, &session.shown(of)), value, *judged, name);
        }
        if route.has_several() {
            let address = address.ip().to_string();
            groups.count(marker, (Factor::Address, ""), &address, *judged, || Some(address.clone()));
        }
        groups.count_in_time(*number, *judged);
    }
}
