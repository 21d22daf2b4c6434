//! `fivewhys preflight`: the secrets of a target by the metadata of its platform. No service is asked for anything.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::output::Output;
use super::outputs::write;
use super::progress;
use super::subject::{Subject, SubjectArgs};
use super::terminal::Terminal;
use super::{CliError, Exit};
use crate::cloud;
use crate::input::InputError;
use crate::preflight::Preflight;
use crate::report;
use crate::target::Target;

#[derive(Debug, Args)]
pub(super) struct PreflightArgs {
    #[command(flatten)]
    subject: SubjectArgs,
    /// Read the values of the secrets too, and compare them in memory; they are never shown or kept
    #[arg(long, env = "FIVEWHYS_COMPARE_PAYLOADS", value_parser = FalseyValueParser::new())]
    compare_payloads: bool,
    /// Send nothing; list every request
    #[arg(long)]
    dry_run: bool,
    /// The format of the report
    #[arg(long, value_enum, default_value_t, env = "FIVEWHYS_FORMAT", conflicts_with = "dry_run")]
    format: PreflightFormat,
    /// Write the report to this file
    #[arg(long, value_name = "FILE", env = "FIVEWHYS_OUTPUT")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum PreflightFormat {
    /// What is wrong, where, and the command that fixes it
    #[default]
    Text,
    /// One object, `fivewhys.preflight/1`
    Json,
}

/// Validated arguments; nothing has been sent.
pub(super) struct PreflightRun {
    subject: Subject,
    output: Option<Output>,
    args: PreflightArgs,
}

impl PreflightArgs {
    /// Reads every input and opens the output.
    ///
    /// # Errors
    /// At the first argument, file or variable that is wrong, or where the target names no platform.
    pub(super) fn validate(self) -> Result<PreflightRun, CliError> {
        let mut taken = Vec::new();
        let subject = match self.subject.read_platform(self.dry_run)? {
            Subject::Target(target, described) => {
                has_platform(&target)?;
                taken.push(self.subject.config.path()?);
                Subject::Target(target, described)
            }
            embedded @ Subject::Embedded(..) => embedded,
        };
        let output = self.output.as_deref().map(|path| Output::open_unless(&taken, path)).transpose()?;
        Ok(PreflightRun { subject, output, args: self })
    }
}

fn has_platform(target: &Target) -> Result<(), InputError> {
    if target.platform.is_some() {
        return Ok(());
    }
    let message = format!("`{}` does not say what its services run on", target.name);
    Err(InputError::new(message).help(format!(
        "add a table `[targets.{}.platform]`: `project` and `region` of Cloud Run, or `namespace` of Kubernetes",
        target.name
    )))
}

impl PreflightRun {
    /// # Errors
    /// When the suite itself fails: whatever the platform does is told.
    pub(super) async fn run(self, terminal: &Terminal) -> Result<Exit, CliError> {
        let PreflightRun { subject, output, args } = self;
        let (target, _running, _) = subject.start().await?;
        has_platform(&target)?;
        let target = Target { compare_payloads: args.compare_payloads, ..target };
        if args.dry_run {
            return list(&target, output, terminal);
        }
        let mut interrupt = progress::interrupt()?;
        let read = tokio::select! {
            read = cloud::read(&target) => read?,
            _ = interrupt.changed() => None,
        };
        let Some(provenance) = read else {
            say!("interrupted before the platform told where the secrets come from");
            return Ok(Exit::Inconclusive);
        };
        let preflight = Preflight::of(&target, &provenance);
        let text = match args.format {
            PreflightFormat::Json => report::preflight_json(&preflight),
            PreflightFormat::Text => {
                let mut again = args.subject.again("preflight", Some(&target.name));
                again.extend(args.compare_payloads.then(|| "--compare-payloads".to_owned()));
                shown(report::preflight(&preflight, &again, terminal.width), &output, terminal)
            }
        };
        Ok(write(output, &text, preflight.verdict.into()))
    }
}

/// What would be sent.
fn list(target: &Target, output: Option<Output>, terminal: &Terminal) -> Result<Exit, CliError> {
    let Some(table) = &target.platform else { return Ok(Exit::Healthy) };
    let drafts = cloud::drafts(table, target.compare_payloads);
    let text = report::preflight_plan(&target.name, &drafts, table.token.is_some(), terminal.width);
    let text = shown(text, &output, terminal);
    Ok(write(output, &text, Exit::Healthy))
}

/// As the terminal shows it, where it goes there.
fn shown(text: String, output: &Option<Output>, terminal: &Terminal) -> String {
    if output.is_some() { text } else { terminal.show(&text) }
}
