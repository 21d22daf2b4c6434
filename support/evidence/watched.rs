//! Gateways that welcome everybody and judge the token afterwards. There a welcome accepts nothing, and what follows it decides.

use std::time::Duration;

use super::Evidence;
use crate::outcome::Outcome;
use crate::vocabulary::{Attempt, Endpoint, Presentation, Probe};

impl Evidence {
    /// Whether a connection with an invalid token was welcomed: so the welcome of a valid one accepts nothing yet.
    pub(crate) fn welcomes_before_it_judges(&self) -> bool {
        self.presentations().any(|one| one.token.is_invalid() && self.is_welcomed(one))
    }

    /// How long after its beginning such a connection was rejected, at most.
    pub(crate) fn judged_within(&self) -> Option<Duration> {
        let invalid = self.presentations().filter(|one| one.token.is_invalid() && self.is_welcomed(*one));
        invalid
            .filter(|one| self.outcome(*one) == Some(Outcome::Rejected))
            .filter_map(|one| self.took(one.into()))
            .max()
    }

    fn is_welcomed(&self, presented: Presentation) -> bool {
        let connection = self.of(presented.into()).and_then(|seen| seen.response.connection());
        connection.is_some_and(|connection| connection.welcomed)
    }

    /// Where that connection was watched and did not last, those of the same presentation that were left at their welcome would not
    /// have lasted either.
    pub(crate) fn learn_from_watched(&mut self, probe: Probe) {
        let Some(watched) = probe.presented().filter(|one| one.attempt == Attempt::Watched) else { return };
        let Some(seen) = self.of(probe).filter(|_| self.outcome(probe) != Some(Outcome::Accepted)).cloned() else {
            return;
        };
        let first = watched.attempt(Attempt::First);
        let was_left = |one: &Presentation| self.is_welcomed(*one) && self.outcome(*one) == Some(Outcome::Accepted);
        let left: Vec<Presentation> = self.repeats(first).filter(was_left).collect();
        left.into_iter().for_each(|one| self.record(one.into(), seen.clone()));
    }

    /// Whether the valid token, so presented, was accepted and the connection lasted where each was watched.
    pub(crate) fn lasts(&self, presented: Presentation) -> bool {
        let is_alike = |one: &Presentation| {
            one.endpoint == Endpoint::WebSocket
                && one.token.is_the_clients()
                && (one.carriers, one.variation) == (presented.carriers, presented.variation)
        };
        self.presentations().filter(is_alike).any(|one| self.outcome(one) == Some(Outcome::Accepted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Connection, End, Observation, Response, Settings};
    use crate::vocabulary::{Carriers, TokenKind};

    #[test]
    fn a_welcome_that_does_not_last_where_it_is_watched_accepts_nothing() {
        let usual = Presentation::new(Endpoint::WebSocket, TokenKind::Issued, Carriers::HEADER);
        let ended = Observation::of(Response::WebSocket(Connection { end: End::Dropped, ..Connection::open() }));
        let mut evidence = Evidence::new(Settings::complete());
        for one in [usual, usual.repeat(1), usual.in_carriers(Carriers::SUBPROTOCOL)] {
            evidence.record(one.into(), Observation::welcomed());
        }
        assert!(!evidence.welcomes_before_it_judges());
        evidence.record(usual.forged().into(), ended.clone());
        assert!(evidence.welcomes_before_it_judges() && evidence.judged_within().is_none());
        let watched = Probe::Present(usual.attempt(Attempt::Watched));
        evidence.record(watched, ended);
        evidence.learn_from_watched(watched);
        let outcomes = |one: Presentation| evidence.outcome(one);
        assert_eq!([usual, usual.repeat(1)].map(outcomes), [Some(Outcome::Failed); 2]);
        assert!(!evidence.lasts(usual.forged()) && evidence.lasts(usual.in_carriers(Carriers::SUBPROTOCOL).forged()));
    }
}
