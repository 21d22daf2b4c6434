//! The samples of a leg: when the next one begins, with whose token, and when there are enough.

use std::sync::Arc;

use futures_util::stream::{FuturesUnordered, StreamExt};
use rustls::ClientConfig;
use tokio::time::{Instant, timeout_at};

use super::clients::Clients;
use super::connection::Route;
use super::groups::{Factor, Marker};
use super::latency::Phase;
use super::limits::{Limits, Pace, Slowed};
use super::run::Observer;
use super::sample::{CLOSES_SOON, Sample, Way, make};
use super::tally::{Judged, Unreached};
use super::template::{Template, usual_hold};
use super::{Leg, Measured, Options};
use crate::probe::{Session, SuiteError, retry_after};
use crate::target::Target;

/// A service that asks so often in a row for fewer requests gets no more of them.
const ASKED_OFTEN: u32 = 3;

/// What all legs of a run have in common.
pub(super) struct Sampler<'a> {
    target: &'a Target,
    options: &'a Options,
    tls: Arc<ClientConfig>,
    marker: Option<Marker>,
    observer: Observer<'a>,
    pace: Pace,
}

/// A leg while it is sampled.
struct Samples<'a> {
    way: Arc<Way<'a>>,
    templates: Vec<Arc<Template>>,
    measured: Measured,
    /// So many were begun.
    begun: u64,
    /// When the next one is due, and when it may begin.
    next: Option<(Instant, Instant)>,
    /// So often in a row the service has asked for fewer requests.
    asked: u32,
}

impl<'a> Sampler<'a> {
    pub(super) fn new(
        target: &'a Target,
        options: &'a Options,
        tls: Arc<ClientConfig>,
        marker: Option<Marker>,
        observer: Observer<'a>,
    ) -> Self {
        Sampler { target, options, tls, marker, observer, pace: Pace::new(Limits::of(target)) }
    }

    pub(super) fn is_interrupted(&self) -> bool {
        *self.observer.interrupt.borrow()
    }

    /// # Errors
    /// When the suite cannot do its job.
    pub(super) async fn leg(
        &mut self,
        leg: Leg,
        clients: &mut Clients,
        session: &mut Session<'_>,
    ) -> Result<Measured, SuiteError> {
        let mut measured = Measured::new(leg, self.options.design());
        let templates = clients.templates(leg, session)?;
        let Some(first) = templates.first() else { return Ok(measured) };
        let until = Instant::now() + self.target.timeout;
        let route = match Route::resolve(&first.url, &self.tls, until).await {
            Ok(route) => route,
            Err(why) => {
                measured.tally.count(Judged::Unreached(why), None);
                return Ok(measured);
            }
        };
        let hold = self.options.hold.unwrap_or_else(|| usual_hold(self.target));
        let way = Arc::new(Way { leg, route, target: self.target, hold });
        let (began, slowed) = (Instant::now(), self.pace.slowed);
        let interval = self.options.spread.map(|spread| spread / measured.design.most.try_into().unwrap_or(u32::MAX));
        self.pace.begin(interval.unwrap_or_default());
        let mut samples = Samples { way, templates, measured, begun: 0, next: None, asked: 0 };
        self.sample(&mut samples, clients, session).await?;
        let mut measured = samples.measured;
        measured.elapsed = began.elapsed();
        measured.slowed = Slowed {
            samples: self.pace.slowed.samples - slowed.samples,
            time: self.pace.slowed.time.saturating_sub(slowed.time),
        };
        Ok(measured)
    }

    /// Until it is decided, or nothing more may be sent.
    async fn sample(
        &mut self,
        samples: &mut Samples<'a>,
        clients: &mut Clients,
        session: &mut Session<'_>,
    ) -> Result<(), SuiteError> {
        let mut open = FuturesUnordered::new();
        while samples.measured.decided.is_none() && !self.is_interrupted() {
            if clients.renew(session).await? {
                samples.templates = clients.templates(samples.way.leg, session)?;
            }
            let is_full = open.len() >= self.options.concurrency || (!open.is_empty() && self.pace.is_slowed());
            let may_begin = !is_full && samples.may_go_on(session);
            let begins = may_begin.then(|| samples.begins(&mut self.pace, session));
            if begins.is_some_and(|begins| begins <= Instant::now()) {
                let (template, number, due) = samples.begin(self.options);
                open.push(make(Arc::clone(&samples.way), template, number, due));
                continue;
            }
            if begins.is_none() && open.is_empty() {
                break;
            }
            tokio::select! {
                Some(sample) = open.next(), if !open.is_empty() => self.count(samples, sample.map_err(SuiteError::Resources)?, session),
                () = tokio::time::sleep_until(begins.unwrap_or_else(Instant::now)), if begins.is_some() => {}
                Ok(()) = self.observer.interrupt.changed() => {}
            }
        }
        // What is open is ended in good order, and counted; an interruption does not wait for it.
        let usual = self.target.timeout + samples.way.hold + CLOSES_SOON;
        let until = Instant::now() + if self.is_interrupted() { CLOSES_SOON } else { usual };
        while let Ok(Some(sample)) = timeout_at(until, open.next()).await {
            self.count(samples, sample.map_err(SuiteError::Resources)?, session);
        }
        Ok(())
    }

    fn count(&mut self, samples: &mut Samples<'a>, sample: Sample, session: &Session<'_>) {
        let Sample { judged, seen, user, .. } = &sample;
        self.pace.count(*user, *judged);
        let is_asked = *judged == Judged::Unreached(Unreached::RateLimited);
        samples.asked = if is_asked { samples.asked + 1 } else { 0 };
        if let Some(template) = samples.templates.first().filter(|_| is_asked) {
            session.leave_alone(&template.url, retry_after(seen.retry_after.as_deref()));
        }
        let measured = &mut samples.measured;
        measured.tally.count(*judged, seen.close);
        record_times(measured, &sample);
        if let Some(marker) = &self.marker {
            group(measured, marker, &sample, (&samples.way.route, session));
        }
        measured.decided = measured.decided.or_else(|| measured.design.decide(&measured.tally));
        (self.observer.progress)(measured.leg, &measured.tally, &measured.design);
    }
}

impl Samples<'_> {
    /// Whether another one may help to decide, there is a token for it, and the service does not ask for longer than anybody waits.
    fn may_go_on(&self, session: &Session<'_>) -> bool {
        let Some(first) = self.templates.first() else { return false };
        let latest = Instant::now() + self.way.target.slow_after;
        let is_closed = session.left_alone_until(&first.url).is_some_and(|until| until > latest);
        self.begun < self.most() && self.asked < ASKED_OFTEN && !is_closed
    }

    /// So many begin: no more than a pass may still need, for what is not sent harms nobody.
    fn most(&self) -> u64 {
        let (design, tally) = (&self.measured.design, &self.measured.tally);
        let enough = tally.attempts() + design.to_pass(tally).max(1);
        // Where nothing is judged, nothing will be.
        if tally.judged() == 0 { enough.min(design.least).min(design.most) } else { enough.min(design.most) }
    }

    /// When the next one may begin.
    fn begins(&mut self, pace: &mut Pace, session: &Session<'_>) -> Instant {
        let (_, begins) = *self.next.get_or_insert_with(|| pace.next());
        let asked = self.templates.first().and_then(|first| session.left_alone_until(&first.url));
        asked.map_or(begins, |until| until.max(begins))
    }

    /// What the next one presents, its number, and when it was due.
    fn begin(&mut self, options: &Options) -> (Arc<Template>, u64, Instant) {
        // Drawn: in turn, users would keep step with a load balancer, and seem to be what its replicas are.
        let template = Arc::clone(&self.templates[fastrand::usize(..self.templates.len())]);
        let number = self.begun * options.shard.of + options.shard.number - 1;
        self.begun += 1;
        (template, number, self.next.take().map_or_else(Instant::now, |(due, _)| due))
    }
}

fn record_times(measured: &mut Measured, Sample { judged, seen, total, .. }: &Sample) {
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
        duration.into_iter().for_each(|duration| measured.latency.record(phase, duration));
    }
}

/// By everything that its outcome may be tied to.
fn group(measured: &mut Measured, marker: &Marker, sample: &Sample, (route, session): (&Route, &Session<'_>)) {
    let Sample { number, judged, seen, address, user, .. } = sample;
    let groups = &mut measured.groups;
    groups.count(marker, (Factor::User, ""), &user.to_string(), Some(&format!("user {user}")), *judged);
    for (by, of, value) in &seen.named {
        // What a cookie holds may grant access.
        let name = (*by == Factor::Replica).then(|| session.shown(&format!("{of}: {value}")));
        groups.count(marker, (*by, &session.shown(of)), value, name.as_deref(), *judged);
    }
    if route.has_several() {
        let address = address.ip().to_string();
        groups.count(marker, (Factor::Address, ""), &address, Some(&address), *judged);
    }
    groups.count_in_time(*number, *judged);
}
