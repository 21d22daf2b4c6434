//! `fivewhys check`: every argument and file is validated before anything is sent.

use std::fs::{File, create_dir_all};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use super::config::ConfigArgs;
use super::output::{is_same_file, open, replace};
use super::{CliError, Exit, print};
use crate::bundle::{self, EVIDENCE, EXCHANGES};
use crate::check::Checked;
use crate::deployment::{Deployment, VisibleSettings};
use crate::evidence::Evidence;
use crate::input::{InputError, Source};
use crate::mock;
use crate::report::{self, Format, render};
use crate::scenario::Scenario;
use crate::target::{self, Target};
use crate::{check, dry_run, faults};

/// What to check, and where the results go.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// A target of the target file; without it, an embedded deployment
    target: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
    /// The embedded deployment of this scenario instead of the healthy one
    #[arg(long, value_name = "ID", conflicts_with = "target")]
    scenario: Option<String>,
    /// Repeat probes even without a failure, to find intermittent faults such as 1 stale replica of 8
    #[arg(long)]
    thorough: bool,
    /// Send nothing; list the probes, the request of each, and the settings that would decide more
    #[arg(long, requires = "target", conflicts_with_all = ["format", "evidence", "scenario"])]
    dry_run: bool,
    /// Send nothing; diagnose again the evidence that `--evidence` has written to this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["target", "scenario", "thorough", "dry_run", "evidence"])]
    from: Option<PathBuf>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Add every probe, and every fault that is ruled out or not tested
    #[arg(long, conflicts_with_all = ["format", "dry_run"])]
    verbose: bool,
    /// Write the report to this file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the evidence, redacted, to this folder: one file for `--from`, one to read
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
}

/// Validated arguments; nothing has been sent.
pub(super) struct CheckRun {
    input: Input,
    thorough: bool,
    format: Format,
    output: Option<File>,
    evidence: Option<(File, File)>,
}

/// Where the evidence of a run comes from.
enum Input {
    Target(Box<Target>),
    DryRun(Box<Target>),
    Embedded(Box<Deployment>, VisibleSettings),
    Evidence(Box<Evidence>),
}

impl CheckArgs {
    /// Reads every input and opens every output.
    ///
    /// # Errors
    /// At the first invalid argument, file or variable, or file that cannot be written.
    pub(super) fn validate(self) -> Result<CheckRun, CliError> {
        let input = self.input()?;
        let evidence = self.evidence.as_deref().map(open_evidence).transpose()?;
        let output = self.output.as_deref().map(|path| self.open_output(path)).transpose()?;
        let format = if self.verbose { Format::Verbose } else { self.format };
        Ok(CheckRun { input, thorough: self.thorough, format, output, evidence })
    }

    /// The report must not replace an input of this run, or the evidence that it writes.
    fn open_output(&self, path: &Path) -> Result<File, InputError> {
        let folders = self.from.iter().chain(&self.evidence);
        let mut taken: Vec<PathBuf> =
            folders.flat_map(|folder| [EVIDENCE, EXCHANGES].map(|name| folder.join(name))).collect();
        if self.target.is_some() || self.config.is_named() {
            taken.push(self.config.path()?);
        }
        if taken.iter().any(|taken| is_same_file(taken, path)) {
            let message = format!("the report cannot replace `{}`", path.display());
            return Err(InputError::new(message).help("name another file after `--output`"));
        }
        open(path)
    }

    /// The target that is named, or the only one of a file that is: a pipeline that lost the name must not be green.
    fn target_name(&self) -> Result<Option<String>, InputError> {
        if self.target.is_some() || self.scenario.is_some() || !self.config.is_named() {
            return Ok(self.target.clone());
        }
        let source = self.config.read()?;
        let mut names: Vec<String> = target::list(&source)?.into_iter().map(|target| target.name).collect();
        match names.len() {
            1 => Ok(names.pop()),
            _ => Err(InputError::new(format!("`{}` has several targets, and none is named", source.path()))
                .help(format!("name one of them: {}", names.join(", ")))),
        }
    }

    fn input(&self) -> Result<Input, InputError> {
        if let Some(folder) = &self.from {
            return Ok(Input::Evidence(Box::new(bundle::decode(&Source::read(&folder.join(EVIDENCE))?)?)));
        }
        if let Some(name) = self.target_name()? {
            let environment = |variable: &str| std::env::var_os(variable);
            let target = target::select(&self.config.read()?, &name, &environment)?;
            if self.thorough && !target.load {
                return Err(InputError::new(format!(
                    "`--thorough` repeats probes many times, which `load = false` of `{name}` forbids"
                ))
                .help("set `load = true` in this target to permit it"));
            }
            let target = Box::new(Target { thorough: self.thorough, ..target });
            return Ok(if self.dry_run { Input::DryRun(target) } else { Input::Target(target) });
        }
        Ok(match &self.scenario {
            Some(id) => Scenario::find(id).map(|found| Input::Embedded(Box::new(found.deployment()), found.target))?,
            None => Input::Embedded(Box::default(), VisibleSettings::default()),
        })
    }
}

/// The two files of an evidence folder. Creates the folder where it is missing.
fn open_evidence(path: &Path) -> Result<(File, File), InputError> {
    create_dir_all(path)
        .map_err(|error| InputError::new(format!("cannot create the folder `{}`: {error}", path.display())))?;
    Ok((open(&path.join(EVIDENCE))?, open(&path.join(EXCHANGES))?))
}

impl CheckRun {
    /// Makes the check and writes its results.
    ///
    /// # Errors
    /// When the suite itself fails: whatever the target does is an observation.
    pub(super) async fn run(self) -> Result<Exit, CliError> {
        let checked = match self.input {
            Input::Target(target) => check::check(&target).await?,
            Input::Embedded(deployment, visible) => {
                let running = mock::start(&deployment, &visible).await?;
                check::check(&Target { thorough: self.thorough, ..running.target()? }).await?
            }
            Input::Evidence(evidence) => Checked { diagnosis: faults::diagnose(&evidence), evidence: *evidence },
            Input::DryRun(target) => {
                let plan = dry_run::dry_run(&target)?;
                let text = report::dry_run(&plan);
                write_report(self.output, &text)?;
                return Ok(Exit::Healthy);
            }
        };
        if let Some((evidence, exchanges)) = self.evidence {
            replace(evidence, &bundle::encode(&checked.evidence).map_err(std::io::Error::from)?)?;
            replace(exchanges, &report::exchanges(&checked.evidence))?;
        }
        write_report(self.output, &render(self.format, &checked.evidence, &checked.diagnosis))?;
        Ok(checked.diagnosis.verdict.into())
    }
}

fn write_report(output: Option<File>, text: &str) -> Result<(), CliError> {
    match output {
        Some(file) => Ok(replace(file, text)?),
        None => match print(text) {
            // A closed pipe, as after `| head`, does not change the verdict.
            Err(CliError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            printed => printed,
        },
    }
}
