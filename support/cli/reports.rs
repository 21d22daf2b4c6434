//! `--report FORMAT=FILE`: several reports of one check, each in a file of its own.

use std::fs::File;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output::{open_unless, replace};
use crate::input::InputError;
use crate::report::{Format, Told, render_told};

#[derive(Debug, Args)]
pub(super) struct ReportsArgs {
    /// Write one more report to a file; may be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report, help_heading = "Report")]
    reports: Vec<(Format, PathBuf)>,
}

/// The files, open.
pub(super) struct Reports(Vec<(Format, PathBuf, File)>);

impl ReportsArgs {
    /// Opens each file; none of them may be one that this command reads, or writes something else to.
    ///
    /// # Errors
    /// At the first file that is taken or cannot be written.
    pub(super) fn open(&self, taken: &[PathBuf]) -> Result<Reports, InputError> {
        let (mut taken, mut reports) = (taken.to_vec(), Vec::new());
        for (format, path) in &self.reports {
            reports.push((*format, path.clone(), open_unless(&taken, path)?));
            // A device takes several, one after the other.
            taken.extend(path.is_file().then(|| path.clone()));
        }
        Ok(Reports(reports))
    }
}

impl Reports {
    /// Writes each, whatever becomes of another.
    ///
    /// # Errors
    /// The first file that cannot be written, by its name.
    pub(super) fn write(self, told: &Told<'_>) -> std::io::Result<()> {
        let write = |(format, path, file): (Format, PathBuf, File)| {
            let written = replace(file, &render_told(format, told));
            written.map_err(|error| std::io::Error::new(error.kind(), format!("`{}`: {error}", path.display())))
        };
        let written: Vec<std::io::Result<()>> = self.0.into_iter().map(write).collect();
        written.into_iter().collect()
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
