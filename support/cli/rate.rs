//! `fivewhys rate`: what it may send is decided, and said, before anything is sent.

mod args;
mod merge;

use std::collections::BTreeSet;
use std::time::Duration;

use super::output::{Access, Output};
use super::outputs::write;
use super::progress::{self, Bar};
use super::subject::Subject;
use super::terminal::Terminal;
use super::{CliError, Exit, print};
use crate::input::InputError;
use crate::rate::{Decision, Document, Leg, Limits, Observer, Options, Rate, Shard, measure};
use crate::report;
use crate::target::Target;

pub(super) use args::RateArgs;
use args::RateFormat;
pub(super) use args::{duration, share};
pub(super) use merge::MergeArgs;

/// Validated arguments; nothing has been sent.
pub(super) struct RateRun {
    subject: Subject,
    args: RateArgs,
    /// Of a dry run.
    unset: BTreeSet<String>,
    output: Option<Output>,
}

impl RateArgs {
    /// Reads every input and tries the output.
    ///
    /// # Errors
    /// At the first argument, file or variable that is wrong, or that asks for more than the stage allows.
    pub(super) fn validate(self) -> Result<RateRun, CliError> {
        let (subject, unset) =
            if self.dry_run { self.subject.read_to_list()? } else { (self.subject.read()?, BTreeSet::new()) };
        if let Subject::Target(target, _) = &subject {
            self.options(target)?;
        }
        let output = self.output.as_deref().map(|path| Output::open(path, Access::Usual)).transpose()?;
        Ok(RateRun { subject, args: self, unset, output })
    }

    /// How the run is made, within what the target permits.
    fn options(&self, target: &Target) -> Result<Options, InputError> {
        let there = Leg::of(target);
        let names = |legs: &[Leg]| legs.iter().map(Leg::to_string).collect::<Vec<_>>().join(", ");
        let mut legs = if self.legs.is_empty() { there.clone() } else { self.legs.clone() };
        legs.sort_unstable();
        legs.dedup();
        if let Some(missing) = legs.iter().find(|leg| !there.contains(leg)) {
            return Err(InputError::new(format!("`{}` describes no leg `{missing}`", target.name))
                .help(format!("it has: {}", if there.is_empty() { "none".to_owned() } else { names(&there) })));
        }
        if legs.is_empty() {
            return Err(InputError::new(format!("`{}` describes nothing that takes a token", target.name))
                .help("add `auth`, `backend` or `websocket` to it"));
        }
        if !target.load {
            let message =
                format!("a success rate takes many requests, which `load = false` of `{}` forbids", target.name);
            return Err(InputError::new(message).help("set `load = true` in this target to permit it"));
        }
        let limits = Limits::of(target);
        let concurrency = self.concurrency.unwrap_or(limits.usual_concurrency);
        allowed("--concurrency", concurrency as u64, limits.concurrency as u64, target)?;
        let shard = self.shard()?;
        let options = Options {
            legs,
            objective: self.objective,
            samples: self.samples,
            concurrency,
            spread: self.spread,
            hold: self.hold,
            forbidden: self.forbid_close.iter().copied().collect(),
            shard,
            run_key: self.run_key.clone().map(String::into_bytes),
            ..Options::usual(target)
        };
        allowed("--samples", options.samples.unwrap_or_default(), limits.samples, target)?;
        affordable(&options, target)?;
        Ok(options)
    }

    fn shard(&self) -> Result<Shard, InputError> {
        let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
        let of_job = number("CLOUD_RUN_TASK_INDEX").or_else(|| number("JOB_COMPLETION_INDEX"));
        match (self.shard, of_job, number("CLOUD_RUN_TASK_COUNT")) {
            (Some((Some(number), of)), ..) => Ok(Shard { number, of }),
            (Some((None, of)), Some(index), _) | (None, Some(index), Some(of)) if index < of => {
                Ok(Shard { number: index + 1, of })
            }
            (Some((None, of)), None, _) => Err(InputError::new(format!(
                "`--shard {of}` does not say which part this is"
            ))
            .help("write `--shard 1/8`, or set CLOUD_RUN_TASK_INDEX or JOB_COMPLETION_INDEX, which count from 0")),
            (Some((None, of)), Some(index), _) | (None, Some(index), Some(of)) => {
                Err(InputError::new(format!("part {index} of {of} does not exist"))
                    .help("parts are counted from 0 in CLOUD_RUN_TASK_INDEX and JOB_COMPLETION_INDEX"))
            }
            (None, ..) => Ok(Shard::WHOLE),
        }
    }
}

/// A run without a single rejection has to be able to pass.
///
/// # Errors
/// When the stage allows fewer samples than that.
pub(super) fn affordable(options: &Options, target: &Target) -> Result<(), InputError> {
    let (clean, most) = (options.design().clean_run(), Limits::of(target).samples);
    if options.samples.is_some() || clean <= most {
        return Ok(());
    }
    let Options { objective, .. } = options;
    let message = format!("an objective of {objective} takes {clean} samples, and `{}` allows {most}", target.name);
    Err(InputError::new(message).help("lower `--objective`"))
}

/// No flag asks for more than the stage allows.
fn allowed(flag: &str, asked: u64, most: u64, target: &Target) -> Result<(), InputError> {
    if asked <= most {
        return Ok(());
    }
    let message = format!("`{flag} {asked}` is more than `{}` allows: {most} at most", target.name);
    Err(InputError::new(message).help(format!("the bounds of stage `{}` protect it from its own check", target.stage)))
}

impl RateRun {
    /// Measures, and prints what was measured.
    ///
    /// # Errors
    /// When the suite itself fails: whatever the target does is counted.
    pub(super) async fn run(self, terminal: &Terminal) -> Result<Exit, CliError> {
        let (target, _running, _) = self.subject.start().await?;
        let options = self.args.options(&target)?;
        if self.args.dry_run {
            print(&terminal.show(&report::rate_plan(&target, &options, &self.unset)))?;
            return Ok(Exit::Healthy);
        }
        // A part that is killed must not leave the result of an earlier run for `merge`.
        self.output.iter().try_for_each(Output::remove_old)?;
        let command = self.args.subject.check_again(Some(&target.name));
        let rate = measured(&target, &options, self.args.quiet, command).await?;
        let format = if self.args.quiet { RateFormat::Quiet } else { self.args.format };
        let exit = tell(&rate, format, self.output, terminal);
        match rate.failure() {
            None => Ok(exit),
            // What was measured before was told.
            Some(error) => {
                say!("error: failed to open a connection, for this machine's own limits: {error}");
                Ok(Exit::InternalError)
            }
        }
    }
}

/// Measures; a terminal shows how far the run is, and Ctrl-C ends it with what is known by then.
async fn measured(target: &Target, options: &Options, is_quiet: bool, command: Vec<String>) -> Result<Rate, CliError> {
    let bar = Bar::new(&target.name, !is_quiet);
    let progress = |leg: Leg, tally: &_, design: &_| bar.show(leg, tally, design);
    let observer = Observer { progress: &progress, interrupt: progress::interrupt()? };
    let mut rate = measure(target, options, observer).await?;
    rate.run.command = command;
    Ok(rate)
}

/// Writes the report; the decision is the exit code.
fn tell(rate: &Rate, format: RateFormat, output: Option<Output>, terminal: &Terminal) -> Exit {
    let exit = match rate.decision() {
        Decision::Pass => Exit::Healthy,
        Decision::Fail => Exit::Faulty,
        Decision::Inconclusive => Exit::Inconclusive,
    };
    let shown = |text: String| if output.is_some() { text } else { terminal.show(&text) };
    let text = match format {
        RateFormat::Json => Document::of(rate).json(),
        RateFormat::Quiet => shown(report::rate_in_a_line(rate, terminal.width)),
        RateFormat::Text => shown(report::rate(rate, terminal.width)),
    };
    write(output, &text, exit)
}

/// Longer than any run lasts.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);
