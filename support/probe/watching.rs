//! How long an open connection is listened to: until its welcome, or for a while after it.

use std::time::Duration;

use super::Session;
use crate::evidence::Evidence;
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, Presentation, Probe, Service, TokenKind, User};

/// A rejection that comes this many times later than another one is not waited for.
const MUCH_LATER: u32 = 4;
/// A connection is watched for so long at least.
const SHORTEST: Duration = Duration::from_millis(250);

impl Session<'_> {
    /// From here on, no connection is left at its welcome: what follows it may be a rejection, which came that soon so far.
    pub(crate) fn watch_every_connection(&self, judged_within: Option<Duration>) {
        let stays_open = self.target.handshake.stays_open;
        let hold = judged_within.map_or(stays_open, |within| (within * MUCH_LATER).max(SHORTEST).min(stays_open));
        // It is said once more after each round.
        _ = self.watches_all.set(hold);
    }

    /// What is presented on the connection that is watched.
    pub(super) fn watched(&self) -> Presentation {
        let (credential, user) = self.tokens.first().unwrap_or((TokenKind::Missing, User::First));
        Presentation::new(Endpoint::WebSocket, credential, self.target.handshake.presents).by(user)
    }

    /// Whose welcomed connection is watched; without a welcome, each accepted one was watched already.
    pub(crate) fn watched_user(&self, evidence: &Evidence) -> Option<User> {
        let watched = self.watched();
        let welcomed = evidence.outcome(Probe::Present(watched)) == Some(Outcome::Accepted);
        (self.target.handshake.welcome.is_some() && welcomed).then_some(watched.user)
    }

    /// Before a probe that is made later on purpose: each pause is twice as long as the one before.
    pub(super) fn pause(&self, probe: Probe) -> Duration {
        match probe {
            Probe::Present(Presentation { attempt: Attempt::AfterPause(number), .. }) => {
                self.target.handshake.stays_open * (2u32.saturating_pow(u32::from(number)) / 2)
            }
            _ => Duration::ZERO,
        }
    }

    /// A probe that watches a connection in silence needs that time beside the usual one.
    pub(super) fn limit(&self, probe: Probe) -> Duration {
        let hold = self.hold(probe).filter(|_| probe.service() == Service::Gateway).unwrap_or_default();
        self.target.timeout + hold
    }

    /// How long an open connection is watched in silence: the one that is kept for it, those that should be refused, for a refusal may
    /// follow a welcome, and all where there is no welcome to wait for, or where each comes before the verdict.
    pub(super) fn hold(&self, probe: Probe) -> Option<Duration> {
        let refusable =
            matches!(probe, Probe::Present(ask) if ask.token.is_invalid() || ask.attempt == Attempt::Watched);
        let fully = probe.only_watches() || refusable || self.target.handshake.welcome.is_none();
        if fully { Some(self.target.handshake.stays_open) } else { self.watches_all.get().copied() }
    }
}
