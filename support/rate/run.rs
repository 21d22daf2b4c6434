//! A run: the users log in, and each leg is sampled until its design decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use rustls::ClientConfig;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::clients::Clients;
use super::connection::Route;
use super::design::{Decision, Design};
use super::groups::{Factor, Marker};
use super::latency::Phase;
use super::limits::{Limits, Pace, Slowed};
use super::sample::{CLOSES_SOON, Sample, make};
use super::tally::{Judged, Tally, Unreached};
use super::template::usual_hold;
use super::{Leg, Measured, Options, Part, Rate};
use crate::evidence::Run;
use crate::probe::{Session, SuiteError};
use crate::target::Target;

/// Who is told how far a run is, and may end it.
pub struct Observer<'a> {
    /// Told after each sample.
    pub progress: &'a dyn Fn(Leg, &Tally, &Design),
    /// Ends the run when it becomes true.
    pub interrupt: watch::Receiver<bool>,
}

/// A service that asks so often in a row for fewer requests gets no more of them.
const ASKED_OFTEN: u32 = 3;
/// So long a service is left alone that asks for fewer requests, and does not say how long.
const USUAL_PAUSE: Duration = Duration::from_secs(1);

/// Measures the success rate of each leg.
///
/// # Errors
/// When the suite cannot do its job; whatever the target does is counted.
pub async fn measure(target: &Target, options: &Options, observer: Observer<'_>) -> Result<Rate, SuiteError> {
    let begun = Instant::now();
    let mut run = Run::begins();
    let mut session = Session::new(target)?;
    let tls = session.tls()?;
    let mut observer = observer;
    let mut clients = Clients::new(target);
    tokio::select! {
        done = clients.log_in(&mut session) => done?,
        _ = observer.interrupt.changed() => {}
    }
    let key = options.run_key.clone().unwrap_or_else(|| uuid::Uuid::new_v4().into_bytes().to_vec());
    let mut sampler = Sampler {
        target,
        options,
        tls: Arc::clone(&tls),
        marker: Marker::new(&key),
        observer,
        pace: Pace::new(Limits::of(target), Duration::ZERO),
        asked: BTreeMap::new(),
        asked_in_a_row: 0,
    };
    let mut legs = Vec::new();
    for leg in &options.legs {
        legs.push(sampler.leg(*leg, &mut clients, &mut session).await?);
        if *sampler.observer.interrupt.borrow() {
            break;
        }
    }
    run.interrupted = *sampler.observer.interrupt.borrow();
    run.elapsed = begun.elapsed();
    let not_begun = options.legs.iter().skip(legs.len());
    let not_begun: Vec<_> = not_begun.map(|leg| Measured::new(*leg, options.design())).collect();
    legs.extend(not_begun);
    let login = clients.into_failure();
    let parts = vec![Part { run: uuid::Uuid::new_v4().to_string(), shard: options.shard }];
    let key = sampler.marker.as_ref().map(Marker::of_key);
    Ok(Rate { target: target.name.clone(), legs, run, login, forbidden: options.forbidden.clone(), parts, key })
}

struct Sampler<'a> {
    target: &'a Target,
    options: &'a Options,
    tls: Arc<ClientConfig>,
    marker: Option<Marker>,
    observer: Observer<'a>,
    pace: Pace,
    /// Until when the services of an origin ask to be left alone.
    asked: BTreeMap<String, Instant>,
    /// So often in a row they have asked for it.
    asked_in_a_row: u32,
}

impl Sampler<'_> {
    async fn leg(
        &mut self,
        leg: Leg,
        clients: &mut Clients,
        session: &mut Session<'_>,
    ) -> Result<Measured, SuiteError> {
        let mut measured = Measured::new(leg, self.options.design());
        let mut templates = clients.templates(leg, session)?;
        let Some(first) = templates.first() else { return Ok(measured) };
        let until = Instant::now() + self.target.timeout;
        let route = match Route::resolve(&first.url, &self.tls, until).await {
            Ok(route) => route,
            Err(why) => {
                measured.tally.count(Judged::Unreached(why), None);
                return Ok(measured);
            }
        };
        let design = measured.design;
        let begun = Instant::now();
        let hold = self.options.hold.unwrap_or_else(|| usual_hold(self.target));
        self.pace.begin(
            self.options.spread.map(|spread| spread / design.most.try_into().unwrap_or(u32::MAX)).unwrap_or_default(),
        );
        let width = self.options.concurrency;
        let before = self.pace.slowed;
        let origin = first.url.origin().ascii_serialization();
        self.asked_in_a_row = 0;
        let (mut open, mut launched, mut planned) = (FuturesUnordered::new(), 0, None);
        let patience = self.target.slow_after;
        while measured.decided.is_none() && !*self.observer.interrupt.borrow() {
            if clients.renew(session).await? {
                templates = clients.templates(leg, session)?;
            }
            let asked = self.asked.get(&origin).copied().filter(|until| *until > Instant::now());
            let is_over = templates.is_empty()
                || self.asked_in_a_row >= ASKED_OFTEN
                || asked.is_some_and(|until| until > Instant::now() + patience);
            // No more than a pass may still need: what is not sent harms nobody.
            let tally = &measured.tally;
            let enough = tally.attempts() + design.to_pass(tally).max(1);
            // Where nothing is judged, nothing will be.
            let most = if tally.judged() == 0 { enough.min(design.least) } else { enough }.min(design.most);
            if open.is_empty() && (is_over || launched >= most) {
                break;
            }
            let waits = is_over || open.len() >= width || (!open.is_empty() && self.pace.is_slowed());
            if launched < most && !waits {
                let (due, begins) = *planned.get_or_insert_with(|| self.pace.next());
                let begins = asked.map_or(begins, |until| begins.max(until));
                if begins <= Instant::now() {
                    // From run to run: in turn, users would keep step with a load balancer, and seem to be what its replicas are.
                    let template = Arc::clone(&templates[fastrand::usize(..templates.len())]);
                    let (route, target) = (&route, self.target);
                    let address = route.address(fastrand::usize(..));
                    let number = launched * self.options.shard.of + self.options.shard.number - 1;
                    let sample =
                        async move { make((leg, &template), (route, number, address), target, hold, due).await };
                    open.push(sample);
                    (launched, planned) = (launched + 1, None);
                    continue;
                }
            }
            let begins = planned.map(|(_, begins): (Instant, Instant)| asked.map_or(begins, |until| begins.max(until)));
            let next = tokio::select! {
                Some(next) = open.next(), if !open.is_empty() => Some(next),
                () = tokio::time::sleep_until(begins.unwrap_or_else(Instant::now)), if begins.is_some() && !waits && launched < most => None,
                _ = self.observer.interrupt.changed() => None,
                else => break,
            };
            if let Some(sample) = next {
                self.count(&mut measured, sample.map_err(SuiteError::Resources)?, &route, session, &origin);
            }
        }
        // What is open is ended in good order, and counted; an interruption does not wait for it.
        let left =
            if *self.observer.interrupt.borrow() { CLOSES_SOON } else { self.target.timeout + hold + CLOSES_SOON };
        let until = Instant::now() + left;
        while let Ok(Some(sample)) = timeout_at(until, open.next()).await {
            self.count(&mut measured, sample.map_err(SuiteError::Resources)?, &route, session, &origin);
        }
        drop(open);
        measured.slowed = Slowed {
            samples: self.pace.slowed.samples - before.samples,
            time: self.pace.slowed.time.saturating_sub(before.time),
        };
        measured.elapsed = begun.elapsed();
        Ok(measured)
    }

    fn count(&mut self, measured: &mut Measured, sample: Sample, route: &Route, session: &Session<'_>, origin: &str) {
        let Sample { number, judged, seen, address, user, total } = sample;
        measured.tally.count(judged, seen.close);
        self.pace.count(user, judged);
        self.asked_in_a_row += 1;
        if judged != Judged::Unreached(Unreached::RateLimited) {
            self.asked_in_a_row = 0;
        } else {
            let until = Instant::now() + seen.retry_after.unwrap_or(USUAL_PAUSE);
            let known = self.asked.entry(origin.to_owned()).or_insert(until);
            *known = until.max(*known);
        }
        // What was not there took no time.
        let took = matches!(judged, Judged::Accepted | Judged::Rejected | Judged::Unreached(Unreached::Timeout));
        let phases = [
            (Phase::Connect, seen.connect),
            (Phase::Tls, seen.tls),
            (Phase::Response, seen.response),
            (Phase::Welcome, seen.welcome),
            (Phase::Total, took.then_some(total)),
        ];
        for (phase, duration) in phases {
            duration.into_iter().for_each(|duration| measured.latency.record(phase, duration));
        }
        if let Some(marker) = &self.marker {
            let groups = &mut measured.groups;
            groups.count(marker, (Factor::User, ""), &user.to_string(), Some(&format!("user {user}")), judged);
            for (by, of, value) in &seen.named {
                // What a cookie holds may grant access.
                let name = (*by == Factor::Replica).then(|| session.shown(&format!("{of}: {value}")));
                groups.count(marker, (*by, &session.shown(of)), value, name.as_deref(), judged);
            }
            if route.has_several() {
                let address = address.ip().to_string();
                groups.count(marker, (Factor::Address, ""), &address, Some(&address), judged);
            }
            groups.count_in_time(number, judged);
        }
        measured.decided = measured.decided.or_else(|| measured.design.decide(&measured.tally));
        (self.observer.progress)(measured.leg, &measured.tally, &measured.design);
    }
}

/// The close codes that fail a leg, however many samples are accepted.
pub(super) fn forbidden_closes(tally: &Tally, forbidden: &BTreeSet<u16>) -> u64 {
    forbidden.iter().filter_map(|code| tally.closes.get(code)).sum()
}

/// A leg without samples decides nothing.
pub(super) fn concluded(measured: &Measured, forbidden: &BTreeSet<u16>) -> Decision {
    if forbidden_closes(&measured.tally, forbidden) > 0 {
        return Decision::Fail;
    }
    measured.decided.unwrap_or_else(|| measured.design.conclude(&measured.tally))
}
