//! The samples of a leg: when the next one begins, with whose token, and when there are enough. Users log in again meanwhile.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use rustls::ClientConfig;
use tokio::time::{Instant, timeout_at};

use super::clients::{Clients, Login};
use super::connection::Route;
use super::groups::Marker;
use super::limits::Limits;
use super::pace::{Pace, Slowed};
use super::run::Observer;
use super::sample::{CLOSES_SOON, Sample, Way, make};
use super::samples::Samples;
use super::tally::Judged;
use super::template::{Template, usual_hold};
use super::welcomed::Welcomed;
use super::{Ended, Leg, Measured, Options};
use crate::probe::{Session, SuiteError};
use crate::target::Target;
use crate::vocabulary::User;

/// After an interruption, what is open has so long to end in good order.
const ENDS_SOON: Duration = Duration::from_millis(500);

/// What all legs of a run have in common.
pub(super) struct Sampler<'a> {
    target: &'a Target,
    options: &'a Options,
    tls: Arc<ClientConfig>,
    marker: Option<Marker>,
    observer: Observer<'a>,
    pace: Pace,
}

/// Samples that have begun and not ended.
type Open<'a> = FuturesUnordered<Pin<Box<dyn Future<Output = io::Result<Sample>> + 'a>>>;

/// What is to be done now.
enum Step {
    Begin(Arc<Template>),
    /// For what is open, and until then at most.
    Wait(Option<Instant>),
    Turn(Turn),
}

/// What is to be done beside sampling.
enum Turn {
    /// That user has to log in again.
    Renew(User),
    /// A user has.
    LoggedIn(Login),
    /// No more of them begin.
    Over(Option<Ended>),
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
        let design = self.options.design();
        let mut measured = Measured::new(leg, design);
        let templates = clients.templates(leg, session)?;
        let Some(first) = templates.first() else { return Ok(Measured::skipped(leg, design, Ended::NoToken)) };
        let until = Instant::now() + self.target.timeout;
        let route = match Route::resolve(&first.url, &self.tls, until).await {
            Ok(route) => route,
            Err(why) => {
                measured.tally.count(Judged::Unreached(why), None);
                return Ok(measured);
            }
        };
        let hold = self.options.hold.unwrap_or_else(|| usual_hold(self.target));
        measured.hold = (leg == Leg::Websocket).then_some(hold);
        let (began, slowed) = (Instant::now(), self.pace.slowed);
        self.pace.begin_leg(self.options.spread.map(|spread| spread / design.planned().try_into().unwrap_or(u32::MAX)));
        let welcomed = Welcomed::new(templates.len());
        let way = Way { leg, route, target: self.target, hold, welcomed };
        let mut samples = Samples::new(way, templates, measured, self.options.shard);
        let ended = self.sample(&mut samples, clients, session).await?;
        let mut measured = samples.end(ended);
        measured.elapsed = began.elapsed();
        measured.slowed = Slowed {
            samples: self.pace.slowed.samples - slowed.samples,
            time: self.pace.slowed.time.saturating_sub(slowed.time),
        };
        Ok(measured)
    }

    /// Until it is decided, or nothing more may be sent. Gives what ended it before.
    async fn sample(
        &mut self,
        samples: &mut Samples<'a>,
        clients: &mut Clients,
        session: &mut Session<'_>,
    ) -> Result<Option<Ended>, SuiteError> {
        let (mut open, mut renewed) = (Open::new(), None);
        let ended = loop {
            match self.turn(samples, &mut open, clients, session, renewed.take()).await? {
                Turn::Renew(user) => renewed = Some(user),
                Turn::LoggedIn(login) => {
                    clients.take(login, session)?;
                    samples.templates = clients.templates(samples.way.leg, session)?;
                }
                Turn::Over(ended) => break ended,
            }
        };
        if matches!(ended, Some(Ended::Machine { .. })) {
            return Ok(ended);
        }
        Ok(self.drain(samples, open, session).await.or(ended))
    }

    /// Samples, while that user logs in again, until something else is to be done.
    async fn turn(
        &mut self,
        samples: &mut Samples<'a>,
        open: &mut Open<'a>,
        clients: &mut Clients,
        session: &Session<'_>,
        renewed: Option<User>,
    ) -> Result<Turn, SuiteError> {
        let login = async {
            match renewed {
                Some(user) => Login::make(user, session).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(login);
        loop {
            let until = match self.step(samples, open.len(), clients, session, renewed.is_some()) {
                Step::Turn(turn) => return Ok(turn),
                Step::Begin(template) => {
                    let (number, due) = (samples.begin(), self.pace.begin());
                    open.push(Box::pin(make(Arc::clone(&samples.way), template, number, due)));
                    continue;
                }
                Step::Wait(until) => until,
            };
            tokio::select! {
                Some(sample) = open.next(), if !open.is_empty() => match sample {
                    Ok(sample) => self.count(samples, &sample, session),
                    Err(error) => return Ok(Turn::Over(Some(Ended::Machine { error: error.to_string() }))),
                },
                login = &mut login => {
                    if self.options.concurrency == 1 || samples.draw(clients).is_none() {
                        // What waited for the login did not wait for the service.
                        self.pace.hold_off(Instant::now());
                    }
                    return Ok(Turn::LoggedIn(login?));
                }
                () = tokio::time::sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {}
                Ok(()) = self.observer.interrupt.changed() => {}
            }
        }
    }

    /// What is to be done now, with so many samples open.
    fn step(
        &mut self,
        samples: &Samples<'a>,
        open: usize,
        clients: &mut Clients,
        session: &Session<'_>,
        is_renewing: bool,
    ) -> Step {
        if samples.is_decided() || self.is_interrupted() {
            return Step::Turn(Turn::Over(self.is_interrupted().then_some(Ended::Interrupted)));
        }
        let next = clients.next_login().filter(|_| !is_renewing);
        if let Some(user) = next.filter(|_| open < self.options.concurrency) {
            return Step::Turn(Turn::Renew(user));
        }
        let asked = samples.asked_until(session);
        asked.into_iter().for_each(|until| self.pace.hold_off(until));
        let (why, is_enough) = (samples.left_alone(asked), samples.is_enough());
        // A login is one of the connections at a time.
        let is_full = next.is_some() || open + usize::from(is_renewing) >= self.options.concurrency;
        let waits = is_full || (open > 0 && self.pace.is_slowed());
        let drawn = if waits || is_enough || why.is_some() { None } else { samples.draw(clients) };
        match drawn {
            Some(template) if self.pace.next() <= Instant::now() => Step::Begin(template),
            Some(_) => Step::Wait(Some(self.pace.next())),
            None if open > 0 || (is_renewing && why.is_none()) => Step::Wait(None),
            None => Step::Turn(Turn::Over(why.or_else(|| (!is_enough).then_some(Ended::NoToken)))),
        }
    }

    /// What is open is ended in good order, and counted; an interruption does not wait for it.
    async fn drain(&mut self, samples: &mut Samples<'a>, mut open: Open<'a>, session: &Session<'_>) -> Option<Ended> {
        let mut until = Instant::now() + self.target.timeout + samples.way.hold + CLOSES_SOON;
        loop {
            if self.is_interrupted() {
                until = until.min(Instant::now() + ENDS_SOON);
            }
            tokio::select! {
                next = timeout_at(until, open.next()) => match next {
                    Ok(Some(Ok(sample))) => self.count(samples, &sample, session),
                    Ok(Some(Err(error))) => return Some(Ended::Machine { error: error.to_string() }),
                    Ok(None) | Err(_) => return None,
                },
                Ok(()) = self.observer.interrupt.changed() => {}
            }
        }
    }

    fn count(&mut self, samples: &mut Samples<'a>, sample: &Sample, session: &Session<'_>) {
        self.pace.count(sample.user, sample.judged);
        samples.count(sample, self.marker.as_ref(), session);
        let measured = &samples.measured;
        (self.observer.progress)(measured.leg, &measured.tally, &measured.design);
    }
}
