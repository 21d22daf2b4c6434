//! `fivewhys check`: every argument and file is validated before anything is sent.

mod args;
mod run;

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::CliError;
use super::evidence_folder;
use super::outputs::Outputs;
use super::subject::Subject;
use crate::bundle;
use crate::evidence::{Evidence, LogRecords};
use crate::input::{InputError, Source};
use crate::logs;
use crate::report::Format;
use crate::target::{self, Target};

pub(super) use args::CheckArgs;
pub(super) use run::{observed, print_to_the_end};

/// Validated arguments; nothing has been sent.
pub(super) struct CheckRun {
    input: Input,
    thorough: bool,
    /// Of the platform: whether it is asked, and for values too.
    platform: [bool; 2],
    dry_run: bool,
    format: Format,
    outputs: Outputs,
    /// What the log says, where a summary is taken along.
    logs: Option<LogRecords>,
    /// As it was typed, without what concerns the report only.
    command: Vec<String>,
}

/// Where the evidence of a run comes from.
enum Input {
    Subject(Subject),
    /// A target that is not checked, and the variables that a check of it lacks.
    Listed(Box<Target>, BTreeSet<String>),
    Evidence(Box<Evidence>),
}

impl CheckArgs {
    /// Reads every input and tries every output.
    ///
    /// # Errors
    /// At the first invalid argument, file or variable, or file that cannot be written.
    pub(super) fn validate(self) -> Result<CheckRun, CliError> {
        let target = if self.from.is_some() { None } else { self.subject.target_name()? };
        let input = self.input(target.as_deref())?;
        let logs = self.logs.as_deref().map(|path| logs::kept(&Source::read_document(path)?)).transpose()?;
        let taken = self.taken(target.is_some())?;
        let outputs = Outputs::open(taken, self.output.as_deref(), &self.reports, self.evidence.as_deref())?;
        let format = match (self.verbose, self.quiet) {
            (true, _) => Format::Verbose,
            (false, true) => Format::Quiet,
            (false, false) => self.format,
        };
        let (thorough, dry_run, command) = (self.thorough, self.dry_run, self.command(target.as_deref()));
        let platform = [!self.no_platform, self.compare_payloads];
        Ok(CheckRun { input, thorough, platform, dry_run, format, outputs, logs, command })
    }

    /// What a report must not replace: an input of this run, or the evidence that it writes.
    fn taken(&self, is_target: bool) -> Result<Vec<PathBuf>, InputError> {
        let folders = self.from.iter().chain(&self.evidence);
        let mut taken: Vec<PathBuf> = folders.flat_map(|folder| evidence_folder::files(folder)).collect();
        taken.extend(self.logs.clone());
        if is_target {
            taken.push(self.subject.config.path()?);
        }
        Ok(taken)
    }

    fn input(&self, target: Option<&str>) -> Result<Input, InputError> {
        if let Some(folder) = &self.from {
            return Ok(Input::Evidence(Box::new(bundle::decode(&evidence_folder::read(folder)?)?)));
        }
        if let (true, Some(name)) = (self.dry_run, target) {
            let source = self.subject.config.read()?;
            let (target, unset) = target::select_to_list(&source, name, &|variable: &str| std::env::var_os(variable))?;
            return Ok(Input::Listed(Box::new(target.repeating(self.thorough)?), unset));
        }
        Ok(Input::Subject(match self.subject.read()? {
            Subject::Target(target, described) => {
                Subject::Target(Box::new(target.repeating(self.thorough)?), described)
            }
            embedded @ Subject::Embedded(..) => embedded,
        }))
    }

    /// What makes the same check again.
    fn command(&self, target: Option<&str>) -> Vec<String> {
        let mut words = self.subject.check_again(target);
        let flags = [
            (self.thorough, "--thorough"),
            (self.no_platform, "--no-platform"),
            (self.compare_payloads, "--compare-payloads"),
        ];
        words.extend(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.to_owned()));
        words
    }
}
