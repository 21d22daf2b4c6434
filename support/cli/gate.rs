//! `fivewhys gate`: one decision on a deployment. There is no flag that leaves a part of it out.

use std::cell::OnceCell;
use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::evidence_folder;
use super::outputs::Outputs;
use super::progress::{self, Bar, Line};
use super::rate::{affordable, share};
use super::reports::ReportsArgs;
use super::subject::{Subject, SubjectArgs};
use super::terminal::Terminal;
use super::{CliError, Exit};
use crate::gate::{Observed, gate};
use crate::input::InputError;
use crate::rate::{Leg, Options, USUAL_OBJECTIVE};
use crate::report::Format;
use crate::target::Target;
use crate::vocabulary::Service;

const WHAT: &str = "What to check";
const HOW: &str = "How";
const REPORT: &str = "Report";
const LOWEST_OBJECTIVE: f64 = 0.9;

#[derive(Debug, Args)]
pub(super) struct GateArgs {
    #[command(flatten, next_help_heading = WHAT)]
    subject: SubjectArgs,
    /// The success rate that is too low, at least 0.9
    #[arg(long, default_value_t = USUAL_OBJECTIVE, value_parser = objective, help_heading = HOW)]
    objective: f64,
    /// Fail at a single close with this code, whatever the rate: 1008 is that of the incident
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1000..=4999), help_heading = HOW)]
    forbid_close: Vec<u16>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t, env = "FIVEWHYS_FORMAT", help_heading = REPORT)]
    format: Format,
    /// Add every probe, and every fault that is ruled out or not tested
    #[arg(long, short, env = "FIVEWHYS_VERBOSE", value_parser = FalseyValueParser::new(), conflicts_with = "format", help_heading = REPORT)]
    verbose: bool,
    /// The decision only, in one line, and no progress
    #[arg(long, short, env = "FIVEWHYS_QUIET", value_parser = FalseyValueParser::new(), conflicts_with_all = ["format", "verbose"], help_heading = REPORT)]
    quiet: bool,
    /// Write the report to this file
    #[arg(long, value_name = "FILE", env = "FIVEWHYS_OUTPUT", help_heading = REPORT)]
    output: Option<PathBuf>,
    #[command(flatten)]
    reports: ReportsArgs,
    /// Write the evidence, redacted, to this folder: one file for `--from`, one to read
    #[arg(long, value_name = "DIR", env = "FIVEWHYS_EVIDENCE", help_heading = REPORT)]
    evidence: Option<PathBuf>,
}

/// Validated arguments; nothing has been sent.
pub(super) struct GateRun {
    subject: Subject,
    outputs: Outputs,
    args: GateArgs,
}

impl GateArgs {
    /// Reads every input and tries every output.
    ///
    /// # Errors
    /// At the first argument, file or variable that is wrong, and for a target that could never pass.
    pub(super) fn validate(self) -> Result<GateRun, CliError> {
        let subject = self.subject.read()?;
        let mut taken: Vec<PathBuf> = self.evidence.iter().flat_map(|folder| evidence_folder::files(folder)).collect();
        if let Subject::Target(target, _) = &subject {
            may_pass(target)?;
            self.options(target)?;
            taken.push(self.subject.config.path()?);
        }
        let outputs = Outputs::open(taken, self.output.as_deref(), &self.reports, self.evidence.as_deref())?;
        Ok(GateRun { subject, outputs, args: self })
    }

    fn options(&self, target: &Target) -> Result<Options, InputError> {
        let forbidden = self.forbid_close.iter().copied().collect();
        let options = Options { objective: self.objective, forbidden, ..Options::usual(target) };
        affordable(&options, target)?;
        Ok(options)
    }
}

/// A lower one would leave the success rate out.
fn objective(text: &str) -> Result<f64, String> {
    share(text).and_then(|objective| match objective >= LOWEST_OBJECTIVE {
        true => Ok(objective),
        false => Err(format!("it must be between {LOWEST_OBJECTIVE} and 0.9999")),
    })
}

/// What the target does not permit is said before anything is sent.
fn may_pass(target: &Target) -> Result<(), InputError> {
    let name = &target.name;
    if Leg::of(target).is_empty() {
        return Err(InputError::new(format!("`{name}` describes nothing that takes a token"))
            .help("add `auth`, `backend` or `websocket` to it"));
    }
    if !target.load {
        let message = format!("a gate measures the success rate, which `load = false` of `{name}` forbids");
        return Err(InputError::new(message).help("set `load = true` in this target to permit it"));
    }
    if !target.negatives && !target.settings().shows_fingerprint(Service::Auth) {
        let message = format!("nothing could show that the services of `{name}` hold the same secret");
        return Err(InputError::new(message)
            .help("add `fingerprint` to it, or set `negatives = true` to permit tokens that must be rejected"));
    }
    Ok(())
}

impl GateRun {
    /// # Errors
    /// When the suite itself fails: whatever the target does is an observation.
    pub(super) async fn run(self, terminal: &Terminal) -> Result<Exit, CliError> {
        let (target, _running, described) = self.subject.start().await?;
        let options = self.args.options(&target)?;
        let (line, bar) = (Line::new(&target.name, !self.args.quiet), OnceCell::new());
        // One line of progress after the other.
        let next_bar = || {
            line.end();
            Bar::new(&target.name, !self.args.quiet)
        };
        let observed = Observed {
            check: &|progress| line.show(progress),
            rate: &|leg, tally, design| bar.get_or_init(next_bar).show(leg, tally, design),
            interrupt: progress::interrupt()?,
        };
        let mut gate = gate(&target, &options, observed).await?;
        drop((line, bar));
        gate.checked.evidence.run.command = self.args.subject.check_again(Some(&target.name));
        gate.checked.evidence.run.described = Some(described);
        let format = match (self.args.verbose, self.args.quiet) {
            (true, _) => Format::Verbose,
            (false, true) => Format::Quiet,
            (false, false) => self.args.format,
        };
        Ok(self.outputs.tell(&gate.told(), format, terminal))
    }
}
