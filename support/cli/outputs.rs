//! Where the results of a command go. The report is first, and whatever becomes of one file, the others are written.

use std::path::{Path, PathBuf};

use super::check::print_to_the_end;
use super::evidence_folder::EvidenceFolder;
use super::output::Output;
use super::reports::{Reports, ReportsArgs};
use super::terminal::Terminal;
use super::{CliError, Exit, github, program};
use crate::input::InputError;
use crate::report::{Format, Told, render_told, render_wide};

/// The report, more of them, and the evidence of a check.
pub(super) struct Outputs {
    report: Option<Output>,
    more: Reports,
    evidence: Option<EvidenceFolder>,
}

impl Outputs {
    /// Tries every file; none of them may be one that is taken.
    ///
    /// # Errors
    /// At the first file that is taken or cannot be written.
    pub(super) fn open(
        mut taken: Vec<PathBuf>,
        report: Option<&Path>,
        more: &ReportsArgs,
        evidence: Option<&Path>,
    ) -> Result<Self, InputError> {
        let evidence = evidence.map(EvidenceFolder::open).transpose()?;
        let output = report.map(|path| Output::open_unless(&taken, path)).transpose()?;
        taken.extend(report.map(Path::to_owned));
        Ok(Outputs { report: output, more: more.open(&taken)?, evidence })
    }

    /// Writes all of them. The verdict is the exit code; where that is healthy and something was not written, the suite has failed.
    pub(super) fn tell(self, told: &Told<'_>, format: Format, terminal: &Terminal) -> Exit {
        let is_for_people = matches!(format, Format::Text | Format::Verbose | Format::Quiet);
        let text = if is_for_people && self.report.is_none() {
            terminal.show(&render_wide(format, terminal.width, told))
        } else {
            render_told(format, told)
        };
        let exit = write(self.report, &text, told.verdict().into());
        github::tell(told);
        let more = self.more.write(told);
        let evidence = self.evidence.map(|folder| folder.write(told.evidence));
        more.into_iter().chain(evidence.into_iter().flatten()).fold(exit, unless_unwritten)
    }

    /// Writes one text instead of all these.
    pub(super) fn write_only(self, text: &str, terminal: &Terminal) -> Exit {
        let shown = if self.report.is_none() { terminal.show(text) } else { text.to_owned() };
        write(self.report, &shown, Exit::Healthy)
    }
}

/// Writes the text to the file, or else to standard output.
pub(super) fn write(file: Option<Output>, text: &str, exit: Exit) -> Exit {
    let Some(file) = file else { return unless_unwritten(exit, print_to_the_end(text)) };
    match file.write(text) {
        Ok(()) => exit,
        Err(error) => {
            let exit = unless_unwritten(exit, Err(error.into()));
            // What took minutes to measure is not lost to a full disk.
            unless_unwritten(exit, print_to_the_end(text))
        }
    }
}

/// Says what was not written. What is wrong with the target weighs more than that.
pub(super) fn unless_unwritten(exit: Exit, written: Result<(), CliError>) -> Exit {
    let Err(error) = written else { return exit };
    say!("{}", program::called_by_name(&error.to_string()));
    if exit == Exit::Healthy { Exit::InternalError } else { exit }
}
