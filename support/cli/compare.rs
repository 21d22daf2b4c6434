//! `fivewhys compare`: what a deployment has changed. Sends nothing.

use std::path::{Path, PathBuf};

use clap::Args;

use super::check::print_to_the_end;
use super::evidence_folder;
use super::output::{is_same_file, open, replace};
use super::reports::taken_already;
use super::terminal::Terminal;
use super::{CliError, Exit, program};
use crate::compare::{Document, MOST_BYTES, Outcome, compare};
use crate::input::{InputError, Source};
use crate::report;

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Before: what `check`, `gate` or `rate --format json` has written, or a folder of `--evidence`
    old: PathBuf,
    /// After: the same kind, or another document of a check
    new: PathBuf,
    /// The format of the comparison
    #[arg(long, value_enum, default_value_t, env = "FIVEWHYS_FORMAT")]
    format: CompareFormat,
    /// Write the comparison to this file
    #[arg(long, value_name = "FILE", env = "FIVEWHYS_OUTPUT")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum CompareFormat {
    /// What is worse first, then what is better
    #[default]
    Text,
    /// One object, `fivewhys.compare/1`
    Json,
}

impl CompareArgs {
    /// Reads both, and says what is worse.
    ///
    /// # Errors
    /// When one cannot be read, they do not compare, or the comparison cannot be written.
    pub(super) fn run(&self, terminal: &Terminal) -> Result<Exit, CliError> {
        let (old, new) = (self.read(&self.old)?, self.read(&self.new)?);
        let compared = compare(&old, &new)?;
        let output = self.output.as_deref().map(open).transpose()?;
        let exit = match compared.result {
            Outcome::NotWorse => Exit::Healthy,
            Outcome::Worse => Exit::Faulty,
            Outcome::NotShown => Exit::Inconclusive,
        };
        let text = match self.format {
            CompareFormat::Json => report::compared_json(&compared),
            CompareFormat::Text => report::compared(&compared, &program::name(), terminal.width),
        };
        match output {
            Some(file) => replace(file, &text)?,
            None if self.format == CompareFormat::Text => print_to_the_end(&terminal.show(&text))?,
            None => print_to_the_end(&text)?,
        }
        Ok(exit)
    }

    fn read(&self, path: &Path) -> Result<Document, InputError> {
        let [evidence, _] = evidence_folder::files(path);
        let file = if path.is_dir() { &evidence } else { path };
        if let Some(output) = self.output.as_deref().filter(|output| is_same_file(output, file)) {
            return Err(taken_already(output));
        }
        let source = Source::read_at_most(file, MOST_BYTES)
            .map_err(|error| if path.is_dir() { error.help(NO_EVIDENCE) } else { error })?;
        Document::read(&source)
    }
}

const NO_EVIDENCE: &str =
    "name the file of a report, or a folder that `fivewhys check TARGET --evidence DIR` has written";
