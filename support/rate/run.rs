//! A run: the users log in, and each leg is sampled until its design decides.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use rustls::ClientConfig;
use tokio::sync::watch;
use tokio::time::Instant;

use super::clients::Clients;
use super::connection::Route;
use super::design::{Decision, Design};
use super::groups::{Factor, Marker};
use super::latency::Phase;
use super::limits::{Limits, Pace, Slowed};
use super::sample::{Sample, make};
use super::tally::{Judged, Tally, Unreached};
use super::template::usual_hold;
use super::{Leg, Measured, Options, Rate};
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

/// A service that asks for fewer requests so often in a row gets no more of them.
const ASKED_OFTEN: u32 = 3;

/// Measures the success rate of each leg.
///
/// # Errors
/// When the suite cannot do its job; whatever the target does is counted.
pub async fn measure(target: &Target, options: &Options, observer: Observer<'_>) -> Result<Rate, SuiteError> {
    let begun = Instant::now();
    let mut run = Run::begins();
    let mut session = Session::new(target)?;
    let tls = session.tls()?;
    let mut clients = Clients::log_in(target, &mut session).await?;
    let key = options.run_key.clone().unwrap_or_else(|| uuid::Uuid::new_v4().into_bytes().to_vec());
    let mut sampler = Sampler {
        target,
        options,
        tls: Arc::clone(&tls),
        marker: Marker::new(&key),
        observer,
        pace: Pace::new(Limits::of(target), Duration::ZERO),
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
    Ok(Rate { target: target.name.clone(), legs, run, login, forbidden: options.forbidden.clone() })
}

struct Sampler<'a> {
    target: &'a Target,
    options: &'a Options,
    tls: Arc<ClientConfig>,
    marker: Option<Marker>,
    observer: Observer<'a>,
    pace: Pace,
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
        let (mut open, mut launched, mut asked) = (FuturesUnordered::new(), 0, 0);
        while measured.decided.is_none() && asked < ASKED_OFTEN && !*self.observer.interrupt.borrow() {
            if clients.renew(session).await? {
                templates = clients.templates(leg, session)?;
                if templates.is_empty() {
                    break;
                }
            }
            // No more than a pass may still need: what is not sent harms nobody.
            let tally = &measured.tally;
            let enough = tally.attempts() + design.to_pass(tally).max(1);
            // Where nothing is judged, nothing will be.
            let most = if tally.judged() == 0 { enough.min(design.least) } else { enough }.min(design.most);
            while launched < most && open.len() < width && (open.is_empty() || !self.pace.is_slowed()) {
                // By chance: in turn, users would keep step with a load balancer, and seem to be what its replicas are.
                let template = Arc::clone(&templates[fastrand::usize(..templates.len())]);
                let (route, target, when) = (&route, self.target, self.pace.next());
                let address = route.address(fastrand::usize(..));
                open.push(async move { make((leg, &template), (route, address), target, hold, when).await });
                launched += 1;
            }
            let next = tokio::select! {
                next = open.next() => next,
                _ = self.observer.interrupt.changed() => continue,
            };
            let Some(sample) = next else { break };
            asked = self.count(&mut measured, sample.map_err(SuiteError::Resources)?, &route, session, asked);
        }
        // What is open is ended in good order, and counted.
        while let Some(sample) = open.next().await {
            self.count(&mut measured, sample.map_err(SuiteError::Resources)?, &route, session, asked);
        }
        measured.slowed = Slowed {
            samples: self.pace.slowed.samples - before.samples,
            time: self.pace.slowed.time.saturating_sub(before.time),
        };
        measured.elapsed = begun.elapsed();
        Ok(measured)
    }

    /// Counts a sample, and gives how often in a row the service has asked for fewer requests.
    fn count(
        &mut self,
        measured: &mut Measured,
        sample: Sample,
        route: &Route,
        session: &Session<'_>,
        asked: u32,
    ) -> u32 {
        let Sample { judged, seen, address, user, total } = sample;
        measured.tally.count(judged, seen.close);
        self.pace.count(judged);
        let phases = [
            (Phase::Connect, seen.connect),
            (Phase::Tls, seen.tls),
            (Phase::Response, seen.response),
            (Phase::Welcome, seen.welcome),
            (Phase::Total, (judged == Judged::Accepted).then_some(total)),
        ];
        for (phase, duration) in phases {
            duration.into_iter().for_each(|duration| measured.latency.record(phase, duration));
        }
        if let Some(marker) = &self.marker {
            let groups = &mut measured.groups;
            groups.count(marker, Factor::User, &user.to_string(), Some(&format!("user {user}")), judged);
            if let Some((header, value)) = &seen.replica {
                let name = session.shown(&format!("{header}: {value}"));
                groups.count(marker, Factor::Replica, value, Some(&name), judged);
            }
            if let Some(cookie) = &seen.cookie {
                groups.count(marker, Factor::Cookie, cookie, None, judged);
            }
            if route.has_several() {
                let address = address.ip().to_string();
                groups.count(marker, Factor::Address, &address, Some(&address), judged);
            }
            groups.count_in_time(judged);
        }
        measured.decided = measured.decided.or_else(|| measured.design.decide(&measured.tally));
        (self.observer.progress)(measured.leg, &measured.tally, &measured.design);
        if judged == Judged::Unreached(Unreached::RateLimited) { asked + 1 } else { 0 }
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
