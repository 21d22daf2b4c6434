//! `fivewhys compare`: what a deployment has changed. Sends nothing.

use std::path::{Path, PathBuf};

use clap::Args;

use super::evidence_folder;
use super::output::Output;
use super::outputs::write;
use super::terminal::Terminal;
use super::{CliError, Exit, program};
use crate::compare::{Document, Outcome, compare};
use crate::input::{InputError, Source};
use crate::report;

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Before: what `check`, `gate` or `rate --format json` has written, or a folder of `--evidence`
    old: PathBuf,
    /// After: the same kind, or another document of a check
    new: PathBuf,
    /// The format of the comparison
    #[arg(long, value_enum, default_value_t, env = "FIVEWHYS_FORMAT", help_heading = "Report")]
    format: CompareFormat,
    /// Write the comparison to this file
    #[arg(long, value_name = "FILE", env = "FIVEWHYS_OUTPUT", help_heading = "Report")]
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
        let (old, new) = (read(&self.old)?, read(&self.new)?);
        let compared = compare(&old, &new)?;
        let taken = [&self.old, &self.new].map(|path| file_of(path));
        let output = self.output.as_deref().map(|path| Output::open_unless(&taken, path)).transpose()?;
        let exit = match compared.result {
            Outcome::NotWorse => Exit::Healthy,
            Outcome::Worse => Exit::Faulty,
            Outcome::NotShown => Exit::Inconclusive,
        };
        let text = match self.format {
            CompareFormat::Json => report::compared_json(&compared),
            CompareFormat::Text if output.is_some() => report::compared(&compared, &program::name(), terminal.width),
            CompareFormat::Text => terminal.show(&report::compared(&compared, &program::name(), terminal.width)),
        };
        Ok(write(output, &text, exit))
    }
}

fn read(path: &Path) -> Result<Document, InputError> {
    let source = Source::read_document(&file_of(path))
        .map_err(|error| if path.is_dir() { error.help(NO_EVIDENCE) } else { error })?;
    Document::read(&source)
}

/// Of a folder, the evidence.
fn file_of(path: &Path) -> PathBuf {
    let [evidence, _] = evidence_folder::files(path);
    if path.is_dir() { evidence } else { path.to_owned() }
}

const NO_EVIDENCE: &str =
    "name the file of a report, or a folder that `fivewhys check TARGET --evidence DIR` has written";
