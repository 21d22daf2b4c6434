//! A run: the users log in, and each leg is sampled until its design decides.

use tokio::sync::watch;
use tokio::time::Instant;

use super::clients::Clients;
use super::design::Design;
use super::groups::Marker;
use super::sampler::Sampler;
use super::tally::Tally;
use super::{Ended, Leg, Measured, Options, Part, Rate};
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

/// Measures the success rate of each leg.
///
/// # Errors
/// When the suite cannot do its job; whatever the target does is counted.
pub async fn measure(target: &Target, options: &Options, mut observer: Observer<'_>) -> Result<Rate, SuiteError> {
    let begun = Instant::now();
    let mut run = Run::begins();
    let mut session = Session::new(target)?;
    let (mut clients, design) = (Clients::new(target), options.design());
    // A part that gets no sample sends nothing.
    if design.most > 0 {
        tokio::select! {
            done = clients.log_in(&mut session) => done?,
            Ok(()) = observer.interrupt.changed() => {}
        }
    }
    let key = options.run_key.clone().unwrap_or_else(|| uuid::Uuid::new_v4().into_bytes().to_vec());
    let marker = Marker::new(&key);
    let mut sampler = Sampler::new(target, options, session.tls()?, marker.clone(), observer);
    let mut legs: Vec<Measured> = Vec::new();
    for leg in &options.legs {
        // What this machine cannot do for one leg, it cannot do for the next.
        let failure =
            legs.last().and_then(|last| last.ended.clone()).filter(|why| matches!(why, Ended::Machine { .. }));
        let why = if sampler.is_interrupted() { Some(Ended::Interrupted) } else { failure };
        legs.push(match why {
            Some(why) => Measured::skipped(*leg, design, why),
            None if design.most == 0 => Measured::new(*leg, design),
            None => sampler.leg(*leg, &mut clients, &mut session).await?,
        });
    }
    run.interrupted = sampler.is_interrupted();
    run.elapsed = begun.elapsed();
    Ok(Rate {
        target: target.name.clone(),
        legs,
        run,
        login: clients.into_failure(),
        forbidden: options.forbidden.clone(),
        parts: vec![Part { run: uuid::Uuid::new_v4().to_string(), shard: options.shard }],
        key: marker.as_ref().map(Marker::of_key),
    })
}
