//! `fivewhys merge`: runs of several machines as one.

use std::path::PathBuf;

use clap::Args;

use super::args::RateFormat;
use super::tell;
use crate::cli::output::{Access, Output};
use crate::cli::terminal::Terminal;
use crate::cli::{CliError, Exit};
use crate::input::{InputError, Source};
use crate::rate::Sum;

#[derive(Debug, Args)]
pub(in crate::cli) struct MergeArgs {
    /// What `fivewhys rate --format json` has written, one file for each part
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t, env = "FIVEWHYS_FORMAT", help_heading = "Report")]
    format: RateFormat,
    /// Write the report to this file
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    output: Option<PathBuf>,
}

impl MergeArgs {
    /// Adds the runs up and decides anew.
    ///
    /// # Errors
    /// At the first file that is no run, or is one of another target or design.
    pub(in crate::cli) fn run(&self, terminal: &Terminal) -> Result<Exit, CliError> {
        let output = self.output.as_deref().map(|path| Output::open(path, Access::Usual)).transpose()?;
        let mut sum = Sum::default();
        for path in &self.files {
            sum.add(Source::read_document(path)?.parse_json()?).map_err(|error| {
                InputError::new(format!("`{}`: {error}", path.display()))
                    .help("merge parts of one run: the same target, legs, objective, `--samples`, `--hold` and `--forbid-close`")
            })?;
        }
        let rate = sum.into_rate().map_err(|error| InputError::new(error.to_string()))?;
        Ok(tell(&rate, self.format, output, terminal))
    }
}
