//! Makes the check, and writes what comes of it.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use super::{CheckRun, Input};
use crate::check::{Checked, Observer, check_observed};
use crate::cli::outputs::Outputs;
use crate::cli::progress::{self, Line};
use crate::cli::terminal::Terminal;
use crate::cli::{CliError, Exit, print};
use crate::evidence::provenance::Name;
use crate::evidence::{Evidence, LogRecords};
use crate::redact::Redactor;
use crate::report::{self, Format, Told};
use crate::target::Target;
use crate::{dry_run, faults};

impl CheckRun {
    /// # Errors
    /// When the suite itself fails: whatever the target does is an observation.
    pub(in crate::cli) async fn run(self, terminal: &Terminal) -> Result<Exit, CliError> {
        let is_quiet = self.format == Format::Quiet;
        let checked = match self.input {
            Input::Evidence(evidence) => with_logs(*evidence, self.logs),
            Input::Listed(target, unset) => {
                return list(&with_platform(*target, self.platform), unset, self.outputs, terminal);
            }
            Input::Subject(subject) => {
                let (target, _running, described) = subject.start().await?;
                let target = with_platform(Target { thorough: self.thorough, ..target }, self.platform);
                if self.dry_run {
                    return list(&target, BTreeSet::new(), self.outputs, terminal);
                }
                let mut checked = observed(&target, is_quiet, self.command).await?;
                checked.evidence.run.described = Some(described);
                let redactor = Redactor::new(target.secrets(), []);
                let of_target = services(&target);
                match self.logs.map(|logs| LogRecords { of_target, ..logs.redacted(&redactor) }) {
                    Some(logs) => with_logs(checked.evidence, Some(logs)),
                    None => checked,
                }
            }
        };
        let told = Told::check(&checked.evidence, &checked.diagnosis);
        Ok(self.outputs.tell(&told, self.format, terminal))
    }
}

/// The same evidence with what the log says; without a summary, with what it had.
fn with_logs(mut evidence: Evidence, logs: Option<LogRecords>) -> Checked {
    let known = evidence.logs.take();
    let of_target = known.as_ref().map(|known| known.of_target.clone()).unwrap_or_default();
    let logs = logs.map(|logs| if logs.of_target.is_empty() { LogRecords { of_target, ..logs } } else { logs });
    evidence.logs = logs.or(known);
    Checked { diagnosis: faults::diagnose(&evidence), evidence }
}

/// As the log calls the services of the target.
fn services(target: &Target) -> BTreeSet<Name> {
    let hosted = target.platform.iter().flat_map(|table| table.services.values()).map(|hosted| &hosted.name);
    let named: Vec<&String> =
        if target.log_services.is_empty() { hosted.collect() } else { target.log_services.iter().collect() };
    named.into_iter().map(|name| Name::new(name)).collect()
}

/// The target as far as the flags let its platform be asked.
fn with_platform(target: Target, [is_asked, compare_payloads]: [bool; 2]) -> Target {
    let platform = target.platform.clone().filter(|_| is_asked);
    Target { platform, compare_payloads, ..target }
}

/// Checks the target; a terminal shows how far the check is, and Ctrl-C ends it with what is known by then.
///
/// # Errors
/// When the suite itself fails.
pub(in crate::cli) async fn observed(
    target: &Target,
    is_quiet: bool,
    command: Vec<String>,
) -> Result<Checked, CliError> {
    let line = Line::new(&target.name, !is_quiet);
    let progress = |progress| line.show(progress);
    let observer = Observer { progress: &progress, interrupt: progress::interrupt()? };
    let mut checked = check_observed(target, Some(observer)).await?;
    checked.evidence.run.command = command;
    Ok(checked)
}

/// What would be sent.
fn list(target: &Target, unset: BTreeSet<String>, outputs: Outputs, terminal: &Terminal) -> Result<Exit, CliError> {
    let text = report::dry_run(&dry_run::dry_run(target, unset)?);
    Ok(outputs.write_only(&text, terminal))
}

/// A closed pipe, as after `| head`, does not change the verdict.
pub(in crate::cli) fn print_to_the_end(text: &str) -> Result<(), CliError> {
    match print(text) {
        Err(CliError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
