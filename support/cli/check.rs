//! `fivewhys check`: every argument and file is validated before anything is sent.

mod args;
mod run;

use std::collections::BTreeSet;
use std::fs::{File, create_dir_all};
use std::path::{Path, PathBuf};

use super::output::{is_same_file, open};
use super::{CliError, program};
use crate::bundle::{self, EVIDENCE, EXCHANGES};
use crate::deployment::{Deployment, VisibleSettings};
use crate::evidence::Evidence;
use crate::input::{InputError, Source};
use crate::report::Format;
use crate::scenario::Scenario;
use crate::target::{self, Target};

pub(super) use args::CheckArgs;
pub(super) use run::{observed, print_to_the_end};

/// Validated arguments; nothing has been sent.
pub(super) struct CheckRun {
    input: Input,
    thorough: bool,
    dry_run: bool,
    format: Format,
    output: Option<File>,
    evidence: Option<(File, File)>,
    /// As it was typed, without what concerns the report only.
    command: Vec<String>,
}

/// Where the evidence of a run comes from.
enum Input {
    Target(Box<Target>),
    /// A target that is not checked, and the variables that a check of it lacks.
    Listed(Box<Target>, BTreeSet<String>),
    Embedded(Box<Deployment>, VisibleSettings),
    Evidence(Box<Evidence>),
}

impl CheckArgs {
    /// Reads every input and opens every output.
    ///
    /// # Errors
    /// At the first invalid argument, file or variable, or file that cannot be written.
    pub(super) fn validate(self) -> Result<CheckRun, CliError> {
        let target = self.target_name()?;
        let input = self.input(target.as_deref())?;
        let evidence = self.evidence.as_deref().map(open_evidence).transpose()?;
        let output = self.output.as_deref().map(|path| self.open_output(path, target.is_some())).transpose()?;
        let format = match (self.verbose, self.quiet) {
            (true, _) => Format::Verbose,
            (false, true) => Format::Quiet,
            (false, false) => self.format,
        };
        let (thorough, dry_run, command) = (self.thorough, self.dry_run, self.command(target));
        Ok(CheckRun { input, thorough, dry_run, format, output, evidence, command })
    }

    /// The report must not replace an input of this run, or the evidence that it writes.
    fn open_output(&self, path: &Path, is_target: bool) -> Result<File, InputError> {
        let folders = self.from.iter().chain(&self.evidence);
        let mut taken: Vec<PathBuf> =
            folders.flat_map(|folder| [EVIDENCE, EXCHANGES].map(|name| folder.join(name))).collect();
        if is_target {
            taken.push(self.config.path()?);
        }
        if taken.iter().any(|taken| is_same_file(taken, path)) {
            let message = format!("the report cannot replace `{}`", path.display());
            return Err(InputError::new(message).help("name another file after `--output`"));
        }
        open(path)
    }

    /// The target that is checked, where one is.
    fn target_name(&self) -> Result<Option<String>, InputError> {
        if self.scenario.is_some() || self.from.is_some() {
            return Ok(None);
        }
        self.config.target_name(self.target.as_deref()).map(Some)
    }

    fn input(&self, target: Option<&str>) -> Result<Input, InputError> {
        if let Some(folder) = &self.from {
            return Ok(Input::Evidence(Box::new(bundle::decode(&read_evidence(folder)?)?)));
        }
        if let Some(id) = &self.scenario {
            let found = Scenario::find(id)?;
            return Ok(Input::Embedded(Box::new(found.deployment()), found.target));
        }
        let name = target.unwrap_or_default();
        let environment = |variable: &str| std::env::var_os(variable);
        let source = self.config.read()?;
        let (target, unset) = match self.dry_run {
            true => target::select_to_list(&source, name, &environment)?,
            false => (target::select(&source, name, &environment)?, BTreeSet::new()),
        };
        if self.thorough && !target.load {
            return Err(InputError::new(format!(
                "`--thorough` repeats probes many times, which `load = false` of `{name}` forbids"
            ))
            .help("set `load = true` in this target to permit it"));
        }
        let target = Box::new(Target { thorough: self.thorough, ..target });
        Ok(if self.dry_run { Input::Listed(target, unset) } else { Input::Target(target) })
    }

    /// What makes the same check again.
    fn command(&self, target: Option<String>) -> Vec<String> {
        let mut words = vec![program::name(), "check".to_owned()];
        match (&self.scenario, target) {
            (Some(id), _) => words.extend(["--scenario".to_owned(), id.clone()]),
            (None, Some(name)) => {
                words.push(name);
                let config = self.config.as_typed().map(|path| path.display().to_string());
                words.extend(config.into_iter().flat_map(|path| ["--config".to_owned(), path]));
            }
            (None, None) => {}
        }
        words.extend(self.thorough.then(|| "--thorough".to_owned()));
        words
    }
}

/// The file of an evidence folder that a machine reads.
fn read_evidence(folder: &Path) -> Result<Source, InputError> {
    Source::read(&folder.join(EVIDENCE))
        .map_err(|error| error.help("`fivewhys check TARGET --evidence DIR` writes such a folder"))
}

/// The two files of an evidence folder. Creates the folder where it is missing.
fn open_evidence(path: &Path) -> Result<(File, File), InputError> {
    create_dir_all(path)
        .map_err(|error| InputError::new(format!("cannot create the folder `{}`: {error}", path.display())))?;
    Ok((open(&path.join(EVIDENCE))?, open(&path.join(EXCHANGES))?))
}
