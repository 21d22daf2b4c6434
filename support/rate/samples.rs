//! A leg while it is sampled: how many samples were begun, what came of them, and whether another one may help.

use std::sync::Arc;

use tokio::time::Instant;

use super::clients::Clients;
use super::groups::Marker;
use super::order::InOrder;
use super::sample::{Sample, Way};
use super::tally::{Judged, Unreached};
use super::template::Template;
use super::{Ended, Measured, Shard};
use crate::probe::Session;
use crate::retry_after::retry_after;

/// A service that asks so often in a row for fewer requests gets no more of them.
const ASKED_OFTEN: u32 = 3;

pub(super) struct Samples<'a> {
    pub(super) way: Arc<Way<'a>>,
    pub(super) templates: Vec<Arc<Template>>,
    pub(super) measured: Measured,
    order: InOrder,
    shard: Shard,
    /// So many were begun.
    begun: u64,
    /// So often in a row the service has asked for fewer requests.
    asked: u32,
}

impl<'a> Samples<'a> {
    pub(super) fn new(way: Way<'a>, templates: Vec<Arc<Template>>, measured: Measured, shard: Shard) -> Self {
        let way = Arc::new(way);
        Samples { way, templates, measured, order: InOrder::default(), shard, begun: 0, asked: 0 }
    }

    pub(super) fn is_decided(&self) -> bool {
        self.order.is_decided()
    }

    /// So many have begun as a pass may still need: what is not sent harms nobody.
    pub(super) fn is_enough(&self) -> bool {
        let (design, tally) = (&self.measured.design, &self.measured.tally);
        let enough = tally.attempts() + design.to_pass(tally).max(1);
        // Where nothing is judged, nothing will be.
        let most = if tally.judged() == 0 { enough.min(design.least) } else { enough };
        self.begun >= most.min(design.most)
    }

    /// Until when the service asks for no request.
    pub(super) fn asked_until(&self, session: &Session<'_>) -> Option<Instant> {
        session.left_alone_until(&self.templates.first()?.url)
    }

    /// Why the service gets no more, where it asks for that, or for a pause until then.
    pub(super) fn left_alone(&self, until: Option<Instant>) -> Option<Ended> {
        if self.asked >= ASKED_OFTEN {
            return Some(Ended::RateLimited);
        }
        let pause = until?.saturating_duration_since(Instant::now());
        let seconds = pause.as_secs_f64().round() as u64;
        (pause > self.way.target.slow_after).then_some(Ended::RetryAfter { seconds })
    }

    /// What the next one presents.
    pub(super) fn draw(&self, clients: &Clients) -> Option<Arc<Template>> {
        let there: Vec<_> = self.templates.iter().filter(|template| clients.may_present(template.user)).collect();
        // Drawn: in turn, users would keep step with a load balancer, and seem to be what its replicas are.
        (!there.is_empty()).then(|| Arc::clone(there[fastrand::usize(..there.len())]))
    }

    /// The number of the one that begins now, among those of all parts.
    pub(super) fn begin(&mut self) -> u64 {
        let number = self.begun * self.shard.of + self.shard.number - 1;
        self.begun += 1;
        number
    }

    pub(super) fn count(&mut self, sample: &Sample, marker: Option<&Marker>, session: &Session<'_>) {
        let is_asked = sample.judged == Judged::Unreached(Unreached::RateLimited);
        self.asked = if is_asked { self.asked + 1 } else { 0 };
        if let Some(template) = self.templates.first().filter(|_| is_asked) {
            session.leave_alone(&template.url, retry_after(sample.seen.retry_after.as_deref()));
        }
        self.measured.count(sample, marker, (&self.way.route, session));
        self.order.count(sample.number / self.shard.of, sample.judged, &self.measured.design);
    }

    /// What was measured; why it ended matters only where it was not decided.
    pub(super) fn end(self, ended: Option<Ended>) -> Measured {
        let Samples { mut measured, order, .. } = self;
        measured.ended = ended.filter(|_| !order.is_decided());
        measured.decided = Some(order.conclude(&measured.design));
        measured
    }
}
