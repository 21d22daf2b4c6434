//! In GitHub Actions a command tells what it found where people look there: in the summary of the job, and at the line of the
//! target file. Elsewhere nothing of this happens.

use std::env;
use std::io::Write;

use super::output::appended;
use crate::report::{Format, Told, annotations, render_told};

/// Whether this runs as a step of a workflow.
pub(super) fn is_here() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Appends the report to the summary of the job, and annotates each finding. A summary that cannot be written changes no verdict.
pub(super) fn tell(told: &Told<'_>) {
    if !is_here() {
        return;
    }
    if let Some(path) = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        let summary = render_told(Format::Markdown, told);
        if let Err(error) = appended(path.as_ref()).and_then(|mut file| file.write_all(summary.as_bytes())) {
            say!("the summary of the job cannot be written to `{}`: {error}", path.display());
        }
    }
    // The runner reads commands from both streams, and a report on standard output may be JSON.
    eprint!("{}", annotations(told));
}

/// The runner takes a line that begins with `::`, or has `##[` in it, as a command. What a server says must be none.
pub(super) fn defused(text: &str) -> String {
    let defused = |line: &str| match line.trim_start().strip_prefix("::") {
        Some(rest) => format!("{}: :{rest}", &line[..line.len() - line.trim_start().len()]),
        None => line.to_owned(),
    };
    text.replace("##[", "# #[").split_inclusive('\n').map(defused).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_report_is_a_command_of_the_runner() {
        let text = "a\n  ::error::x ::y\nb ##[add-mask]z\n::stop-commands::t";
        assert_eq!(defused(text), "a\n  : :error::x ::y\nb # #[add-mask]z\n: :stop-commands::t");
    }
}
