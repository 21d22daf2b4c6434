//! `--report FORMAT=FILE`: several reports of one check, each in a file of its own.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::CliError;
use super::output::Output;
use crate::input::InputError;
use crate::report::{Format, Told, render_told};

#[derive(Debug, Args)]
pub(super) struct ReportsArgs {
    /// Write one more report to a file; may be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report, help_heading = "Report")]
    reports: Vec<(Format, PathBuf)>,
}

/// The files, of which each can be written.
pub(super) struct Reports(Vec<(Format, Output)>);

impl ReportsArgs {
    /// Tries each file; none of them may be one that this command reads, or writes something else to.
    ///
    /// # Errors
    /// At the first file that is taken or cannot be written.
    pub(super) fn open(&self, taken: &[PathBuf]) -> Result<Reports, InputError> {
        let (mut taken, mut reports) = (taken.to_vec(), Vec::new());
        for (format, path) in &self.reports {
            reports.push((*format, Output::open_unless(&taken, path)?));
            taken.push(path.clone());
        }
        Ok(Reports(reports))
    }
}

impl Reports {
    /// Writes each, whatever becomes of another.
    pub(super) fn write(self, told: &Told<'_>) -> Vec<Result<(), CliError>> {
        let write = |(format, file): (Format, Output)| file.write(&render_told(format, told)).map_err(CliError::from);
        self.0.into_iter().map(write).collect()
    }
}

fn report(text: &str) -> Result<(Format, PathBuf), String> {
    let formats = || {
        let names = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        names.map(|name| name.get_name().to_owned()).collect::<Vec<_>>().join(", ")
    };
    let Some((format, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) else {
        return Err(format!("it must be FORMAT=FILE, with one of the formats {}", formats()));
    };
    match Format::from_str(format, false) {
        Ok(format) => Ok((format, path.into())),
        Err(_) => Err(format!("there is no format `{format}`; allowed: {}", formats())),
    }
}
